//! A name with a character that no font has, from the import to the officer's flag.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;

use pingyi::center::db::{Db, Row};

use super::demo::Demo;
use crate::support::world::until;

/// The sample office, with a name that nobody can draw.
fn office_with_a_rare_name() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let demo = Path::new(env!("CARGO_MANIFEST_DIR")).join("kiosk-config/demo");
    for part in ["portraits", "pictures"] {
        std::fs::create_dir(folder.path().join(part)).unwrap();
        for file in std::fs::read_dir(demo.join(part)).unwrap().flatten() {
            let to = folder.path().join(part).join(file.file_name());
            std::fs::copy(file.path(), to).unwrap();
        }
    }
    let office = std::fs::read_to_string(demo.join("office.toml")).unwrap();
    let office = office.replace("name = \"林晓慧\"", "name = \"林\u{3d0a0}慧\"");
    std::fs::write(folder.path().join("office.toml"), office).unwrap();
    folder
}

#[tokio::test(flavor = "multi_thread")]
async fn a_name_that_cannot_be_shown_is_told_to_the_center_once() {
    let demo = Demo::start(None);
    let data = demo.folder().join("center");
    let url = format!("sqlite:{}", data.join("center.sqlite3").display());
    let sql = "select evidence from flags where rule = 'unshowable'";
    let db = Db::open(&url).await.unwrap();
    assert!(db.read(sql, Vec::new()).await.unwrap().is_empty());
    let office = office_with_a_rare_name();
    let imported = Command::new(env!("CARGO_BIN_EXE_pingyi"))
        .args(["center", "import-office"])
        .arg(office.path())
        .env("PINGYI_DATA_DIR", &data)
        .env("PINGYI_LISTEN_PUBLIC_URL", format!("http://{}", demo.host))
        .output()
        .unwrap();
    assert!(imported.status.success(), "{}", String::from_utf8_lossy(&imported.stderr));
    let told = until("a flag", || async {
        let rows = db.read(sql, Vec::new()).await.unwrap();
        let is_staff = |row: &Row| row.text("evidence").unwrap().contains("staff 0317");
        rows.iter().any(is_staff).then_some(rows)
    })
    .await;
    let told: Vec<&str> = told.iter().map(|row| row.text("evidence").unwrap()).collect();
    // She is responsible for some items too.
    let places: BTreeSet<&str> = told.iter().copied().collect();
    assert!(places.contains("\u{3d0a0}（staff 0317）"), "{told:?}");
    assert!(places.iter().all(|place| place.starts_with("\u{3d0a0}（")), "{told:?}");
    assert_eq!(places.len(), told.len(), "{told:?}");
}
