//! What programs call themselves.

/// What fetches images in place of whoever reads: Gmail's proxy ends its name with `(via ggpht.com GoogleImageProxy)`, Yahoo's is
/// `YahooMailProxy`. Both fetch when somebody looks and also when nobody does, so what they fetch says little.
const PROXIES: [&str; 3] = ["googleimageproxy", "ggpht.com", "yahoomailproxy"];
/// All that Apple's Mail Privacy Protection says of itself, which fetches every image as a mail arrives.
const APPLE: &str = "Mozilla/5.0";

/// Words in the names of programs that look at links before or in place of people, in small letters. Scanners of mails have the names of
/// their makers where they have any: most of them go by the name of a browser, and are known by what they do.
const PROGRAMS: [&str; 28] = [
    "barracuda",
    "proofpoint",
    "mimecast",
    "ironport",
    "ciscosecureemail",
    "safelinks",
    "symantec",
    "messagelabs",
    "trendmicro",
    "forcepoint",
    "fireeye",
    "bitdefender",
    "sophos",
    "bot",
    "crawl",
    "spider",
    "preview",
    "scan",
    "headless",
    "curl/",
    "wget",
    "python",
    "java/",
    "go-http",
    "okhttp",
    "libwww",
    "phantomjs",
    "facebookexternalhit",
];

/// Whether it is a mail provider that fetches images for whoever reads.
pub(crate) fn is_mail_proxy(agent: &str) -> bool {
    let small = agent.to_ascii_lowercase();
    agent == APPLE || PROXIES.iter().any(|proxy| small.contains(proxy))
}

/// Whether it is a program that says so. A browser says what it is, so what says nothing is none.
pub(crate) fn is_program(agent: &str) -> bool {
    let small = agent.to_ascii_lowercase();
    agent.trim().is_empty() || PROGRAMS.iter().any(|word| small.contains(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    const PHONE: &str =
        "Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Mobile Safari/537.36";

    #[test]
    fn who_fetches_images() {
        let gmail = "Mozilla/5.0 (Windows NT 5.1; rv:11.0) Gecko Firefox/11.0 (via ggpht.com GoogleImageProxy)";
        for (agent, expected) in
            [(gmail, true), ("YahooMailProxy; https://help.yahoo.com", true), ("Mozilla/5.0", true), (PHONE, false), ("", false)]
        {
            assert_eq!(is_mail_proxy(agent), expected, "{agent}");
        }
    }

    #[test]
    fn who_says_that_it_is_a_program() {
        for (agent, expected) in
            [("BarracudaCentral Link Check", true), ("python-requests/2.32", true), ("", true), (PHONE, false), ("Mozilla/5.0", false)]
        {
            assert_eq!(is_program(agent), expected, "{agent}");
        }
    }
}
