//! Mails about somebody's own account: links that open something once, and word of what changed or fails.
//!
//! They are messages like any other, but always go by the platform's own mail account and under its name: a merchant who
//! runs a mail server must not read links that open accounts of people who also work elsewhere. A link is put in at the
//! moment the mail leaves and is kept nowhere.

mod fill;
mod reaction;
mod texts;

pub(crate) use fill::fill;
pub(crate) use reaction::WriteAccountMail;

use crate::model::Message;

facts::words! {
    /// What a mail about an account is for; stands in the place of a template's name.
    pub enum AccountMail {
        /// The link that makes somebody a member.
        Invitation = "account_invitation",
        /// The link to another password.
        PasswordReset = "account_password_reset",
        /// The link that proves a new address.
        EmailChange = "account_email_change",
        /// The link that opens a tenant.
        SignUp = "account_sign_up",
        /// Word of another password.
        PasswordChanged = "account_password_changed",
        /// Word of another address, to the one until now.
        EmailChanged = "account_email_changed",
        /// Word of a second factor that went.
        SecondFactorOff = "account_second_factor_off",
        /// Word of a provider that says nothing any more, to the owners.
        ProviderSilent = "account_provider_silent",
    }
}

/// Stands for the link until the mail leaves.
const LINK: &str = "[link]";

/// Whether a message is about somebody's own account.
pub(crate) fn is_account_mail(message: &Message) -> bool {
    message.template.starts_with("account_")
}
