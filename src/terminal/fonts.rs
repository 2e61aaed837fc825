//! Which characters can be shown: by the fonts that are built in, else by one of the system's, as
//! the screen itself chooses among them. What none has would be drawn as nothing at all.

use std::collections::BTreeMap;
use std::path::PathBuf;

use fontique::{
    Collection, CollectionOptions, FallbackKey, FamilyId, GenericFamily, QueryFamily, QueryStatus,
    Script, SourceCache,
};

/// What stands for a character that cannot be shown (U+3013 GETA MARK, 下駄: for a sort that the
/// printer lacks).
pub const PLACEHOLDER: char = '〓';

/// The fonts at hand; the system's are looked at once somebody needs them.
#[derive(Default)]
pub struct Fonts {
    system: Option<System>,
    known: BTreeMap<char, bool>,
}

impl Fonts {
    /// Whether a character is seen when it is drawn, or need not be.
    pub fn show(&mut self, character: char) -> bool {
        if is_silent(character) || pingyi_ui::covers(character) {
            return true;
        }
        let system = self.system.get_or_insert_with(System::open);
        *self.known.entry(character).or_insert_with(|| system.has(character))
    }
}

/// Spaces, ends of lines, and what only says how its neighbours are drawn.
fn is_silent(character: char) -> bool {
    character.is_control()
        || character.is_whitespace()
        || matches!(character,
            '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
            | '\u{feff}' | '\u{fe00}'..='\u{fe0f}' | '\u{e0100}'..='\u{e01ef}')
}

struct System {
    collection: Collection,
    sources: SourceCache,
}

impl System {
    /// The system's fonts, and before them those that the environment names for the screen.
    fn open() -> System {
        let options = CollectionOptions { shared: false, system_fonts: true };
        let mut collection = Collection::new(options);
        let mut named: Vec<FamilyId> = Vec::new();
        for bytes in named_files().into_iter().filter_map(|path| std::fs::read(path).ok()) {
            let fonts = collection.register_fonts(bytes.into(), None);
            named.extend(fonts.into_iter().map(|(family, _)| family));
        }
        if !named.is_empty() {
            for generic in [GenericFamily::SansSerif, GenericFamily::SystemUi] {
                collection.set_generic_families(generic, named.iter().copied());
            }
        }
        System { collection, sources: SourceCache::default() }
    }

    fn has(&mut self, character: char) -> bool {
        let mut query = self.collection.query(&mut self.sources);
        let families = [GenericFamily::SansSerif, GenericFamily::SystemUi, GenericFamily::Emoji];
        query.set_families(families.map(QueryFamily::Generic));
        query.set_fallbacks(FallbackKey::new(script_of(character), None));
        let mut found = false;
        query.matches_with(|font| {
            let glyph = font.charmap().and_then(|map| map.map(character));
            found = glyph.is_some_and(|glyph| glyph != 0);
            if found { QueryStatus::Stop } else { QueryStatus::Continue }
        });
        found
    }
}

/// The files of `SLINT_DEFAULT_FONT` and `SLINT_FONT_PATH`: fonts, and folders of them.
fn named_files() -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> =
        std::env::var_os("SLINT_DEFAULT_FONT").map(PathBuf::from).into_iter().collect();
    let list = std::env::var_os("SLINT_FONT_PATH").unwrap_or_default();
    for path in std::env::split_paths(&list) {
        match std::fs::read_dir(&path) {
            Ok(folder) => files.extend(folder.flatten().map(|entry| entry.path())),
            Err(_) => files.push(path),
        }
    }
    files
}

/// The script by which the system is asked for a font: those of the languages of China that the
/// shipped fonts lack, else Chinese characters.
fn script_of(character: char) -> Script {
    Script::from_bytes(*match u32::from(character) {
        0x0370..=0x03ff => b"Grek",
        0x0400..=0x052f => b"Cyrl",
        0x0600..=0x077f | 0x08a0..=0x08ff | 0xfb50..=0xfdff | 0xfe70..=0xfeff => b"Arab",
        0x0e00..=0x0e7f => b"Thai",
        0x0f00..=0x0fff => b"Tibt",
        0x1800..=0x18af => b"Mong",
        0x1950..=0x197f => b"Tale",
        0x1980..=0x19df => b"Talu",
        0xa000..=0xa4cf => b"Yiii",
        0x1100..=0x11ff | 0xac00..=0xd7ff => b"Hang",
        _ => b"Hani",
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_shipped_fonts_have_is_shown_and_what_no_font_has_is_not() {
        let mut fonts = Fonts::default();
        for shown in "林晓慧 Lin〓①、\n·㊀\u{30ede}\u{200d}".chars() {
            assert!(fonts.show(shown), "{shown:?}");
        }
        // Assigned to nothing, and for private use.
        for blank in ['\u{3d0a0}', '\u{10fffd}'] {
            assert!(!fonts.show(blank), "{blank:?}");
        }
    }
}
