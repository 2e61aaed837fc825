//! The stylesheet, the script and the icon, carried in the program.

use axum::Router;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;

use crate::chain::Hash;

pub(super) const STYLE: &str = "/assets/style.css";
pub(super) const SCRIPT: &str = "/assets/live.js";
/// The icon of every page.
pub const ICON: &str = "/assets/icon.svg";
/// The stylesheet of the public pages, which is all that they load.
pub const WALL_STYLE: &str = "/assets/wall.css";

pub(super) fn routes() -> Router {
    Router::new()
        .route(STYLE, file("text/css; charset=utf-8", include_str!("style.css")))
        .route(WALL_STYLE, file("text/css; charset=utf-8", include_str!("wall.css")))
        .route(SCRIPT, file("text/javascript; charset=utf-8", include_str!("live.js")))
        .route(ICON, file("image/svg+xml", include_str!("icon.svg")))
}

/// One file under its address. A browser asks each time and gets it again only when it differs, so
/// a new version of the program never meets an old stylesheet.
fn file(kind: &'static str, text: &'static str) -> axum::routing::MethodRouter {
    let tag = format!("\"{}\"", Hash::of(&[text.as_bytes()]));
    get(async move |request: HeaderMap| -> Response {
        let same = request
            .get(header::IF_NONE_MATCH)
            .is_some_and(|known| known.as_bytes() == tag.as_bytes());
        let headers = [(header::CACHE_CONTROL, "no-cache".to_owned()), (header::ETAG, tag)];
        if same {
            return (StatusCode::NOT_MODIFIED, headers).into_response();
        }
        (headers, [(header::CONTENT_TYPE, kind)], text).into_response()
    })
}
