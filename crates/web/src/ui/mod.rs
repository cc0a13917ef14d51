//! What pages are made of: the shells, and every component once.
//!
//! A component is a function or a small struct that renders to [`maud::Markup`]; a page puts it into
//! its `html!` with round brackets. Pages carry no inline script and no inline style, so that the
//! content security policy can forbid both: what varies in width is drawn as SVG.
//! [`gallery`] shows all of them in every state and is the manual.

mod alert;
mod badge;
mod bare;
mod button;
mod calendar;
mod change;
mod chart;
mod code;
mod colour;
mod detail;
mod dialog;
mod empty;
mod field;
mod flow;
mod form;
mod header;
mod icon;
mod id;
mod live;
mod meaning;
mod menu;
mod money;
mod number;
mod person;
mod phone;
mod progress;
mod qr;
mod query;
mod section;
mod shell;
mod shop;
mod shortcuts;
mod skeleton;
mod stat;
mod stepper;
mod table;
mod tabs;
mod timeline;
mod toast;

pub mod assets;
pub mod gallery;

pub use alert::Alert;
pub use badge::{Badge, badge};
pub use bare::{Bare, Problem, bare, panel, problem};
pub use button::{Button, post};
pub use calendar::Calendar;
pub use change::change;
pub use chart::{Bar, BarChart, LineChart, Series, Unit, sparkline};
pub use code::code_block;
pub use colour::{Colour, NoColour};
pub use detail::detail_list;
pub use dialog::Dialog;
pub use empty::Empty;
pub use field::Field;
pub use flow::{Flow, FlowStep};
pub use form::{actions, beside, csrf, hidden};
pub use header::Header;
pub use icon::Icon;
pub use id::id;
pub use live::{events, live, preview, seen, told};
pub use meaning::Meaning;
pub use menu::Menu;
pub use money::money;
pub use number::count;
pub use person::person;
pub use phone::{phone, phone_text};
pub use progress::progress;
pub use qr::qr;
pub use query::Query;
pub use section::section;
pub use shell::{NavItem, Page, shell};
pub use shop::{Logo, Offer, Shop, faq, hero, offers, receipt, shop, sign};
pub use skeleton::{skeleton_rows, skeleton_text};
pub use stat::{Stat, stats};
pub use stepper::{Step, stepper};
pub use table::{Column, Row, Table};
pub use tabs::tabs;
pub use timeline::{Moment, timeline};
pub use toast::Toast;
