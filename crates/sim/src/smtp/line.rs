//! Lines: the commands as they are read, and the two texts that SMTP writes in a way of its own.

use std::io;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, BufReader};
use tokio::net::TcpStream;

/// The longest mail taken, in bytes; also what EHLO announces.
pub(super) const LARGEST: usize = 25 * 1024 * 1024;
const LONGEST_LINE: u64 = 64 * 1024;

/// One line with its end. `None` when the client is gone.
pub(super) async fn read(stream: &mut BufReader<TcpStream>) -> io::Result<Option<Vec<u8>>> {
    let mut line = Vec::new();
    stream.take(LONGEST_LINE).read_until(b'\n', &mut line).await?;
    match line.last() {
        Some(b'\n') => Ok(Some(line)),
        // Cut off in the middle, or longer than any client writes.
        _ => Ok(None),
    }
}

/// Everything up to the single dot, with the doubled dots undone. `None` when the client went away
/// before the end, or the mail is too large: either way there is no mail.
pub(super) async fn read_mail(stream: &mut BufReader<TcpStream>) -> io::Result<Option<Vec<u8>>> {
    let mut mail = Vec::new();
    while let Some(line) = read(stream).await? {
        if line == b".\r\n" || line == b".\n" {
            return Ok(Some(mail));
        }
        mail.extend_from_slice(line.strip_prefix(b".").unwrap_or(&line));
        if mail.len() > LARGEST {
            break;
        }
    }
    Ok(None)
}

/// The address in `FROM:<a@b> SIZE=5`, in lower case; empty for `<>`.
pub(super) fn address(argument: &str) -> Option<String> {
    let (_, rest) = argument.split_once('<')?;
    let (address, _) = rest.split_once('>')?;
    Some(address.trim().to_lowercase())
}

#[cfg(test)]
mod tests {
    use super::address;

    #[test]
    fn addresses() {
        assert_eq!(address("FROM:<Shop@A.test> SIZE=5").as_deref(), Some("shop@a.test"));
        assert_eq!(address("FROM:<>").as_deref(), Some(""));
        assert_eq!(address("TO: nobody"), None);
    }
}
