//! Where the screen is shown: a pure decision, and the one line that says which and why.

use std::ffi::OsStr;
use std::fmt;

/// What the machine offers and the command line asks for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Offer {
    /// `DISPLAY` or `WAYLAND_DISPLAY`, whichever is set, with its value.
    pub display: Option<String>,
    /// `SLINT_BACKEND`: somebody has chosen by hand.
    pub backend: Option<String>,
    /// Compiled with the feature `linuxkms`: a screen without a desktop.
    pub kms: bool,
    /// `--glass`.
    pub glass: bool,
    /// `pingyi demo`: may show the glass unasked.
    pub demo: bool,
}

/// Where the screen is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Surface {
    /// A window of the desktop.
    Window,
    /// Whatever `SLINT_BACKEND` names, other than the whole display.
    Named,
    /// The whole display, without a desktop.
    Bare,
    /// Off-screen, shown in a browser.
    Glass,
}

/// A decision with its reason.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    /// Where.
    pub surface: Surface,
    /// Why.
    pub reason: Reason,
    /// Whether the glass takes over when the surface cannot be opened.
    pub glass_instead: bool,
}

/// Why a surface was chosen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reason {
    /// The command line says so.
    Asked,
    /// The environment names a display, such as `DISPLAY=:0`.
    Display(String),
    /// `SLINT_BACKEND` is set.
    Backend(String),
    /// No display is named, but the program can draw without a desktop.
    NoDesktop,
    /// No display is named.
    NoDisplay,
    /// A surface was chosen, but could not be opened.
    Unopened {
        /// What was tried, such as `DISPLAY=:0`.
        tried: String,
        /// What went wrong.
        cause: String,
    },
}

/// There is nowhere to show the screen.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "no DISPLAY or WAYLAND_DISPLAY: set one, start with --glass to use the screen in a browser, or use a build \
     with the feature linuxkms on a device without a desktop"
)]
pub struct Nowhere;

impl Offer {
    /// Reads the environment.
    #[must_use]
    pub fn from_env(glass: bool, demo: bool) -> Offer {
        let set = |name: &str| {
            let value = std::env::var_os(name).filter(|value| value != OsStr::new(""))?;
            Some(value.to_string_lossy().into_owned())
        };
        let display = ["WAYLAND_DISPLAY", "DISPLAY"]
            .into_iter()
            .find_map(|name| set(name).map(|value| format!("{name}={value}")));
        Offer {
            display,
            backend: set("SLINT_BACKEND"),
            kms: cfg!(feature = "linuxkms"),
            glass,
            demo,
        }
    }
}

/// Decides where the screen is shown.
///
/// # Errors
/// When there is nowhere: no display, and no leave to use the glass.
pub fn choose(offer: &Offer) -> Result<Choice, Nowhere> {
    let (surface, reason) = match offer {
        Offer { glass: true, .. } => (Surface::Glass, Reason::Asked),
        Offer { kms: true, backend: Some(backend), .. } if backend.starts_with("linuxkms") => {
            (Surface::Bare, Reason::Backend(backend.clone()))
        }
        Offer { backend: Some(backend), .. } => (Surface::Named, Reason::Backend(backend.clone())),
        Offer { display: Some(display), .. } => (Surface::Window, Reason::Display(display.clone())),
        Offer { kms: true, demo: false, .. } => (Surface::Bare, Reason::NoDesktop),
        Offer { demo: true, .. } => (Surface::Glass, Reason::NoDisplay),
        _ => return Err(Nowhere),
    };
    Ok(Choice { surface, reason, glass_instead: offer.demo && surface != Surface::Glass })
}

impl Choice {
    /// What `SLINT_BACKEND` says, if that decided.
    #[must_use]
    pub fn backend(&self) -> Option<&str> {
        match &self.reason {
            Reason::Backend(backend) => Some(backend),
            _ => None,
        }
    }

    /// The glass in place of a surface that could not be opened.
    #[must_use]
    pub fn fallen_back(self, error: &dyn fmt::Display) -> Choice {
        let error = error.to_string();
        let tried = match self.reason {
            Reason::Display(display) => display,
            Reason::Backend(backend) => format!("SLINT_BACKEND={backend}"),
            Reason::Asked | Reason::NoDesktop | Reason::NoDisplay | Reason::Unopened { .. } => {
                "the display".to_owned()
            }
        };
        // The innermost cause is last; before it stand the layers of the window system.
        let cause = error.rsplit(": ").next().unwrap_or_default().to_owned();
        let reason = Reason::Unopened { tried, cause };
        Choice { surface: Surface::Glass, reason, glass_instead: false }
    }

    /// The line to print; `address` is where the glass is, for the case that it is the surface.
    #[must_use]
    pub fn sentence(&self, address: &str) -> String {
        let what = match self.surface {
            Surface::Glass => format!("the screen is drawn off-screen and shown at {address}"),
            Surface::Window => "the screen opens in a window".to_owned(),
            Surface::Named => "the screen opens there".to_owned(),
            Surface::Bare => "the screen takes the whole display".to_owned(),
        };
        format!("{}: {what}", self.reason)
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Reason::Asked => f.write_str("--glass"),
            Reason::Display(display) => f.write_str(display),
            Reason::Backend(backend) => write!(f, "SLINT_BACKEND={backend}"),
            Reason::NoDesktop => {
                f.write_str("no DISPLAY or WAYLAND_DISPLAY, but a build with linuxkms")
            }
            Reason::NoDisplay => f.write_str("no DISPLAY or WAYLAND_DISPLAY"),
            Reason::Unopened { tried, cause } => write!(f, "{tried} cannot be opened ({cause})"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn offer() -> Offer {
        Offer::default()
    }

    #[test]
    fn a_surface_follows_from_the_machine_and_the_command_line() {
        let shown = || Some("DISPLAY=:0".to_owned());
        let backend = || Some("headless".to_owned());
        let kms = || Some("linuxkms-femtovg".to_owned());
        for (offer, expected) in [
            (Offer { display: shown(), ..offer() }, Ok(Surface::Window)),
            (Offer { display: shown(), demo: true, ..offer() }, Ok(Surface::Window)),
            (Offer { display: shown(), glass: true, ..offer() }, Ok(Surface::Glass)),
            (Offer { display: shown(), kms: true, ..offer() }, Ok(Surface::Window)),
            (Offer { backend: backend(), ..offer() }, Ok(Surface::Named)),
            (Offer { backend: backend(), glass: true, ..offer() }, Ok(Surface::Glass)),
            (Offer { kms: true, ..offer() }, Ok(Surface::Bare)),
            (Offer { kms: true, backend: kms(), ..offer() }, Ok(Surface::Bare)),
            (Offer { kms: false, backend: kms(), ..offer() }, Ok(Surface::Named)),
            (Offer { kms: true, demo: true, ..offer() }, Ok(Surface::Glass)),
            (Offer { demo: true, ..offer() }, Ok(Surface::Glass)),
            (offer(), Err(Nowhere)),
        ] {
            assert_eq!(choose(&offer).map(|choice| choice.surface), expected, "{offer:?}");
        }
    }

    #[test]
    fn one_line_says_which_and_why() {
        let choice = choose(&Offer { demo: true, ..offer() }).unwrap();
        assert_eq!(
            choice.sentence("http://127.0.0.1:8080/glass/x/"),
            "no DISPLAY or WAYLAND_DISPLAY: the screen is drawn off-screen and shown at \
             http://127.0.0.1:8080/glass/x/"
        );
        let display = Some("DISPLAY=:9".to_owned());
        let choice = choose(&Offer { display, demo: true, ..offer() }).unwrap();
        assert!(choice.glass_instead);
        assert_eq!(
            choice.fallen_back(&"window system: code 7: refused").sentence("there"),
            "DISPLAY=:9 cannot be opened (refused): the screen is drawn off-screen and shown at there"
        );
    }
}
