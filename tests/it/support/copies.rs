//! Disks that are copied: clones, images, and what somebody puts back.

use std::path::{Path, PathBuf};

/// Copies a SQLite database that nobody has open, with its log.
pub fn copy_database(from: &Path, to: &Path) {
    for ending in ["", "-wal", "-shm"] {
        let beside = |path: &Path| {
            let mut name = path.as_os_str().to_owned();
            name.push(ending);
            PathBuf::from(name)
        };
        drop(std::fs::remove_file(beside(to)));
        if beside(from).exists() {
            std::fs::copy(beside(from), beside(to)).unwrap();
        }
    }
}

/// Copies a terminal's whole data directory, which nobody has open.
pub fn clone_disk(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for file in std::fs::read_dir(from).unwrap() {
        let file = file.unwrap();
        std::fs::copy(file.path(), to.join(file.file_name())).unwrap();
    }
}

/// Waits until nobody in this process has a file of the folder open.
pub async fn closed(folder: &Path) {
    super::world::until("everything is closed", || async {
        (!super::world::is_open(folder)).then_some(())
    })
    .await;
}
