//! What the columns of a file mean, guessed from their names.

use serde::{Deserialize, Serialize};
use store::{Error, Result};
use utoipa::ToSchema;

/// The longest name of an attribute, in bytes.
const NAME: usize = 64;

facts::words! {
    /// What a column says.
    pub enum Says {
        /// The whole name.
        Name = "name",
        /// The name before the family's.
        FirstName = "first_name",
        /// The family's name.
        LastName = "last_name",
        /// The number.
        Phone = "phone",
        /// The e-mail address.
        Email = "email",
        /// Tags, with commas or semicolons between them.
        Tags = "tags",
        /// The language.
        Locale = "locale",
        /// The time zone.
        TimeZone = "time_zone",
        /// An attribute that is called as the column is.
        Attribute = "attribute",
        /// Nothing that is kept.
        Ignored = "ignored",
    }
}

impl Says {
    /// As people say it.
    pub(crate) fn title(self) -> &'static str {
        match self {
            Says::Name => "Name",
            Says::FirstName => "First name",
            Says::LastName => "Last name",
            Says::Phone => "Phone",
            Says::Email => "E-mail",
            Says::Tags => "Tags",
            Says::Locale => "Language",
            Says::TimeZone => "Time zone",
            Says::Attribute => "Attribute of this name",
            Says::Ignored => "Left out",
        }
    }

    /// Whether several columns may say it.
    fn may_repeat(self) -> bool {
        matches!(self, Says::Tags | Says::Attribute | Says::Ignored)
    }
}

/// A column of a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = ContactImportColumn)]
pub(crate) struct Column {
    /// As the file calls it.
    #[schema(example = "Mobile number")]
    pub name: String,
    /// What it says: `name`, `first_name`, `last_name`, `phone`, `email`, `tags`, `locale`, `time_zone`, `attribute` or `ignored`.
    #[schema(value_type = String, example = "phone")]
    pub says: Says,
}

/// The names that programs and people give to columns, in small letters without signs; the first that a file has is it.
const NAMES: &[(Says, &[&str])] = &[
    (Says::Name, &["name", "fullname", "customername", "contactname", "displayname", "customer", "contact"]),
    (Says::FirstName, &["firstname", "givenname", "forename"]),
    (Says::LastName, &["lastname", "familyname", "surname"]),
    (
        Says::Phone,
        &[
            "mobile",
            "mobilenumber",
            "mobileno",
            "mobilephone",
            "cell",
            "cellphone",
            "whatsapp",
            "whatsappnumber",
            "phone",
            "phonenumber",
            "phoneno",
            "phone1value",
            "telephone",
            "tel",
            "contactnumber",
            "contactno",
        ],
    ),
    (Says::Email, &["email", "emailaddress", "emailid", "mail", "email1value"]),
    (Says::Tags, &["tags", "tag", "labels", "label"]),
    (Says::Locale, &["locale", "language", "lang", "preferredlanguage"]),
    (Says::TimeZone, &["timezone", "tz"]),
];

/// Columns of our own export that are not read in again.
const OURS: [&str; 2] = ["id", "createdat"];

/// What the columns of these names probably mean: each meaning once, and what nobody knows is an attribute of its own.
pub(crate) fn guess(names: &[String]) -> Vec<Column> {
    let plain: Vec<String> =
        names.iter().map(|name| name.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_ascii_lowercase()).collect();
    let mut says: Vec<Option<Says>> = vec![None; names.len()];
    for (meaning, known) in NAMES {
        if let Some(at) = known.iter().find_map(|name| plain.iter().position(|plain| plain == name)) {
            says[at] = Some(*meaning);
        }
    }
    let rest = |at: usize| if fits(&names[at]) && !OURS.contains(&plain[at].as_str()) { Says::Attribute } else { Says::Ignored };
    let column = |(at, name): (usize, &String)| Column { name: name.clone(), says: says[at].unwrap_or_else(|| rest(at)) };
    names.iter().enumerate().map(column).collect()
}

/// Whether an attribute can be called so.
fn fits(name: &str) -> bool {
    (1..=NAME).contains(&name.len()) && !name.chars().any(char::is_control)
}

/// The same columns with what somebody says that they mean.
///
/// # Errors
/// `columns`: one for each column of the file; a phone number or an e-mail address among them; none twice that can be said once.
pub(crate) fn meant(columns: &[Column], says: &[Says]) -> Result<Vec<Column>> {
    let wrong = |message: String| Error::field("columns", message);
    if says.len() != columns.len() {
        return Err(wrong(format!("one for each of the {} columns of the file, in their order", columns.len())));
    }
    if !says.iter().any(|says| matches!(says, Says::Phone | Says::Email)) {
        return Err(wrong("say which column has the phone number or the e-mail address: without one nobody can be told apart".to_owned()));
    }
    for (at, one) in says.iter().enumerate() {
        if !one.may_repeat() && says[..at].contains(one) {
            return Err(wrong(format!("{} is said of two columns", one.title())));
        }
        if *one == Says::Attribute && !fits(&columns[at].name) {
            return Err(wrong(format!("column {} has no name that an attribute can have (1 to {NAME} bytes): leave it out", at + 1)));
        }
    }
    Ok(columns.iter().zip(says).map(|(column, says)| Column { name: column.name.clone(), says: *says }).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn guessed(line: &str) -> Vec<Says> {
        guess(&line.split(',').map(str::to_owned).collect::<Vec<_>>()).into_iter().map(|column| column.says).collect()
    }

    #[test]
    fn columns_are_known_by_their_names() {
        use Says::{Attribute, Email, FirstName, Ignored, LastName, Locale, Name, Phone, Tags, TimeZone};
        let table = [
            ("Name,Mobile No.,E-mail,City", vec![Name, Phone, Email, Attribute]),
            ("first_name,Last Name,phone,mobile,tags", vec![FirstName, LastName, Attribute, Phone, Tags]),
            ("Customer Name,WhatsApp number,Email ID,,Language,Time zone", vec![Name, Phone, Email, Ignored, Locale, TimeZone]),
        ];
        for (line, expected) in table {
            assert_eq!(guessed(line), expected, "{line}");
        }
    }

    #[test]
    fn what_somebody_says_must_tell_people_apart() {
        use Says::{Attribute, Email, Ignored, Name, Phone};
        let columns = guess(&["name", "phone", ""].map(str::to_owned));
        assert!(meant(&columns, &[Name, Phone, Ignored]).is_ok());
        assert!(meant(&columns, &[Attribute, Email, Ignored]).is_ok());
        for wrong in [vec![Name, Phone], vec![Name, Attribute, Ignored], vec![Phone, Phone, Ignored], vec![Name, Phone, Attribute]] {
            assert!(meant(&columns, &wrong).is_err(), "{wrong:?}");
        }
    }
}
