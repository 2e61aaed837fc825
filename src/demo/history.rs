//! Three months before today, so that the demo looks as an office does after a while.

use std::net::SocketAddr;
use std::path::Path;

use super::{Error, kept};
use crate::center::Center;
use crate::center::content::rules;
use crate::center::registry::enrolment::{self, By};
use crate::center::registry::rules::Delivery;
use crate::center::registry::{self};
use crate::chain::Keypair;
use crate::domain::WindowId;
use crate::files;
use crate::settings;
use crate::simulate::fleet::Member;
use crate::simulate::past::{self, Past};
use crate::terminal::identity::{Enrolment, EnrolmentCode, Identity};
use crate::terminal::uplink::proof;
use crate::wire::EnrolRequest;

/// Every demo has the same past, up to its own first day.
const SEED: u64 = 20_260_301;

/// Has it sent to the center, unless that was done before; gives how many entries it has.
pub(super) async fn add(
    center: &Center,
    folder: &Path,
    address: SocketAddr,
) -> Result<Option<u64>, Error> {
    let sent = folder.join("history-sent.txt");
    if sent.exists() {
        return Ok(None);
    }
    let now = center.clock.now().wall;
    // What was cut short is sent again as it was, so the center takes nothing twice.
    let until = kept(&folder.join("history-until.txt"), |_| now.to_string())?;
    let past = Past { until: until.parse().unwrap_or(now), seed: SEED };
    let office = settings::sample_office()?;
    let mut members = Vec::new();
    for window in office.windows.iter().filter_map(|window| window.id.parse().ok()) {
        members.push(member(center, &folder.join("history"), window).await?);
    }
    let url = format!("http://{address}");
    let entries = past::send(members, &office, past, &url, center.clock.clone()).await?;
    if let Some(yesterday) = rules::due(None, now) {
        center.closer().close(yesterday).await.map_err(center_error)?;
    }
    // The day may have been closed before: what it released now is published with the office.
    center.import_office(&office, "demo").await?;
    files::write_secret(&sent, format!("{entries}\n").as_bytes())?;
    Ok(Some(entries))
}

fn center_error(error: crate::center::ledger::Error) -> Error {
    Error::Center(error.into())
}

/// The terminal that stood at a window before, with a key that it keeps.
async fn member(center: &Center, folder: &Path, window: WindowId) -> Result<Member, Error> {
    let identity = Identity::load(&folder.join(window.as_str()))?;
    let enrolment = match identity.enrolment()? {
        Some(enrolment) => enrolment,
        None => {
            let enrolment = enrolled(center, &window, &identity.key, super::ACCOUNT).await?;
            identity.enrol(&enrolment)?;
            enrolment
        }
    };
    Ok(Member { key: identity.key, enrolment })
}

/// Code, claim and confirmation as an officer and a terminal do them, straight in the center's
/// database.
///
/// # Errors
/// When there is no such window, or the database fails.
pub async fn enrolled(
    center: &Center,
    window: &WindowId,
    key: &Keypair,
    officer: &str,
) -> Result<Enrolment, Error> {
    let (own, name) = (key.public(), center.key.public().center_id());
    let by = By { officer, now: center.clock.now().wall };
    let mut tx = center.db.begin().await?;
    let code = enrolment::create(&mut tx, &center.recorder, by, window, Delivery::Typed).await?;
    tx.commit().await?;
    let made = enrolment::find(&center.db, &code).await?;
    let written = made.map(|made| made.written(name)).unwrap_or_default();
    let unknown = |_| registry::Error::Unknown("enrolment code");
    let typed: EnrolmentCode = written.parse().map_err(unknown)?;
    let request = EnrolRequest { code: code.clone(), public_key: own, proof: proof(&typed, &own) };
    let mut tx = center.db.begin().await?;
    enrolment::claim(&mut tx, name, &request, by.now).await?;
    let shown = own.fingerprint().to_string();
    let terminal = enrolment::confirm(&mut tx, &center.recorder, by, &code, &shown).await?;
    tx.commit().await?;
    Ok(Enrolment { center_key: center.key.public(), terminal, window: window.clone() })
}
