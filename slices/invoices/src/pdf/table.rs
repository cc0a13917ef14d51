//! The lines, over as many sheets as they need.

use super::paper::{GREY, Ink, MARGIN, PALE, Paper, Style, WIDTH};
use crate::model::{Line, Whole};
use crate::rules::quantity_text;
use catalogue::tax::percent;

const TEXT: Style = Style::new(8.5);
const HEAD: Style = Style::new(8.0).bold().ink((255, 255, 255));
/// Where columns of numbers end, and how wide the words may be.
const HSN: f32 = 246.0;
const QUANTITY: f32 = 346.0;
const PRICE: f32 = 418.0;
const RATE: f32 = 468.0;
const AMOUNT: f32 = WIDTH - MARGIN - 6.0;
const WORDS: f32 = HSN - MARGIN - 34.0;

pub(super) fn draw(paper: &mut Paper, whole: &Whole, ink: Ink) {
    head(paper, whole, ink);
    for (nth, line) in whole.lines.iter().enumerate() {
        let words = TEXT.wrapped(&words(whole, line), WORDS);
        let height = words.len() as f32 * TEXT.size * 1.4 + 7.0;
        if !paper.has_room(height) {
            paper.turn();
            head(paper, whole, ink);
        }
        row(paper, whole, nth, line, &words);
        paper.y += height;
        paper.area(MARGIN, paper.y - 3.0, WIDTH - 2.0 * MARGIN, 0.5, PALE);
    }
    paper.y += 8.0;
}

/// What it is, and what was taken off.
fn words(whole: &Whole, line: &Line) -> String {
    match whole.invoice.money(line.discount_minor) {
        off if off.minor > 0 => format!("{}, less {off}", line.description),
        _ => line.description.clone(),
    }
}

fn head(paper: &mut Paper, whole: &Whole, ink: Ink) {
    paper.area(MARGIN, paper.y, WIDTH - 2.0 * MARGIN, 18.0, ink);
    let y = paper.y + 12.5;
    paper.text(MARGIN + 6.0, y, "#", HEAD);
    paper.text(MARGIN + 22.0, y, "Description", HEAD);
    paper.text(HSN, y, "HSN/SAC", HEAD);
    for (right, words) in [(QUANTITY, "Quantity"), (PRICE, "Each"), (RATE, "GST"), (AMOUNT, "Amount")] {
        if words != "GST" || whole.invoice.supply.is_some() {
            paper.text_to(right, y, words, HEAD);
        }
    }
    paper.y += 22.0;
}

fn row(paper: &mut Paper, whole: &Whole, nth: usize, line: &Line, words: &[String]) {
    let invoice = &whole.invoice;
    let y = paper.y + 9.0;
    paper.text(MARGIN + 6.0, y, &(nth + 1).to_string(), TEXT.ink(GREY));
    for (at, text) in words.iter().enumerate() {
        paper.text(MARGIN + 22.0, y + at as f32 * TEXT.size * 1.4, text, TEXT);
    }
    paper.text(HSN, y, &line.hsn, TEXT);
    if line.quantity_milli > 0 {
        paper.text_to(QUANTITY, y, format!("{} {}", quantity_text(line.quantity_milli), line.unit).trim(), TEXT);
    }
    paper.text_to(PRICE, y, &invoice.money(line.unit_minor).to_string(), TEXT);
    if invoice.supply.is_some() {
        paper.text_to(RATE, y, &percent(line.rate_bps), TEXT);
    }
    paper.text_to(AMOUNT, y, &invoice.money(line.net_minor).to_string(), TEXT);
}
