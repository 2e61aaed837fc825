//! `pingyi terminal --picture`: any screen of any content, without a display.

use std::path::{Path, PathBuf};

use clap::Args;
use pingyi::domain::Language;
use pingyi::settings::terminal::TextSize;
use pingyi::settings::{Problem, Problems};
use pingyi::terminal::content::Content;
use pingyi::terminal::flow::Look;
use pingyi::terminal::glass::Size;
use pingyi::terminal::still::{self, Error, Wish};

/// Which screen, of which content, into which file.
#[derive(Args)]
pub struct Picture {
    /// Draws one screen into a PNG file and ends: of a bundle, or of an office's folder.
    #[arg(long, value_name = "BUNDLE", requires = "output")]
    picture: Option<PathBuf>,
    /// With an office's folder: the window.
    #[cfg(feature = "center")]
    #[arg(long, value_name = "ID", requires = "picture")]
    window: Option<String>,
    /// The screen's name; a wrong one is answered with all of them.
    #[arg(long, value_name = "NAME", default_value = "home")]
    screen: String,
    /// Width and height in pixels.
    #[arg(long, value_name = "SIZE", default_value = "1280x800")]
    size: String,
    /// The language, such as zh or en.
    #[arg(long, value_name = "CODE", default_value = "zh")]
    language: String,
    /// In large letters.
    #[arg(long, requires = "picture")]
    large_text: bool,
    /// In high contrast.
    #[arg(long, requires = "picture")]
    contrast: bool,
    /// Who is on duty, by employee number.
    #[arg(long, value_name = "NO", requires = "picture")]
    staff: Option<String>,
    /// The service item of guide and prompt, by its id.
    #[arg(long, value_name = "ID", requires = "picture")]
    item: Option<String>,
    /// The picture's file.
    #[arg(short, long, value_name = "FILE", requires = "picture")]
    output: Option<PathBuf>,
}

fn wrong(file: &str, key: &str, found: &dyn std::fmt::Display, allowed: &str) -> Problems {
    let (file, key, found) = (file.to_owned(), key.to_owned(), found.to_string());
    Problem { file, line: None, key, found, allowed: allowed.to_owned() }.into()
}

fn said(key: &str, found: &str, allowed: &str) -> Problems {
    wrong("the command line", key, &found, allowed)
}

impl Picture {
    /// Draws, if that is what was asked for; tells whether it was.
    pub fn run(&self) -> anyhow::Result<bool> {
        let (Some(source), Some(output)) = (&self.picture, &self.output) else { return Ok(false) };
        let size: Size =
            self.size.parse().map_err(|error| said("--size", &self.size, &format!("{error}")))?;
        let language: Language = self.language.parse().map_err(|_| {
            said("--language", &self.language, "the code of a language, such as zh, en or ug")
        })?;
        let text = if self.large_text { TextSize::Large } else { TextSize::Normal };
        let (content, on_duty) = self.content(source)?;
        let wish = Wish {
            screen: self.screen.clone(),
            staff: self.staff.clone().or(on_duty),
            item: self.item.clone(),
            look: Look { language, text, contrast: self.contrast },
        };
        let png = still::png(content, &wish, size).map_err(|error| match error {
            Error::Wish(problem) => Problems::from(problem).into(),
            error => anyhow::Error::from(error),
        })?;
        let file = output.display().to_string();
        std::fs::write(output, png)
            .map_err(|error| wrong(&file, "the picture", &error, "a file that can be written"))?;
        Ok(true)
    }

    /// The content, and who serves there where that is known.
    fn content(&self, source: &Path) -> anyhow::Result<(Content, Option<String>)> {
        #[cfg(feature = "center")]
        if source.is_dir() {
            return super::window::content(source, self.window.as_deref());
        }
        let file = source.display().to_string();
        let bytes = std::fs::read(source)
            .map_err(|error| wrong(&file, "the file itself", &error, "a readable bundle"))?;
        let allowed = "the content of a window: content.bundle of a terminal, or its JSON alone";
        let content = Content::unsigned(&bytes)
            .map_err(|error| wrong(&file, "the bundle", &error, allowed))?;
        Ok((content, None))
    }
}
