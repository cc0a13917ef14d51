//! Invoices as PDF, drawn in process. krilla writes the file; what stands where is decided here, since an invoice is one layout
//! and a typesetting engine for it would be a hundred crates.

mod foot;
mod head;
mod paper;
mod table;

use crate::model::Whole;
use paper::{Ink, Paper};
use store::Result;
use web::ui::Colour;

/// A document as PDF, in its shop's colour.
///
/// # Errors
/// None that anybody can cause: a font that is carried along and cannot be read.
pub(crate) fn draw(whole: &Whole, colour: Colour) -> Result<Vec<u8>> {
    let ink: Ink = colour.on(Colour::WHITE, 4.5).rgb();
    let mut paper = Paper::new();
    head::draw(&mut paper, whole, ink);
    table::draw(&mut paper, whole, ink);
    foot::draw(&mut paper, whole);
    paper.finish(&whole.invoice.title())
}
