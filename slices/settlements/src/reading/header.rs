//! What the columns of a file mean, guessed from their names.

use crate::model::Source;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use store::{Error, Result};

facts::words! {
    /// What a column says.
    pub enum Field {
        /// The day.
        Date = "date",
        /// The bank's words.
        Narration = "narration",
        /// The bank's reference.
        Reference = "reference",
        /// What went out.
        Withdrawal = "withdrawal",
        /// What came in.
        Deposit = "deposit",
        /// What went out or came in, where one column has both.
        Amount = "amount",
        /// Whether it went out or came in, where a column of its own says so.
        Direction = "direction",
        /// The provider's id of a payment or refund.
        Entity = "entity",
        /// What it is.
        Kind = "kind",
        /// What the provider kept, its tax included.
        Fee = "fee",
        /// The tax in it.
        Tax = "tax",
        /// The settlement that it is in.
        Settlement = "settlement",
    }
}

impl Field {
    /// As people say it.
    pub fn title(self) -> &'static str {
        match self {
            Field::Date => "Date",
            Field::Narration => "Description",
            Field::Reference => "Reference or UTR",
            Field::Withdrawal => "Withdrawal",
            Field::Deposit => "Deposit",
            Field::Amount => "Amount",
            Field::Direction => "Debit or credit",
            Field::Entity => "Payment or refund",
            Field::Kind => "Type",
            Field::Fee => "Fee",
            Field::Tax => "Tax",
            Field::Settlement => "Settlement",
        }
    }

    /// The columns that a file of a source can have.
    pub fn of(source: Source) -> &'static [Field] {
        use Field::{Amount, Date, Deposit, Direction, Entity, Fee, Kind, Narration, Reference, Settlement, Tax, Withdrawal};
        match source {
            Source::Bank => &[Date, Narration, Reference, Deposit, Withdrawal, Amount, Direction],
            Source::Razorpay => &[Date, Entity, Kind, Settlement, Reference, Deposit, Withdrawal, Amount, Fee, Tax, Narration],
        }
    }
}

/// The columns of a file: their names, and which says what.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Columns {
    pub names: Vec<String>,
    pub at: BTreeMap<Field, usize>,
}

impl Columns {
    /// What a line says in a column; nothing where the file has none or the line ends before it.
    pub fn cell<'a>(&self, cells: &'a [String], field: Field) -> &'a str {
        self.at.get(&field).and_then(|at| cells.get(*at)).map_or("", String::as_str)
    }

    /// Whether there is enough to read a line.
    ///
    /// # Errors
    /// The column that is missing, by its name.
    pub fn complete(&self, source: Source) -> Result<()> {
        let has = |field: Field| self.at.get(&field).is_some_and(|at| *at < self.names.len());
        let needed: &[Field] = match source {
            Source::Bank => &[Field::Date],
            Source::Razorpay => &[Field::Date, Field::Entity, Field::Kind, Field::Settlement, Field::Deposit, Field::Withdrawal],
        };
        if let Some(missing) = needed.iter().find(|field| !has(**field)) {
            return Err(Error::field(missing.as_str(), format!("say which column has it: {}", missing.title())));
        }
        if has(Field::Deposit) || has(Field::Withdrawal) || has(Field::Amount) {
            return Ok(());
        }
        Err(Error::field("deposit", "say which column has what came in: Deposit, or Amount where one column has both"))
    }
}

/// The names that banks and providers give to columns, in small letters without signs. The first that fits is it.
const NAMES: &[(Field, &[&str])] = &[
    (Field::Settlement, &["settlementid"]),
    (Field::Entity, &["entityid", "transactionentityid"]),
    (Field::Kind, &["type", "transactionentity", "entitytype"]),
    (Field::Date, &["settledat", "txndate", "transactiondate", "trandate", "postdate", "date", "valuedate", "valuedt"]),
    (
        Field::Reference,
        &[
            "settlementutr",
            "utr",
            "utrno",
            "utrnumber",
            "refnochequeno",
            "chqrefno",
            "chqrefnumber",
            "chequerefno",
            "refno",
            "referenceno",
            "reference",
            "referencenumber",
            "chequeno",
            "chqno",
            "tranid",
            "transactionid",
        ],
    ),
    (Field::Narration, &["narration", "description", "particulars", "transactionremarks", "transactiondetails", "remarks", "details"]),
    (
        Field::Deposit,
        &["deposit", "deposits", "depositamt", "depositamount", "depositamountinr", "credit", "credits", "creditamount", "cr", "paidin"],
    ),
    (
        Field::Withdrawal,
        &[
            "withdrawal",
            "withdrawals",
            "withdrawalamt",
            "withdrawalamount",
            "withdrawalamountinr",
            "debit",
            "debits",
            "debitamount",
            "dr",
            "paidout",
        ],
    ),
    (Field::Amount, &["amount", "amountinr", "transactionamount", "txnamount"]),
    (Field::Direction, &["drcr", "crdr", "debitcredit", "creditdebit", "transactiontype"]),
    (Field::Fee, &["fee", "fees", "feeexclusivetax"]),
    (Field::Tax, &["tax", "gst"]),
];

/// What the columns of a file mean, if these cells are its header: enough of them are known to read a line with.
pub(crate) fn guess(source: Source, cells: &[String]) -> Option<Columns> {
    let plain: Vec<String> =
        cells.iter().map(|cell| cell.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_ascii_lowercase()).collect();
    let mut at = BTreeMap::new();
    for (field, names) in NAMES.iter().filter(|(field, _)| Field::of(source).contains(field)) {
        let free = |place: &usize| !at.values().any(|taken| taken == place);
        let found = names.iter().find_map(|name| plain.iter().position(|cell| cell == name).filter(free));
        if let Some(place) = found {
            at.insert(*field, place);
        }
    }
    let columns = Columns { names: cells.to_vec(), at };
    columns.complete(source).is_ok().then_some(columns)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn header(source: Source, line: &str) -> Option<Vec<(Field, usize)>> {
        let cells: Vec<String> = line.split(',').map(|cell| cell.trim().to_owned()).collect();
        guess(source, &cells).map(|columns| columns.at.into_iter().collect())
    }

    #[test]
    fn the_headers_of_banks() {
        use Field::{Amount, Date, Deposit, Direction, Narration, Reference, Withdrawal};
        for (line, columns) in [
            (
                "Date,Narration,Chq./Ref.No.,Value Dt,Withdrawal Amt.,Deposit Amt.,Closing Balance",
                vec![(Date, 0), (Narration, 1), (Reference, 2), (Withdrawal, 4), (Deposit, 5)],
            ),
            (
                "Txn Date,Value Date,Description,Ref No./Cheque No.,Debit,Credit,Balance",
                vec![(Date, 0), (Narration, 2), (Reference, 3), (Withdrawal, 4), (Deposit, 5)],
            ),
            (
                "S No.,Value Date,Transaction Date,Cheque Number,Transaction Remarks,Withdrawal Amount (INR ),Deposit Amount (INR ),Balance (INR )",
                vec![(Date, 2), (Narration, 4), (Withdrawal, 5), (Deposit, 6)],
            ),
            ("Tran Date,CHQNO,PARTICULARS,DR,CR,BAL,SOL", vec![(Date, 0), (Narration, 2), (Reference, 1), (Withdrawal, 3), (Deposit, 4)]),
            ("Date,Description,Amount,Dr / Cr,Balance", vec![(Date, 0), (Narration, 1), (Amount, 2), (Direction, 3)]),
        ] {
            assert_eq!(header(Source::Bank, line), Some(columns), "{line}");
        }
        for line in ["Statement of account", "Asha Rao,12 Hill Road", "Date,Balance", ""] {
            assert_eq!(header(Source::Bank, line), None, "{line}");
        }
    }

    #[test]
    fn the_header_of_a_provider() {
        let line = "entity_id,type,debit,credit,amount,currency,fee,tax,on_hold,settled,created_at,settled_at,settlement_id,description,notes,\
            payment_id,settlement_utr,order_id,order_receipt,method";
        let columns = header(Source::Razorpay, line).unwrap();
        assert!(
            columns.contains(&(Field::Entity, 0))
                && columns.contains(&(Field::Settlement, 12))
                && columns.contains(&(Field::Reference, 16))
        );
        assert_eq!(header(Source::Razorpay, "Date,Narration,Debit,Credit"), None);
    }
}
