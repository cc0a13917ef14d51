//! The catalogue slice.
