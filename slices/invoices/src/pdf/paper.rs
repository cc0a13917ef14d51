//! Pages of paper: text that can be measured, lines and areas, kept as what is to be drawn and written out at the end.

use krilla::Document;
use krilla::color::rgb;
use krilla::geom::{PathBuilder, Point, Rect};
use krilla::metadata::Metadata;
use krilla::page::PageSettings;
use krilla::paint::Fill;
use krilla::surface::Surface;
use krilla::text::{Font, TextDirection};
use std::sync::LazyLock;
use store::{Error, Result};
use ttf_parser::Face as Outline;

/// A4, in points.
pub(super) const WIDTH: f32 = 595.0;
pub(super) const HEIGHT: f32 = 842.0;
/// What stays empty around, in points.
pub(super) const MARGIN: f32 = 42.0;

/// A colour: red, green, blue.
pub(super) type Ink = (u8, u8, u8);
pub(super) const BLACK: Ink = (28, 28, 30);
pub(super) const GREY: Ink = (105, 105, 112);
pub(super) const PALE: Ink = (222, 222, 226);

/// A weight of the one family that is used: DejaVu Sans, which has the rupee sign, Latin, Greek, Cyrillic, Arabic and Hebrew.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Weight {
    Regular,
    Bold,
}

struct Loaded {
    font: Font,
    outline: Outline<'static>,
}

impl Loaded {
    fn new(bytes: &'static [u8]) -> Option<Self> {
        Some(Self { font: Font::new(bytes.into(), 0)?, outline: Outline::parse(bytes, 0).ok()? })
    }
}

static REGULAR: LazyLock<Option<Loaded>> = LazyLock::new(|| Loaded::new(dejavu::sans::regular()));
static BOLD: LazyLock<Option<Loaded>> = LazyLock::new(|| Loaded::new(dejavu::sans::bold()));

fn loaded(weight: Weight) -> Result<&'static Loaded> {
    let found = match weight {
        Weight::Regular => REGULAR.as_ref(),
        Weight::Bold => BOLD.as_ref(),
    };
    found.ok_or_else(|| Error::internal("a font that is carried along cannot be read"))
}

/// How a text is set.
#[derive(Debug, Clone, Copy)]
pub(super) struct Style {
    /// In points.
    pub size: f32,
    pub weight: Weight,
    pub ink: Ink,
}

impl Style {
    pub(super) const fn new(size: f32) -> Self {
        Self { size, weight: Weight::Regular, ink: BLACK }
    }

    pub(super) const fn bold(self) -> Self {
        Self { weight: Weight::Bold, ..self }
    }

    pub(super) const fn ink(self, ink: Ink) -> Self {
        Self { ink, ..self }
    }

    /// How wide a text is, in points.
    pub(super) fn width(self, text: &str) -> f32 {
        let Ok(Loaded { outline, .. }) = loaded(self.weight) else { return 0.0 };
        let advance = |letter: char| outline.glyph_index(letter).and_then(|glyph| outline.glyph_hor_advance(glyph)).unwrap_or(600);
        let units: u32 = text.chars().map(|letter| u32::from(advance(letter))).sum();
        units as f32 * self.size / f32::from(outline.units_per_em())
    }

    /// A text in lines that are no wider than this, broken between words, and within one that is too long by itself.
    pub(super) fn wrapped(self, text: &str, width: f32) -> Vec<String> {
        let mut lines = Vec::new();
        for paragraph in text.lines() {
            let mut line = String::new();
            for word in paragraph.split_whitespace() {
                let longer = if line.is_empty() { word.to_owned() } else { format!("{line} {word}") };
                if self.width(&longer) <= width {
                    line = longer;
                    continue;
                }
                if !line.is_empty() {
                    lines.push(std::mem::take(&mut line));
                }
                for letter in word.chars() {
                    line.push(letter);
                    if self.width(&line) > width && line.chars().count() > 1 {
                        line.pop();
                        lines.push(std::mem::replace(&mut line, letter.to_string()));
                    }
                }
            }
            lines.push(line);
        }
        lines
    }
}

enum Mark {
    Text {
        x: f32,
        y: f32,
        text: String,
        style: Style,
    },
    Area {
        area: Rect,
        ink: Ink,
    },
    /// Dark squares of one side, such as a QR code's.
    Squares {
        corners: Vec<(f32, f32)>,
        side: f32,
    },
}

/// Sheets that are drawn on from the top; `y` is where the next thing goes.
pub(super) struct Paper {
    sheets: Vec<Vec<Mark>>,
    pub y: f32,
}

impl Paper {
    pub(super) fn new() -> Self {
        Self { sheets: vec![Vec::new()], y: MARGIN }
    }

    /// Begins another sheet.
    pub(super) fn turn(&mut self) {
        self.sheets.push(Vec::new());
        self.y = MARGIN;
    }

    /// Whether so much fits above the foot of this sheet.
    pub(super) fn has_room(&self, height: f32) -> bool {
        self.y + height <= HEIGHT - MARGIN - 18.0
    }

    fn put(&mut self, mark: Mark) {
        if let Some(sheet) = self.sheets.last_mut() {
            sheet.push(mark);
        }
    }

    /// A text whose baseline begins here.
    pub(super) fn text(&mut self, x: f32, y: f32, text: &str, style: Style) {
        self.put(Mark::Text { x, y, text: text.to_owned(), style });
    }

    /// A text that ends here.
    pub(super) fn text_to(&mut self, right: f32, y: f32, text: &str, style: Style) {
        self.text(right - style.width(text), y, text, style);
    }

    /// Lines under one another from `y` on; where the next would go.
    pub(super) fn lines(&mut self, x: f32, mut y: f32, width: f32, text: &str, style: Style) -> f32 {
        for line in style.wrapped(text, width) {
            self.text(x, y, &line, style);
            y += style.size * 1.4;
        }
        y
    }

    /// A filled area.
    pub(super) fn area(&mut self, x: f32, y: f32, width: f32, height: f32, ink: Ink) {
        if let Some(area) = Rect::from_xywh(x, y, width, height) {
            self.put(Mark::Area { area, ink });
        }
    }

    /// Dark squares.
    pub(super) fn squares(&mut self, corners: Vec<(f32, f32)>, side: f32) {
        self.put(Mark::Squares { corners, side });
    }

    /// The finished document. The same content gives the same bytes: no clock and no chance are in it.
    pub(super) fn finish(self, title: &str) -> Result<Vec<u8>> {
        let mut document = Document::new();
        document.set_metadata(Metadata::new().title(title.to_owned()).language("en".to_owned()));
        let count = self.sheets.len();
        let size = PageSettings::from_wh(WIDTH, HEIGHT).ok_or_else(|| Error::internal("a sheet without a size"))?;
        for (nth, sheet) in self.sheets.into_iter().enumerate() {
            let mut page = document.start_page_with(size.clone());
            let mut surface = page.surface();
            for mark in sheet {
                draw(&mut surface, mark)?;
            }
            let style = Style::new(7.5).ink(GREY);
            let foot = format!("{title} · {} of {count}", nth + 1);
            let x = WIDTH - MARGIN - style.width(&foot);
            draw(&mut surface, Mark::Text { x, y: HEIGHT - MARGIN + 10.0, text: foot, style })?;
            surface.finish();
            page.finish();
        }
        document.finish().map_err(|error| Error::internal(format!("{error:?}")))
    }
}

fn fill((red, green, blue): Ink) -> Option<Fill> {
    Some(Fill { paint: rgb::Color::new(red, green, blue).into(), ..Fill::default() })
}

fn draw(surface: &mut Surface<'_>, mark: Mark) -> Result<()> {
    let mut path = PathBuilder::new();
    match mark {
        Mark::Text { x, y, text, style } => {
            surface.set_fill(fill(style.ink));
            let font = loaded(style.weight)?.font.clone();
            surface.draw_text(Point::from_xy(x, y), font, style.size, &text, false, TextDirection::Auto);
            return Ok(());
        }
        Mark::Area { area, ink } => {
            surface.set_fill(fill(ink));
            path.push_rect(area);
        }
        Mark::Squares { corners, side } => {
            surface.set_fill(fill((0, 0, 0)));
            for (x, y) in corners {
                if let Some(square) = Rect::from_xywh(x, y, side, side) {
                    path.push_rect(square);
                }
            }
        }
    }
    if let Some(path) = path.finish() {
        surface.draw_path(&path);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_rupee_has_a_sign() {
        for weight in [Weight::Regular, Weight::Bold] {
            assert!(loaded(weight).unwrap().outline.glyph_index('₹').is_some(), "{weight:?}");
        }
    }

    proptest! {
        #[test]
        fn lines_fit_and_lose_nothing(words in prop::collection::vec("[a-zA-Z₹é]{1,30}", 0..20), width in 20f32..300.0) {
            let style = Style::new(9.0);
            let text = words.join(" ");
            let lines = style.wrapped(&text, width);
            let kept: String = lines.concat().split_whitespace().collect();
            prop_assert_eq!(kept, words.concat());
            for line in lines {
                prop_assert!(style.width(&line) <= width || line.chars().count() == 1, "{}", line);
            }
        }
    }
}
