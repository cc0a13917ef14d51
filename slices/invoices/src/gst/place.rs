//! Where a supply takes place, and so which taxes it bears.

use super::State;

/// What is supplied.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Nature {
    /// Things that are moved.
    Goods,
    /// Services, digital goods among them: their codes begin with 99.
    Services,
}

facts::words! {
    /// Which taxes a supply bears.
    pub enum Supply {
        /// Within a state: CGST and SGST, half each.
        Intra = "intra",
        /// Between states, to a special economic zone or abroad: IGST.
        Inter = "inter",
    }
}

/// The place of supply. Goods for a registered buyer: where the movement ends (IGST Act s. 10(1)(a)); for anybody else the
/// state on the invoice, else the supplier's (s. 10(1)(ca)). Services: the buyer's state, else the supplier's (s. 12(2)).
pub fn place_of_supply(nature: Nature, supplier: State, registered: bool, buyer: Option<State>, delivered: Option<State>) -> State {
    let ends = match nature {
        Nature::Goods if registered => delivered.or(buyer),
        Nature::Goods | Nature::Services => buyer,
    };
    ends.unwrap_or(supplier)
}

/// Which taxes follow. A special economic zone counts as outside the state wherever it lies.
pub fn supply(supplier: State, place: State, zone: bool) -> Supply {
    if supplier == place && !zone && place != State::ABROAD { Supply::Intra } else { Supply::Inter }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn state(code: &str) -> State {
        code.parse().unwrap()
    }

    #[test]
    fn where_it_takes_place() {
        let (ka, mh, tn) = (state("29"), state("27"), state("33"));
        for (nature, registered, buyer, delivered, place) in [
            (Nature::Goods, true, Some(mh), Some(tn), tn),
            (Nature::Goods, true, Some(mh), None, mh),
            (Nature::Goods, false, Some(mh), Some(tn), mh),
            (Nature::Goods, false, None, Some(tn), ka),
            (Nature::Goods, false, None, None, ka),
            (Nature::Services, true, Some(mh), Some(tn), mh),
            (Nature::Services, false, None, None, ka),
        ] {
            assert_eq!(place_of_supply(nature, ka, registered, buyer, delivered), place, "{nature:?} {registered} {buyer:?} {delivered:?}");
        }
    }

    #[test]
    fn which_taxes_it_bears() {
        let (ka, mh) = (state("29"), state("27"));
        assert_eq!(supply(ka, ka, false), Supply::Intra);
        assert_eq!(supply(ka, mh, false), Supply::Inter);
        assert_eq!(supply(ka, ka, true), Supply::Inter);
        assert_eq!(supply(ka, State::ABROAD, false), Supply::Inter);
    }
}
