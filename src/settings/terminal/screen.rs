//! What the screen does.

use super::super::fields::Fields;
use super::{Language, TextSize};

/// Beyond so many the switch of languages is no longer a switch.
const MOST_LANGUAGES: usize = 6;

/// What the screen does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Screen {
    /// Covers the whole panel, without a frame.
    pub fullscreen: bool,
    /// The language at start and after every visit; one of `languages`.
    pub language: Language,
    /// The languages that a visitor may choose from, in the order of the switch.
    pub languages: Vec<Language>,
    /// The text size at start and after every visit.
    pub text: TextSize,
    /// Black and white at start and after every visit.
    pub high_contrast: bool,
    /// Without a touch for so long, a visit ends.
    pub idle_reset_seconds: u32,
    /// How long the thank-you stays.
    pub thanks_seconds: u32,
    /// How long an answer may be changed; within `thanks_seconds`, 0 for never.
    pub change_seconds: u32,
    /// No motion at all.
    pub reduced_motion: bool,
}

impl Default for Screen {
    fn default() -> Self {
        Self {
            fullscreen: true,
            language: Language::CHINESE,
            languages: vec![Language::CHINESE, Language::ENGLISH],
            text: TextSize::Normal,
            high_contrast: false,
            idle_reset_seconds: 60,
            thanks_seconds: 20,
            change_seconds: 5,
            reduced_motion: false,
        }
    }
}

impl Screen {
    pub(super) fn read(fields: &mut Fields<'_>) -> Self {
        let default = Self::default();
        let sizes = [("normal", TextSize::Normal), ("large", TextSize::Large)];
        let (language, languages) = spoken(fields, &default);
        let mut seconds =
            |key, range, default| fields.number(key, range, "seconds").unwrap_or(default);
        let idle = seconds("screen.idle_reset_seconds", 10..=600, default.idle_reset_seconds);
        let thanks = seconds("screen.thanks_seconds", 5..=60, default.thanks_seconds);
        let change = seconds("screen.change_seconds", 0..=30, default.change_seconds);
        if change > thanks {
            fields.contradict(
                "screen.change_seconds",
                change.to_string(),
                format!("at most screen.thanks_seconds, which is {thanks}"),
            );
        }
        Self {
            fullscreen: fields.switch("screen.fullscreen").unwrap_or(default.fullscreen),
            language,
            languages,
            text: fields.choice("screen.text", &sizes).unwrap_or(default.text),
            high_contrast: fields.switch("screen.high_contrast").unwrap_or(default.high_contrast),
            idle_reset_seconds: idle,
            thanks_seconds: thanks,
            change_seconds: change,
            reduced_motion: fields
                .switch("screen.reduced_motion")
                .unwrap_or(default.reduced_motion),
        }
    }
}

/// The language at start, and those to choose from, of which it is one.
fn spoken(fields: &mut Fields<'_>, default: &Screen) -> (Language, Vec<Language>) {
    const CODE: &str = "a code of two or three small letters, such as \"zh\", \"en\", \"ug\"";
    const CODES: &str =
        "a list of codes such as [\"zh\", \"en\"], each of two or three small letters";
    let language = fields.text("screen.language", CODE, |text| text.parse().ok());
    let listed = fields.texts("screen.languages", CODES, |text| text.parse::<Language>().is_ok());
    let languages: Vec<Language> = match &listed {
        Some(codes) => codes.iter().filter_map(|code| code.parse().ok()).collect(),
        None => default.languages.clone(),
    };
    let twice = (1..languages.len()).any(|n| languages[..n].contains(&languages[n]));
    if twice || languages.is_empty() || languages.len() > MOST_LANGUAGES {
        let found = format!("{languages:?}");
        let allowed = format!("one to {MOST_LANGUAGES} languages, each once");
        fields.contradict("screen.languages", found, allowed);
    } else if let Some(language) = language.filter(|language| !languages.contains(language)) {
        let allowed = format!("one of screen.languages, which are {languages:?}");
        fields.contradict("screen.language", format!("\"{language}\""), allowed);
    }
    let first = languages.first().copied().unwrap_or(default.language);
    (language.unwrap_or(first), languages)
}
