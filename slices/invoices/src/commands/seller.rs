//! Saying who sells, and how they bill.

use crate::gst::{Gstin, State};
use crate::model::Seller;
use crate::{queries, rules};
use catalogue::tax;
use serde::{Deserialize, Serialize};
use store::{Command, Error, Result, Tx};
use utoipa::ToSchema;
use web::text;

/// Who sells, and how they bill, as it is typed.
#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
#[schema(as = InvoiceSettings)]
#[serde(deny_unknown_fields)]
pub(crate) struct PutSeller {
    /// The name that the business is registered under.
    #[schema(example = "Ananda Dairy")]
    pub legal_name: String,
    /// In lines.
    #[schema(example = "12 MG Road\nBengaluru 560001")]
    pub address: String,
    /// The state's two digits.
    #[schema(example = "29")]
    pub state: String,
    /// Empty where it is not registered: then no tax is named.
    #[serde(default)]
    pub gstin: String,
    /// Whether it pays under the composition scheme.
    #[serde(default)]
    pub composition: bool,
    /// What invoice numbers begin with: 1 to 4 letters and digits.
    #[serde(default = "usual_prefix")]
    #[schema(example = "INV")]
    pub prefix: String,
    /// How many days a customer has to pay.
    #[serde(default = "usual_days")]
    #[schema(example = 7)]
    pub due_days: i64,
    /// Whether totals are rounded to the nearest rupee.
    #[serde(default)]
    pub whole_rupees: bool,
    /// For the code that customers scan; empty for none.
    #[serde(default)]
    #[schema(example = "ananda@okbank")]
    pub upi: String,
    /// For the foot of the invoice, in lines.
    #[serde(default)]
    pub bank: String,
    /// Whether customers are reminded 7 days and 1 day before the due day, and 1, 7 and 14 days after it.
    #[serde(default = "yes")]
    pub reminders: bool,
    /// Whether a paid order of the shop gets its invoice by itself.
    #[serde(default = "yes")]
    pub invoice_orders: bool,
    /// The rate of what the shop sells, in basis points; its prices include it.
    #[serde(default)]
    #[schema(example = 1800)]
    pub shop_rate_bps: i64,
    /// The HSN or SAC of what the shop sells.
    #[serde(default)]
    #[schema(example = "998431")]
    pub shop_hsn: String,
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

impl From<Seller> for PutSeller {
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

impl PutSeller {
    /// What is usual, for a shop that has said nothing yet.
    pub(crate) fn usual(legal_name: &str) -> Self {
        let (legal_name, prefix) = (legal_name.to_owned(), usual_prefix());
        Self { legal_name, prefix, due_days: usual_days(), reminders: true, invoice_orders: true, ..Self::default() }
    }

    /// The seller, if all of it fits.
    ///
    /// # Errors
    /// The first field that does not.
    pub(crate) fn read(&self) -> Result<Seller> {
        let legal_name = text("legal_name", &self.legal_name, 200)?;
        let address = text("address", &self.address, 500)?;
        if legal_name.is_empty() {
            return Err(Error::field("legal_name", "the name that the business is registered under"));
        }
        if address.is_empty() {
            return Err(Error::field("address", "the address of the business: every invoice has to name it"));
        }
        let state: State = self.state.parse().map_err(|why| Error::field("state", format!("{why}")))?;
        let gstin = some(&self.gstin).map(|typed| typed.parse::<Gstin>().map_err(|why| Error::field("gstin", why))).transpose()?;
        if gstin.as_ref().is_some_and(|gstin| gstin.state() != state) {
            return Err(Error::field("gstin", "it begins with another state's digits than the one chosen"));
        }
        if self.composition && gstin.is_none() {
            return Err(Error::field("composition", "only who has a GSTIN can pay under the composition scheme"));
        }
        if !(0..=365).contains(&self.due_days) {
            return Err(Error::field("due_days", "0 to 365 days"));
        }
        Ok(Seller {
            legal_name,
            address,
            state,
            gstin,
            composition: self.composition,
            prefix: rules::prefix(&self.prefix)?,
            due_days: self.due_days,
            whole_rupees: self.whole_rupees,
            upi: some(&self.upi).map(upi).transpose()?,
            bank: text("bank", &self.bank, 500)?,
            reminders: self.reminders,
            invoice_orders: self.invoice_orders,
            shop_rate_bps: tax::rate("shop_rate_bps", self.shop_rate_bps)?,
            shop_hsn: tax::hsn("shop_hsn", &self.shop_hsn)?,
        })
    }
}

fn some(text: &str) -> Option<&str> {
    Some(text.trim()).filter(|text| !text.is_empty())
}

/// A UPI address: a name, an @, and the handle of a bank or app (NPCI's UPI linking specification: letters, digits, dot,
/// hyphen and underscore).
fn upi(text: &str) -> Result<String> {
    let part = |text: &str, more: &str| {
        (2..=200).contains(&text.len()) && text.chars().all(|letter| letter.is_ascii_alphanumeric() || more.contains(letter))
    };
    match text.split_once('@') {
        Some((name, handle)) if part(name, ".-_") && part(handle, ".-") => Ok(text.to_owned()),
        _ => Err(Error::field("upi", "a UPI address such as shop@okbank")),
    }
}

impl Command for PutSeller {
    const NAME: &'static str = "put_seller";
    type Out = Seller;

    async fn run(&self, tx: &mut Tx) -> Result<Seller> {
        let before = queries::seller(tx).await?;
        let seller = self.read()?;
        settings::replace(tx, queries::SELLER, &before, &seller).await?;
        Ok(seller)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed() -> PutSeller {
        PutSeller {
            legal_name: "Ananda Dairy".into(),
            address: "12 MG Road\nBengaluru 560001".into(),
            state: "29".into(),
            prefix: "inv".into(),
            due_days: 7,
            ..PutSeller::default()
        }
    }

    #[test]
    fn what_fits_is_taken() {
        let seller = typed().read().unwrap();
        assert_eq!((seller.prefix.as_str(), seller.state.name(), seller.upi), ("INV", "Karnataka", None));
        let wrong = |change: fn(&mut PutSeller)| {
            let mut typed = typed();
            change(&mut typed);
            typed.read().unwrap_err().fields()[0].field.clone()
        };
        assert_eq!(wrong(|it| it.legal_name = " ".into()), "legal_name");
        assert_eq!(wrong(|it| it.state = "99".into()), "state");
        assert_eq!(wrong(|it| it.gstin = "27AAPFU0939F1ZV".into()), "gstin");
        assert_eq!(wrong(|it| it.composition = true), "composition");
        assert_eq!(wrong(|it| it.upi = "shop".into()), "upi");
        assert_eq!(wrong(|it| it.upi = "shop@bank?am=1".into()), "upi");
        assert_eq!(wrong(|it| it.shop_rate_bps = 1_700), "shop_rate_bps");
        assert_eq!(wrong(|it| it.due_days = -1), "due_days");
        assert_eq!(wrong(|it| it.shop_hsn = "12ab".into()), "shop_hsn");
    }
}
