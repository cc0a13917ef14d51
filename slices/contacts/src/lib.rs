//! The contacts slice.
