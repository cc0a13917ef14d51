//! The four meanings that a colour may carry, and none.

/// What a state, a notice or a number means to the merchant. Never shown by colour alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Meaning {
    /// Nothing to say.
    #[default]
    Neutral,
    /// As it should be.
    Good,
    /// Someone should look soon.
    Attention,
    /// It failed, or it costs money.
    Bad,
    /// Under way, or worth knowing.
    Information,
}

impl Meaning {
    /// The stylesheet's name of it.
    pub(super) fn class(self) -> &'static str {
        match self {
            Meaning::Neutral => "neutral",
            Meaning::Good => "good",
            Meaning::Attention => "attention",
            Meaning::Bad => "bad",
            Meaning::Information => "information",
        }
    }
}
