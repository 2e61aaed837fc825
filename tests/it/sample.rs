//! A window as an office would publish it, and the pieces around it that tests need.

use std::collections::BTreeMap;

use pingyi::domain::{
    Badge, Behaviour, Bundle, Commitment, Incarnation, Office, ReceiptCode, StaffMember,
    SupervisionLine, Text, Wall, WindowLabel,
};
use pingyi::settings::terminal::{Language, TextSize};
use pingyi::terminal::content::{Content, Picture};
use pingyi::terminal::flow::{Known, Look, Memory, Rules, Shift};
use pingyi::terminal::journal::Saved;

pub fn text(zh: &str, en: &str) -> Text {
    Text::new(zh, en)
}

pub fn rules() -> Rules {
    Rules {
        change_seconds: 5,
        thanks_seconds: 20,
        idle_reset_seconds: 60,
        look: Look { language: Language::CHINESE, text: TextSize::Normal, contrast: false },
        languages: vec![Language::CHINESE, Language::ENGLISH],
        maintenance: true,
    }
}

/// What a terminal remembers while this person is on duty.
pub fn memory(staff: &str) -> Option<String> {
    let shift = Shift { staff: staff.to_owned(), day: 0, minute: 482, late: false, away: None };
    let memory = Memory { shift: Some(shift), ..Memory::default() };
    Some(serde_json::to_string(&memory).unwrap())
}

/// What flow knows of the sample's content, with two people who may sign on.
pub fn known() -> Box<Known> {
    let staff = ["0317", "0999"].map(str::to_owned).into();
    Box::new(Known { staff, ..Known::of(&content().bundle) })
}

pub fn saved(seq: u64) -> Saved {
    let receipt = ReceiptCode::from_random([0x39, 0xc7, 0x4b, 0x8b, 0xad]);
    Saved { incarnation: Incarnation([7; 16]), seq, receipt }
}

fn lin() -> StaffMember {
    let badge = Badge {
        employee_no: "0317".to_owned(),
        name: text("林晓慧", "Lin Xiaohui"),
        post: text("主管护师", "Nurse-in-charge"),
        department: text("预防接种科", "Vaccination"),
        honours: vec![text("党员示范岗", ""), text("巾帼文明岗", "")],
        stars: 4,
    };
    StaffMember {
        badge,
        portrait_file: "lin.png".to_owned(),
        duties: Text::default(),
        commitments: ["首问负责，一次性告知所需材料", "收费按公示标准，不多收一分钱"]
            .map(|zh| Commitment { text: text(zh, "") })
            .into(),
        letter: None,
        month: None,
        pin: String::new(),
        card: String::new(),
    }
}

pub fn content() -> Content {
    let bundle = Bundle {
        version: 1,
        made_at: 1_793_462_400_000,
        public_url: Some("https://pingyi.example".to_owned()),
        office: Office {
            name: text("示范市疾病预防控制中心", "Shifan City CDC"),
            short_name: "示范市疾控中心".to_owned(),
        },
        window: WindowLabel {
            window: "W-3".parse().unwrap(),
            number: "3".to_owned(),
            name: text("预防接种", "Vaccination"),
            place: Text::default(),
            hours: Text::default(),
        },
        supervision_lines: vec![SupervisionLine {
            label: text("监督", "Supervision"),
            phone: "0752-8812345".to_owned(),
        }],
        staff: vec![lin()],
        office_commitments: Vec::new(),
        office_letter: None,
        other_windows: Vec::new(),
        items: Vec::new(),
        tags: Vec::new(),
        complaint_tags: Vec::new(),
        notices: Vec::new(),
        slides: Vec::new(),
        wall: Wall::default(),
        behaviour: Behaviour::default(),
        field_keys: Vec::new(),
        files: BTreeMap::new(),
    };
    let portrait = Picture { width: 2, height: 2, rgba: [0x0e, 0x4a, 0x5a, 0xff].repeat(4) };
    Content { bundle, unshowable: Vec::new(), pictures: [("lin.png".to_owned(), portrait)].into() }
}
