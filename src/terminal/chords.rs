//! Keys that never reach the screen of a counter device.
//!
//! Slint's screen without a desktop ends the program at Ctrl+Alt+Backspace and Ctrl+Alt+Delete.
//! A chord is typed by a keyboard that somebody plugs in, and as well by a scanner that reads a
//! prepared barcode. So no key that only makes chords is heard at all; whatever is typed without
//! one still is. The udev rule of kiosk-config ignores keyboards altogether, but a device may be
//! set up without it, or let a scanner through.

/// Ctrl, Alt and the system key, left and right, by their numbers in linux/input-event-codes.h.
const CHORD_KEYS: [u32; 6] = [29, 97, 56, 100, 125, 126];

/// Whether a key is kept from the screen, by its number in linux/input-event-codes.h.
#[must_use]
pub fn is_kept_away(key: u32) -> bool {
    CHORD_KEYS.contains(&key)
}

/// Whether an event of an input device is kept from the screen.
#[cfg(feature = "linuxkms")]
#[must_use]
pub fn keeps_away(event: &input::Event) -> bool {
    use input::event::keyboard::{KeyboardEvent, KeyboardEventTrait};
    matches!(event, input::Event::Keyboard(KeyboardEvent::Key(key)) if is_kept_away(key.key()))
}

#[test]
fn no_chord_is_left_and_everything_typed_is() {
    let (ctrl_alt_delete, ctrl_alt_backspace) = ([29, 56, 111], [97, 100, 14]);
    for chord in [ctrl_alt_delete, ctrl_alt_backspace] {
        let left: Vec<_> = chord.into_iter().filter(|key| !is_kept_away(*key)).collect();
        assert_eq!(left, chord[2..]);
    }
    let (digits, enter, letters, shift) = (2..=11, 28, 16..=25, 42);
    for key in digits.chain([enter, shift]).chain(letters) {
        assert!(!is_kept_away(key), "{key}");
    }
}
