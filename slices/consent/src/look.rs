//! Parts of statements for whoever looks at rows of its own that carry an address: one look, and this slice alone knows its tables.

/// A subquery that gives the reason why a row's address is stopped, or NULL. The row has tenant_id, channel and address; the two
/// conditions say of it whether the person asks for it themselves, and whether it sells something. It is what
/// [`why_not`](crate::why_not) says, without the consent that a campaign needs before it begins: whoever takes that back is
/// stopped.
#[macro_export]
macro_rules! stop_of {
    ($row:literal, asked: $asked:literal, sells: $sells:literal) => {
        concat!(
            "(SELECT MIN(s.reason) FROM suppressed_addresses s WHERE s.tenant_id = ",
            $row,
            ".tenant_id AND s.channel = ",
            $row,
            ".channel AND s.address = ",
            $row,
            ".address AND (s.scope = 'all' OR (",
            $sells,
            ")) AND (NOT (",
            $asked,
            ") OR s.reason IN ('bounced', 'undeliverable')))"
        )
    };
}

/// A subquery that gives the id of the link of a row's address, or NULL. The row has tenant_id, channel and address.
#[macro_export]
macro_rules! link_of {
    ($row:literal) => {
        concat!(
            "(SELECT l.id FROM preference_links l WHERE l.tenant_id = ",
            $row,
            ".tenant_id AND l.channel = ",
            $row,
            ".channel AND l.address = ",
            $row,
            ".address)"
        )
    };
}
