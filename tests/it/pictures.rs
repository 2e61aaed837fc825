//! Every screen at every size, in both languages and both text sizes: looked at, and measured.

mod golden;
mod stage;
mod walk;

use pingyi_ui::Language::{Chinese, English};
use stage::{Mode, SCREENS, SIZES, Stage};

#[test]
fn every_screen_looks_as_before() {
    let stage = Stage::new();
    let mut faults = Vec::new();
    for mode in golden_modes() {
        stage.fill_real(mode.language);
        for (screen, name) in SCREENS {
            stage.set(mode, screen);
            faults.extend(golden::compare(&format!("{name}-{}", mode.name()), &stage.picture()));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// Every size in Chinese; the other language and the other modes at 1280x800.
fn golden_modes() -> Vec<Mode> {
    let mut modes: Vec<Mode> = SIZES.map(Mode::plain).into();
    let plain = Mode::plain(SIZES[0]);
    modes.push(Mode { language: English, ..plain });
    modes.push(Mode { large: true, ..plain });
    modes.push(Mode { language: English, large: true, ..plain });
    modes.push(Mode { contrast: true, ..plain });
    modes
}

#[test]
fn nothing_is_cut_and_nothing_overlaps_with_real_content() {
    measure_all(Stage::fill_real);
}

#[test]
fn nothing_is_cut_and_nothing_overlaps_with_the_longest_content() {
    measure_all(Stage::fill_extreme);
}

fn measure_all(fill: fn(&Stage, pingyi_ui::Language)) {
    let stage = Stage::new();
    let mut faults = Vec::new();
    for size in SIZES {
        for language in [Chinese, English] {
            for large in [false, true] {
                let mode = Mode { size, language, large, contrast: false };
                fill(&stage, language);
                for (screen, name) in SCREENS {
                    stage.set(mode, screen);
                    let scene = walk::Scene::of(&stage.app);
                    assert!(!scene.texts.is_empty(), "{name} shows no word");
                    faults.extend(scene.faults().into_iter().map(|fault| format!("{name}-{}: {fault}", mode.name())));
                    if let Some(only) = std::env::var("PINGYI_LOOK").ok().filter(|only| only.split(',').any(|each| format!("{name}-{}", mode.name()).contains(each))) {
                        let _ = only;
                        let kind = if stage.kiosk().get_badge().has_portrait { "real" } else { "long" };
                        golden::write(&std::path::Path::new("/tmp/look").join(format!("{name}-{}-{kind}.png", mode.name())), &stage.picture());
                    }
                }
            }
        }
    }
    assert!(faults.is_empty(), "{} faults\n{}", faults.len(), faults.join("\n"));
}
