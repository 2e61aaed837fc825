//! The real program killed with SIGKILL between tap and reply, a hundred times.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use pingyi::simulate;
use pingyi::terminal::identity::{Enrolment, Identity};
use pingyi::terminal::journal::Journal;

use crate::support::books::Books;
use crate::support::chance::Chance;
use crate::support::world::{Rig, World, brisk, clock, drained};

/// How often the program is killed.
const KILLS: usize = 100;

fn start(folder: &Path) -> Child {
    Command::new(env!("CARGO_BIN_EXE_pingyi"))
        .args(["simulate", "taps", "--data-dir"])
        .arg(folder)
        .stdout(Stdio::piped())
        .stderr(Stdio::inherit())
        .spawn()
        .unwrap()
}

/// Lets the program tap, kills it `after` its first thanks, and gives every seq it thanked for.
fn tap_until_killed(folder: &Path, after: Duration) -> Vec<u64> {
    let mut program = start(folder);
    let mut said = BufReader::new(program.stdout.take().unwrap()).lines();
    let first = said.next().unwrap().unwrap();
    let killer = std::thread::spawn(move || {
        std::thread::sleep(after);
        program.kill().unwrap();
        program.wait().unwrap();
    });
    // Reads to the end, which the kill brings; the last line may be torn.
    let mut seqs = vec![first.parse().unwrap()];
    seqs.extend(said.map_while(Result::ok).map_while(|line| line.parse::<u64>().ok()));
    killer.join().unwrap();
    seqs
}

/// Everything that the journal keeps, in order, checked to be a chain from its beginning.
async fn kept(journal: &Journal) -> Vec<u64> {
    let unsent = journal.ask(|file, _| file.unsent(u64::from(u32::MAX))).await.unwrap().unwrap();
    let mut hash = unsent.previous;
    let mut seqs = Vec::new();
    for entry in &unsent.entries {
        hash = entry.hash(&hash);
        seqs.push(entry.read().unwrap().0.seq);
    }
    assert_eq!(hash, unsent.head, "the chain is whole");
    assert_eq!(seqs, (1..=seqs.len() as u64).collect::<Vec<_>>(), "none lost, none twice");
    seqs
}

/// Enrols the folder under the name that the program writes when no center has given it one.
async fn seat_as_simulated(world: &World, folder: &Path) {
    let given = world.seat(folder, "w3").await;
    let identity = Identity::load(folder).unwrap();
    let enrolment = identity.enrolment().unwrap().unwrap();
    identity.enrol(&Enrolment { terminal: "T-0000".parse().unwrap(), ..enrolment }).unwrap();
    let mut tx = world.center.db.begin().await.unwrap();
    let sql = format!("update terminals set terminal_id = 'T-0000' where terminal_id = '{given}'");
    tx.run(&sql, Vec::new()).await.unwrap();
    tx.commit().await.unwrap();
}

/// The seed is fixed: the instants are the same each time, what they meet is not.
#[tokio::test(flavor = "multi_thread")]
async fn what_was_thanked_for_survives_a_hundred_kills() {
    let world = World::new().await;
    let folder = world.folder.path().join("terminal");
    let mut chance = Chance::new(20_261_122);
    let mut thanked = 0;
    for kill in 0..KILLS {
        let after = Duration::from_micros(chance.below(20_000));
        let seqs = tap_until_killed(&folder, after);
        let journal = simulate::journal(&folder).unwrap();
        let kept = kept(&journal).await;
        let last = *seqs.last().unwrap();
        let held = *kept.last().unwrap();
        assert!(held >= last, "kill {kill}: thanked for {last}, and the journal ends at {held}");
        assert!(held <= last + 1, "kill {kill}: thanked for {last}, and the journal has {held}");
        thanked = held;
    }
    // All of it goes to a center.
    seat_as_simulated(&world, &folder).await;
    let rig = Rig::start_with(&folder, brisk(&world.url()), clock());
    let journal = rig.journal();
    drained(&journal).await;
    let counted: i64 = world.counted().await.iter().sum();
    assert_eq!(counted, i64::try_from(thanked).unwrap() - 1, "all but the start of the journal");
    Books::read(&world).await;
    rig.stop();
}
