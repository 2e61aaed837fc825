//! A disk that is full: no false thanks, and recovery as soon as there is room.

use std::path::Path;
use std::process::Command;

use pingyi::domain::Level::Satisfied;
use pingyi::terminal::journal::{Answer, Journal, Saved};
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use tokio::sync::oneshot;

use super::open;
use crate::support::copies::closed;
use crate::support::world::{clock, until};

/// Names the folder for the process in which files cannot grow.
const FOLDER: &str = "PINGYI_SMALL_DISK";

/// The limit is one of a process, so the test runs itself again under it: files may have 400 KiB.
#[test]
fn a_full_disk_brings_no_false_thanks_and_recovers() {
    let folder = tempfile::tempdir().unwrap();
    let name = "journal::disk::inside_a_process_whose_files_cannot_grow";
    let script = r#"trap "" XFSZ; ulimit -S -f 800; exec "$0" --exact "$1" --nocapture"#;
    let output = Command::new("sh")
        .args(["-c", script])
        .arg(std::env::current_exe().unwrap())
        .arg(name)
        .env(FOLDER, folder.path())
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    let why = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success() && said.contains("recovered at"), "{said}\n{why}");
}

async fn save(journal: &Journal) -> Option<Saved> {
    let (reply, saved) = oneshot::channel();
    let answer = Answer::new(Satisfied, "0317");
    journal.save(answer, move |result| drop(reply.send(result)));
    saved.await.unwrap().ok()
}

async fn probe(journal: &Journal) -> bool {
    let (reply, said) = oneshot::channel();
    journal.probe(move |is_well| reply.send(is_well).unwrap());
    said.await.unwrap()
}

/// Does something only in the process that the test above starts.
#[tokio::test(flavor = "multi_thread")]
async fn inside_a_process_whose_files_cannot_grow() {
    let Some(folder) = std::env::var_os(FOLDER) else { return };
    let folder = Path::new(&folder);
    let journal = open(folder, clock());
    let mut thanked = Vec::new();
    // A closed log makes some room, so the end is where not even a probe goes through.
    loop {
        match save(&journal).await {
            Some(saved) => thanked.push(saved.seq),
            None if !probe(&journal).await => break,
            None => {}
        }
        assert!(thanked.len() < 5000, "the disk never fills");
    }
    assert!(save(&journal).await.is_none(), "no thanks while there is no room");
    let limit = Rlimit { current: None, ..getrlimit(Resource::Fsize) };
    setrlimit(Resource::Fsize, limit).unwrap();
    until("the probe goes through", || async { probe(&journal).await.then_some(()) }).await;
    thanked.push(save(&journal).await.unwrap().seq);
    drop(journal);
    closed(folder).await;
    let journal = open(folder, clock());
    let kept = journal.ask(|file, _| file.unsent(100_000)).await.unwrap().unwrap();
    let last = kept.entries.len() as u64;
    assert!(thanked.iter().all(|seq| *seq <= last), "every thanks is kept");
    assert!(thanked.is_sorted_by(|a, b| a < b), "no seq twice");
    let files = std::fs::read_dir(folder).unwrap().map(|file| file.unwrap().file_name());
    assert!(!files.into_iter().any(|name| name.to_string_lossy().contains("damaged")));
    println!("recovered at {last}");
}
