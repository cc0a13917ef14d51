//! What happens to one-time codes.

use crate::messages::Channel;
use crate::{Fact, Id, OtpId};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// A code was sent, by one channel.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CodeSent {
    /// The code's id; the code itself is told nowhere.
    pub otp_id: OtpId,
    /// What it is for: `signup`, `login`, `password_reset` or `verification`.
    pub purpose: String,
    /// By which channel.
    pub channel: Channel,
}

impl Fact for CodeSent {
    const KIND: &'static str = "code.sent";
    fn about(&self) -> Option<Uuid> {
        Some(self.otp_id.uuid())
    }
}

/// A code was found right.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CodeVerified {
    /// The code's id; the code itself is told nowhere.
    pub otp_id: OtpId,
    /// What it is for: `signup`, `login`, `password_reset` or `verification`.
    pub purpose: String,
}

impl Fact for CodeVerified {
    const KIND: &'static str = "code.verified";
    fn about(&self) -> Option<Uuid> {
        Some(self.otp_id.uuid())
    }
}

/// A code was guessed at too often, and counts no more.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CodeSpent {
    /// The code's id; the code itself is told nowhere.
    pub otp_id: OtpId,
    /// What it is for: `signup`, `login`, `password_reset` or `verification`.
    pub purpose: String,
}

impl Fact for CodeSpent {
    const KIND: &'static str = "code.spent";
    fn about(&self) -> Option<Uuid> {
        Some(self.otp_id.uuid())
    }
}
