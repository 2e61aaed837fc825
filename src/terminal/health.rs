//! How the terminal is, for the technician: what it knows of itself and of the way to the center.

use std::net::UdpSocket;
use std::path::Path;

/// What the maintenance page shows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Health {
    /// The address of this machine in its network; empty without one.
    pub network: String,
    /// The center's address, as in the settings.
    pub server: String,
    /// The last round with the center ended well.
    pub online: bool,
    /// The center's clock minus this one's, in milliseconds, once it is known.
    pub clock_offset_ms: Option<i64>,
    /// Entries that the center has not acknowledged.
    pub backlog: u64,
    /// The wall time of the oldest of them, in milliseconds UTC.
    pub oldest_unsent_at: Option<i64>,
    /// Bytes free where the journal is.
    pub free_bytes: Option<u64>,
    /// The content bundle that is shown; 0 for none.
    pub content_version: i64,
    /// Of the terminal's key, in groups.
    pub fingerprint: String,
}

/// The address of this machine from which a packet to elsewhere would leave. None is sent:
/// 192.0.2.1 is nobody's (RFC 5737).
#[must_use]
pub fn network() -> String {
    let found = UdpSocket::bind("0.0.0.0:0").and_then(|socket| {
        socket.connect("192.0.2.1:9")?;
        socket.local_addr()
    });
    found.map(|address| address.ip().to_string()).unwrap_or_default()
}

/// Bytes that may still be written in a folder.
#[must_use]
pub fn free_bytes(folder: &Path) -> Option<u64> {
    let stat = rustix::fs::statvfs(folder).ok()?;
    stat.f_bavail.checked_mul(stat.f_frsize)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_is_room_in_a_folder_and_none_where_there_is_no_folder() {
        assert!(free_bytes(&std::env::temp_dir()).is_some_and(|bytes| bytes > 0));
        assert_eq!(free_bytes(Path::new("/nowhere/at/all")), None);
    }
}
