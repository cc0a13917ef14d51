//! What people want to get, and what they do not.

crate::words! {
    /// Which messages an address does not get.
    pub enum Scope {
        /// None at all.
        All = "all",
        /// Those that go to many.
        Marketing = "marketing",
    }
}
