//! What happens to settings and credentials.

use crate::{Change, Fact};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Somebody changed settings.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SettingsChanged {
    /// Their names.
    pub names: Vec<String>,
    /// What changed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub changes: Vec<Change>,
}

impl Fact for SettingsChanged {
    const KIND: &'static str = "settings.changed";
    fn about(&self) -> Option<Uuid> {
        None
    }
}

/// Somebody gave new credentials for a provider. What they are is nowhere told.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CredentialsChanged {
    /// The provider: `razorpay`.
    pub provider: String,
    /// Which of them were set or replaced, masked.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub changes: Vec<Change>,
}

impl Fact for CredentialsChanged {
    const KIND: &'static str = "credentials.changed";
    fn about(&self) -> Option<Uuid> {
        None
    }
}
