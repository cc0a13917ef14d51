//! References of payouts in what a bank writes.

/// The shortest text that is a reference.
const SHORTEST: usize = 8;
/// References that are looked for in one line of a statement.
const MOST: usize = 8;

/// A reference as it is compared: banks write it in capitals, with zeros before it or without.
pub(crate) fn mark(text: &str) -> Option<String> {
    let plain: String = text.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_ascii_uppercase();
    let plain = plain.trim_start_matches('0');
    (SHORTEST..=64).contains(&plain.len()).then(|| plain.to_owned())
}

/// What in a line of a statement may be a reference: words with several digits.
pub(crate) fn marks(reference: &str, narration: &str) -> Vec<String> {
    let words = reference.split_whitespace().chain(narration.split(|letter: char| !letter.is_ascii_alphanumeric()));
    let likely = words.filter(|word| word.bytes().filter(u8::is_ascii_digit).count() >= 4);
    let mut found: Vec<String> = likely.filter_map(mark).collect();
    found.sort_unstable();
    found.dedup();
    found.truncate(MOST);
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_may_be_a_reference() {
        assert_eq!(mark("axiscn0123456789").as_deref(), Some("AXISCN0123456789"));
        assert_eq!(mark("0000432112345678").as_deref(), Some("432112345678"));
        assert_eq!(mark("12345"), None);
        assert_eq!(
            marks("0000432112345678", "NEFT CR-AXISCN0123456789-RAZORPAY SOFTWARE PVT LTD-PAYOUT"),
            ["432112345678", "AXISCN0123456789"]
        );
        assert!(marks("", "SALARY NOVEMBER").is_empty());
    }
}
