//! The terminal's screens. The markup lies beside this file; `api.slint` is all that Rust may touch:
//! [`App`] is the window, [`Kiosk`] its one global. Rust writes the properties, a person calls the callbacks.

slint::include_modules!();
