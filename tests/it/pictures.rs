//! Every screen at every size, in both languages and both text sizes: looked at, and measured.

pub mod golden;
mod lists;
mod office;
mod pads;
mod shows;
mod stage;
mod touch;
mod walk;

use office::Language::{self, Chinese, English};
use office::{Sample, numerals};
use pingyi_ui::Screen;
use shows::{SCREENS, STATES};
use stage::{Mode, SIZES, Stage};
use walk::Scene;

#[test]
fn every_screen_in_chinese_looks_as_before() {
    compare_all(&SIZES.map(Mode::plain));
}

#[test]
fn every_screen_in_the_other_language_and_modes_looks_as_before() {
    let plain = Mode::plain(SIZES[0]);
    compare_all(&[
        Mode { language: English, ..plain },
        Mode { large: true, ..plain },
        Mode { language: English, large: true, ..plain },
        Mode { contrast: true, ..plain },
    ]);
}

fn compare_all(modes: &[Mode]) {
    let stage = Stage::new();
    let mut faults = Vec::new();
    for &mode in modes {
        let sample = office::ordinary(mode.language);
        for show in SCREENS {
            stage.show(mode, &sample, show);
            let name = format!("{}-{}", show.name, mode.name());
            faults.extend(golden::compare(&name, &stage.picture()));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn nothing_is_cut_and_nothing_overlaps_with_real_content() {
    measure_all(office::ordinary, &SIZES);
}

#[test]
fn nothing_is_cut_and_nothing_overlaps_with_the_longest_content() {
    measure_all(office::longest, &SIZES[..2]);
}

#[test]
fn nothing_is_cut_and_nothing_overlaps_with_the_longest_content_on_large_and_upright_displays() {
    measure_all(office::longest, &SIZES[2..]);
}

fn measure_all(sample: fn(Language) -> Sample, sizes: &[(u32, u32)]) {
    let stage = Stage::new();
    let mut faults = Vec::new();
    for mode in all_modes().filter(|mode| sizes.contains(&mode.size)) {
        let sample = sample(mode.language);
        for show in SCREENS.into_iter().chain(STATES) {
            stage.show(mode, &sample, show);
            let scene = Scene::of(&stage.app);
            assert!(!scene.texts.is_empty(), "{} shows no word", show.name);
            let name = format!("{}-{}", show.name, mode.name());
            faults.extend(scene.faults().into_iter().map(|fault| format!("{name}: {fault}")));
        }
    }
    assert!(faults.is_empty(), "{} faults\n{}", faults.len(), faults.join("\n"));
}

fn all_modes() -> impl Iterator<Item = Mode> {
    let texts = [(Chinese, false), (Chinese, true), (English, false), (English, true)];
    SIZES.into_iter().flat_map(move |size| {
        texts.map(|(language, large)| Mode { size, language, large, contrast: false })
    })
}

#[test]
fn long_names_numbers_and_every_supervision_line_stay_on_the_home_screen() {
    let stage = Stage::new();
    for mode in all_modes().filter(|mode| mode.language == Chinese) {
        stage.fill(&office::longest(mode.language));
        stage.set(mode, Screen::Home);
        let scene = Scene::of(&stage.app);
        let always = [
            "阿不都热依木·买买提吐尔逊江",
            "工号 0317",
            "0752-8812345",
            "0752-8811001",
            "12345",
            "0752-8819999",
            "0752-8817777",
        ];
        let normal = ["高级政务服务专员", "不动产登记与交易中心"];
        for word in always.iter().chain(normal.iter().filter(|_| !mode.large)) {
            assert!(scene.shows(word), "{word} is missing at {}", mode.name());
        }
        // Eight long honours do not fit on the smallest display; they give way whole, never in part.
        let honours = ["党员示范岗", "服务标兵", "五一劳动奖章"].map(|honour| scene.shows(honour));
        assert_eq!(
            honours,
            [!mode.large && mode.size != (1024, 600); 3],
            "honours at {}",
            mode.name()
        );
    }
}

#[test]
fn every_commitment_can_be_reached_and_is_read_whole() {
    let stage = Stage::new();
    for mode in all_modes() {
        stage.fill(&office::longest(mode.language));
        stage.set(mode, Screen::Home);
        let pager = if mode.language == English { "more ›" } else { "还有" };
        let numerals = numerals(mode.language);
        let mut seen = Vec::new();
        for _ in 0..12 {
            let scene = Scene::of(&stage.app);
            assert_eq!(scene.faults(), Vec::<String>::new(), "at {}", mode.name());
            seen.extend(
                scene
                    .texts
                    .iter()
                    .map(|words| words.text.clone())
                    .filter(|text| numerals.contains(&text.as_str())),
            );
            let Some(next) = scene.targets.iter().find(|target| target.label.contains(pager))
            else {
                break;
            };
            stage.tap(next.place);
        }
        assert_eq!(seen, numerals, "at {}", mode.name());
    }
}
