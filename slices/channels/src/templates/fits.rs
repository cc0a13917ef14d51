//! Whether a text can go out by a template: the provider has approved of it, and it takes what the text brings.

use super::{Chosen, Status, Template, look};
use crate::provider::Provider;
use crate::world::Channels;
use facts::TenantId;
use facts::messages::Channel;
use std::collections::BTreeSet;
use store::{Error, Look, Result};

/// What is known of a template before anything goes out by it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Approval {
    /// The provider took it when it was last asked, and it takes what the text brings.
    Given,
    /// It could not be checked: another provider than Meta carries WhatsApp, nobody ever asked, or what Meta says is not known here.
    NotKnown,
}

impl Channels {
    /// Whether a text with these variables can go out by the template that it names (see [`Chosen`]), as far as that can be known.
    ///
    /// # Errors
    /// `template_not_approved`, with how it stands and what to do; `template_variables`, with what is missing.
    pub async fn template_fits(&self, tenant: TenantId, said: &str, used: &BTreeSet<String>) -> Result<Approval> {
        // What Meta refuses is asked of the others; but whoever has Meta asked first means to go by it, and is told before all is refused.
        if self.set_up(tenant, Channel::Whatsapp).await?.first() != Some(&Provider::Meta) {
            return Ok(Approval::NotKnown);
        }
        template_fits(&mut self.db.read_main(tenant), &Chosen::of(said), used).await
    }
}

async fn template_fits(look: &mut impl Look, chosen: &Chosen, used: &BTreeSet<String>) -> Result<Approval> {
    if look::looks(look).await?.is_none_or(|looks| looks.done_at.is_none()) {
        return Ok(Approval::NotKnown);
    }
    let found = look::named(look, &[chosen.name.as_str()]).await?;
    judge(&found, chosen, used)
}

/// The same of what is known of every language of the name.
fn judge(found: &[Template], chosen: &Chosen, used: &BTreeSet<String>) -> Result<Approval> {
    let name = chosen.name.as_str();
    let Some(template) = found.iter().find(|one| one.language == chosen.language) else {
        return Err(not_approved(name, "missing", &elsewhere(found, chosen)));
    };
    let why = template.reason.as_deref().map(|reason| format!(" ({reason})")).unwrap_or_default();
    let says = match template.status {
        Status::Approved => return takes(template, chosen, used).map(|()| Approval::Given),
        Status::Other => return Ok(Approval::NotKnown),
        Status::Pending => format!("Meta has not decided on the template {name} yet. Send it once Meta has approved of it, or by another."),
        Status::Rejected => format!("Meta rejected the template {name}{why}. Change it in WhatsApp Manager, or use another."),
        Status::Paused => {
            format!("Meta paused the template {name}{why}, because of how people took it. Wait until it goes on, or use another.")
        }
        Status::Disabled => format!("Meta disabled the template {name}{why}: it is not sent any more. Use another."),
        Status::Gone => format!("Meta does not have the template {name} any more. Use another, or make it there again."),
    };
    Err(not_approved(name, template.status.as_str(), &says))
}

fn not_approved(name: &str, status: &'static str, says: &str) -> Error {
    Error::conflict("template_not_approved", says).with_member("template", name).with_member("status", status)
}

/// Where there is none of the name in the language.
fn elsewhere(found: &[Template], chosen: &Chosen) -> String {
    let Chosen { name, language, .. } = chosen;
    let others: Vec<&str> = found.iter().map(|one| one.language.as_str()).collect();
    match others.first() {
        None => format!("Meta has no template {name}. If it is new, have Meta asked again; else choose one that there is."),
        Some(first) => format!(
            "Meta has the template {name} in {}, and not in {language}. Say which, such as {name}/{first}, or add that language to it in \
             WhatsApp Manager.",
            others.join(", ")
        ),
    }
}

/// Whether it takes what a text brings: all of its variables, and no other.
fn takes(template: &Template, chosen: &Chosen, used: &BTreeSet<String>) -> Result<()> {
    let name = &template.name;
    if let Some(needs) = &template.also_needs {
        return Err(unfit(name, &[], format!("The template {name} also needs {needs}, which nothing here gives it. Use one without.")));
    }
    if template.numbered {
        return takes_numbers(template, chosen, used);
    }
    if !chosen.numbered.is_empty() {
        return Err(unfit(name, &[], format!("The template {name} does not number its variables: leave out what stands in brackets.")));
    }
    let wanted = &template.variables.0;
    let missing: Vec<&str> = wanted.iter().filter(|one| !used.contains(*one)).map(String::as_str).collect();
    if !missing.is_empty() {
        let says = format!("The template {name} takes {}. The text does not use {}: put it in.", wanted.join(", "), missing.join(", "));
        return Err(unfit(name, &missing, says));
    }
    let odd: Vec<&str> = used.iter().filter(|one| !wanted.contains(one)).map(String::as_str).collect();
    if !odd.is_empty() {
        let takes = if wanted.is_empty() { "no variables".to_owned() } else { format!("{} alone", wanted.join(", ")) };
        return Err(unfit(name, &[], format!("The template {name} takes {takes}. The text also uses {}: take it out.", odd.join(", "))));
    }
    Ok(())
}

/// The same of one that numbers its variables: which of the text's stands for each number is said with its name.
fn takes_numbers(template: &Template, chosen: &Chosen, used: &BTreeSet<String>) -> Result<()> {
    let (name, wanted) = (&template.name, template.variables.0.len());
    if chosen.numbered.len() != wanted {
        let says = format!(
            "The template {name} numbers its variables, and there are {wanted}. Say in brackets which of the text's stand for them, in \
             that order, such as {}(name, city).",
            Chosen::from(template)
        );
        return Err(unfit(name, &[], says));
    }
    let missing: Vec<&str> = chosen.numbered.iter().filter(|one| !used.contains(*one)).map(String::as_str).collect();
    if !missing.is_empty() {
        let says = format!("The text does not use {}, which the template {name} is filled in with: put it in.", missing.join(", "));
        return Err(unfit(name, &missing, says));
    }
    let odd: Vec<&str> = used.iter().filter(|one| !chosen.numbered.contains(one)).map(String::as_str).collect();
    if !odd.is_empty() {
        let says = format!("The text also uses {}, which stands for no number of the template {name}: take it out.", odd.join(", "));
        return Err(unfit(name, &[], says));
    }
    Ok(())
}

fn unfit(name: &str, missing: &[&str], says: String) -> Error {
    Error::conflict("template_variables", says).with_member("template", name).with_member("missing", missing.to_vec())
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::templates::{Category, Quality};
    use facts::{Id, Time, WhatsappTemplateId};
    use store::Json;

    /// An approved one in English.
    pub(in crate::templates) fn template(name: &str, variables: &[&str]) -> Template {
        Template {
            id: WhatsappTemplateId::from_uuid(uuid::Uuid::nil()),
            name: name.to_owned(),
            language: "en".to_owned(),
            category: Category::Marketing,
            status: Status::Approved,
            quality: Quality::Green,
            body: String::new(),
            variables: Json(variables.iter().map(|one| (*one).to_owned()).collect()),
            numbered: false,
            also_needs: None,
            reason: None,
            seen_at: Time(0),
            created_at: Time(0),
        }
    }

    /// The word of an answer: what is known, or the code of the refusal and what it says.
    fn word(found: &[Template], used: &[&str]) -> (String, String) {
        by("mangoes", found, used)
    }

    /// The same of a text that names its template so.
    fn by(said: &str, found: &[Template], used: &[&str]) -> (String, String) {
        let used = used.iter().map(|one| (*one).to_owned()).collect();
        match judge(found, &said.parse().unwrap(), &used) {
            Ok(approval) => (format!("{approval:?}"), String::new()),
            Err(error) => (error.code().to_owned(), error.message().to_owned()),
        }
    }

    #[test]
    fn only_what_is_approved_goes_out() {
        for status in Status::ALL {
            let expected = match status {
                Status::Approved => "Given",
                Status::Other => "NotKnown",
                _ => "template_not_approved",
            };
            assert_eq!(word(&[Template { status: *status, ..template("mangoes", &[]) }], &[]).0, expected, "{status}");
        }
        assert_eq!(word(&[], &[]).0, "template_not_approved");
        let american = Template { language: "en_US".to_owned(), ..template("mangoes", &[]) };
        let (code, says) = word(&[american], &[]);
        assert_eq!(code, "template_not_approved");
        assert!(says.contains("in en_US"), "{says}");
    }

    #[test]
    fn promise_21_one_in_another_language_and_one_that_numbers_its_variables() {
        let american = || Template { language: "en_US".to_owned(), ..template("mangoes", &["name"]) };
        assert_eq!(by("mangoes/en_US", &[american()], &["name"]).0, "Given");
        assert_eq!(by("mangoes/hi", &[american()], &["name"]).0, "template_not_approved");
        assert_eq!(by("mangoes(name)", &[template("mangoes", &["name"])], &["name"]).0, "template_variables", "it has names");
        let numbered = Template { numbered: true, ..template("mangoes", &["1", "2"]) };
        for (said, used, expected) in [
            ("mangoes(name, city)", vec!["name", "city"], "Given"),
            ("mangoes(name, name)", vec!["name"], "Given"),
            ("mangoes", vec!["name", "city"], "template_variables"),
            ("mangoes(name)", vec!["name", "city"], "template_variables"),
            ("mangoes(name, city)", vec!["name"], "template_variables"),
            ("mangoes(name, city)", vec!["name", "city", "phone"], "template_variables"),
        ] {
            assert_eq!(by(said, std::slice::from_ref(&numbered), &used).0, expected, "{said} {used:?}");
        }
    }

    #[test]
    fn it_takes_its_variables_and_no_other() {
        let named = || template("mangoes", &["name", "city"]);
        for (one, used, expected) in [
            (named(), vec!["name", "city"], "Given"),
            (named(), vec!["name"], "template_variables"),
            (named(), vec!["name", "city", "phone"], "template_variables"),
            (template("mangoes", &[]), vec![], "Given"),
            (template("mangoes", &[]), vec!["name"], "template_variables"),
            (Template { numbered: true, ..template("mangoes", &["1", "2"]) }, vec!["name", "city"], "template_variables"),
            (Template { also_needs: Some("a picture".to_owned()), ..named() }, vec!["name", "city"], "template_variables"),
        ] {
            assert_eq!(word(std::slice::from_ref(&one), &used).0, expected, "{one:?} {used:?}");
        }
        let (_, says) = word(&[named()], &["name"]);
        assert!(says.contains("does not use city"), "{says}");
    }
}
