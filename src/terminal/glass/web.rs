//! The browser's side: a page, its script, and a socket of frames and touches.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::extract::ws::{CloseFrame, Message, WebSocket, WebSocketUpgrade, close_code};
use axum::extract::{Path, Request, State};
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::middleware::{Next, from_fn_with_state, map_response};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use tokio::sync::watch::Receiver;
use tokio::time::{Instant, sleep_until, timeout};

use super::{Frame, Glass, Touch};
use crate::terminal::guard::{Names, Origin};

/// At most about thirty frames a second.
const FRAME_PAUSE: Duration = Duration::from_millis(33);
/// A viewer that takes longer over one frame has gone.
const VIEWER_PATIENCE: Duration = Duration::from_secs(20);
/// A screen that starts has drawn by then.
const FIRST_FRAME_PATIENCE: Duration = Duration::from_secs(5);
/// A touch is a small piece of JSON.
const TOUCH_BYTES: usize = 128;

const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; \
                      connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

#[derive(Clone)]
struct Door {
    glass: Glass,
    port: u16,
}

/// The routes below `/glass/`, for a server that listens on `port` of the loopback.
pub fn routes(glass: Glass, port: u16) -> Router {
    let door = Door { glass, port };
    Router::new()
        .route(
            "/glass/{token}/",
            get(|| file("text/html; charset=utf-8", include_str!("page.html"))),
        )
        .route(
            "/glass/{token}/glass.js",
            get(|| file("text/javascript; charset=utf-8", include_str!("page.js"))),
        )
        .route(
            "/glass/{token}/glass.css",
            get(|| file("text/css; charset=utf-8", include_str!("page.css"))),
        )
        .route("/glass/{token}/frame.png", get(frame))
        .route("/glass/{token}/socket", get(socket))
        .route_layer(from_fn_with_state(door.clone(), admit))
        .layer(map_response(close_curtains))
        .with_state(door)
}

/// Serves the glass alone, on a free port of the loopback; gives its address. To be called on the
/// runtime that serves it.
///
/// # Errors
/// When there is no port to be had.
pub async fn serve(glass: Glass) -> std::io::Result<String> {
    let listener = tokio::net::TcpListener::bind((std::net::Ipv4Addr::LOCALHOST, 0)).await?;
    let address = listener.local_addr()?;
    let shown = format!("http://{address}{}", glass.path());
    let routes = routes(glass, address.port());
    tokio::spawn(async move { axum::serve(listener, routes).await });
    Ok(shown)
}

async fn file(kind: &'static str, text: &'static str) -> impl IntoResponse {
    ([(header::CONTENT_TYPE, kind)], text)
}

/// Who is not ours gets 403; who is, but without the token, learns only that nothing is there.
async fn admit(
    State(door): State<Door>,
    Path(token): Path<String>,
    request: Request,
    next: Next,
) -> Response {
    let is_socket = request.uri().path().ends_with("/socket");
    let origin = if is_socket { Origin::Required } else { Origin::IfNamed };
    if !Names::of_this_machine(door.port).fit(request.headers(), origin) {
        return StatusCode::FORBIDDEN.into_response();
    }
    if !door.glass.token.fits(&token) {
        return StatusCode::NOT_FOUND.into_response();
    }
    next.run(request).await
}

/// Nothing is kept, framed, sniffed or told to others: the address is a secret.
async fn close_curtains(mut response: Response) -> Response {
    const CURTAINS: [(HeaderName, &str); 6] = [
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::CACHE_CONTROL, "no-store"),
        (header::X_FRAME_OPTIONS, "DENY"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "no-referrer"),
        (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
    ];
    for (name, value) in CURTAINS {
        response.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    response
}

/// The picture that the page opens with, and all that one without scripts gets.
async fn frame(State(door): State<Door>) -> Response {
    let mut frames = door.glass.frames.clone();
    let first = timeout(FIRST_FRAME_PATIENCE, next_frame(&mut frames, None, Instant::now())).await;
    match first {
        Ok(Some((_, png))) => ([(header::CONTENT_TYPE, "image/png")], png).into_response(),
        _ => StatusCode::SERVICE_UNAVAILABLE.into_response(),
    }
}

async fn socket(State(door): State<Door>, upgrade: WebSocketUpgrade) -> Response {
    let upgrade = upgrade.max_message_size(TOUCH_BYTES).max_frame_size(TOUCH_BYTES);
    upgrade.on_upgrade(|socket| async move {
        let glass = door.glass;
        view(socket, &glass).await;
        glass.leave();
    })
}

/// One viewer: touches in, and a frame out whenever there is another, until either side goes.
async fn view(mut socket: WebSocket, glass: &Glass) {
    let mut frames = glass.frames.clone();
    let mut shown = None;
    let mut next_frame_at = Instant::now();
    loop {
        tokio::select! {
            message = socket.recv() => match message {
                Some(Ok(Message::Text(text))) => {
                    if !serde_json::from_str::<Touch>(&text).is_ok_and(|touch| glass.touch(touch)) {
                        return refuse(socket).await;
                    }
                }
                Some(Ok(Message::Ping(_) | Message::Pong(_))) => {}
                Some(Ok(Message::Binary(_))) => return refuse(socket).await,
                Some(Ok(Message::Close(_)) | Err(_)) | None => return,
            },
            next = next_frame(&mut frames, shown.as_ref(), next_frame_at) => {
                let Some((frame, png)) = next else { return };
                let sent = timeout(VIEWER_PATIENCE, socket.send(Message::Binary(png))).await;
                if !matches!(sent, Ok(Ok(()))) {
                    return;
                }
                shown = Some(frame);
                next_frame_at = Instant::now() + FRAME_PAUSE;
            }
        }
    }
}

/// The latest frame, once it is another than the one shown; nothing when the screen has gone. A
/// touch may interrupt this at any point: what counts is what was sent, so no frame is missed.
async fn next_frame(
    frames: &mut Receiver<Option<Arc<Frame>>>,
    shown: Option<&Arc<Frame>>,
    not_before: Instant,
) -> Option<(Arc<Frame>, Bytes)> {
    sleep_until(not_before).await;
    let is_new = |frame: &Arc<Frame>| shown.is_none_or(|shown| !Arc::ptr_eq(shown, frame));
    let latest =
        frames.wait_for(|latest| latest.as_ref().is_some_and(is_new)).await.ok()?.clone()?;
    let frame = latest.clone();
    let png = tokio::task::spawn_blocking(move || frame.png()).await.ok()?;
    Some((latest, png))
}

async fn refuse(mut socket: WebSocket) {
    let reason =
        CloseFrame { code: close_code::POLICY, reason: "not a touch on this screen".into() };
    let _gone = socket.send(Message::Close(Some(reason))).await;
}
