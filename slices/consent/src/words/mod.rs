//! The words by which people end messages, begin them again, or ask for help. Only a whole message is one: who writes "please
//! don't stop" stops nothing.

mod table;

use crate::model::OwnWords;
use table::TABLE;

facts::words! {
    /// What a message that is one word asks for.
    pub enum Keyword {
        /// No more offers.
        Stop = "stop",
        /// Nothing at all.
        StopAll = "stop_all",
        /// Offers again.
        Start = "start",
        /// How to go on.
        Help = "help",
    }
}

/// The longest message that is looked at, in bytes: no word is longer.
const LONGEST: usize = 400;

/// What a message asks for; nothing for most. A shop's own words come before those that are known here.
pub(crate) fn keyword(text: &str, own: &OwnWords) -> Option<Keyword> {
    if text.len() > LONGEST {
        return None;
    }
    let folded = fold(text);
    if folded.is_empty() {
        return None;
    }
    let theirs = [(Keyword::Stop, &own.stop), (Keyword::Start, &own.start), (Keyword::Help, &own.help)];
    let theirs = theirs.into_iter().find(|(_, words)| words.iter().any(|word| fold(word) == folded)).map(|(keyword, _)| keyword);
    theirs.or_else(|| TABLE.iter().find(|(_, words)| words.iter().any(|word| fold(word) == folded)).map(|(keyword, _)| *keyword))
}

/// A text as it is compared: small letters and digits, without spaces, punctuation, accents and joining marks.
pub(crate) fn fold(text: &str) -> String {
    text.chars().flat_map(char::to_lowercase).map(plain).filter(|letter| letter.is_alphanumeric()).collect()
}

/// A Latin letter without its accent.
fn plain(letter: char) -> char {
    match letter {
        'à'..='å' | 'ā' => 'a',
        'ç' => 'c',
        'è'..='ë' | 'ē' => 'e',
        'ì'..='ï' | 'ī' => 'i',
        'ñ' => 'n',
        'ò'..='ö' | 'ō' => 'o',
        'ù'..='ü' | 'ū' => 'u',
        letter => letter,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_messages_and_nothing_else() {
        let own = OwnWords { stop: vec!["No more!".to_owned()], start: vec!["stop".to_owned()], help: Vec::new() };
        let none = OwnWords::default();
        for (text, found) in [
            ("STOP", Some(Keyword::Stop)),
            (" stop. ", Some(Keyword::Stop)),
            ("Stóp!", Some(Keyword::Stop)),
            ("STOP ALL", Some(Keyword::StopAll)),
            ("Unsubscribe", Some(Keyword::Stop)),
            ("opt-out", Some(Keyword::Stop)),
            ("start", Some(Keyword::Start)),
            ("UNSTOP", Some(Keyword::Start)),
            ("Help?", Some(Keyword::Help)),
            ("बंद करो", Some(Keyword::Stop)),
            ("band karo", Some(Keyword::Stop)),
            ("थांबवा", Some(Keyword::Stop)),
            ("நிறுத்து", Some(Keyword::Stop)),
            ("ఆపండి", Some(Keyword::Stop)),
            ("বন্ধ করুন", Some(Keyword::Stop)),
            ("બંધ કરો", Some(Keyword::Stop)),
            ("ನಿಲ್ಲಿಸಿ", Some(Keyword::Stop)),
            ("നിർത്തുക", Some(Keyword::Stop)),
            ("ਬੰਦ ਕਰੋ।", Some(Keyword::Stop)),
            ("मदद", Some(Keyword::Help)),
            ("शुरू करें", Some(Keyword::Start)),
            ("please don't stop", None),
            ("stop sending milk on Sunday", None),
            ("cancel", None),
            ("end", None),
            ("", None),
            ("👍", None),
        ] {
            assert_eq!(keyword(text, &none), found, "{text}");
        }
        assert_eq!(keyword("no more", &own), Some(Keyword::Stop));
        assert_eq!(keyword("stop", &own), Some(Keyword::Start), "a shop's own word comes first");
        assert_eq!(keyword(&"stop ".repeat(200), &none), None);
    }

    #[test]
    fn no_word_has_two_meanings() {
        for (at, (keyword, words)) in TABLE.iter().enumerate() {
            for word in *words {
                assert!(!fold(word).is_empty(), "{word}");
                let other =
                    TABLE[at + 1..].iter().find(|(other, words)| other != keyword && words.iter().any(|known| fold(known) == fold(word)));
                assert!(other.is_none(), "{word}");
            }
        }
    }

    proptest::proptest! {
        #[test]
        fn folding_twice_is_folding_once(text in "\\PC{0,60}") {
            proptest::prop_assert_eq!(fold(&fold(&text)), fold(&text));
        }
    }
}
