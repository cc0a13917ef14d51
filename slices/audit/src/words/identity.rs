//! Words for what happens to tenants, members and keys.

use super::{Words, words};
use facts::identity::{
    ApiKeyChanged, ApiKeyRotated, EmailChanged, InvitationWithdrawn, MemberChanged, MemberSignedIn, PasswordChanged, Purpose,
    RecoveryCodeUsed, SecondFactorChanged, TenantChanged, TenantCreated, TenantErased, TenantExported, TenantMoved, TicketIssued,
};
use maud::html;
use store::Stated;
use web::ui::{Meaning, id};

pub(super) fn words(stated: &Stated) -> Option<Words> {
    words! { stated;
        TenantCreated => created,
        TenantChanged => changed,
        TenantMoved => moved,
        TenantExported => exported,
        TenantErased => erased,
        MemberChanged => member,
        MemberSignedIn => signed_in,
        SecondFactorChanged => second_factor,
        RecoveryCodeUsed => recovery,
        PasswordChanged => password,
        EmailChanged => email,
        TicketIssued => ticket,
        InvitationWithdrawn => withdrawn,
        ApiKeyChanged => key,
        ApiKeyRotated => rotated,
    }
}

fn created(fact: TenantCreated) -> Words {
    Words::new(Meaning::Good, html! { "Account opened: " bdi { (fact.name) } })
}

fn changed(fact: TenantChanged) -> Words {
    let fields: Vec<String> = fact.fields.iter().map(|field| field.replace('_', " ")).collect();
    Words::new(Meaning::Neutral, html! { "Account changed: " (fields.join(", ")) })
}

fn moved(fact: TenantMoved) -> Words {
    let (meaning, what) = match fact.to.as_str() {
        "suspended" => (Meaning::Bad, "Account suspended"),
        "closing" => (Meaning::Attention, "Account closed"),
        _ => (Meaning::Good, "Account open again"),
    };
    Words::new(meaning, html! { (what) @if let Some(reason) = &fact.reason { ": " bdi { (reason) } } })
}

fn exported(_: TenantExported) -> Words {
    Words::new(Meaning::Attention, html! { "Everything exported" }).note(html! { "All of the account's data was taken along as a file." })
}

fn erased(fact: TenantErased) -> Words {
    Words::new(Meaning::Attention, html! { "A closed account was erased" }).note(id(fact.tenant_id))
}

fn member(fact: MemberChanged) -> Words {
    let what = fact.role.map_or_else(|| "Member left".to_owned(), |role| format!("Member is now {role}"));
    Words::new(Meaning::Neutral, html! { (what) }).note(id(fact.user_id))
}

fn signed_in(fact: MemberSignedIn) -> Words {
    Words::new(Meaning::Neutral, html! { "Signed in" }).note(id(fact.user_id))
}

fn second_factor(fact: SecondFactorChanged) -> Words {
    let what = if fact.on { "Second factor turned on" } else { "Second factor turned off" };
    Words::new(Meaning::Neutral, html! { (what) }).note(id(fact.user_id))
}

fn recovery(fact: RecoveryCodeUsed) -> Words {
    Words::new(Meaning::Attention, html! { "Recovery code used, " (fact.left) " left" }).note(id(fact.user_id))
}

fn password(fact: PasswordChanged) -> Words {
    Words::new(Meaning::Neutral, html! { "Password changed" }).note(id(fact.user_id))
}

fn email(fact: EmailChanged) -> Words {
    Words::new(Meaning::Neutral, html! { "E-mail address changed to " bdi { (fact.to) } }).note(id(fact.user_id))
}

fn ticket(fact: TicketIssued) -> Words {
    let what = match fact.purpose {
        Purpose::Invitation => "Invited ",
        Purpose::PasswordReset => "New password asked for by ",
        Purpose::EmailChange => "Link sent to the new address ",
        Purpose::SignUp => "Sign-up begun by ",
    };
    Words::new(Meaning::Neutral, html! { (what) bdi { (fact.email) } @if let Some(role) = &fact.role { " as " (role) } })
}

fn withdrawn(fact: InvitationWithdrawn) -> Words {
    Words::new(Meaning::Neutral, html! { "Invitation taken back: " bdi { (fact.email) } })
}

fn key(fact: ApiKeyChanged) -> Words {
    let what = if fact.live { "API key made: " } else { "API key revoked: " };
    Words::new(Meaning::Neutral, html! { (what) bdi { (fact.name) } }).note(id(fact.key_id))
}

fn rotated(fact: ApiKeyRotated) -> Words {
    Words::new(Meaning::Neutral, html! { "API key replaced: " bdi { (fact.name) } }).note(id(fact.by_key_id))
}
