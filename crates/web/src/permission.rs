//! Who may do what: one table, which every route refers to.

facts::words! {
    /// A person's place in a tenant, from the most trusted to the least.
    pub enum Role {
        /// Owns the account: everything, and the only one who may close it.
        Owner = "owner",
        /// Runs the account: everything but closing it.
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
        /// Invite, change and remove members.
        MembersWrite = "members.write",
        /// List, make and revoke API keys.
        KeysWrite = "keys.write",
        /// Look at contacts.
        ContactsRead = "contacts.read",
        /// Make and change contacts.
        ContactsWrite = "contacts.write",
        /// Look at products, prices and coupons.
        CatalogueRead = "catalogue.read",
        /// Make and change products, prices and coupons.
        CatalogueWrite = "catalogue.write",
        /// Look at orders and their timelines.
        OrdersRead = "orders.read",
        /// Make, change and cancel orders.
        OrdersWrite = "orders.write",
        /// Look at payments, refunds and the ledger.
        PaymentsRead = "payments.read",
        /// Give money back, and settle what does not match.
        PaymentsWrite = "payments.write",
        /// Look at messages and templates.
        MessagesRead = "messages.read",
        /// Send, resend and change templates.
        MessagesWrite = "messages.write",
        /// Look at the audit trail.
        AuditRead = "audit.read",
        /// See what needs a person, and run it again or drop it.
        OperationsWrite = "operations.write",
    }
}

/// The least trusted role that may do it: the whole table.
const TABLE: &[(Permission, Role)] = &[
    (Permission::TenantRead, Role::Viewer),
    (Permission::TenantWrite, Role::Admin),
    (Permission::MembersWrite, Role::Admin),
    (Permission::KeysWrite, Role::Admin),
    (Permission::ContactsRead, Role::Viewer),
    (Permission::ContactsWrite, Role::User),
    (Permission::CatalogueRead, Role::Viewer),
    (Permission::CatalogueWrite, Role::Manager),
    (Permission::OrdersRead, Role::Viewer),
    (Permission::OrdersWrite, Role::User),
    (Permission::PaymentsRead, Role::Viewer),
    (Permission::PaymentsWrite, Role::Manager),
    (Permission::MessagesRead, Role::Viewer),
    (Permission::MessagesWrite, Role::Admin),
    (Permission::AuditRead, Role::Admin),
    (Permission::OperationsWrite, Role::Admin),
];

impl Role {
    /// Whether the table lets this role do it.
    pub fn may(self, permission: Permission) -> bool {
        TABLE.iter().any(|(known, least)| *known == permission && self <= *least)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_permission_has_one_line() {
        for permission in Permission::ALL {
            assert_eq!(TABLE.iter().filter(|(known, _)| known == permission).count(), 1, "{permission}");
        }
    }

    #[test]
    fn a_viewer_changes_nothing() {
        assert!(Permission::ALL.iter().filter(|may| may.as_str().ends_with(".write")).all(|may| !Role::Viewer.may(*may)));
        assert!(Permission::ALL.iter().all(|may| Role::Owner.may(*may)));
    }
}
