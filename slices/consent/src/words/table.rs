//! The words that are known, by language.
//!
//! CANCEL and END, which some carriers take for STOP, are left out: in a shop's chat they answer a question about an order. Where a
//! carrier takes them so, its own word of it comes with the message.

use super::Keyword;
use super::Keyword::{Help, Start, Stop, StopAll};

/// The table; a row for each keyword and language.
pub(super) const TABLE: &[(Keyword, &[&str])] = &[
    // English
    (Stop, &["stop", "unsubscribe", "opt out", "quit", "stop promotions"]),
    (StopAll, &["stop all"]),
    (Start, &["start", "unstop", "subscribe", "opt in"]),
    (Help, &["help"]),
    // Hindi
    (Stop, &["बंद", "बंद करो", "बंद करें", "बंद करे", "बन्द", "बन्द करो", "बन्द करें", "रोको", "रोकें", "रोकिए", "स्टॉप", "मत भेजो"]),
    (Start, &["शुरू", "शुरू करो", "शुरू करें", "शुरु करें", "चालू करो", "चालू करें", "स्टार्ट"]),
    (Help, &["मदद", "सहायता", "हेल्प"]),
    // Hindi, as it is typed on a Latin keyboard
    (Stop, &["band karo", "band kare", "band karen", "roko", "mat bhejo", "message mat bhejo"]),
    (Start, &["shuru karo", "shuru kare", "shuru karen", "chalu karo"]),
    (Help, &["madad", "sahayata"]),
    // Marathi
    (Stop, &["बंद करा", "थांबवा", "थांबा", "band kara", "thambva"]),
    (Start, &["सुरू करा", "चालू करा", "suru kara"]),
    (Help, &["मदत", "madat"]),
    // Tamil
    (Stop, &["நிறுத்து", "நிறுத்தவும்", "நிறுத்துங்கள்"]),
    (Start, &["தொடங்கு", "தொடங்கவும்"]),
    (Help, &["உதவி"]),
    // Telugu
    (Stop, &["ఆపు", "ఆపండి"]),
    (Start, &["ప్రారంభించు", "ప్రారంభించండి"]),
    (Help, &["సహాయం"]),
    // Bengali
    (Stop, &["বন্ধ", "বন্ধ করুন", "বন্ধ করো", "থামুন"]),
    (Start, &["শুরু", "শুরু করুন", "চালু করুন"]),
    (Help, &["সাহায্য"]),
    // Gujarati
    (Stop, &["બંધ", "બંધ કરો", "રોકો"]),
    (Start, &["શરૂ", "શરૂ કરો", "ચાલુ કરો"]),
    (Help, &["મદદ"]),
    // Kannada
    (Stop, &["ನಿಲ್ಲಿಸಿ", "ನಿಲ್ಲಿಸು"]),
    (Start, &["ಪ್ರಾರಂಭಿಸಿ", "ಶುರು ಮಾಡಿ"]),
    (Help, &["ಸಹಾಯ"]),
    // Malayalam
    (Stop, &["നിർത്തുക", "നിർത്തൂ"]),
    (Start, &["തുടങ്ങുക", "ആരംഭിക്കുക"]),
    (Help, &["സഹായം"]),
    // Punjabi
    (Stop, &["ਬੰਦ", "ਬੰਦ ਕਰੋ", "ਰੋਕੋ"]),
    (Start, &["ਸ਼ੁਰੂ", "ਸ਼ੁਰੂ ਕਰੋ", "ਚਾਲੂ ਕਰੋ"]),
    (Help, &["ਮਦਦ"]),
];
