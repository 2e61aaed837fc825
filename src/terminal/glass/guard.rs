//! Who may look: only who knows the token.

use data_encoding::HEXLOWER;
use subtle::ConstantTimeEq;

use super::Error;

/// 128 random bits; whoever has them may watch and tap.
#[derive(Clone)]
pub(super) struct Token([u8; 16]);

impl Token {
    pub(super) fn new() -> Result<Token, Error> {
        let mut bits = [0; 16];
        getrandom::fill(&mut bits)?;
        Ok(Token(bits))
    }

    /// As it stands in the address.
    pub(super) fn reveal(&self) -> String {
        HEXLOWER.encode(&self.0)
    }

    /// Compares in a time that does not depend on where the two differ.
    pub(super) fn fits(&self, given: &str) -> bool {
        self.reveal().as_bytes().ct_eq(given.as_bytes()).into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_token_fits() {
        let token = Token::new().unwrap();
        assert!(token.fits(&token.reveal()));
        assert!(!token.fits(&token.reveal()[1..]));
        assert!(!token.fits(""));
        assert!(!token.fits(&Token::new().unwrap().reveal()));
    }
}
