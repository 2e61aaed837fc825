//! The lists of the screen: handed over once, and changed in place, so that rows that stay the
//! same are not drawn again.

use std::rc::Rc;

use pingyi_ui as ui;
use slint::{ComponentHandle, Model, ModelRc, SharedString, VecModel};

type List<T> = Rc<VecModel<T>>;

/// Every list that the markup shows.
#[derive(Default)]
pub(super) struct Models {
    pub honours: List<SharedString>,
    pub commitments: List<ui::Commitment>,
    pub lines: List<ui::SupervisionLine>,
    pub tags: List<ui::Choice>,
    pub items: List<ui::Choice>,
    pub departments: List<ui::Choice>,
    pub letters: List<ui::Choice>,
    pub fees: List<ui::Fee>,
    pub materials: List<SharedString>,
    pub steps: List<SharedString>,
    pub paragraphs: List<SharedString>,
    pub rectifications: List<ui::Rectification>,
    pub bulletins: List<ui::Paper>,
    pub notices: List<ui::Paper>,
    pub other_windows: List<ui::OtherWindow>,
    pub desk_items: List<ui::Choice>,
    pub reasons: List<ui::Choice>,
    pub minutes: List<ui::Minutes>,
    pub buttons: List<ui::ButtonResult>,
    pub groups: List<SharedString>,
    pub cells: List<bool>,
}

impl Models {
    /// Hands the lists over.
    pub(super) fn bind(&self, app: &ui::App) {
        let kiosk = app.global::<ui::Kiosk>();
        kiosk.set_commitments(model(&self.commitments));
        kiosk.set_supervision_lines(model(&self.lines));
        kiosk.set_tags(model(&self.tags));
        kiosk.set_items(model(&self.items));
        kiosk.set_departments(model(&self.departments));
        kiosk.set_letters(model(&self.letters));
        kiosk.set_rectifications(model(&self.rectifications));
        kiosk.set_bulletins(model(&self.bulletins));
        kiosk.set_notices(model(&self.notices));
        kiosk.set_other_windows(model(&self.other_windows));
        let desk = app.global::<ui::Desk>();
        desk.set_items(model(&self.desk_items));
        desk.set_reasons(model(&self.reasons));
        desk.set_minutes(model(&self.minutes));
        app.global::<ui::Upkeep>().set_buttons(model(&self.buttons));
    }
}

/// A list as the markup takes it.
pub(super) fn model<T: Clone + 'static>(list: &List<T>) -> ModelRc<T> {
    ModelRc::from(list.clone())
}

/// Changes a list in place.
pub(super) fn replace<T: Clone + PartialEq + 'static>(
    list: &VecModel<T>,
    rows: impl IntoIterator<Item = T>,
) {
    let mut count = 0;
    for row in rows {
        match list.row_data(count) {
            None => list.push(row),
            Some(old) if old != row => list.set_row_data(count, row),
            Some(_) => {}
        }
        count += 1;
    }
    while list.row_count() > count {
        list.remove(count);
    }
}
