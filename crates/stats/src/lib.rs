//! Statistics: what counts of people allow to be said. Pure functions, without I/O and without a clock.
//!
//! Everything here may be looked at at any time and as often as one likes: what it promises holds for all looks together. (A test that is made for
//! one look and is asked every day finds a difference where there is none, sooner or later.) Shares are fractions, so 0.05 is five in a hundred;
//! where money is compared, it is as a part of the highest price, and nothing here is an amount.

mod difference;
mod hours;
mod ratio;
mod split;
mod verdict;

pub use difference::{Arm, Interval, difference};
pub use hours::{ByHour, best_hour};
pub use ratio::{ratio_evidence, ratio_is_off};
pub use split::place_of;
pub use verdict::{Asked, Judged, Verdict, judge};
