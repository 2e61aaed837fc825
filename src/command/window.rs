//! The content of a window of an office's folder, as a center would publish it.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use pingyi::center::{Center, content::store};
use pingyi::clock::SystemClock;
use pingyi::settings::{self, Problem, Problems};
use pingyi::terminal::content::Content;

/// The folder of a center that lives for one import.
struct Passing(PathBuf);

impl Passing {
    fn new() -> anyhow::Result<Passing> {
        let mut name = [0; 8];
        getrandom::fill(&mut name)?;
        let name = format!("pingyi-picture-{:016x}", u64::from_be_bytes(name));
        Ok(Passing(std::env::temp_dir().join(name)))
    }
}

impl Drop for Passing {
    fn drop(&mut self) {
        let _left_to_the_system = std::fs::remove_dir_all(&self.0);
    }
}

/// The window's content, and who serves there.
pub fn content(folder: &Path, window: Option<&str>) -> anyhow::Result<(Content, Option<String>)> {
    let office = settings::office(folder)?;
    let wanted = window.or_else(|| office.windows.first().map(|window| window.id.as_str()));
    let found = office.windows.iter().find(|window| Some(window.id.as_str()) == wanted);
    let Some(found) = found else {
        let ids: Vec<&str> = office.windows.iter().map(|window| window.id.as_str()).collect();
        return Err(Problems::from(Problem {
            file: "the command line".to_owned(),
            line: None,
            key: "--window".to_owned(),
            found: wanted.unwrap_or_default().to_owned(),
            allowed: format!("a window of {}: {}", folder.display(), ids.join(", ")),
        })
        .into());
    };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let bytes = runtime.block_on(published(&office, &found.id))?;
    Ok((Content::unsigned(&bytes)?, found.on_duty.clone()))
}

async fn published(office: &settings::Office, window: &str) -> anyhow::Result<Vec<u8>> {
    let passing = Passing::new()?;
    let data_dir = passing.0.display().to_string();
    let settings = settings::center(None, &|name| match name {
        "PINGYI_DATA_DIR" => Some(data_dir.clone()),
        // Where the demo's pages are: so the codes on the picture lead somewhere.
        "PINGYI_LISTEN_PUBLIC_URL" => Some("http://127.0.0.1:8480".to_owned()),
        _ => None,
    })?;
    let center = Center::open(settings, Arc::new(SystemClock::new()?)).await?;
    center.import_office(office, "picture").await?;
    let signed = store::newest(&center.db, &window.parse()?).await?;
    Ok(signed.map(|signed| signed.bundle).unwrap_or_default())
}
