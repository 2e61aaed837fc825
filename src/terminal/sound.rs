//! Voice prompts: sounds of the content, played by a thread of their own.
//!
//! Nothing waits for a sound and nothing depends on one. Without a device, and in a build without
//! the feature `sound`, all is silent. The device is open only while something is played.

use std::sync::Arc;

#[cfg(feature = "sound")]
use self::device::Wanted;

/// Plays one sound at a time; a new one ends the one before it.
#[derive(Debug, Default)]
pub struct Player {
    #[cfg(feature = "sound")]
    wanted: Option<Wanted>,
}

impl Player {
    /// A player; a silent one where nothing can be played.
    #[must_use]
    pub fn new() -> Player {
        #[cfg(feature = "sound")]
        return Player { wanted: device::start() };
        #[cfg(not(feature = "sound"))]
        Player {}
    }

    /// Plays the bytes of a WAV or Ogg Vorbis file; returns at once. What cannot be played is
    /// told in the log.
    pub fn play(&self, bytes: Arc<[u8]>) {
        #[cfg(feature = "sound")]
        if let Some(wanted) = &self.wanted {
            let _gone = wanted.send(bytes);
        }
        #[cfg(not(feature = "sound"))]
        drop(bytes);
    }
}

#[cfg(feature = "sound")]
mod device {
    use std::io::Cursor;
    use std::sync::Arc;
    use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
    use std::time::Duration;

    use rodio::{Decoder, DeviceSinkBuilder, MixerDeviceSink, Player};

    /// To the thread that plays.
    pub type Wanted = Sender<Arc<[u8]>>;

    /// How often the thread looks whether a sound is over, while there is one.
    const LOOK: Duration = Duration::from_millis(100);

    pub fn start() -> Option<Wanted> {
        let (wanted, inbox) = channel();
        let thread = std::thread::Builder::new().name("sound".into());
        match thread.spawn(move || serve(&inbox)) {
            Ok(_ends_with_its_inbox) => Some(wanted),
            Err(error) => {
                tracing::warn!(%error, "no sound");
                None
            }
        }
    }

    fn serve(inbox: &Receiver<Arc<[u8]>>) {
        let mut next = inbox.recv().ok();
        while let Some(bytes) = next {
            next = play(bytes, inbox).or_else(|| inbox.recv().ok());
        }
    }

    /// Plays to the end, or to the next sound, which it gives back.
    fn play(bytes: Arc<[u8]>, inbox: &Receiver<Arc<[u8]>>) -> Option<Arc<[u8]>> {
        match open(bytes) {
            Ok((_device, player)) => until_over(&player, inbox),
            Err(error) => {
                tracing::warn!(error, "a sound is not played");
                None
            }
        }
    }

    fn open(bytes: Arc<[u8]>) -> Result<(MixerDeviceSink, Player), Box<dyn std::error::Error>> {
        let sound = Decoder::new(Cursor::new(bytes))?;
        let mut device = DeviceSinkBuilder::open_default_sink()?;
        device.log_on_drop(false);
        let player = Player::connect_new(device.mixer());
        player.append(sound);
        Ok((device, player))
    }

    fn until_over(player: &Player, inbox: &Receiver<Arc<[u8]>>) -> Option<Arc<[u8]>> {
        while !player.empty() {
            match inbox.recv_timeout(LOOK) {
                Ok(bytes) => return Some(bytes),
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => return None,
            }
        }
        None
    }
}

#[test]
fn nothing_waits_for_a_sound_and_no_bytes_harm() {
    let player = Player::new();
    let silence: &[u8] = b"RIFF\x26\0\0\0WAVEfmt \x10\0\0\0\x01\0\x01\0\x40\x1f\0\0\x80\x3e\0\0\x02\0\x10\0data\x02\0\0\0\0\0";
    for bytes in [silence, b"no sound at all", b"", silence] {
        player.play(bytes.into());
    }
}
