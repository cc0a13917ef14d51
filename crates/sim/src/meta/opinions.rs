//! What Meta thinks of templates, which a webhook tells, and what is done with them in WhatsApp Manager, which none does.

use super::Meta;
use super::templates::MetaTemplate;
use crate::chat::{Status, by_themselves};
use serde_json::json;

impl Meta {
    /// Meta looks at a new template: one whose name says so is rejected.
    pub(super) fn judge_later(&self, whose: Option<String>, template: MetaTemplate) {
        let (meta, habit) = (self.clone(), *self.0.habit.lock());
        let word = if template.name.contains("reject") { "REJECTED" } else { "APPROVED" };
        by_themselves(&self.0.courier, habit, None, &[Status::Accepted], move |_, _| {
            meta.judge_template(whose.as_deref(), &template.name, &template.language, word);
        });
    }

    /// Meta says what it thinks of a template: `APPROVED`, `REJECTED`, `PAUSED`, `DISABLED`; a webhook tells of it. Returns whether
    /// there is such a template.
    pub fn judge_template(&self, guest: Option<&str>, name: &str, language: &str, status: &str) -> bool {
        let mut state = self.0.state.lock();
        let Some(template) = state.templates.find(guest, name, language) else { return false };
        let reason = if status == "REJECTED" { "INVALID_FORMAT" } else { "NONE" };
        template.status = status.to_owned();
        template.rejected_reason = reason.to_owned();
        let value = json!({
            "event": status, "message_template_id": template.id.parse::<u64>().unwrap_or_default(), "message_template_name": name,
            "message_template_language": language, "reason": reason, "message_template_category": template.category,
        });
        drop(state);
        self.announce(guest, "message_template_status_update", value);
        true
    }

    /// People take a template otherwise than before: `GREEN`, `YELLOW`, `RED`; a webhook tells of it. Returns whether there is such a
    /// template.
    pub fn rate_template(&self, guest: Option<&str>, name: &str, language: &str, quality: &str) -> bool {
        let mut state = self.0.state.lock();
        let Some(template) = state.templates.find(guest, name, language) else { return false };
        let before = std::mem::replace(&mut template.quality, quality.to_owned());
        let value = json!({
            "previous_quality_score": before, "new_quality_score": quality, "message_template_id": template.id.parse::<u64>().unwrap_or_default(),
            "message_template_name": name, "message_template_language": language,
        });
        drop(state);
        self.announce(guest, "message_template_quality_update", value);
        true
    }

    /// Meta finds that a template is for something else: `MARKETING`, `UTILITY`; a webhook tells of it. Returns whether there is such a
    /// template.
    pub fn sort_template(&self, guest: Option<&str>, name: &str, language: &str, category: &str) -> bool {
        let mut state = self.0.state.lock();
        let Some(template) = state.templates.find(guest, name, language) else { return false };
        let before = std::mem::replace(&mut template.category, category.to_owned());
        let value = json!({
            "previous_category": before, "new_category": category, "message_template_id": template.id.parse::<u64>().unwrap_or_default(),
            "message_template_name": name, "message_template_language": language,
        });
        drop(state);
        self.announce(guest, "template_category_update", value);
        true
    }

    /// The account has a template more, as if it had been made in WhatsApp Manager; in place of one of that name and language. No webhook
    /// tells of it.
    pub fn put_template(&self, guest: Option<&str>, name: &str, language: &str, category: &str, body: &str) {
        let template = super::ready::approved(self.0.names.digits(16), name, language, category, body);
        let mut state = self.0.state.lock();
        let all = state.templates.of(guest);
        all.retain(|one| one.name != name || one.language != language);
        all.push(template);
    }

    /// A template is taken away in WhatsApp Manager. No webhook tells of it.
    pub fn drop_template(&self, guest: Option<&str>, name: &str) {
        self.0.state.lock().templates.of(guest).retain(|one| one.name != name);
    }

    /// The templates of an account.
    pub fn templates(&self, guest: Option<&str>) -> Vec<MetaTemplate> {
        self.0.state.lock().templates.of(guest).clone()
    }
}
