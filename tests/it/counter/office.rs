//! An office with a little of everything.

use pingyi::chain::field::FieldKeypair;
use pingyi::domain::{
    AwayReason, Behaviour, Field, Item, Letter, Notice, Rectification, Tag, Text,
};
use pingyi::terminal::content::Content;

use crate::sample::{self, text};

fn tags(names: &[(&str, &str)]) -> Vec<Tag> {
    let tag = |(id, zh): &(&str, &str)| Tag { id: (*id).to_owned(), text: text(zh, id) };
    names.iter().map(tag).collect()
}

fn item(id: &str, name: &str, department: &str, initials: &str) -> Item {
    Item {
        id: id.to_owned(),
        name: text(name, id),
        department: text(department, ""),
        initials: initials.to_owned(),
        place: text("2 楼", ""),
        hours: Text::default(),
        promised: None,
        legal: None,
        fees: Vec::new(),
        fee_basis: Text::default(),
        materials: vec![text("身份证", "Identity card")],
        steps: vec![text("取号", "Take a ticket")],
        responsible: text("林晓慧", ""),
        phone: "0752-8812345".to_owned(),
        here: id == "vaccine",
    }
}

pub fn content() -> Content {
    let mut content = sample::content();
    let bundle = &mut content.bundle;
    let mut second = bundle.staff[0].clone();
    (second.badge.employee_no, second.badge.name) = ("0999".to_owned(), text("吴海燕", ""));
    bundle.staff.push(second);
    bundle.items = vec![
        item("vaccine", "预防接种", "预防接种科", "yfjz"),
        item("permit", "卫生许可", "卫生监督科", "wsxk"),
        item("test", "水质检测", "检验检测科", "szjc"),
    ];
    bundle.tags = tags(&[("quick", "办事速度"), ("clear", "说明清楚"), ("manner", "服务态度")]);
    bundle.complaint_tags = tags(&[("attitude", "态度"), ("fees", "收费"), ("time", "时限")]);
    bundle.notices = vec![Notice {
        title: text("国庆放假通知", "Holiday notice"),
        body: text("10 月 1 日至 7 日休息", ""),
        from: None,
        to: None,
    }];
    bundle.wall.rectifications = vec![Rectification {
        title: text("加开窗口", ""),
        said: text("排队太久", ""),
        done: text("加开一个窗口", ""),
        done_on: None,
    }];
    bundle.office_letter = Some(Letter {
        title: text("服务承诺书", "Commitment"),
        paragraphs: vec![text("首问负责。", "We answer.")],
        signer: text("主任 陈志远", ""),
        signed_on: 20_260_105,
    });
    let meeting = AwayReason { id: "meeting".to_owned(), text: text("开会", "Meeting") };
    let slide_seconds = 60;
    bundle.behaviour =
        Behaviour { away_reasons: vec![meeting], slide_seconds, ..Behaviour::default() };
    bundle.field_keys = [Field::Phone, Field::Ticket]
        .map(|field| FieldKeypair::generate(field).unwrap().public())
        .into();
    content
}
