//! The settings slice.
