//! People and their pages, on both databases.

mod contacts;
mod web;
