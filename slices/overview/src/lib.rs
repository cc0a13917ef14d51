//! The first page of the back office: what needs a person, and how today compares.

mod gallery;
mod needs;
mod numbers;
mod page;
mod reaction;
mod search;

use std::sync::Arc;
use store::Migration;
use web::{Access, NavItem, Permission, Route, Slice};

/// This slice's tables.
pub const MIGRATIONS: &[Migration] = &[Migration::both("overview/0001_overview", include_str!("../migrations/0001_overview.sql"))];

/// The slice.
pub fn slice() -> Slice {
    Slice {
        name: "overview",
        migrations: MIGRATIONS.to_vec(),
        routes: vec![
            Route::get("/admin", Access::SignedIn, page::show).page(),
            Route::get("/admin/search", Access::SignedIn, search::find).page(),
            Route::get("/admin/gallery", Access::Public, gallery::show).page(),
            Route::get("/admin/gallery/live", Access::Public, gallery::live).page(),
            Route::get("/admin/needs", Permission::OperationsWrite, needs::page::show).page(),
            Route::post("/admin/needs/errands/{id}/retry", Permission::OperationsWrite, needs::page::retry).page(),
            Route::post("/admin/needs/errands/{id}/drop", Permission::OperationsWrite, needs::page::discard).page(),
            Route::post("/admin/needs/facts/{reaction}/{id}/retry", Permission::OperationsWrite, needs::page::run_again).page(),
            Route::get("/api/v1/overview", Permission::OrdersRead, page::api).gives::<numbers::Overview>(200).says(
                "How the business stands",
                "Numbers of each of the last 14 days of the tenant's own calendar, today last, and how much waits for a person.",
            ),
        ],
        reactions: vec![Arc::new(reaction::CountTheDay)],
        nav: vec![NavItem { label: "Overview", href: "/admin", icon: "home", needs: Permission::OrdersRead, order: 0 }],
        ..Slice::default()
    }
}
