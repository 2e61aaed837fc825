//! What flow needs to know of the content: names and numbers, no words.

use std::collections::BTreeSet;

use crate::domain::{Behaviour, Bundle, Day};

/// The content as far as it decides anything.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Known {
    /// How the terminal behaves.
    pub behaviour: Behaviour,
    /// The employee numbers of those who may sign on here.
    pub staff: BTreeSet<String>,
    /// The ids of the service items.
    pub items: BTreeSet<String>,
    /// The ids of the tags after a rating.
    pub tags: Vec<String>,
    /// The ids of the categories of complaints.
    pub complaint_tags: Vec<String>,
    /// From and to of each slide of the idle screen, in their order.
    pub slides: Vec<(Option<i64>, Option<i64>)>,
    /// Phone numbers can be sealed.
    pub phone: bool,
    /// Tickets can be sealed.
    pub ticket: bool,
}

impl Known {
    /// What a bundle says.
    #[must_use]
    pub fn of(bundle: &Bundle) -> Known {
        use crate::domain::Field;
        let has_key = |field| bundle.field_keys.iter().any(|key| key.field == field);
        let notices = bundle.notices.iter().map(|notice| (notice.from, notice.to));
        let pictures = bundle.slides.iter().map(|slide| (slide.from, slide.to));
        let wall = bundle.wall.rectifications.iter().map(|_| (None, None));
        Known {
            behaviour: bundle.behaviour.clone(),
            staff: bundle.staff.iter().map(|member| member.badge.employee_no.clone()).collect(),
            items: bundle.items.iter().map(|item| item.id.clone()).collect(),
            tags: bundle.tags.iter().map(|tag| tag.id.clone()).take(9).collect(),
            complaint_tags: bundle
                .complaint_tags
                .iter()
                .map(|tag| tag.id.clone())
                .take(9)
                .collect(),
            slides: notices.chain(pictures).chain(wall).collect(),
            phone: has_key(Field::Phone),
            ticket: has_key(Field::Ticket),
        }
    }

    /// The slide after `last` that is shown on a day; the first for none. Nothing where no slide is.
    pub(super) fn slide_after(&self, last: Option<usize>, day: i64) -> Option<usize> {
        let count = self.slides.len();
        let first = last.map_or(0, |last| last + 1);
        (first..first + count).map(|place| place % count).find(|place| {
            self.slides.get(*place).is_some_and(|(from, to)| is_shown(*from, *to, day))
        })
    }
}

/// Whether something with these first and last days is shown on a day; an unknown day shows all.
#[must_use]
pub fn is_shown(from: Option<i64>, to: Option<i64>, day: i64) -> bool {
    Day::from_number(day).is_none()
        || (from.is_none_or(|from| from <= day) && to.is_none_or(|to| day <= to))
}
