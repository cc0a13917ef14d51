//! Who may do what: one table, which every route refers to.

facts::words! {
    /// A person's place in a tenant, from the most trusted to the least.
    pub enum Role {
        /// Owns the account: everything, and the only one who may export or close it.
        Owner = "owner",
        /// Runs the account: everything but exporting and closing it.
        Admin = "admin",
        /// Runs the business: orders, money, messages.
        Manager = "manager",
        /// Works in it: looks, and does the daily work.
        User = "user",
        /// Looks.
        Viewer = "viewer",
    }
}

facts::words! {
    /// Something that a role may be allowed to do.
    pub enum Permission {
        /// Look at the tenant and its members.
        TenantRead = "tenant.read",
        /// Change the tenant's name, settings, credentials and branding.
        TenantWrite = "tenant.write",
        /// Take everything of the account along as a file.
        TenantExport = "tenant.export",
        /// Close the account, and restore it.
        TenantClose = "tenant.close",
        /// Invite, change and remove members.
        MembersWrite = "members.write",
        /// List, make and revoke API keys.
        KeysWrite = "keys.write",
        /// Look at contacts.
        ContactsRead = "contacts.read",
        /// Make and change contacts.
        ContactsWrite = "contacts.write",
        /// Take everything about one contact along, and erase a contact.
        ContactsErase = "contacts.erase",
        /// Look at products, prices and coupons.
        CatalogueRead = "catalogue.read",
        /// Make and change products, prices and coupons.
        CatalogueWrite = "catalogue.write",
        /// Look at orders and their timelines.
        OrdersRead = "orders.read",
        /// Make, change and cancel orders.
        OrdersWrite = "orders.write",
        /// Look at invoices and credit notes.
        InvoicesRead = "invoices.read",
        /// Make, issue, credit and void invoices, and note what was paid of them.
        InvoicesWrite = "invoices.write",
        /// Look at plans, subscriptions and what they bring.
        SubscriptionsRead = "subscriptions.read",
        /// Make plans; make, change, pause and end subscriptions.
        SubscriptionsWrite = "subscriptions.write",
        /// Look at what customers may use, how much of it they used, and at feature flags.
        EntitlementsRead = "entitlements.read",
        /// Ask for customers whether they may use something, and count what they used.
        EntitlementsWrite = "entitlements.write",
        /// Look at standing orders and the sheets of daily deliveries.
        RoundsRead = "rounds.read",
        /// Begin, change and end standing orders, mark deliveries, and bill a month of them.
        RoundsWrite = "rounds.write",
        /// Look at payments, refunds and the ledger.
        PaymentsRead = "payments.read",
        /// Give money back, and settle what does not match.
        PaymentsWrite = "payments.write",
        /// Look at messages and templates.
        MessagesRead = "messages.read",
        /// Send, resend and change templates.
        MessagesWrite = "messages.write",
        /// Read conversations with customers, canned replies and leads.
        InboxRead = "inbox.read",
        /// Answer customers; assign, note, snooze and resolve conversations.
        InboxWrite = "inbox.write",
        /// Look at saved prompts and what devices keep.
        ContentRead = "content.read",
        /// Save prompts, have texts written, and send in what devices changed.
        ContentWrite = "content.write",
        /// Say where events are sent to, see what arrived, and send it again.
        WebhooksWrite = "webhooks.write",
        /// Look at the audit trail.
        AuditRead = "audit.read",
        /// See what needs a person, and run it again or drop it.
        OperationsWrite = "operations.write",
    }
}

/// As far as somebody may go: their role, and, for a key that was made for less, only these permissions of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reach {
    /// Their role in the tenant.
    pub role: Role,
    /// What of the role's permissions they have; all of them where nothing is said.
    pub scopes: Option<Vec<Permission>>,
}

impl Reach {
    /// All that a role may.
    pub fn of(role: Role) -> Self {
        Self { role, scopes: None }
    }

    /// Whether this lies within it.
    pub fn may(&self, permission: Permission) -> bool {
        self.role.may(permission) && self.scopes.as_ref().is_none_or(|scopes| scopes.contains(&permission))
    }

    /// Whether all of another's reach lies within this one.
    pub fn covers(&self, other: &Reach) -> bool {
        // Roles are declared from the most trusted down, and that is their order.
        other.role >= self.role && Permission::ALL.iter().all(|permission| !other.may(*permission) || self.may(*permission))
    }
}

/// The least trusted role that may do it, and what it lets somebody do: the whole table.
const TABLE: &[(Permission, Role, &str)] = &[
    (Permission::TenantRead, Role::Viewer, "look at the account and its members"),
    (Permission::TenantWrite, Role::Admin, "change the account: name, settings, credentials, branding"),
    (Permission::TenantExport, Role::Owner, "take everything of the account along as a file"),
    (Permission::TenantClose, Role::Owner, "close the account, and restore it"),
    (Permission::MembersWrite, Role::Admin, "add, change and remove members"),
    (Permission::KeysWrite, Role::Admin, "list, make, replace and revoke API keys"),
    (Permission::ContactsRead, Role::Viewer, "look at contacts"),
    (Permission::ContactsWrite, Role::User, "make and change contacts"),
    (Permission::ContactsErase, Role::Admin, "take everything about one contact along, and erase a contact"),
    (Permission::CatalogueRead, Role::Viewer, "look at products, prices and coupons"),
    (Permission::CatalogueWrite, Role::Manager, "make and change products, prices and coupons"),
    (Permission::OrdersRead, Role::Viewer, "look at orders and their timelines"),
    (Permission::OrdersWrite, Role::User, "make, change and cancel orders"),
    (Permission::InvoicesRead, Role::Viewer, "look at invoices and credit notes"),
    (Permission::InvoicesWrite, Role::User, "make, issue, credit and void invoices, and note payments"),
    (Permission::SubscriptionsRead, Role::Viewer, "look at plans, subscriptions and what they bring"),
    (Permission::SubscriptionsWrite, Role::Manager, "make plans; make, change, pause and end subscriptions"),
    (Permission::EntitlementsRead, Role::Viewer, "look at what customers may use and have used, and at feature flags"),
    (Permission::EntitlementsWrite, Role::User, "ask for customers whether they may use something, and count what they used"),
    (Permission::RoundsRead, Role::Viewer, "look at standing orders and the sheets of daily deliveries"),
    (Permission::RoundsWrite, Role::User, "make and change standing orders, mark deliveries, bill a month of them"),
    (Permission::PaymentsRead, Role::Viewer, "look at payments, refunds and the ledger"),
    (Permission::PaymentsWrite, Role::Manager, "give money back, and settle what does not match"),
    (Permission::MessagesRead, Role::Viewer, "look at messages and templates"),
    (Permission::MessagesWrite, Role::Admin, "send, resend, and change templates"),
    (Permission::InboxRead, Role::Viewer, "read conversations with customers, canned replies and leads"),
    (Permission::InboxWrite, Role::User, "answer customers; assign, note, snooze and resolve conversations"),
    (Permission::ContentRead, Role::Viewer, "look at saved prompts"),
    (Permission::ContentWrite, Role::User, "save prompts, and have texts written"),
    (Permission::WebhooksWrite, Role::Admin, "say where events go (webhooks), see what arrived, and send it again"),
    (Permission::AuditRead, Role::Admin, "look at the audit trail"),
    (Permission::OperationsWrite, Role::Admin, "see what needs a person, and run it again or drop it"),
];

impl Role {
    /// Whether the table lets this role do it.
    pub fn may(self, permission: Permission) -> bool {
        TABLE.iter().any(|(known, least, _)| *known == permission && self <= *least)
    }
}

impl Permission {
    /// The least trusted role that has it; all above it do as well.
    pub fn least(self) -> Role {
        TABLE.iter().find(|(known, ..)| *known == self).map_or(Role::Owner, |(_, least, _)| *least)
    }

    /// What it lets somebody do, in the words of the page of roles.
    pub fn says(self) -> &'static str {
        TABLE.iter().find(|(known, ..)| *known == self).map_or("", |(_, _, says)| says)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_permission_has_one_line() {
        for permission in Permission::ALL {
            assert_eq!(TABLE.iter().filter(|(known, ..)| known == permission).count(), 1, "{permission}");
        }
    }

    #[test]
    fn scopes_take_away_and_never_give() {
        let till = Reach { role: Role::Viewer, scopes: Some(vec![Permission::OrdersRead, Permission::OrdersWrite]) };
        assert!(till.may(Permission::OrdersRead) && !till.may(Permission::OrdersWrite) && !till.may(Permission::PaymentsRead));
        assert!(Reach::of(Role::Viewer).covers(&till) && !till.covers(&Reach::of(Role::Viewer)));
        assert!(!Reach::of(Role::Admin).covers(&Reach::of(Role::Owner)), "what an owner is lies beyond any list of permissions");
        let all = Reach { role: Role::Owner, scopes: Some(Permission::ALL.to_vec()) };
        assert!(all.covers(&Reach::of(Role::Owner)) && Reach::of(Role::Owner).covers(&all));
    }

    #[test]
    fn a_viewer_changes_nothing() {
        assert!(Permission::ALL.iter().filter(|may| may.as_str().ends_with(".write")).all(|may| !Role::Viewer.may(*may)));
        assert!(Permission::ALL.iter().all(|may| Role::Owner.may(*may)));
    }
}
