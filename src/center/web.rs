//! What every page shares: layout, stylesheet, charts, the one error map, and the headers that
//! keep a browser safe.
//!
//! A page is whole without JavaScript. The one script only replaces a part of a page by the same
//! part, fetched again.

mod assets;
pub mod charts;
mod error;
mod figures;
mod front;
mod layout;

use axum::Router;
use axum::middleware::{from_fn, from_fn_with_state};

pub use assets::{ICON, WALL_STYLE};
pub use error::{Error, Result};
pub use figures::{
    NONE, ago, count, date_time, duration, percent, point, signed_seconds, time_of_day,
};
pub use front::{Front, Source};
pub use layout::{Page, Place, Visitor, address, bare, token};

/// Puts assets, calm error pages and safety headers around the routes of all slices.
///
/// The listener must give connection information (`into_make_service_with_connect_info` of
/// [`std::net::SocketAddr`]), else no source is known and logging in is refused.
pub fn finish(routes: Router, front: Front) -> Router {
    routes
        .merge(assets::routes())
        .fallback(async || Error::NotFound)
        .layer(from_fn(error::calm))
        .layer(from_fn_with_state(front.clone(), front::headers))
        .layer(from_fn_with_state(front, front::source))
}
