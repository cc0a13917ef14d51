//! Meta's error codes: with which status a call is refused, and which of them come only later, about a message that was taken.

/// One code.
#[derive(Clone, Copy)]
pub(super) struct Code {
    pub(super) code: u32,
    /// The HTTP status of the refusal; `None` where the message is taken and fails on its way.
    pub(super) status: Option<u16>,
    /// Meta's words.
    pub(super) title: &'static str,
}

const fn at_once(code: u32, status: u16, title: &'static str) -> Code {
    Code { code, status: Some(status), title }
}

const fn later(code: u32, title: &'static str) -> Code {
    Code { code, status: None, title }
}

const TABLE: [Code; 45] = [
    at_once(3, 500, "API Method"),
    at_once(4, 400, "API Too Many Calls"),
    at_once(10, 403, "Permission Denied"),
    at_once(100, 400, "Invalid parameter"),
    at_once(190, 401, "Access token has expired"),
    at_once(200, 403, "API Permission"),
    at_once(299, 403, "API Permission"),
    at_once(368, 403, "Temporarily blocked for policies violations"),
    at_once(80007, 400, "Rate limit issues"),
    at_once(130_429, 400, "Rate limit hit"),
    later(130_472, "User's number is part of an experiment"),
    at_once(130_497, 403, "Business account is restricted from messaging users in this country."),
    at_once(131_000, 500, "Something went wrong"),
    at_once(131_005, 403, "Access denied"),
    at_once(131_008, 400, "Required parameter is missing"),
    at_once(131_009, 400, "Parameter value is not valid"),
    at_once(131_016, 500, "Service unavailable"),
    later(131_026, "Message undeliverable"),
    at_once(131_031, 403, "Account has been locked"),
    at_once(131_042, 400, "Business eligibility payment issue"),
    at_once(131_045, 500, "Incorrect certificate"),
    later(131_047, "Re-engagement message"),
    at_once(131_048, 400, "Spam rate limit hit"),
    later(131_049, "This message was not delivered to maintain healthy ecosystem engagement."),
    later(131_050, "User has stopped receiving marketing messages from this business"),
    at_once(131_051, 400, "Unsupported message type"),
    later(131_052, "Media download error"),
    later(131_053, "Media upload error"),
    at_once(131_056, 400, "(Business Account, Consumer Account) pair rate limit hit"),
    at_once(131_057, 500, "Account in maintenance mode"),
    at_once(131_064, 400, "Messaging limit reached"),
    at_once(132_000, 400, "Template Param Count Mismatch"),
    at_once(132_001, 404, "Template does not exist in the translation"),
    at_once(132_005, 400, "Template Hydrated Text Too Long"),
    at_once(132_007, 400, "Template Format Character Policy Violated"),
    at_once(132_008, 400, "Template Parameter Format Violated"),
    at_once(132_012, 400, "Template Parameter Format Mismatch"),
    at_once(132_015, 400, "Template is Paused"),
    at_once(132_016, 400, "Template is Disabled"),
    at_once(132_068, 400, "Flow is blocked"),
    at_once(132_069, 400, "Flow is throttled"),
    at_once(133_010, 400, "Phone number Not Registered"),
    at_once(135_000, 400, "Generic user error"),
    at_once(1, 400, "API Unknown"),
    at_once(2, 503, "API Service"),
];

/// What is known of a code; nothing for one that Meta does not have.
pub(super) fn known(code: u32) -> Option<Code> {
    TABLE.iter().find(|known| known.code == code).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_code_stands_once() {
        let mut codes: Vec<u32> = TABLE.iter().map(|code| code.code).collect();
        codes.sort_unstable();
        codes.dedup();
        assert_eq!(codes.len(), TABLE.len());
    }

    #[test]
    fn what_fails_on_its_way_is_no_refusal() {
        for code in [131_026, 131_047, 131_049, 131_050, 130_472] {
            assert!(known(code).unwrap().status.is_none(), "{code}");
        }
        for (code, status) in [(190, 401), (132_001, 404), (131_056, 400), (131_016, 500)] {
            assert_eq!(known(code).unwrap().status, Some(status));
        }
        assert!(known(999).is_none());
    }
}
