//! What has been released of the figures of badge and wall.

use std::collections::BTreeMap;

use crate::center::content::rules::{Cell, Counted, figures, month_figures, months};
use crate::center::db::{Row, Tx, params};
use crate::center::ledger::Error;
use crate::center::review::rules::{Tally, yesterday};
use crate::domain::{Day, Figures, MonthFigures};

/// The released cells of one unit's windows and people, of this month and the one before.
pub(super) struct Published {
    months: [i64; 2],
    cells: BTreeMap<Cell, Counted>,
}

impl Published {
    /// At an instant in milliseconds UTC: the month is that of the last day that is over.
    pub async fn read(tx: &mut Tx, unit: &str, now: i64) -> Result<Published, Error> {
        let months = Day::of(now).map_or([0; 2], |today| months(yesterday(today)));
        let sql =
            "select month, window_id, employee_no, services, rated_services, satisfied, basic,
                          dissatisfied
                   from published_figures
                   where month in ($1, $2)
                     and (window_id in (select window_id from windows where unit_id = $3)
                          or employee_no in (select employee_no from staff where unit_id = $3))";
        let rows = tx.read(sql, params![months[0], months[1], unit]).await?;
        let cells = rows.iter().map(|row| Ok((cell(row)?, counted(row)?)));
        Ok(Published { months, cells: cells.collect::<Result<_, Error>>()? })
    }

    /// A person's newest month that has figures.
    pub fn of_person(&self, employee_no: &str) -> Option<MonthFigures> {
        let of = |month| self.sum(month, |cell| cell.employee_no == employee_no);
        self.months.into_iter().find_map(|month| month_figures(of(month)))
    }

    /// A window's newest month that has figures, as yyyymm, or this month and none. `settled` says
    /// how many dissatisfied answers of a month were put right.
    pub fn of_window(&self, window: &str, settled: impl Fn(i64) -> i64) -> (i64, Option<Figures>) {
        let of = |month| self.sum(month, |cell| cell.window == window);
        let mut found = self.months.into_iter().filter_map(|month| {
            figures(of(month), settled(month)).map(|figures| (month, Some(figures)))
        });
        found.next().unwrap_or((self.months[0], None))
    }

    fn sum(&self, month: i64, is_in: impl Fn(&Cell) -> bool) -> Counted {
        let cells = self.cells.iter().filter(|(cell, _)| cell.month == month && is_in(cell));
        cells.fold(Counted::default(), |sum, (_, counted)| sum + *counted)
    }
}

pub(super) fn cell(row: &Row) -> Result<Cell, Error> {
    Ok(Cell {
        month: row.int("month")?,
        window: row.text("window_id")?.to_owned(),
        employee_no: row.text("employee_no")?.to_owned(),
    })
}

pub(super) fn counted(row: &Row) -> Result<Counted, Error> {
    Ok(Counted {
        services: row.int("services")?,
        rated_services: row.int("rated_services")?,
        tally: Tally {
            satisfied: row.int("satisfied")?,
            basic: row.int("basic")?,
            dissatisfied: row.int("dissatisfied")?,
        },
    })
}
