//! The local interface for queue and business systems: where it listens, and who may say what.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};

use data_encoding::HEXLOWER_PERMISSIVE;

use super::super::fields::Fields;

/// 128 bits in base64; a shorter token could be found by trying.
const TOKEN_LEAST: usize = 22;
const TOKEN_MOST: usize = 256;

/// The local interface.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trigger {
    /// Whether it listens at all.
    pub enabled: bool,
    /// Address and port; beyond loopback only with `tls`.
    pub address: SocketAddr,
    /// Names by which it may be called, beside its address and, on loopback, `localhost`.
    pub hosts: Vec<String>,
    /// Its certificate.
    pub tls: Option<Tls>,
    /// Who may call; at least one when it is enabled.
    pub tokens: Vec<Token>,
}

/// A certificate and its key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tls {
    /// PEM file of the certificate, and those between it and the authority.
    pub cert_file: PathBuf,
    /// PEM file of the private key.
    pub key_file: PathBuf,
}

/// A system that may call, and what it may say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Token {
    /// Whose it is, for the log.
    pub name: String,
    /// How the token is recognised.
    pub proof: Proof,
    /// What it may say.
    pub scopes: Vec<Scope>,
}

/// How a token is recognised.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Proof {
    /// The file's first line is the token.
    File(PathBuf),
    /// The token's SHA-256.
    Sha256([u8; 32]),
}

/// What a token is good for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// `state`: what the terminal does, now and as a stream.
    State,
    /// `service`: begin, name the item, finish.
    Service,
    /// `duty`: sign on with the PIN, sign off, away, back.
    Duty,
    /// `sign_on_without_pin`: the system has made sure who it is.
    SignOnWithoutPin,
}

impl Scope {
    /// Every scope by its name.
    pub const ALL: [(&'static str, Scope); 4] = [
        ("state", Scope::State),
        ("service", Scope::Service),
        ("duty", Scope::Duty),
        ("sign_on_without_pin", Scope::SignOnWithoutPin),
    ];
}

impl Default for Trigger {
    fn default() -> Self {
        Self {
            enabled: false,
            address: (Ipv4Addr::LOCALHOST, 8481).into(),
            hosts: Vec::new(),
            tls: None,
            tokens: Vec::new(),
        }
    }
}

impl Trigger {
    pub(super) fn read(fields: &mut Fields<'_>) -> Self {
        let default = Self::default();
        let read = Self {
            enabled: fields.switch("trigger.enabled").unwrap_or(default.enabled),
            address: fields
                .text("trigger.address", "IP:PORT, for example 127.0.0.1:8481", |text| {
                    text.parse().ok()
                })
                .unwrap_or(default.address),
            hosts: fields
                .texts("trigger.hosts", "a list of host names without ports", is_host)
                .unwrap_or_default(),
            tls: tls(fields),
            tokens: fields.rows("trigger.tokens", token),
        };
        read.hold_together(fields);
        read
    }

    fn hold_together(&self, fields: &mut Fields<'_>) {
        let is_told_of_tls = fields.has("trigger.cert_file") || fields.has("trigger.key_file");
        if !self.address.ip().is_loopback() && !is_told_of_tls {
            fields.contradict(
                "trigger.address",
                self.address.to_string(),
                "a loopback address, or trigger.cert_file and trigger.key_file with it".into(),
            );
        }
        if self.enabled && self.tokens.is_empty() {
            let allowed = "at least one token: without one nobody may call".to_owned();
            fields.contradict("trigger.tokens", "nothing".into(), allowed);
        }
        for (n, token) in self.tokens.iter().enumerate() {
            let is_named = |other: &Token| !token.name.is_empty() && other.name == token.name;
            if self.tokens[..n].iter().any(is_named) {
                let found = format!("{:?} twice", token.name);
                fields.contradict("trigger.tokens", found, "a name of its own for each".into());
            }
        }
    }

    /// Tells of each file that it names whether it can be used; of none while it is not enabled.
    pub(super) fn check_files(&self, told: &mut impl FnMut(&str, &Path, Result<(), String>)) {
        if !self.enabled {
            return;
        }
        if let Some(Tls { cert_file, key_file }) = &self.tls {
            told("trigger.cert_file", cert_file, certificate(cert_file));
            told("trigger.key_file", key_file, holds(key_file, "PRIVATE KEY-----", "key"));
        }
        for token in &self.tokens {
            if let Proof::File(file) = &token.proof {
                told("trigger.tokens", file, token_of(file).map(drop));
            }
        }
    }
}

/// Whether the file holds a certificate.
pub(super) fn certificate(file: &Path) -> Result<(), String> {
    holds(file, "-----BEGIN CERTIFICATE-----", "certificate")
}

fn holds(file: &Path, mark: &str, what: &str) -> Result<(), String> {
    match std::fs::read_to_string(file) {
        Ok(text) if text.contains(mark) => Ok(()),
        Ok(_) => Err(format!("a file without a {what}")),
        Err(error) => Err(error.to_string()),
    }
}

/// The token of a token file.
///
/// # Errors
/// What is wrong with the file, without the token.
pub fn token_of(file: &Path) -> Result<String, String> {
    let text = std::fs::read_to_string(file).map_err(|error| error.to_string())?;
    let token = text.lines().next().unwrap_or_default().trim();
    let sound = token.chars().all(|c| c.is_ascii_graphic());
    match token.len() {
        TOKEN_LEAST..=TOKEN_MOST if sound => Ok(token.to_owned()),
        length => Err(format!("a first line of {length} characters, not shown")),
    }
}

fn tls(fields: &mut Fields<'_>) -> Option<Tls> {
    let cert_file = fields.path("trigger.cert_file");
    let key_file = fields.path("trigger.key_file");
    let (lone, other) = match (&cert_file, &key_file) {
        (Some(_), None) => ("trigger.cert_file", "trigger.key_file"),
        (None, Some(_)) => ("trigger.key_file", "trigger.cert_file"),
        _ => return Some(Tls { cert_file: cert_file?, key_file: key_file? }),
    };
    if !fields.has(other) {
        fields.contradict(lone, "a file".into(), format!("{other} with it, or neither"));
    }
    None
}

fn token(fields: &mut Fields<'_>) -> Token {
    let is_name = |text: &str| !text.trim().is_empty() && text.chars().count() <= 40;
    let name = fields.text("name", NAME, |text| is_name(text).then(|| text.to_owned()));
    let name = fields.require("name", name, NAME).unwrap_or_default();
    let file = fields.path("token_file");
    let sum = fields.text("sha256", SUM, |text| {
        HEXLOWER_PERMISSIVE.decode(text.as_bytes()).ok()?.try_into().ok()
    });
    if fields.has("token_file") == fields.has("sha256") {
        let found = if fields.has("sha256") { "both" } else { "neither" };
        fields.contradict("token_file", found.into(), "either token_file or sha256".into());
    }
    // A row that was refused is not used; an impossible sum stands in.
    let proof = file.map(Proof::File).unwrap_or(Proof::Sha256(sum.unwrap_or_default()));
    Token { name, proof, scopes: scopes(fields) }
}

fn scopes(fields: &mut Fields<'_>) -> Vec<Scope> {
    let known = |text: &str| Scope::ALL.iter().find(|(name, _)| *name == text).map(|(_, s)| *s);
    let given = fields.texts("scopes", SCOPES, |text| known(text).is_some());
    let scopes = fields.require("scopes", given, SCOPES).unwrap_or_default();
    let scopes: Vec<Scope> = scopes.iter().filter_map(|text| known(text)).collect();
    if scopes.contains(&Scope::SignOnWithoutPin) && !scopes.contains(&Scope::Duty) {
        let found = "\"sign_on_without_pin\" alone".to_owned();
        fields.contradict("scopes", found, "\"duty\" with \"sign_on_without_pin\"".into());
    }
    scopes
}

const NAME: &str = "the name of the system that calls, at most 40 characters";
const SUM: &str = "the SHA-256 of a token: 64 hexadecimal digits";
const SCOPES: &str = "a list of \"state\", \"service\", \"duty\" and \"sign_on_without_pin\"";

fn is_host(text: &str) -> bool {
    let is_name = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '.';
    !text.is_empty() && text.len() <= 253 && text.chars().all(is_name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_the_first_line_of_its_file_and_long_enough() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("queue.token");
        for (text, good) in [
            ("0123456789abcdefghijkl\n", true),
            ("  0123456789abcdefghijkl  \r\nsecond line\n", true),
            ("short\n", false),
            ("0123456789 bcdefghijkl\n", false),
            ("", false),
        ] {
            std::fs::write(&file, text).unwrap();
            let told = token_of(&file);
            assert_eq!(told.is_ok(), good, "{text:?}: {told:?}");
            assert!(told.is_ok() || !told.unwrap_err().contains("short"), "a token is not shown");
        }
    }
}
