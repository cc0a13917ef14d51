//! The simulation, spoken to as Origin speaks to it.

#[cfg(test)]
mod acme;
#[cfg(test)]
mod myoperator;
#[cfg(test)]
mod pages;
#[cfg(test)]
mod razorpay;
#[cfg(test)]
mod smtp;
#[cfg(test)]
mod street;
#[cfg(test)]
mod stripe;
#[cfg(test)]
mod tokens;
