//! The things that this slice is about.

use facts::messages::Channel;
use facts::{OtpId, Time};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

facts::words! {
    /// What somebody wants to do once the address is shown to be theirs.
    pub enum Purpose {
        /// Become known.
        Signup = "signup",
        /// Sign in.
        Login = "login",
        /// Set another password.
        PasswordReset = "password_reset",
        /// Nothing but that.
        Verification = "verification",
    }
}

facts::words! {
    /// How a code stands.
    pub enum State {
        /// It may be used until it is too old.
        Sent = "sent",
        /// It was found right, once.
        Used = "used",
        /// It was guessed at too often.
        Spent = "spent",
        /// A newer one was asked for.
        Replaced = "replaced",
    }
}

/// One code; the code itself is kept nowhere.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct OneTimeCode {
    /// Its id.
    #[schema(value_type = String)]
    pub id: OtpId,
    /// What for.
    #[schema(value_type = String)]
    pub purpose: Purpose,
    /// Phone or e-mail address.
    pub address: String,
    /// The channels that it goes by, one after the other, with a blank between them.
    #[serde(skip_serializing)]
    pub(crate) channels: String,
    /// By how many of them it has been sent.
    pub sends: i64,
    /// How it stands.
    #[schema(value_type = String)]
    pub state: State,
    /// How often a wrong one was said.
    pub tries: i64,
    /// When it was asked for.
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Time,
    /// From when on it is too old.
    #[schema(value_type = String, format = DateTime)]
    pub expires_at: Time,
    /// When it was used, spent or replaced.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub ended_at: Option<Time>,
}

impl OneTimeCode {
    /// The channel of the `nth` send, from 0.
    pub(crate) fn channel(&self, nth: i64) -> Option<Channel> {
        self.channels.split(' ').nth(usize::try_from(nth).ok()?)?.parse().ok()
    }

    /// The channels that it has been sent by, the first one first.
    pub(crate) fn used(&self) -> Vec<Channel> {
        (0..self.sends).filter_map(|nth| self.channel(nth)).collect()
    }
}
