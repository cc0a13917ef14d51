//! The identity slice.
