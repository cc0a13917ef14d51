//! What happens to the templates that WhatsApp approves of.

use crate::{Fact, Id, WhatsappTemplateId};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// The provider thinks otherwise of a template that was known: it approved of it, paused it, or does not have it any more.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WhatsappTemplateMoved {
    /// The template.
    pub whatsapp_template_id: WhatsappTemplateId,
    /// Its name at the provider.
    pub name: String,
    /// The language that it is in, such as `en` or `en_US`.
    pub language: String,
    /// How it stood, such as `approved`.
    pub from: String,
    /// How it stands, such as `paused`.
    pub to: String,
    /// Why, in the provider's words, where it says so.
    pub reason: Option<String>,
}

impl Fact for WhatsappTemplateMoved {
    const KIND: &'static str = "whatsapp_template.moved";
    fn about(&self) -> Option<Uuid> {
        Some(self.whatsapp_template_id.uuid())
    }
}
