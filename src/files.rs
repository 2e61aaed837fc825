//! Files that must be whole or absent: written beside, synced, renamed, folder synced.

use std::fs::{File, OpenOptions};
use std::io::{Result, Write};
use std::path::Path;

/// Replaces a file at once; after a power cut either the old or the new bytes stand there.
///
/// # Errors
/// When the folder cannot be written or synced.
pub fn replace(path: &Path, bytes: &[u8]) -> Result<()> {
    write_beside(path, bytes, 0o644)
}

/// Like [`replace`], readable by the owner alone.
///
/// # Errors
/// When the folder cannot be written or synced.
pub fn write_secret(path: &Path, bytes: &[u8]) -> Result<()> {
    write_beside(path, bytes, 0o600)
}

fn write_beside(path: &Path, bytes: &[u8], mode: u32) -> Result<()> {
    let mut beside = path.as_os_str().to_owned();
    beside.push(".new");
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, mode);
    let mut file = options.open(&beside)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    std::fs::rename(&beside, path)?;
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    File::open(folder.unwrap_or(Path::new(".")))?.sync_all()
}
