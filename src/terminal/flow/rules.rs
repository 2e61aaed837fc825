//! What the settings of a terminal decide.

use crate::domain::Language;
use crate::settings;
use crate::settings::terminal::TextSize;

/// The settings that the terminal follows; what the office decides comes with the content.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rules {
    /// How long an answer may be changed.
    pub change_seconds: u32,
    /// How long the thank-you stays.
    pub thanks_seconds: u32,
    /// How long after the last touch a page is left and the look goes back to `look`.
    pub idle_reset_seconds: u32,
    /// What a visitor finds.
    pub look: Look,
    /// The languages that the switch goes through, in order.
    pub languages: Vec<Language>,
    /// A maintenance PIN is set; without one maintenance stays closed.
    pub maintenance: bool,
}

/// What a visitor may switch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Look {
    /// The language.
    pub language: Language,
    /// The text size.
    pub text: TextSize,
    /// High contrast.
    pub contrast: bool,
}

impl From<&settings::Terminal> for Rules {
    fn from(settings: &settings::Terminal) -> Rules {
        let screen = &settings.screen;
        Rules {
            change_seconds: screen.change_seconds,
            thanks_seconds: screen.thanks_seconds,
            idle_reset_seconds: screen.idle_reset_seconds,
            look: Look {
                language: screen.language,
                text: screen.text,
                contrast: screen.high_contrast,
            },
            languages: screen.languages.clone(),
            maintenance: settings.maintenance.pin.is_some(),
        }
    }
}
