//! Statements that write many rows at once, put together while compiling so that each is one text like any other.

/// How many rows a wide statement writes.
pub(crate) const WIDE: usize = 16;

/// How many bytes `($1, $2), ($3, $4)` take for so many rows and columns.
const fn length(rows: usize, columns: usize) -> usize {
    let (mut total, mut number) = (rows * 2 + (rows - 1) * 2 + rows * (columns - 1) * 2, 1);
    while number <= rows * columns {
        total += 1 + digits(number);
        number += 1;
    }
    total
}

const fn digits(number: usize) -> usize {
    if number < 10 { 1 } else { 1 + digits(number / 10) }
}

/// The length of the whole statement.
pub(crate) const fn statement_length(head: &str, rows: usize, columns: usize, tail: &str) -> usize {
    head.len() + length(rows, columns) + tail.len()
}

/// The whole statement: `head`, the tuples of parameters, `tail`.
pub(crate) const fn statement<const N: usize>(head: &str, rows: usize, columns: usize, tail: &str) -> [u8; N] {
    let mut text = [b' '; N];
    let mut at = copy(&mut text, 0, head.as_bytes());
    let mut number = 1;
    while number <= rows * columns {
        at = if (number - 1).is_multiple_of(columns) { copy(&mut text, at, b"($") } else { copy(&mut text, at, b"$") };
        at = write(&mut text, at, number);
        let last_of_row = number.is_multiple_of(columns);
        at = if !last_of_row {
            copy(&mut text, at, b", ")
        } else if number < rows * columns {
            copy(&mut text, at, b"), ")
        } else {
            copy(&mut text, at, b")")
        };
        number += 1;
    }
    copy(&mut text, at, tail.as_bytes());
    text
}

const fn copy(text: &mut [u8], at: usize, from: &[u8]) -> usize {
    let mut done = 0;
    while done < from.len() {
        text[at + done] = from[done];
        done += 1;
    }
    at + done
}

const fn write(text: &mut [u8], at: usize, number: usize) -> usize {
    let width = digits(number);
    let (mut left, mut rest) = (width, number);
    while left > 0 {
        left -= 1;
        text[at + left] = b'0' + (rest % 10) as u8;
        rest /= 10;
    }
    at + width
}

/// A statement as text; what the functions above write is ASCII.
pub(crate) const fn text(bytes: &[u8]) -> &str {
    match std::str::from_utf8(bytes) {
        Ok(text) => text,
        Err(_) => "",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_written_by_hand() {
        const N: usize = statement_length("INSERT (a, b) VALUES ", 6, 2, " X");
        const BYTES: [u8; N] = statement("INSERT (a, b) VALUES ", 6, 2, " X");
        assert_eq!(text(&BYTES), "INSERT (a, b) VALUES ($1, $2), ($3, $4), ($5, $6), ($7, $8), ($9, $10), ($11, $12) X");
    }
}
