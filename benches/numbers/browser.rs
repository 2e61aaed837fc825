//! As much of a browser as logging in and loading a page needs: one connection, kept alive.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;

use crate::house::{ACCOUNT, PASSWORD};

pub struct Browser {
    host: String,
    stream: BufReader<TcpStream>,
    cookies: Vec<String>,
}

pub struct Answer {
    pub status: u16,
    pub body: String,
}

impl Browser {
    pub fn open(url: &str) -> Browser {
        let host = url.trim_start_matches("http://").to_owned();
        let stream = TcpStream::connect(&host).expect("the center answers");
        stream.set_nodelay(true).expect("a socket");
        Browser { host, stream: BufReader::new(stream), cookies: Vec::new() }
    }

    /// Logs in by the form, as an officer does.
    pub fn log_in(&mut self) {
        let form = self.get("/login");
        let at = form.body.find("name=\"token\" value=\"").expect("a token in the form");
        let token = form.body[at..].split('"').nth(3).expect("a token").to_owned();
        let password = PASSWORD.replace(' ', "+");
        let body = format!("account={ACCOUNT}&password={password}&token={token}&next=/");
        let answer = self.ask("POST", "/login", &body);
        assert_eq!(answer.status, 303, "the login is refused: {}", answer.body);
    }

    pub fn get(&mut self, path: &str) -> Answer {
        self.ask("GET", path, "")
    }

    fn ask(&mut self, method: &str, path: &str, body: &str) -> Answer {
        let Browser { host, cookies, .. } = self;
        let request = format!(
            "{method} {path} HTTP/1.1\r\nhost: {host}\r\norigin: http://{host}\r\ncookie: {}\r\n\
             content-type: application/x-www-form-urlencoded\r\ncontent-length: {}\r\n\r\n{body}",
            cookies.join("; "),
            body.len()
        );
        self.stream.get_mut().write_all(request.as_bytes()).expect("it is sent");
        self.answer()
    }

    fn answer(&mut self) -> Answer {
        let status = self.line().split(' ').nth(1).and_then(|n| n.parse().ok()).expect("a status");
        let mut length = 0;
        loop {
            let line = self.line();
            let Some((name, value)) = line.split_once(": ") else { break };
            match name.to_ascii_lowercase().as_str() {
                "content-length" => length = value.parse().expect("a number"),
                "set-cookie" => {
                    let pair = value.split(';').next().unwrap_or_default().to_owned();
                    self.cookies.push(pair);
                }
                _ => {}
            }
        }
        let mut body = vec![0; length];
        self.stream.read_exact(&mut body).expect("the body");
        Answer { status, body: String::from_utf8_lossy(&body).into_owned() }
    }

    fn line(&mut self) -> String {
        let mut line = String::new();
        self.stream.read_line(&mut line).expect("a line");
        line.trim_end().to_owned()
    }
}
