//! The statements of one order, for the two yardsticks: a raw SQLite loop and pgbench.

use anyhow::{Result, bail};
use rusqlite::types::Value;
use uuid::Uuid;

/// Recorded from `origin serve`; says itself how.
const ORDER: &str = include_str!("../sql/order.sql");

/// What stands for a parameter.
#[derive(Clone)]
enum Filler {
    /// An id that is new with each order; the number tells those of one order apart.
    New(u8),
    /// An id that is the same in all.
    Id(Uuid),
    /// A text that is new with each order: this, and a number.
    NewText(&'static str),
    Text(&'static str),
    Json(&'static str),
    Number(i64),
    Nothing,
}

/// Ids in the database that orders refer to.
#[derive(Clone, Copy)]
pub struct Shop {
    /// The first tenant.
    pub tenant: Uuid,
    /// What is ordered.
    pub product: Uuid,
    /// Its price.
    pub price: Uuid,
}

/// One statement with the parameters that it names, in the order of their first use.
pub struct Statement {
    /// Its text, with `:name` for each parameter.
    pub text: String,
    /// The names.
    pub parameters: Vec<String>,
}

/// The statements of one order, as they are sent.
pub fn order() -> Vec<Statement> {
    let code: Vec<&str> = ORDER.lines().filter(|line| !line.trim_start().starts_with("--")).collect();
    code.join("\n").split(';').map(str::trim).filter(|text| !text.is_empty()).map(statement).collect()
}

fn statement(text: &str) -> Statement {
    let mut parameters: Vec<String> = Vec::new();
    for (at, _) in text.match_indices(':') {
        let name: String = text[at + 1..].chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '_').collect();
        if !name.is_empty() && !parameters.contains(&name) {
            parameters.push(name);
        }
    }
    Statement { text: text.to_owned(), parameters }
}

impl Shop {
    fn filler(&self, name: &str) -> Result<Filler> {
        Ok(match name {
            "tenant" => Filler::Id(self.tenant),
            "product" => Filler::Id(self.product),
            "price" => Filler::Id(self.price),
            "order" => Filler::New(1),
            "line" => Filler::New(2),
            "contact" => Filler::New(3),
            "contact_saved" => Filler::New(4),
            "order_placed" => Filler::New(5),
            "key" => Filler::NewText("bench-"),
            "phone" => Filler::NewText("+9190"),
            "now" => Filler::Number(1_767_225_600_000),
            "minor" => Filler::Number(9_900),
            "one" => Filler::Number(1),
            "zero" => Filler::Number(0),
            "nothing" => Filler::Nothing,
            "scope" => Filler::Text("POST /api/v1/orders"),
            "hash" => Filler::Text("9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"),
            "actor" => Filler::Text("key:key_01h2xcejqtf2nbrexx3vqjhp41"),
            "request" => Filler::Text("01h2xcejqtf2nbrexx3vqjhp41"),
            "name" => Filler::Text("Asha Rao"),
            "state" => Filler::Text("placed"),
            "pay" => Filler::Text("later"),
            "slug" => Filler::Text("starter"),
            "product_name" => Filler::Text("Starter"),
            "currency" => Filler::Text("INR"),
            "kind_contact" => Filler::Text("contact.saved"),
            "kind_order" => Filler::Text("order.placed"),
            "attributes" => Filler::Json("{}"),
            "body_contact" => Filler::Json(r#"{"contact_id":"con_01h2xcejqtf2nbrexx3vqjhp41","new":true}"#),
            "body_order" => Filler::Json(
                r#"{"order_id":"ord_01h2xcejqtf2nbrexx3vqjhp41","contact_id":"con_01h2xcejqtf2nbrexx3vqjhp41","total":{"minor":9900,"currency":"INR"},"pay":"later","delivery_date":null}"#,
            ),
            "answer" => Filler::Json(include_str!("../sql/answer.json")),
            other => bail!("sql/order.sql names :{other}, which nothing stands for"),
        })
    }

    /// What to bind in SQLite for the `n`th order of `run`.
    ///
    /// # Errors
    /// A parameter that nothing stands for.
    pub fn value(&self, name: &str, run: u32, n: u64) -> Result<Value> {
        Ok(match self.filler(name)? {
            Filler::New(which) => {
                let high = (u128::from(run) << 96) | (u128::from(n) << 32) | u128::from(which);
                Value::Blob(Uuid::from_u128(high | (0x7 << 76)).into_bytes().to_vec())
            }
            Filler::Id(id) => Value::Blob(id.into_bytes().to_vec()),
            Filler::NewText(text) => Value::Text(format!("{text}{run:02}{n:08}")),
            Filler::Text(text) | Filler::Json(text) => Value::Text(text.trim().to_owned()),
            Filler::Number(number) => Value::Integer(number),
            Filler::Nothing => Value::Null,
        })
    }

    /// What to write in pgbench's script, whose variable `n` counts the orders of one client.
    fn expression(&self, name: &str, run: u32) -> Result<String> {
        let own = format!("CAST({run} AS BIGINT) * 1000000000 + CAST(:client_id AS BIGINT) * 1000000 + CAST(:n AS BIGINT)");
        Ok(match self.filler(name)? {
            // As with a UUIDv7, a later one is higher, whichever client made it.
            Filler::New(which) => format!(
                "CAST('{run:08x}' || lpad(to_hex(CAST(:n AS BIGINT)), 8, '0') || lpad(to_hex(CAST(:client_id AS BIGINT)), 8, '0') || '{which:08x}' AS UUID)"
            ),
            Filler::Id(id) => format!("CAST('{id}' AS UUID)"),
            Filler::NewText(text) => format!("{} || CAST({own} AS TEXT)", literal(text)),
            Filler::Text(text) => literal(text),
            Filler::Json(text) => format!("CAST({} AS JSONB)", literal(text.trim())),
            Filler::Number(number) => number.to_string(),
            Filler::Nothing => "NULL".to_owned(),
        })
    }

    /// A script for pgbench that makes one order a transaction.
    ///
    /// # Errors
    /// A parameter that nothing stands for.
    pub fn pgbench_script(&self, run: u32) -> Result<String> {
        let mut script = String::from("\\set n :n + 1\nBEGIN;\n");
        for statement in order() {
            let mut text = statement.text.replace('\n', " ");
            // Longest names first: `:key` is also the beginning of `:key_hash`.
            let mut names = statement.parameters.clone();
            names.sort_by_key(|name| std::cmp::Reverse(name.len()));
            for name in names {
                let expression = self.expression(&name, run)?.replace(':', "\u{1}");
                text = text.replace(&format!(":{name}"), &expression);
            }
            script.push_str(&text.replace('\u{1}', ":"));
            script.push_str(";\n");
        }
        script.push_str("COMMIT;\n");
        Ok(script)
    }
}

/// A text in pgbench's script, which takes what follows a colon for a variable, also inside quotes.
fn literal(text: &str) -> String {
    format!("('{}')", text.replace('\'', "''").replace(':', "' || chr(58) || '"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_parameter_stands_for_something() {
        let shop = Shop { tenant: Uuid::nil(), product: Uuid::nil(), price: Uuid::nil() };
        let statements = order();
        assert!(statements.len() > 4);
        for statement in &statements {
            for name in &statement.parameters {
                shop.value(name, 1, 1).unwrap();
            }
        }
        let script = shop.pgbench_script(1).unwrap();
        let variables: Vec<&str> = script.match_indices(':').map(|(at, _)| &script[at..]).collect();
        assert!(variables.iter().all(|text| text.starts_with(":n ") || text.starts_with(":client_id ")), "{script}");
    }
}
