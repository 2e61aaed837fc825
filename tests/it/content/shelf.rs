//! The terminal takes a bundle whole or not at all, and keeps the last good one.

use pingyi::chain::{Keypair, Signature, content_bytes};
use pingyi::domain::Bundle;
use pingyi::settings::sample_office;
use pingyi::terminal::content::{Content, Error, Shelf};
use tempfile::TempDir;

use super::House;

struct Counter {
    key: Keypair,
    shelf: Shelf,
    bundle: Bundle,
    _folder: TempDir,
}

impl Counter {
    /// A terminal that has taken the sample office's bundle of window 3.
    async fn new() -> Counter {
        let house = House::open(None).await;
        house.import(&sample_office().unwrap()).await;
        let bundle = house.bundle("w3").await;
        let folder = tempfile::tempdir().unwrap();
        let key = house.center.key.clone();
        let shelf = Shelf::new(folder.path().join("content"), key.public());
        let counter = Counter { key, shelf, bundle, _folder: folder };
        counter.put(&counter.bundle).unwrap();
        counter
    }

    fn put(&self, bundle: &Bundle) -> Result<Content, Error> {
        self.put_bytes(&serde_json::to_vec(bundle).unwrap())
    }

    fn put_bytes(&self, bytes: &[u8]) -> Result<Content, Error> {
        let window = "w3".parse().unwrap();
        let signed = content_bytes(self.key.public().center_id(), &window, bytes);
        self.shelf.put(&window, bytes, &self.key.sign(&signed))
    }

    fn kept(&self) -> Content {
        self.shelf.load(&"w3".parse().unwrap()).unwrap().unwrap()
    }

    /// Refused, and the old one stays.
    fn refuses(&self, result: Result<Content, Error>, why: &str) {
        let told = result.err().map(|error| error.to_string()).unwrap_or_default();
        assert!(told.contains(why), "{told:?} instead of {why:?}");
        assert_eq!(self.kept().bundle, self.bundle);
    }
}

#[tokio::test]
async fn every_portrait_and_slide_is_decoded_once() {
    let counter = Counter::new().await;
    let content = counter.kept();
    let (staff, slides) = (&content.bundle.staff, &content.bundle.slides);
    assert_eq!((staff.len(), slides.len(), content.pictures.len()), (14, 3, 17));
    for member in staff {
        let picture = &content.pictures[&member.portrait_file];
        assert_eq!((picture.width, picture.height), (440, 528), "{}", member.badge.name.zh);
    }
    for slide in slides {
        let picture = &content.pictures[&slide.file];
        assert_eq!((picture.width, picture.height), (1280, 720), "{}", slide.file);
    }
    let lin = content.bundle.member("0317").unwrap();
    assert!(content.pictures.contains_key(&lin.portrait_file));
}

#[tokio::test]
async fn a_broken_or_badly_signed_bundle_is_refused_and_the_old_one_stays() {
    let counter = Counter::new().await;
    let newer = Bundle { version: counter.bundle.version + 1, ..counter.bundle.clone() };
    let portrait = newer.staff[0].portrait_file.clone();
    let slide = newer.slides[0].file.clone();

    let bytes = serde_json::to_vec(&newer).unwrap();
    let window = "w3".parse().unwrap();
    let forged = counter.shelf.put(&window, &bytes, &Signature([7; 64]));
    counter.refuses(forged, "signature");
    let other = content_bytes(counter.key.public().center_id(), &"w5".parse().unwrap(), &bytes);
    let result = counter.shelf.put(&window, &bytes, &counter.key.sign(&other));
    counter.refuses(result, "signature");

    let mut wrong = newer.clone();
    wrong.window.window = "w5".parse().unwrap();
    counter.refuses(counter.put(&wrong), "for window w5");

    let mut wrong = newer.clone();
    wrong.files.insert(portrait.clone(), "bm90IGEgcGljdHVyZQ==".to_owned());
    counter.refuses(counter.put(&wrong), &portrait);
    let mut wrong = newer.clone();
    wrong.files.insert(slide.clone(), "***".to_owned());
    counter.refuses(counter.put(&wrong), &slide);
    let mut wrong = newer.clone();
    wrong.files.remove(&slide);
    counter.refuses(counter.put(&wrong), "is missing");
    let mut wrong = newer.clone();
    wrong.behaviour.sounds.insert("prompt".to_owned(), "tone.wav".to_owned());
    counter.refuses(counter.put(&wrong), "tone.wav");

    counter.refuses(counter.put_bytes(b"{}"), "cannot be read");
    counter.refuses(counter.put_bytes(&bytes[..bytes.len() / 2]), "cannot be read");
    let mut large = bytes.clone();
    large.resize(Bundle::MOST_BYTES + 1, b' ');
    counter.refuses(counter.put_bytes(&large), "16 MiB");

    let taken = counter.put(&newer).unwrap();
    assert_eq!(taken.bundle.version, newer.version);
    assert_eq!(counter.kept().bundle, newer);
}

#[tokio::test]
async fn what_no_font_has_is_named_by_its_place_and_leaves_a_visible_gap() {
    let counter = Counter::new().await;
    assert_eq!(counter.kept().unshowable, []);
    let mut bundle = Bundle { version: counter.bundle.version + 1, ..counter.bundle.clone() };
    let place = bundle.staff.iter().position(|one| one.badge.employee_no == "0317").unwrap();
    bundle.staff[place].badge.name.zh = "林\u{3d0a0}\u{3d0a0}慧".into();
    bundle.staff[place].commitments[0].text.zh = "\u{10fffd}\u{3d0a0}".into();
    bundle.items[0].name.en = "a\u{3d0a0}".into();
    bundle.office.name.zh.push('\u{3d0a1}');
    counter.put(&bundle).unwrap();
    let content = counter.kept();
    let told = content.unshowable.iter();
    let told: Vec<_> = told.map(|one| (one.place.as_str(), one.characters.as_str())).collect();
    let item = format!("items {}", bundle.items[0].id);
    assert_eq!(
        told,
        [
            (item.as_str(), "\u{3d0a0}"),
            ("office", "\u{3d0a1}"),
            ("staff 0317", "\u{3d0a0}\u{10fffd}"),
        ]
    );
    let lin = content.bundle.member("0317").unwrap();
    assert_eq!(
        (lin.badge.name.zh.as_str(), lin.commitments[0].text.zh.as_str()),
        ("林〓〓慧", "〓〓")
    );
    assert_eq!(
        (lin.pin.as_str(), content.bundle.files.len()),
        (bundle.staff[place].pin.as_str(), bundle.files.len())
    );
}
