//! An office as a folder: office.toml says who serves where and what is promised, portraits/ and
//! pictures/ hold the pictures, sounds/ the sounds. kiosk-config/demo is the pattern, and built into
//! the program.
//!
//! What is returned holds together: ids are unique, every reference leads somewhere, every
//! picture is there, and every text fits the screen. Order is the order of the file.

use std::path::Path;

use super::{Problem, Problems};

mod board;
mod guide;
mod links;
mod parts;
mod people;
mod rows;
mod sample;
mod words;

pub use parts::{
    Behaviour, Bulletin, Commitment, Department, File, Item, Letter, Notice, Pin, Promiser,
    Rectification, Slide, Staff, SupervisionLine, Tag, TagKind, Unit, Window,
};
pub use sample::{sample_office, sample_pin};

/// An office: what one folder describes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Office {
    /// The public bodies; at least one.
    pub units: Vec<Unit>,
    /// Their parts.
    pub departments: Vec<Department>,
    /// The counters; at least one.
    pub windows: Vec<Window>,
    /// The people who serve.
    pub staff: Vec<Staff>,
    /// What units and people have promised, at most twelve each.
    pub commitments: Vec<Commitment>,
    /// What they have signed, at most one each.
    pub letters: Vec<Letter>,
    /// Where to complain.
    pub supervision_lines: Vec<SupervisionLine>,
    /// What is done for people, in the order of the guide.
    pub items: Vec<Item>,
    /// What may be chosen after a rating or with a complaint, at most nine of each a unit.
    pub tags: Vec<Tag>,
    /// What the office has to say.
    pub notices: Vec<Notice>,
    /// The pictures of the idle screen.
    pub slides: Vec<Slide>,
    /// What was said and what was done.
    pub rectifications: Vec<Rectification>,
    /// What was published.
    pub bulletins: Vec<Bulletin>,
    /// How terminals behave, at most one a unit.
    pub behaviours: Vec<Behaviour>,
}

/// Reads the office in `folder`.
///
/// # Errors
/// Every problem of office.toml and the files beside it at once.
pub fn office(folder: &Path) -> Result<Office, Problems> {
    let path = folder.join("office.toml");
    let file = path.display().to_string();
    let bytes = std::fs::read(&path).map_err(|error| {
        Problems::from(Problem {
            file: file.clone(),
            line: None,
            key: "the file itself".into(),
            found: error.to_string(),
            allowed: "a folder with office.toml and portraits/".into(),
        })
    })?;
    let load = |name: &str| std::fs::read(folder.join(name)).map_err(|error| error.to_string());
    Office::parse(&file, &bytes, &load)
}

impl Office {
    /// Reads the bytes of `file`, a name for reports; `load` reads a file beside it by its path,
    /// such as `portraits/lin-xiaohui.png`.
    ///
    /// # Errors
    /// Every problem at once.
    pub fn parse(
        file: &str,
        bytes: &[u8],
        load: &dyn Fn(&str) -> Result<Vec<u8>, String>,
    ) -> Result<Self, Problems> {
        let mut rows = rows::read(file, bytes, load);
        let problems = links::check(&rows);
        rows.problems.append(problems);
        let office = Self {
            units: rows::values(rows.units),
            departments: rows::values(rows.departments),
            windows: rows::values(rows.windows),
            staff: rows::values(rows.staff),
            commitments: rows::values(rows.commitments),
            letters: rows::values(rows.letters),
            supervision_lines: rows::values(rows.supervision_lines),
            items: rows::values(rows.items),
            tags: rows::values(rows.tags),
            notices: rows::values(rows.notices),
            slides: rows::values(rows.slides),
            rectifications: rows::values(rows.rectifications),
            bulletins: rows::values(rows.bulletins),
            behaviours: rows::values(rows.behaviours),
        };
        rows.problems.or(office)
    }

    /// The unit of a department; empty where there is no such department.
    #[must_use]
    pub fn unit_of(&self, department: &str) -> &str {
        let found = self.departments.iter().find(|known| known.id == department);
        found.map_or("", |department| department.unit.as_str())
    }

    /// The unit of a person; empty where there is no such person.
    #[must_use]
    pub fn unit_of_person(&self, employee_no: &str) -> &str {
        let found = self.staff.iter().find(|person| person.employee_no == employee_no);
        found.map_or("", |person| self.unit_of(&person.department))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn more_pictures_than_a_bundle_holds_are_told_once() {
        let person = |n: usize| {
            format!(
                "[[staff]]\nemployee_no = \"{n}\"\ndepartment = \"d\"\nname = \"林\"\n\
                 name_en = \"Lin\"\npost = \"护师\"\npost_en = \"Nurse\"\nportrait = \"p.png\"\n"
            )
        };
        let text: String = (1..=12).map(person).collect();
        let mut picture = b"\x89PNG\r\n\x1a\n".to_vec();
        picture.resize(1 << 20, 0);
        let told = Office::parse("f", text.as_bytes(), &|_| Ok(picture.clone())).unwrap_err();
        let told: Vec<_> = told.as_slice().iter().filter(|p| p.allowed.contains("MiB")).collect();
        assert_eq!(told.len(), 1, "{told:?}");
        assert_eq!(
            (&*told[0].key, &*told[0].found),
            ("staff[10].portrait", "10 MiB with this one")
        );
    }

    #[test]
    fn a_missing_folder_is_told() {
        let told = office(Path::new("/nowhere")).unwrap_err().to_string();
        assert!(told.contains("/nowhere/office.toml"), "{told}");
    }
}
