//! What a code that people read aloud should not spell.

/// As people see them: English, pinyin and its initials, and numbers that are an insult or a date
/// nobody wants to meet at a counter. `I`, `L`, `O` and `U` are in no code, but digits pass for them.
const WORDS: [&str; 75] = [
    // English
    "ANAL", "ARSE", "ASS", "BITCH", "BOOB", "CLIT", "COCK", "CRAP", "CUM", "CUNT", "DAMN", "DEAD",
    "DEATH", "DEVIL", "DICK", "DIE", "DUMB", "DYKE", "FAG", "FART", "FAT", "FCK", "FUC", "FUK",
    "FVK", "GAY", "HELL", "HOE", "HOMO", "IDIOT", "JEW", "KILL", "KKK", "KYS", "LIAR", "NAZ",
    "NIG", "PEDO", "PENIS", "PISS", "POO", "PORN", "PUSSY", "RAPE", "SEX", "SHIT", "SHT", "SLUT",
    "STFU", "TIT", "TWAT", "WANK", "WHORE", "WTF", "CNT", "DCK",
    // Pinyin and its initials
    "BIAO", "BICHI", "CAO", "CNM", "GUN", "JB", "JIBA", "MLGB", "MMP", "NMSL", "RNM", "SB", "SHABI",
    "TMD", "WBD", "ZZ", // Numbers
    "250", "38", "8964",
];

/// A letter as the eye takes it: digits for the letters that they look like.
fn seen(letter: u8) -> u8 {
    match letter {
        b'0' => b'O',
        b'1' | b'L' => b'I',
        b'3' => b'E',
        b'4' => b'A',
        b'5' => b'S',
        b'6' | b'9' => b'G',
        b'7' => b'T',
        b'8' => b'B',
        b'V' => b'U',
        other => other,
    }
}

/// Whether capital letters and digits spell something offensive anywhere.
pub(super) fn is_offensive(code: &str) -> bool {
    let code: Vec<u8> = code.bytes().map(seen).collect();
    let spells = |word: &&str| {
        code.windows(word.len()).any(|part| part.iter().copied().eq(word.bytes().map(seen)))
    };
    WORDS.iter().any(spells)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_is_found_however_it_is_spelled() {
        for code in [
            "FVCK1234", "12F0CKZZ", "5H1T2222", "22SHT222", "22NAZ222", "22222A55", "D1CK2222",
            "HE112222", "222TMD22", "22225B22", "2222SB22", "222S8222", "CNM22222", "22282502",
            "X38XXXXX", "X8964XXX", "22M1GB22", "P00PPPPP",
        ] {
            assert!(is_offensive(code), "{code}");
        }
        for code in ["7K3MQ2XD", "KQ7CM2RX", "22222222", "A0M7R4WK", "XXS6BXXX"] {
            assert!(!is_offensive(code), "{code}");
        }
    }

    #[test]
    fn few_codes_are_lost() {
        let offensive = (0..20_000_u64)
            .map(|n| n.wrapping_mul(0x9e37_79b9_7f4a_7c15).to_be_bytes())
            .filter(|bytes| is_offensive(&super::super::to_crockford(&bytes[..5])))
            .count();
        assert!((500..3000).contains(&offensive), "{offensive} of 20000");
    }
}
