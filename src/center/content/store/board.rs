//! What terminals of a unit offer and show beside the guide: tags, notices, slides, the wall.

use std::collections::BTreeMap;

use super::files::Files;
use super::read::json;
use crate::center::db::{Row, Tx, params};
use crate::center::ledger::Error;
use crate::domain::{Bulletin, Notice, Rectification, Slide, Tag};

/// Of one unit.
pub(super) struct Board {
    pub tags: Vec<Tag>,
    pub complaint_tags: Vec<Tag>,
    pub notices: Vec<Notice>,
    pub slides: Vec<Slide>,
    pub bulletins: Vec<Bulletin>,
    rectifications: Vec<Done>,
}

/// A rectification with where it belongs and what it settled.
struct Done {
    window: Option<String>,
    answers: i64,
    rectification: Rectification,
}

impl Board {
    pub async fn read(tx: &mut Tx, unit: &str, files: &mut Files) -> Result<Board, Error> {
        let notices = "select notice from notices where unit_id = $1 order by ordinal";
        let notices = tx.read(notices, params![unit]).await?;
        let bulletins = "select bulletin from wall_bulletins where unit_id = $1 order by ordinal";
        let bulletins = tx.read(bulletins, params![unit]).await?;
        let done = "select window_id, answers, rectification from wall_rectifications
                    where unit_id = $1 order by ordinal";
        let done = tx.read(done, params![unit]).await?;
        Ok(Board {
            tags: tags(tx, unit, "rating").await?,
            complaint_tags: tags(tx, unit, "complaint").await?,
            notices: notices.iter().map(|row| json(row, "notice")).collect::<Result<_, _>>()?,
            slides: slides(tx, unit, files).await?,
            bulletins: bulletins
                .iter()
                .map(|row| json(row, "bulletin"))
                .collect::<Result<_, _>>()?,
            rectifications: done.iter().map(Done::read).collect::<Result<_, _>>()?,
        })
    }

    /// What one window's terminal shows of what was put right.
    pub fn rectifications(&self, window: &str) -> Vec<Rectification> {
        let here = |done: &&Done| done.window.as_deref().is_none_or(|of| of == window);
        self.rectifications.iter().filter(here).map(|done| done.rectification.clone()).collect()
    }

    /// How many dissatisfied answers at a window were settled in a month.
    pub fn settled(&self, window: &str, month: i64) -> i64 {
        let here = |done: &&Done| {
            done.window.as_deref() == Some(window)
                && done.rectification.done_on.is_some_and(|day| day / 100 == month)
        };
        self.rectifications.iter().filter(here).map(|done| done.answers).sum()
    }
}

impl Done {
    fn read(row: &Row) -> Result<Done, Error> {
        Ok(Done {
            window: row.opt_text("window_id")?.map(str::to_owned),
            answers: row.int("answers")?,
            rectification: json(row, "rectification")?,
        })
    }
}

async fn tags(tx: &mut Tx, unit: &str, kind: &str) -> Result<Vec<Tag>, Error> {
    let sql = "select tag_id, text from tags
               where unit_id = $1 and kind = $2 and offered = 1 order by ordinal";
    let tag = |row: &Row| -> Result<Tag, Error> {
        Ok(Tag { id: row.text("tag_id")?.to_owned(), text: json(row, "text")? })
    };
    tx.read(sql, params![unit, kind]).await?.iter().map(tag).collect()
}

async fn slides(tx: &mut Tx, unit: &str, files: &mut Files) -> Result<Vec<Slide>, Error> {
    let sql = "select slide, picture from slides where unit_id = $1 order by ordinal";
    let mut slides = Vec::new();
    for row in tx.read(sql, params![unit]).await? {
        let slide: Slide = json(&row, "slide")?;
        slides.push(Slide { file: files.put(row.bytes("picture")?), ..slide });
    }
    Ok(slides)
}

/// The names of sounds by occasion.
pub(super) async fn sounds(
    tx: &mut Tx,
    unit: &str,
    files: &mut Files,
) -> Result<BTreeMap<String, String>, Error> {
    let sql = "select occasion, sound from sounds where unit_id = $1 order by occasion";
    let mut sounds = BTreeMap::new();
    for row in tx.read(sql, params![unit]).await? {
        sounds.insert(row.text("occasion")?.to_owned(), files.put(row.bytes("sound")?));
    }
    Ok(sounds)
}
