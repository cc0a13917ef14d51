//! A slice, as the house sees it: a plain struct of what it brings.

use crate::route::Route;
use crate::{Extras, Permission};
use std::sync::Arc;
use store::export::Declared;
use store::{ErrandKind, Migration, Reaction, TimerKind, Told};

/// A place in the back office's rail.
#[derive(Debug, Clone)]
pub struct NavItem {
    /// What it is called.
    pub label: &'static str,
    /// Where it leads.
    pub href: &'static str,
    /// The name of its icon in [`crate::ui`].
    pub icon: &'static str,
    /// Who sees it.
    pub needs: Permission,
    /// Its place: lower stands further up.
    pub order: u32,
}

/// What a slice brings to the house.
#[derive(Default)]
pub struct Slice {
    /// Its name, which is its folder's.
    pub name: &'static str,
    /// Its tables.
    pub migrations: Vec<Migration>,
    /// Its API and its pages.
    pub routes: Vec<Route>,
    /// What it does because of facts.
    pub reactions: Vec<Arc<dyn Reaction>>,
    /// What it sends out of the house.
    pub errands: Vec<ErrandKind>,
    /// What it does at a time.
    pub timers: Vec<TimerKind>,
    /// Its places in the back office.
    pub nav: Vec<NavItem>,
    /// Which columns of its tables are secret, and which only sound so.
    pub told: &'static [Told],
    /// What its own handlers need besides the database.
    pub extras: Extras,
}

/// Every slice's reactions, among the [`Extras`] for whoever runs a fact again.
pub struct Reactions(pub Vec<Arc<dyn Reaction>>);

/// What every slice tells of its columns, among the [`Extras`] for whoever exports.
pub struct AllTold {
    /// Which are secret, and which only sound so.
    pub told: Vec<Told>,
    /// Of which kinds they are.
    pub declared: Declared,
}
