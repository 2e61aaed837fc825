//! An office as a folder: office.toml says who serves where and what is promised, portraits/
//! holds the pictures. kiosk-config/demo is the pattern, and built into the program.
//!
//! What is returned holds together: ids are unique, every reference leads somewhere, every
//! portrait is there, and every text fits the screen. Order is the order of the file.

use std::fmt;
use std::path::Path;

use super::{Problem, Problems};

mod links;
mod rows;

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
    /// Where to complain.
    pub supervision_lines: Vec<SupervisionLine>,
}

/// A public body (单位).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Unit {
    /// Small letters, digits, hyphens; unique.
    pub id: String,
    /// At most 30 characters.
    pub name: String,
    /// At most 80 characters.
    pub name_en: String,
    /// At most 15 characters, for where space is short.
    pub short_name: String,
}

/// A part of a unit (科室).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Department {
    /// Small letters, digits, hyphens; unique.
    pub id: String,
    /// The id of its unit.
    pub unit: String,
    /// At most 15 characters.
    pub name: String,
    /// At most 40 characters.
    pub name_en: String,
}

/// A counter (窗口).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Window {
    /// Small letters, digits, hyphens; unique.
    pub id: String,
    /// The id of its department.
    pub department: String,
    /// The number on its sign, 1 to 999; unique within the unit.
    pub number: u32,
    /// What is done there, at most 12 characters.
    pub name: String,
    /// At most 40 characters.
    pub name_en: String,
    /// The employee number of who serves there now.
    pub on_duty: Option<String>,
}

/// A person who serves (工作人员).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Staff {
    /// The number on the badge: at most 12 letters, digits and hyphens; unique.
    pub employee_no: String,
    /// The id of the department.
    pub department: String,
    /// At most 15 characters.
    pub name: String,
    /// At most 40 characters.
    pub name_en: String,
    /// At most 15 characters.
    pub post: String,
    /// At most 40 characters.
    pub post_en: String,
    /// At most 8, of at most 12 characters.
    pub honours: Vec<String>,
    /// The same in English, as many.
    pub honours_en: Vec<String>,
    /// 0 to 5.
    pub stars: u8,
    /// The picture.
    pub portrait: Portrait,
}

/// A picture, PNG or JPEG, as it was read.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Portrait {
    /// The name of its file in portraits/.
    pub file: String,
    /// At most one MiB.
    pub bytes: Vec<u8>,
}

impl fmt::Debug for Portrait {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({} bytes)", self.file, self.bytes.len())
    }
}

/// Something promised (承诺).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Commitment {
    /// Small letters, digits, hyphens; unique.
    pub id: String,
    /// Who promised it.
    pub by: Promiser,
    /// At most 40 characters.
    pub text: String,
    /// At most 100 characters.
    pub text_en: String,
}

/// Who promised something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Promiser {
    /// A unit, by its id.
    Unit(String),
    /// A person, by the employee number.
    Staff(String),
}

/// Where to complain (监督电话).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SupervisionLine {
    /// Small letters, digits, hyphens; unique.
    pub id: String,
    /// The id of the unit.
    pub unit: String,
    /// At most 8 characters.
    pub label: String,
    /// At most 24 characters.
    pub label_en: String,
    /// Digits, spaces, hyphens, brackets and a plus; at most 20 characters.
    pub phone: String,
}

/// Reads the office in `folder`.
///
/// # Errors
/// Every problem of office.toml and the portraits at once.
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
    Office::parse(&file, &bytes, &|name| {
        std::fs::read(folder.join("portraits").join(name)).map_err(|error| error.to_string())
    })
}

/// The office of kiosk-config/demo, which is built into the program.
///
/// # Errors
/// None in a released program: a test reads it.
pub fn sample_office() -> Result<Office, Problems> {
    let bytes = include_bytes!("../../kiosk-config/demo/office.toml");
    Office::parse("the sample office", bytes, &|name| {
        let found = SAMPLE_PORTRAITS.iter().find(|(file, _)| *file == name);
        found.map(|(_, bytes)| bytes.to_vec()).ok_or_else(|| "no such portrait".into())
    })
}

const SAMPLE_PORTRAITS: [(&str, &[u8]); 6] = [
    ("zhou-min.png", include_bytes!("../../kiosk-config/demo/portraits/zhou-min.png")),
    ("huang-li.png", include_bytes!("../../kiosk-config/demo/portraits/huang-li.png")),
    ("lin-xiaohui.png", include_bytes!("../../kiosk-config/demo/portraits/lin-xiaohui.png")),
    ("he-zhiqiang.png", include_bytes!("../../kiosk-config/demo/portraits/he-zhiqiang.png")),
    ("chen-zhiyuan.png", include_bytes!("../../kiosk-config/demo/portraits/chen-zhiyuan.png")),
    ("wu-haiyan.png", include_bytes!("../../kiosk-config/demo/portraits/wu-haiyan.png")),
];

impl Office {
    /// Reads the bytes of `file`, a name for reports; `portrait` loads a picture by its name.
    ///
    /// # Errors
    /// Every problem at once.
    pub fn parse(
        file: &str,
        bytes: &[u8],
        portrait: &dyn Fn(&str) -> Result<Vec<u8>, String>,
    ) -> Result<Self, Problems> {
        let mut rows = rows::read(file, bytes, portrait);
        let problems = links::check(&rows);
        rows.problems.append(problems);
        let office = Self {
            units: rows::values(rows.units),
            departments: rows::values(rows.departments),
            windows: rows::values(rows.windows),
            staff: rows::values(rows.staff),
            commitments: rows::values(rows.commitments),
            supervision_lines: rows::values(rows.supervision_lines),
        };
        rows.problems.or(office)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sample_office_is_the_demo_folder() {
        let sample = sample_office().unwrap();
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("kiosk-config/demo");
        assert_eq!(sample, office(&folder).unwrap());
        assert_eq!((sample.windows.len(), sample.staff.len()), (6, 6));
        let lin = sample.staff.iter().find(|staff| staff.employee_no == "0317").unwrap();
        assert_eq!((lin.name.as_str(), lin.stars), ("林晓慧", 4));
        assert_eq!(lin.honours, ["党员示范岗", "巾帼文明岗"]);
        let hers = Promiser::Staff("0317".into());
        assert_eq!(sample.commitments.iter().filter(|c| c.by == hers).count(), 4);
    }

    #[test]
    fn a_portrait_does_not_fill_a_log() {
        let lin = sample_office().unwrap().staff.swap_remove(2);
        let debug = format!("{lin:?}");
        assert!(debug.contains("lin-xiaohui.png (") && debug.len() < 500, "{debug}");
    }

    #[test]
    fn a_missing_folder_is_told() {
        let told = office(Path::new("/nowhere")).unwrap_err().to_string();
        assert!(told.contains("/nowhere/office.toml"), "{told}");
    }
}
