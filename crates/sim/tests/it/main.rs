//! The simulation, spoken to as Origin speaks to it.

#[cfg(test)]
mod acme;
#[cfg(test)]
mod gateway;
#[cfg(test)]
mod meta;
#[cfg(test)]
mod myoperator;
#[cfg(test)]
mod pages;
#[cfg(test)]
mod push;
#[cfg(test)]
mod razorpay;
#[cfg(test)]
mod smtp;
#[cfg(test)]
mod street;
#[cfg(test)]
mod stripe;
#[cfg(test)]
mod templates;
#[cfg(test)]
mod tokens;
#[cfg(test)]
mod twilio;
#[cfg(test)]
mod webpush;
