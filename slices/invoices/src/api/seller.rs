//! `/api/v1/invoice-settings`: who sells, and how they bill.

use crate::commands::PutSeller;
use crate::model::Seller;
use crate::queries;
use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use store::Error;
use utoipa::ToSchema;
use web::{Answer, App, Body, Caller, Permission, Route};

/// Who sells, and how they bill.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[schema(as = InvoiceSettings)]
#[serde(deny_unknown_fields)]
struct SellerView {
    /// The name that the business is registered under.
    #[schema(example = "Ananda Dairy")]
    legal_name: String,
    /// In lines.
    #[schema(example = "12 MG Road\nBengaluru 560001")]
    address: String,
    /// The state's two digits.
    #[schema(example = "29")]
    state: String,
    /// Empty where it is not registered: then no tax is named.
    #[serde(default)]
    gstin: String,
    /// Whether it pays under the composition scheme.
    #[serde(default)]
    composition: bool,
    /// What invoice numbers begin with: 1 to 4 letters and digits.
    #[serde(default = "usual_prefix")]
    #[schema(example = "INV")]
    prefix: String,
    /// How many days a customer has to pay.
    #[serde(default = "usual_days")]
    #[schema(example = 7)]
    due_days: i64,
    /// Whether totals are rounded to the nearest rupee.
    #[serde(default)]
    whole_rupees: bool,
    /// For the code that customers scan; empty for none.
    #[serde(default)]
    #[schema(example = "ananda@okbank")]
    upi: String,
    /// For the foot of the invoice, in lines.
    #[serde(default)]
    bank: String,
    /// Whether customers are reminded 7 days and 1 day before the due day, and 1, 7 and 14 days after it.
    #[serde(default = "yes")]
    reminders: bool,
    /// Whether a paid order of the shop gets its invoice by itself.
    #[serde(default = "yes")]
    invoice_orders: bool,
    /// The rate of what the shop sells, in basis points; its prices include it.
    #[serde(default)]
    #[schema(example = 1800)]
    shop_rate_bps: i64,
    /// The HSN or SAC of what the shop sells.
    #[serde(default)]
    #[schema(example = "998431")]
    shop_hsn: String,
}

fn usual_prefix() -> String {
    "INV".to_owned()
}

fn usual_days() -> i64 {
    7
}

fn yes() -> bool {
    true
}

impl From<Seller> for SellerView {
    fn from(seller: Seller) -> Self {
        Self {
            legal_name: seller.legal_name,
            address: seller.address,
            state: seller.state.to_string(),
            gstin: seller.gstin.map(|gstin| gstin.to_string()).unwrap_or_default(),
            composition: seller.composition,
            prefix: seller.prefix,
            due_days: seller.due_days,
            whole_rupees: seller.whole_rupees,
            upi: seller.upi.unwrap_or_default(),
            bank: seller.bank,
            reminders: seller.reminders,
            invoice_orders: seller.invoice_orders,
            shop_rate_bps: seller.shop_rate_bps,
            shop_hsn: seller.shop_hsn,
        }
    }
}

impl From<SellerView> for PutSeller {
    fn from(view: SellerView) -> Self {
        Self {
            legal_name: view.legal_name,
            address: view.address,
            state: view.state,
            gstin: view.gstin,
            composition: view.composition,
            prefix: view.prefix,
            due_days: view.due_days,
            whole_rupees: view.whole_rupees,
            upi: view.upi,
            bank: view.bank,
            reminders: view.reminders,
            invoice_orders: view.invoice_orders,
            shop_rate_bps: view.shop_rate_bps,
            shop_hsn: view.shop_hsn,
        }
    }
}

async fn show(State(app): State<App>, caller: Caller) -> Answer<Json<SellerView>> {
    let seller = queries::seller(&mut caller.read(&app)).await?;
    Ok(Json(seller.ok_or_else(|| Error::not_found("billing settings"))?.into()))
}

async fn put(State(app): State<App>, caller: Caller, body: Body<SellerView>) -> Answer<Json<SellerView>> {
    let seller = app.db.run(&caller.who, PutSeller::from(body.value)).await?;
    Ok(Json(seller.into()))
}

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/api/v1/invoice-settings", Permission::InvoicesRead, show)
            .says("Show the billing settings", "404 until they are set.")
            .gives::<SellerView>(200),
        Route::put("/api/v1/invoice-settings", Permission::TenantWrite, put)
            .says("Set the billing settings", "Who sells and how they bill. Issued invoices keep what stood on their day.")
            .takes::<SellerView>()
            .gives::<SellerView>(200),
    ]
}
