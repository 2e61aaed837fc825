//! The sample office, built into the program.

use super::super::Problems;
use super::Office;

/// The office of kiosk-config/demo, which is built into the program.
///
/// # Errors
/// None in a released program: a test reads it.
pub fn sample_office() -> Result<Office, Problems> {
    let bytes = include_bytes!("../../../kiosk-config/demo/office.toml");
    Office::parse("the sample office", bytes, &|path| {
        let found = FILES.iter().find(|(file, _)| *file == path);
        found.map(|(_, bytes)| bytes.to_vec()).ok_or_else(|| "no such file".into())
    })
}

/// The PIN of a person of the sample office: the employee number and two noughts.
#[must_use]
pub fn sample_pin(employee_no: &str) -> String {
    format!("{employee_no}00")
}

macro_rules! files {
    ($($path:literal),+ $(,)?) => {
        [$(($path, include_bytes!(concat!("../../../kiosk-config/demo/", $path)))),+]
    };
}

const FILES: [(&str, &[u8]); 17] = files![
    "portraits/ayiguli.png",
    "portraits/chen-zhiyuan.png",
    "portraits/he-zhiqiang.png",
    "portraits/huang-li.png",
    "portraits/lin-xiaohui.png",
    "portraits/liu-jianjun.png",
    "portraits/ma-xiulan.png",
    "portraits/sun-li.png",
    "portraits/wu-haiyan.png",
    "portraits/xu-jing.png",
    "portraits/yang-fan.png",
    "portraits/zhao-ting.png",
    "portraits/zheng-guoqiang.png",
    "portraits/zhou-min.png",
    "pictures/told-once.png",
    "pictures/vaccination.png",
    "pictures/washing-hands.png",
];

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::super::{Promiser, office};
    use super::*;

    #[test]
    fn the_sample_office_is_the_demo_folder() {
        let sample = sample_office().unwrap();
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("kiosk-config/demo");
        assert_eq!(sample, office(&folder).unwrap());
        assert_eq!((sample.windows.len(), sample.staff.len()), (6, 14));
        assert_eq!((sample.items.len(), sample.letters.len(), sample.slides.len()), (40, 2, 3));
        let lin = sample.staff.iter().find(|staff| staff.employee_no == "0317").unwrap();
        assert_eq!((lin.name.zh.as_str(), lin.stars), ("林晓慧", 4));
        let honours: Vec<_> = lin.honours.iter().map(|honour| honour.zh.as_str()).collect();
        assert_eq!(honours, ["党员示范岗", "巾帼文明岗"]);
        let hers = Promiser::Staff("0317".into());
        assert_eq!(sample.commitments.iter().filter(|c| c.by == hers).count(), 4);
    }
}
