//! A person with a browser that has no scripts: pages, forms and cookies over plain HTTP.

use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::net::TcpStream;

use super::world::PATIENCE;

pub struct Visitor {
    /// `127.0.0.1:8480`
    host: String,
    cookies: BTreeMap<String, String>,
}

pub struct Reply {
    pub status: u16,
    pub location: String,
    pub body: Vec<u8>,
}

impl Visitor {
    pub fn new(host: &str) -> Visitor {
        Visitor { host: host.to_owned(), cookies: BTreeMap::new() }
    }

    pub fn get(&mut self, path: &str) -> Reply {
        self.ask("GET", path, "Sec-Fetch-Site: none\r\n", "")
    }

    pub fn post(&mut self, path: &str, form: &[(&str, &str)]) -> Reply {
        let pairs = form.iter().map(|(name, value)| format!("{name}={}", escaped(value)));
        let body = pairs.collect::<Vec<_>>().join("&");
        let more = format!(
            "Origin: http://{}\r\nSec-Fetch-Site: same-origin\r\nContent-Length: {}\r\n\
             Content-Type: application/x-www-form-urlencoded\r\n",
            self.host,
            body.len()
        );
        self.ask("POST", path, &more, &body)
    }

    /// Opens a page, is sent to the login form, fills it in and is let through.
    pub fn log_in(&mut self, account: &str, password: &str) {
        let sent = self.get("/");
        assert_eq!(sent.status, 303, "{}", sent.text());
        let form = self.get(&sent.location);
        let (token, next) = (form.hidden("token"), form.hidden("next"));
        let fields =
            [("account", account), ("password", password), ("token", &*token), ("next", &*next)];
        let reply = self.post("/login", &fields);
        assert_eq!((reply.status, &*reply.location), (303, "/"), "{}", reply.text());
    }

    fn ask(&mut self, method: &str, path: &str, more: &str, body: &str) -> Reply {
        let cookies: Vec<_> =
            self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let mut stream = TcpStream::connect(&self.host).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        let request = format!(
            "{method} {path} HTTP/1.1\r\nHost: {}\r\nCookie: {}\r\nConnection: close\r\n{more}\r\n{body}",
            self.host,
            cookies.join("; ")
        );
        stream.write_all(request.as_bytes()).unwrap();
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).unwrap();
        self.read(&answer)
    }

    fn read(&mut self, answer: &[u8]) -> Reply {
        let end = answer.windows(4).position(|four| four == b"\r\n\r\n").expect("a whole head");
        let head = std::str::from_utf8(&answer[..end]).unwrap();
        let mut reply =
            Reply { status: 0, location: String::new(), body: answer[end + 4..].to_vec() };
        reply.status = head.split(' ').nth(1).unwrap().parse().unwrap();
        for (name, value) in head.lines().filter_map(|line| line.split_once(": ")) {
            match name.to_ascii_lowercase().as_str() {
                "location" => reply.location = value.to_owned(),
                "set-cookie" => self.keep(value),
                "transfer-encoding" => panic!("a body in pieces is not read here"),
                _ => {}
            }
        }
        reply
    }

    fn keep(&mut self, cookie: &str) {
        let (name, value) = cookie.split(';').next().unwrap().split_once('=').unwrap();
        if value.is_empty() {
            self.cookies.remove(name);
        } else {
            self.cookies.insert(name.to_owned(), value.to_owned());
        }
    }
}

impl Reply {
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// The number that stands on the page under this name.
    pub fn figure(&self, name: &str) -> Option<i64> {
        let text = self.text();
        let (_, rest) = text.split_once(&format!(r#"data-figure="{name}" data-value=""#))?;
        rest.split('"').next()?.parse().ok()
    }

    fn hidden(&self, name: &str) -> String {
        let text = self.text();
        let (_, rest) = text
            .split_once(&format!(r#"name="{name}" value=""#))
            .unwrap_or_else(|| panic!("no field {name}: {text}"));
        rest.split('"').next().unwrap().to_owned()
    }
}

fn escaped(value: &str) -> String {
    let bytes = value.bytes().map(|byte| match byte {
        b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' => {
            char::from(byte).to_string()
        }
        _ => format!("%{byte:02X}"),
    });
    bytes.collect()
}
