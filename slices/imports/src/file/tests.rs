//! Files in whatever pieces they come.

use super::*;
use facts::{Currency, Time};
use jiff::tz::TimeZone;
use orders::OrderState;
use proptest::prelude::*;

fn ground() -> Ground {
    Ground { currency: Currency::INR, zone: TimeZone::UTC, now: Time(1_800_000_000_000) }
}

fn read(text: &[u8], piece: usize) -> Result<Found> {
    let (mut reader, mut found) = (Reader::new(ground()), Found::default());
    for part in text.chunks(piece) {
        reader.read(part, &mut found)?;
    }
    reader.end(&mut found)?;
    Ok(found)
}

const CSV: &str = "\u{feff}Order ID,placed_at,total,customer_name,item,quantity,unit_price,unheard of\r\n\
    7,2026-11-01,\"1,000.00\",Asha,Milk,2,10.00,x\r\n\
    8,2026-11-01,30.00,\"Ravi, \"\"the\r\nquick\"\"\",Milk,2,10.00,x\n\
    9007199254740993,2026-11-01T09:30:00+05:30,30.00,Ravi,Milk,2,10.00,x\n\
    9007199254740993,2026-11-01T09:30:00+05:30,30.00,Ravi,Bread,1,10.00,x\n\n\
    9,2026-13-01,5,,,,\n";

#[test]
fn a_csv_file() {
    for piece in [1, 2, 3, 7, 64, 100_000] {
        let found = read(CSV.as_bytes(), piece).unwrap();
        let lines: Vec<i64> = found.mistakes.iter().map(|(line, _)| *line).collect();
        assert_eq!(lines, [2, 3, 8], "{piece}: {:?}", found.mistakes);
        assert!(found.mistakes[0].1.starts_with("total: an amount"), "{:?}", found.mistakes);
        assert!(found.mistakes[1].1.starts_with("customer_name"), "{:?}", found.mistakes);
        let [order] = found.orders.as_slice() else { panic!("{:?}", found.orders) };
        assert_eq!((order.source_id.as_str(), order.source.as_str(), order.total_minor), ("9007199254740993", "file", 3_000));
        assert_eq!((order.state, order.paid_minor, order.placed_at), (OrderState::Paid, 3_000, "2026-11-01T04:00:00Z".parse().unwrap()));
        let items: Vec<(&str, i64, i64)> = order.lines.iter().map(|line| (line.name.as_str(), line.quantity, line.amount_minor)).collect();
        assert_eq!(items, [("Milk", 2, 2_000), ("Bread", 1, 1_000)]);
    }
}

#[test]
fn a_json_file() {
    let text = r#"[{"order_id": 9007199254740993, "placed_at": "2026-11-01", "total": 199.5, "state": "refunded",
      "items": [{"item": "A \"brace\" { in a text", "quantity": 1, "unit_price": "199.50"}]},
      {"order_id": "x", "placed_at": "2026-11-01"}, {"order_id": "y", "placed_at": "2026-11-01", "total": "1", "source": "shop"}]"#;
    for piece in [1, 5, 100_000] {
        let found = read(text.as_bytes(), piece).unwrap();
        assert_eq!((found.orders.len(), found.mistakes.len()), (1, 2), "{found:?}");
        let order = &found.orders[0];
        assert_eq!((order.source_id.as_str(), order.total_minor, order.refunded_minor), ("9007199254740993", 19_950, 19_950));
        assert_eq!(order.lines[0].name, "A \"brace\" { in a text");
        assert_eq!(found.mistakes.iter().map(|(line, _)| *line).collect::<Vec<_>>(), [3, 3]);
    }
}

#[test]
fn what_is_no_file_of_orders() {
    for text in ["", "  \n", "name,phone\nAsha,1\n", "order_id,placed_at,total\n\"7", "{\"order_id\": 1", "[1, 2]"] {
        assert_eq!(read(text.as_bytes(), 4).unwrap_err().code(), "import_unreadable", "{text}");
    }
}

proptest! {
    #[test]
    fn no_bytes_break_it(bytes in proptest::collection::vec(any::<u8>(), 0..400), piece in 1usize..40) {
        let _read = read(&bytes, piece);
        let mut csv = b"order_id,placed_at,total\n".to_vec();
        csv.extend_from_slice(&bytes);
        if let Ok(found) = read(&csv, piece) {
            let whole = read(&csv, csv.len()).unwrap();
            prop_assert_eq!((found.orders, found.mistakes), (whole.orders, whole.mistakes));
        }
    }
}
