//! Changing a template: a further version, from the next message on.

use crate::queries;
use crate::rows;
use crate::template::Template;
use crate::types::MessageType;
use facts::Change;
use facts::messages::{Channel, TemplateSaved};
use serde_json::{Value, json};
use store::{Command, Error, Result, Tx};

/// What to change; what is `None` stays as it is.
#[derive(Debug, Clone)]
pub(crate) struct SaveTemplate {
    pub kind: MessageType,
    pub channel: Channel,
    /// The version that the change was made on; refused when there is a later one.
    pub on_version: Option<i64>,
    pub active: Option<bool>,
    pub subject: Option<String>,
    pub body: Option<String>,
    pub html: Option<String>,
    /// An empty name takes it away.
    pub provider_template: Option<String>,
}

impl SaveTemplate {
    /// No change yet.
    pub(crate) fn of(kind: MessageType, channel: Channel) -> Self {
        Self { kind, channel, on_version: None, active: None, subject: None, body: None, html: None, provider_template: None }
    }

    /// The template that would be in use.
    pub(crate) fn applied(&self, old: &Template) -> Template {
        let mut new = old.clone();
        let plain = |text: &String| text.replace("\r\n", "\n");
        if let Some(active) = self.active {
            new.active = active;
        }
        for (field, change) in [(&mut new.subject, &self.subject), (&mut new.body, &self.body), (&mut new.html, &self.html)] {
            if let Some(change) = change {
                *field = plain(change);
            }
        }
        if let Some(name) = &self.provider_template {
            new.provider_template = Some(name.trim().to_owned()).filter(|name| !name.is_empty());
        }
        new
    }
}

impl Command for SaveTemplate {
    const NAME: &'static str = "save_template";
    type Out = Template;

    async fn run(&self, tx: &mut Tx) -> Result<Template> {
        let old = queries::template(tx, self.kind, self.channel).await?;
        if self.on_version.is_some_and(|seen| seen != old.version) {
            return Err(Error::conflict("template_changed", "Somebody else has changed this template. Load it again."));
        }
        let mut new = self.applied(&old);
        new.check()?;
        let changes = Change::between(&told(&old), &told(&new));
        if changes.is_empty() {
            return Ok(old);
        }
        new.version = old.version + 1;
        new.updated_at = tx.now();
        new.updated_by = tx.who().actor.to_string();
        rows::save_template(tx, &new).await?;
        tx.state(TemplateSaved { template: new.kind.to_string(), channel: new.channel, version: new.version, changes }).await?;
        Ok(new)
    }
}

fn told(template: &Template) -> Value {
    json!({
        "active": template.active, "subject": template.subject, "body": template.body, "html": template.html,
        "provider_template": template.provider_template,
    })
}
