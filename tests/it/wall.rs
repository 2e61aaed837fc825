//! The public pages, as a phone asks for them: receipts, opinions, the guide, what a window publishes.

mod browser;
mod complaints;
mod opinions;
mod pages;
mod receipts;

use std::sync::Arc;
use std::time::Duration;

use pingyi::chain::token::Token;
use pingyi::domain::Incarnation;
use reqwest::header::HeaderMap;

use crate::support::hand::{Hand, http};
use crate::support::world::{Driven, World};

/// Where citizens reach the center of these tests, as its settings say.
const PUBLIC_URL: &str = "https://pingyi.example.gov.cn";

/// A center with a public address, and the clock that it reads.
async fn center(url: Option<String>) -> (World, Arc<Driven>) {
    let clock = Driven::new();
    let settings = [("PINGYI_LISTEN_PUBLIC_URL", PUBLIC_URL)];
    let world = World::with(url, clock.clone(), &settings).await;
    // It answers only after it has published what differs at its start.
    assert_eq!(Phone::at(&world).get("/r").await.status, 200);
    (world, clock)
}

/// The token of the entry `seq` of a terminal's journal, signed now.
fn token(hand: &Hand, world: &World, seq: u64) -> String {
    let issued = world.center.clock.now().wall;
    let terminal = hand.terminal.clone();
    Token { terminal, incarnation: Incarnation([9; 16]), seq, issued }.sign(&hand.key)
}

const HOUR: Duration = Duration::from_secs(3600);

/// A citizen's phone.
struct Phone {
    url: String,
    client: reqwest::Client,
}

/// What a phone got.
struct Page {
    status: u16,
    headers: HeaderMap,
    text: String,
}

impl Page {
    fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }
}

impl Phone {
    fn at(world: &World) -> Phone {
        Phone { url: world.url(), client: http() }
    }

    async fn get(&self, path: &str) -> Page {
        self.get_in(path, "zh-CN").await
    }

    async fn get_in(&self, path: &str, language: &str) -> Page {
        let request = self.client.get(format!("{}{path}", self.url));
        read(request.header("accept-language", language)).await
    }

    /// Sends a form; the answer is that of the page it leads to.
    async fn send(&self, path: &str, form: &[(&str, &str)]) -> Page {
        self.send_from("same-origin", path, form).await
    }

    async fn send_from(&self, site: &str, path: &str, form: &[(&str, &str)]) -> Page {
        let body = pingyi::center::web::address("", form).trim_start_matches('?').to_owned();
        let request = self.client.post(format!("{}{path}", self.url)).body(body);
        let request = request.header("content-type", "application/x-www-form-urlencoded");
        // A browser says which site a form came from, an old one its origin.
        let name = if site.contains(':') { "origin" } else { "sec-fetch-site" };
        read(request.header(name, site)).await
    }
}

async fn read(request: reqwest::RequestBuilder) -> Page {
    let reply = request.send().await.unwrap();
    let (status, headers) = (reply.status().as_u16(), reply.headers().clone());
    Page { status, headers, text: reply.text().await.unwrap() }
}
