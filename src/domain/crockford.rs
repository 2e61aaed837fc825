//! Crockford's base 32: no I, L, O, U; small letters and look-alikes are read as what was meant.
//!
//! Source: <https://www.crockford.com/base32.html>

const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// No letter of the alphabet.
const NONE: u8 = 0xff;
/// Read over: people group letters.
const IGNORED: u8 = 0xfe;

/// What each byte is read as. A table of the program, since every receipt code is read by it.
const READ: [u8; 256] = table();

const fn table() -> [u8; 256] {
    let mut table = [NONE; 256];
    let mut at = 0;
    let mut digit = 0;
    while at < ALPHABET.len() {
        table[ALPHABET[at] as usize] = digit;
        table[ALPHABET[at].to_ascii_lowercase() as usize] = digit;
        at += 1;
        digit += 1;
    }
    (table[b'O' as usize], table[b'o' as usize]) = (0, 0);
    (table[b'I' as usize], table[b'i' as usize]) = (1, 1);
    (table[b'L' as usize], table[b'l' as usize]) = (1, 1);
    (table[b'-' as usize], table[b' ' as usize]) = (IGNORED, IGNORED);
    table
}

/// Bytes as Crockford base 32 (five bits a character; the last one filled up with zeros).
#[must_use]
pub fn to_crockford(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len().div_ceil(5) * 8);
    let (mut held, mut bits) = (0_usize, 0);
    for byte in bytes {
        held = held << 8 | usize::from(*byte);
        bits += 8;
        while bits >= 5 {
            bits -= 5;
            text.push(char::from(ALPHABET[held >> bits & 31]));
        }
        held &= 31;
    }
    if bits > 0 {
        text.push(char::from(ALPHABET[held << (5 - bits) & 31]));
    }
    text
}

/// Reads Crockford base 32, forgiving small letters, spaces and hyphens.
#[must_use]
pub fn from_crockford(text: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(text.len() * 5 / 8);
    let (mut held, mut bits) = (0_u32, 0);
    for letter in text.bytes() {
        match READ[usize::from(letter)] {
            IGNORED => continue,
            NONE => return None,
            digit => held = held << 5 | u32::from(digit),
        }
        bits += 5;
        if bits >= 8 {
            bits -= 8;
            bytes.push(u8::try_from(held >> bits).ok()?);
            held &= (1 << bits) - 1;
        }
    }
    // Nothing may be lost: a letter too many, or bits that no byte wrote.
    (bits < 5 && held == 0).then_some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_of_any_length_survive() {
        for length in 0..40_u8 {
            let bytes: Vec<u8> = (0..length).map(|n| n.wrapping_mul(97) ^ 0x5a).collect();
            let text = to_crockford(&bytes);
            assert_eq!(text.len(), (bytes.len() * 8).div_ceil(5));
            assert_eq!(from_crockford(&text), Some(bytes));
        }
    }

    #[test]
    fn what_is_written_is_what_others_write() {
        // Test vectors of RFC 4648, part 10, letter for letter in this alphabet.
        assert_eq!(to_crockford(b"foobar"), "CSQPYRK1E8");
        assert_eq!(to_crockford(b"fooba"), "CSQPYRK1");
        assert_eq!(to_crockford(&[0xff; 5]), "ZZZZZZZZ");
    }

    #[test]
    fn look_alikes_are_read_and_nonsense_is_not() {
        assert_eq!(from_crockford("o1-il oO"), from_crockford("011100"));
        assert_eq!(from_crockford("ZZZZ-zzzz"), Some(vec![0xff; 5]));
        for wrong in ["U", "é", "0", "01U", "ZZ1", "*"] {
            assert_eq!(from_crockford(wrong), None, "{wrong}");
        }
    }
}
