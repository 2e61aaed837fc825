//! The technician's screens.

use pingyi_ui as ui;
use slint::ComponentHandle;

use super::Screen;
use super::desk::pin_entry;
use super::models::{model, replace};
use super::words::time_of;
use crate::domain::{Level, SelfTest, minute_of};
use crate::terminal::flow::{Enrolment, Screen as Shown, State, TOUCH_CELLS, Upkeep};
use crate::terminal::health::Health;

impl Screen {
    pub(super) fn draw_upkeep(&mut self, state: &State) {
        let Shown::Upkeep(upkeep) = state.screen() else { return };
        let global = self.app.global::<ui::Upkeep>();
        match upkeep {
            Upkeep::Pin { digits, said } => global.set_entry(pin_entry("", digits.len(), *said)),
            Upkeep::Overview => {}
            Upkeep::Testing { .. } => {
                global.set_buttons_state(ui::TestState::Running);
                global.set_buttons_fault(slint::SharedString::new());
                let rows = [ui::Level::Satisfied, ui::Level::Basic, ui::Level::Dissatisfied];
                let rows = rows.map(|level| ui::ButtonResult {
                    level,
                    state: ui::TestState::Running,
                    ..ui::ButtonResult::default()
                });
                replace(&self.models.buttons, rows);
            }
            Upkeep::Tested(test) => self.draw_tested(test),
            Upkeep::Touch { touched, until } => {
                let (columns, rows) = TOUCH_CELLS;
                replace(
                    &self.models.cells,
                    (0..columns * rows).map(|place| touched.contains(&place)),
                );
                global.set_touch(ui::TouchTest {
                    columns: i32::try_from(columns).unwrap_or(1),
                    rows: i32::try_from(rows).unwrap_or(1),
                    touched: model(&self.models.cells),
                    seconds: i32::try_from(state.seconds_until(*until)).unwrap_or(0),
                    state: ui::TestState::Running,
                });
            }
            Upkeep::Colour(place) => global.set_colour(i32::try_from(*place).unwrap_or(0)),
            Upkeep::Enrol { code, sent, refused } => self.draw_code(code, *sent, *refused),
        }
    }

    fn draw_tested(&self, test: &SelfTest) {
        let verdict = |passed| if passed { ui::TestState::Passed } else { ui::TestState::Failed };
        let global = self.app.global::<ui::Upkeep>();
        global.set_buttons_state(verdict(test.passed));
        global.set_buttons_fault(test.fault.as_str().into());
        let levels = Level::ALL.into_iter().zip(test.sizes).zip(test.micros);
        let rows = levels.map(|((level, (width, height)), micros)| ui::ButtonResult {
            level: match level {
                Level::Satisfied => ui::Level::Satisfied,
                Level::Basic => ui::Level::Basic,
                Level::Dissatisfied => ui::Level::Dissatisfied,
            },
            size: format!("{width} × {height}").into(),
            latency: format!("{}.{} ms", micros / 1_000, micros % 1_000 / 100).into(),
            state: verdict(micros > 0 && width > 0),
        });
        replace(&self.models.buttons, rows);
    }

    fn draw_code(&self, code: &str, sent: bool, refused: bool) {
        let letters: Vec<char> = code.chars().collect();
        let groups = (0..9).map(|group| {
            let of_group = letters.iter().skip(group * 4).take(4);
            of_group.collect::<String>().into()
        });
        replace(&self.models.groups, groups);
        self.app.global::<ui::Upkeep>().set_code(ui::CodeEntry {
            groups: model(&self.models.groups),
            at: i32::try_from(letters.len() / 4).unwrap_or(0).min(8),
            ready: letters.len() == 36,
            checking: sent,
            trouble: if refused { ui::CodeTrouble::Refused } else { ui::CodeTrouble::None },
        });
    }

    /// How the terminal is, for the technician.
    pub fn set_health(&self, health: &Health) {
        let size =
            |bytes: u64| format!("{}.{} GB", bytes / 1_000_000_000, bytes / 100_000_000 % 10);
        let offset = health.clock_offset_ms.map(|offset| {
            let sign = if offset < 0 { '−' } else { '+' };
            let tenths = offset.unsigned_abs() / 100;
            format!("{sign}{}.{} s", tenths / 10, tenths % 10)
        });
        let oldest = health.oldest_unsent_at.map(|at| time_of(minute_of(at)));
        self.app.global::<ui::Upkeep>().set_overview(ui::Overview {
            network: health.network.as_str().into(),
            network_up: !health.network.is_empty(),
            server: health.server.as_str().into(),
            server_reached: health.online,
            clock_offset: offset.unwrap_or_default().into(),
            queue: health.backlog.to_string().into(),
            oldest: oldest.unwrap_or_default().into(),
            storage: health.free_bytes.map(size).unwrap_or_default().into(),
            program: env!("CARGO_PKG_VERSION").into(),
            content: health.content_version.to_string().into(),
            fingerprint: health.fingerprint.as_str().into(),
        });
    }

    pub(super) fn draw_enrolment(&mut self, shown: &Shown) {
        let enrolment =
            if let Shown::NotEnrolled(enrolment) = shown { Some(enrolment) } else { None };
        if self.enrolment.as_ref() == enrolment {
            return;
        }
        self.enrolment = enrolment.cloned();
        let Enrolment { fingerprint, waiting } = enrolment.cloned().unwrap_or_default();
        let hint = slint::SharedString::new();
        self.kiosk().set_enrolment(ui::Enrolment {
            fingerprint: fingerprint.into(),
            waiting,
            hint,
        });
    }
}
