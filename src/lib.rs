//! Pingyi (评议): the rating terminal at a public service window, and the center behind it.
//!
//! A rating is born in [`terminal::flow`], made durable by [`terminal::journal`], carried by
//! [`terminal::uplink`], admitted by [`center::intake`], kept in the [`center::ledger`], counted in
//! [`center::review`]. Read the modules in this order:
//!
//! [`domain`] says what the words mean, [`chain`] how entries are written and hashed, [`wire`] what
//! travels. [`clock`], [`files`], [`settings`] and [`sqlite`] are the ground. Then one side:
//! [`terminal`] or [`center`]. [`demo`] joins the two in one process; [`simulate`] makes load.
//!
//! docs/architecture.md has the bird's-eye view, the invariants and walkthroughs.

pub mod domain;

pub mod chain;
pub mod clock;
pub mod files;
pub mod settings;
pub mod sqlite;
pub mod wire;

#[cfg(feature = "terminal")]
pub mod terminal;

#[cfg(feature = "center")]
pub mod center;

#[cfg(all(feature = "terminal", feature = "center"))]
pub mod demo;
#[cfg(all(feature = "terminal", feature = "center"))]
pub mod simulate;
