//! The ledger slice.
