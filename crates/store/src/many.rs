//! Looking for many at once: a statement with places for thirty-two values, so that nobody asks in a loop.
//! [`Look::all_in`](crate::Look::all_in) and [`Tx::put_in`] run it for any number.

use crate::{Result, Sql, Tx, Value};
use facts::TenantId;

/// How many values a statement with [`many!`](crate::many) looks for at once.
pub const MANY: usize = 32;
/// How many times a statement is sent before its answers are waited for, where the engine is across a network.
pub const TOGETHER: usize = 16;

/// The places `$2` to `$33`, for what stands between the parentheses of an IN. `$1` is the tenant, and what else the statement
/// needs begins at `$34`.
#[macro_export]
macro_rules! many {
    () => {
        "$2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25, $26, $27, $28, $29, $30, $31, $32, $33"
    };
}

/// The values for such statements, a portion for each time that one runs: the tenant, then thirty-two of the values, the last
/// repeated where there are fewer, then the `rest`. Only for what does more with a portion than [`Look::all_in`](crate::Look::all_in) and
/// [`Tx::put_in`] do.
pub fn portions<T: Clone + Into<Value>>(tenant: TenantId, values: &[T], rest: &[Value]) -> impl Iterator<Item = Vec<Value>> {
    let portion = move |some: &[T]| {
        let value = |at: usize| some.get(at).or(some.last()).cloned().map_or(Value::Null, Into::into);
        std::iter::once(tenant.into()).chain((0..MANY).map(value)).chain(rest.iter().cloned()).collect()
    };
    values.chunks(MANY).map(portion)
}

impl Tx {
    /// Runs a statement with [`many!`](crate::many) for any number of values, in the portions and with the places of
    /// [`Look::all_in`](crate::Look::all_in); as with [`Tx::put`], nobody needs the count.
    ///
    /// # Errors
    /// Whatever the engine refuses.
    pub async fn put_in(&mut self, sql: &'static Sql, values: &[impl Clone + Into<Value>], rest: &[Value]) -> Result<()> {
        for values in portions(self.tenant(), values, rest) {
            self.put(sql, &values).await?;
        }
        Ok(())
    }
}

/// Any number of texts as one value, for `IN (SELECT key FROM json_each($2))`: both engines have that function, and take what it
/// gives as texts where the value is an object. PostgreSQL takes it for a hundred, so what is to be found among many is looked for by
/// [`Look::all_in`](crate::Look::all_in).
pub fn texts<'a>(all: impl IntoIterator<Item = &'a str>) -> Value {
    Value::Json(all.into_iter().map(|text| (text.to_owned(), serde_json::Value::Null)).collect::<serde_json::Map<_, _>>().into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use facts::Id;

    #[test]
    fn every_value_is_in_a_portion() {
        let values: Vec<i64> = (0..70).collect();
        let tenant = TenantId::from_uuid(uuid::Uuid::nil());
        let all: Vec<Vec<Value>> = portions(tenant, &values, &[Value::Bool(true)]).collect();
        assert_eq!(all.len(), 3);
        for portion in &all {
            assert_eq!((portion.len(), &portion[0], &portion[MANY + 1]), (MANY + 2, &Value::from(tenant), &Value::Bool(true)));
        }
        assert!(values.iter().all(|value| all.iter().any(|portion| portion[1..=MANY].contains(&Value::I64(*value)))));
        assert_eq!(portions(tenant, &[] as &[i64], &[]).count(), 0);
        assert_eq!(texts(["a", "b", "a"]), Value::Json(serde_json::json!({"a": null, "b": null})));
        let places: Vec<String> = (2..=MANY + 1).map(|number| format!("${number}")).collect();
        assert_eq!(many!(), places.join(", "));
    }
}
