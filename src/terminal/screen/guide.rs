//! The service guide: the list with its filters, the item that is open, the code to take along.

use std::collections::BTreeSet;

use pingyi_ui as ui;

use super::models::{model, replace};
use super::qr::code_of;
use super::words::yuan;
use super::{Rows, Screen};
use crate::domain::{Bundle, Item, Language, TimeLimit, TimeUnit};
use crate::terminal::flow::Guide;

impl Screen {
    pub(super) fn draw_guide(&mut self, guide: &Guide, language: Language) {
        let key = (guide.clone(), self.drawn.clone());
        if self.guide.as_ref() == Some(&key) {
            return;
        }
        self.guide = Some(key);
        let Some(content) = self.content.clone() else { return };
        let bundle = &content.bundle;
        let departments = departments(bundle, language);
        let letters = letters(bundle);
        let department = guide.department.and_then(|place| departments.get(place));
        let items = bundle.items.iter().filter(|item| {
            let here = department.is_none_or(|name| item.department.said(language) == name);
            here && guide.letter.is_none_or(|letter| item.initials.starts_with(letter))
        });
        let items: Vec<&Item> = items.collect();
        let chosen = guide.chosen.as_deref();
        replace(
            &self.models.items,
            items.iter().map(|item| choice(item.name.said(language), Some(&*item.id) == chosen)),
        );
        let rows = departments.iter().enumerate();
        let rows = rows.map(|(place, name)| choice(name, guide.department == Some(place)));
        replace(&self.models.departments, rows);
        let rows = letters.iter().map(|letter| {
            choice(&letter.to_ascii_uppercase().to_string(), guide.letter == Some(*letter))
        });
        replace(&self.models.letters, rows);
        let items = items.iter().map(|item| item.id.clone()).collect();
        let Rows { items: of_items, letters: of_letters } = &mut *self.rows.borrow_mut();
        (*of_items, *of_letters) = (items, letters);
        let open = chosen.and_then(|id| bundle.item(id));
        let kiosk = self.kiosk();
        kiosk.set_item_open(open.is_some());
        kiosk.set_take_away_open(guide.take_away);
        if let Some(item) = open {
            self.draw_item(bundle, item, language);
        }
    }

    fn draw_item(&self, bundle: &Bundle, item: &Item, language: Language) {
        let said = |texts: &[crate::domain::Text]| -> Vec<slint::SharedString> {
            texts.iter().map(|text| text.said(language).into()).collect()
        };
        replace(&self.models.materials, said(&item.materials));
        replace(&self.models.steps, said(&item.steps));
        let fees = item.fees.iter().map(|fee| ui::Fee {
            name: fee.name.said(language).into(),
            yuan: yuan(fee.fen).into(),
            per: fee.per.said(language).into(),
            basis: fee.basis.said(language).into(),
        });
        replace(&self.models.fees, fees);
        let kiosk = self.kiosk();
        kiosk.set_item(ui::Item {
            name: item.name.said(language).into(),
            promised: limit(item.promised),
            legal: limit(item.legal),
            fees: model(&self.models.fees),
            fee_basis: item.fee_basis.said(language).into(),
            place: item.place.said(language).into(),
            hours: item.hours.said(language).into(),
            materials: model(&self.models.materials),
            steps: model(&self.models.steps),
            responsible: item.responsible.said(language).into(),
            phone: item.phone.as_str().into(),
        });
        let code = code_of(&take_away(bundle, item, language));
        kiosk.set_has_take_away(code.is_some());
        kiosk.set_take_away_qr(code.unwrap_or_default());
    }
}

/// A row to choose.
pub(super) fn choice(text: &str, chosen: bool) -> ui::Choice {
    ui::Choice { text: text.into(), chosen }
}

/// The departments that do anything, in the order of their first item.
fn departments(bundle: &Bundle, language: Language) -> Vec<String> {
    let mut names = Vec::<String>::new();
    for item in &bundle.items {
        let name = item.department.said(language);
        if !name.is_empty() && !names.iter().any(|known| known == name) {
            names.push(name.to_owned());
        }
    }
    names
}

fn letters(bundle: &Bundle) -> Vec<char> {
    let first = bundle.items.iter().filter_map(|item| item.initials.chars().next());
    first.collect::<BTreeSet<_>>().into_iter().collect()
}

fn limit(limit: Option<TimeLimit>) -> ui::TimeLimit {
    let Some(TimeLimit { amount, unit }) = limit else { return ui::TimeLimit::default() };
    ui::TimeLimit {
        amount: i32::try_from(amount).unwrap_or(i32::MAX),
        unit: match unit {
            TimeUnit::Minutes => ui::TimeUnit::Minutes,
            TimeUnit::Hours => ui::TimeUnit::Hours,
            TimeUnit::WorkingDays => ui::TimeUnit::WorkingDays,
            TimeUnit::Days => ui::TimeUnit::Days,
        },
    }
}

/// An address where there is a public one, else the text itself.
fn take_away(bundle: &Bundle, item: &Item, language: Language) -> String {
    if let Some(url) = &bundle.public_url {
        return format!("{}/g/{}", url.trim_end_matches('/'), item.id);
    }
    let mut lines = vec![item.name.said(language).to_owned()];
    let numbered = item.materials.iter().enumerate();
    lines.extend(numbered.map(|(at, text)| format!("{}. {}", at + 1, text.said(language))));
    lines.extend(item.fees.iter().map(|fee| {
        format!("{} ¥{} {}", fee.name.said(language), yuan(fee.fen), fee.per.said(language))
    }));
    lines.push(item.place.said(language).to_owned());
    lines.push(item.hours.said(language).to_owned());
    lines.push(item.phone.clone());
    lines.retain(|line| !line.trim().is_empty());
    lines.join("\n")
}
