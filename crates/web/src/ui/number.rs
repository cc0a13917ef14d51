//! Whole numbers, in groups of three.

/// `1204` as `1,204`.
pub(super) fn grouped(value: i64) -> String {
    let digits = value.unsigned_abs().to_string();
    let groups: Vec<&str> = digits.as_bytes().rchunks(3).rev().filter_map(|chunk| std::str::from_utf8(chunk).ok()).collect();
    format!("{}{}", if value < 0 { "-" } else { "" }, groups.join(","))
}

/// A count of things, as text for a page: `1,204`.
pub fn count(things: u64) -> String {
    i64::try_from(things).map_or_else(|_| things.to_string(), grouped)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_of_three() {
        assert_eq!(grouped(-1_234_567), "-1,234,567");
        assert_eq!(count(999), "999");
        assert_eq!(count(u64::MAX), "18446744073709551615");
    }
}
