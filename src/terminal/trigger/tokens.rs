//! Who calls: the token of a request, and what it is good for.

use std::sync::Arc;

use axum::http::{HeaderMap, header};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use super::Error;
use super::fault::Fault;
use crate::settings::terminal::{Proof, Scope, Token, token_of};
use crate::terminal::guard::only;

/// A system that calls.
#[derive(Debug)]
pub(super) struct Caller {
    pub name: String,
    scopes: Vec<Scope>,
}

/// The tokens that are known, by their hashes.
#[derive(Debug)]
pub(super) struct Tokens(Vec<([u8; 32], Arc<Caller>)>);

impl Caller {
    pub(super) fn may(&self, scope: Scope) -> Result<(), Fault> {
        let name = Scope::ALL.iter().find(|(_, known)| *known == scope).map(|(name, _)| *name);
        let needed = name.unwrap_or_default();
        if self.scopes.contains(&scope) { Ok(()) } else { Err(Fault::scope(needed)) }
    }
}

impl Tokens {
    pub(super) fn load(tokens: &[Token]) -> Result<Tokens, Error> {
        let mut known = Vec::new();
        for token in tokens {
            let sum = match &token.proof {
                Proof::Sha256(sum) => *sum,
                Proof::File(file) => {
                    let read = token_of(file);
                    let wrong = |why| Error::File { file: file.display().to_string(), why };
                    Sha256::digest(read.map_err(wrong)?).into()
                }
            };
            let (name, scopes) = (token.name.clone(), token.scopes.clone());
            known.push((sum, Arc::new(Caller { name, scopes })));
        }
        Ok(Tokens(known))
    }

    /// Whose token stands in the request. What is compared are hashes, all of them, each in a time
    /// that does not depend on where they differ.
    pub(super) fn caller(&self, headers: &HeaderMap) -> Option<Arc<Caller>> {
        let (scheme, token) = only(headers, header::AUTHORIZATION)?.split_once(' ')?;
        if !scheme.eq_ignore_ascii_case("bearer") {
            return None;
        }
        let given: [u8; 32] = Sha256::digest(token.trim()).into();
        let mut found = None;
        for (sum, caller) in &self.0 {
            if sum.ct_eq(&given).into() {
                found = Some(caller.clone());
            }
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn caller(lines: &[&'static str]) -> Option<String> {
        let sum = Sha256::digest("a-token-for-tests-only").into();
        let scopes = vec![Scope::State];
        let tokens =
            Tokens::load(&[Token { name: "queue".into(), proof: Proof::Sha256(sum), scopes }]);
        let mut headers = HeaderMap::new();
        for line in lines {
            headers.append(header::AUTHORIZATION, line.parse().unwrap());
        }
        tokens.unwrap().caller(&headers).map(|caller| caller.name.clone())
    }

    #[test]
    fn a_token_is_a_bearers_and_stands_once() {
        let good = "Bearer a-token-for-tests-only";
        for lines in [vec![good], vec!["bearer a-token-for-tests-only"]] {
            assert_eq!(caller(&lines).as_deref(), Some("queue"), "{lines:?}");
        }
        for lines in [
            vec![],
            vec!["Bearer"],
            vec!["Bearer "],
            vec!["Basic a-token-for-tests-only"],
            vec!["Bearer a-token-for-tests-onl"],
            vec!["Bearer a-token-for-tests-only2"],
            vec![good, good],
        ] {
            assert_eq!(caller(&lines), None, "{lines:?}");
        }
    }
}
