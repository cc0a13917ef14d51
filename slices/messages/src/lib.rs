//! The messages slice.
