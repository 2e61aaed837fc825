//! Pages, pads and switches of the real screen, found by their labels.

use i_slint_backend_testing::ElementRoot;
use pingyi::domain::Level;
use pingyi::terminal::flow::{self, Effect, Event, Guide, Phone};
use slint::LogicalPosition;

use super::Counter;
use crate::sample;

impl Counter {
    fn thanked(&mut self) {
        let effects = self.tap("满意");
        let [Effect::Save { ticket, .. }] = effects.as_slice() else { panic!("{effects:?}") };
        let opinion = Some("https://pingyi.example/o/AQ".to_owned());
        self.send(Event::Saved { ticket: *ticket, saved: sample::saved(1), opinion });
    }

    fn taps(&mut self, labels: &[&str]) -> Vec<Effect> {
        labels.iter().flat_map(|label| self.tap(label)).collect()
    }

    fn guide(&self) -> Guide {
        let flow::Screen::Guide(guide) = self.state.screen() else {
            panic!("{:?}", self.state.screen())
        };
        guide.clone()
    }

    fn phone(&self) -> Phone {
        let flow::Screen::Phone { phone, .. } = self.state.screen() else {
            panic!("{:?}", self.state.screen())
        };
        phone.clone()
    }
}

#[test]
fn a_phone_number_is_typed_agreed_to_and_left() {
    let mut counter = Counter::full();
    counter.thanked();
    counter.tap("留下电话，听取回复");
    counter.taps(&["1", "3", "8", "0", "0", "1", "3", "8", "0", "0", "9", "删除", "0"]);
    assert_eq!(counter.phone().digits, "13800138000");
    assert!(counter.find("电话号码（选填） 138 0013 8000").is_some());
    assert!(counter.taps(&["确定"]).is_empty(), "nobody has agreed yet");
    let consent = counter.find_checkable();
    assert!(counter.tap(&consent).is_empty());
    assert!(counter.phone().consent);
    let effects = counter.tap("确定");
    let [Effect::Record { ticket, note, .. }] = effects.as_slice() else { panic!("{effects:?}") };
    assert_eq!(note.personal[0].1, "13800138000");
    assert!(counter.find("电话已留下，可修改").is_none(), "not before it is saved");
    let (saved, opinion) = (sample::saved(2), None);
    counter.send(Event::Recorded { ticket: *ticket, saved, opinion });
    assert!(counter.find("电话已留下，可修改").is_some());
    counter.taps(&["电话已留下，可修改", "清空"]);
    assert_eq!(counter.phone().digits, "", "the pad begins anew");
}

impl Counter {
    /// The label of the one thing on the page that can be ticked.
    fn find_checkable(&self) -> String {
        let all = ElementRoot::root_element(self.screen.component());
        let found = all.query_descendants().match_predicate(|element| {
            element.accessible_checkable() == Some(true) && element.accessible_label().is_some()
        });
        found.find_first().unwrap().accessible_label().unwrap().to_string()
    }
}

#[test]
fn rows_of_the_guide_are_the_items_they_name_however_the_list_is_narrowed() {
    let mut counter = Counter::full();
    counter.taps(&["办事指南", "水质检测"]);
    assert_eq!(counter.guide().chosen.as_deref(), Some("test"));
    counter.taps(&["查找", "W", "好"]);
    assert!(counter.find("水质检测").is_none() && counter.find("预防接种").is_none());
    counter.tap("卫生许可");
    assert_eq!(counter.guide().chosen.as_deref(), Some("permit"));
    counter.taps(&["查找", "全部", "检验检测科", "好"]);
    assert_eq!((counter.guide().letter, counter.guide().department), (None, Some(2)));
    counter.tap("水质检测");
    assert_eq!(counter.guide().chosen.as_deref(), Some("test"));
    counter.taps(&["‹ 返回", "‹ 返回"]);
    assert!(counter.find("满意").is_some());
}

#[test]
fn a_complaint_is_filed_step_by_step_and_shows_its_number() {
    let mut counter = Counter::full();
    assert!(counter.taps(&["投诉建议", "本窗口", "收费", "时限", "收费", "下一步"]).is_empty());
    let effects = counter.tap("匿名提交");
    let [Effect::Record { ticket, note, .. }] = effects.as_slice() else { panic!("{effects:?}") };
    assert!(note.numbered);
    assert!(counter.find("完成").is_none(), "no number before it is saved");
    let (saved, opinion) = (sample::saved(5), None);
    let number = saved.receipt.as_ref().unwrap().to_string();
    counter.send(Event::Recorded { ticket: *ticket, saved, opinion });
    assert!(counter.find("完成").is_some());
    let kiosk = slint::ComponentHandle::global::<pingyi_ui::Kiosk>(counter.screen.component());
    assert_eq!(kiosk.get_complaint().number, number.as_str());
    counter.tap("完成");
    assert!(counter.find("满意").is_some());
}

#[test]
fn tags_are_chosen_and_given_up_by_their_words() {
    let mut counter = Counter::full();
    counter.thanked();
    counter.taps(&["服务态度", "办事速度", "服务态度"]);
    let effects = counter.tap("完成");
    let [Effect::Record { note, .. }] = effects.as_slice() else { panic!("{effects:?}") };
    let tags = vec!["quick".to_owned()];
    assert_eq!(note.record, pingyi::domain::Record::Reasons { to: 1, tags });
}

#[test]
fn language_contrast_and_text_size_go_there_and_back() {
    let mut counter = Counter::full();
    let plain = counter.snapshot();
    for (there, back) in [("English", "中文"), ("高对比度", "标准对比度"), ("大字号", "标准字号")]
    {
        counter.tap(there);
        counter.pass(500);
        assert!(counter.snapshot().as_bytes() != plain.as_bytes(), "{there} is seen");
        counter.tap(back);
        counter.pass(500);
        assert!(counter.snapshot().as_bytes() == plain.as_bytes(), "{back} is as before");
    }
}

#[test]
fn the_touch_that_ends_the_slides_taps_nothing_below_them() {
    let mut counter = Counter::full();
    let place = counter.find("基本满意").unwrap().absolute_position();
    let place = LogicalPosition::new(place.x + 40.0, place.y + 40.0);
    counter.pass(120_000);
    assert!(matches!(counter.state.screen(), flow::Screen::Idle(_)));
    assert!(counter.find("基本满意").is_none());
    assert!(counter.touch(place).is_empty(), "nothing is saved");
    counter.pass(50);
    assert!(counter.find("基本满意").is_some(), "{:?}", counter.state.screen());
    let effects = counter.touch(place);
    assert!(
        matches!(effects.as_slice(), [Effect::Save { answer, .. }] if answer.level == Level::Basic)
    );
}

#[test]
fn while_the_glass_is_wiped_no_finger_does_anything() {
    let mut counter = Counter::full();
    counter.taps(&["工作台，林晓慧", "2", "4", "6", "8", "1"]);
    let effects = counter.taps(&["0", "确定"]);
    let [Effect::CheckPin { ticket, pin, .. }] = effects.as_slice() else { panic!("{effects:?}") };
    assert_eq!(pin, "246810");
    counter.send(Event::PinChecked { ticket: *ticket, right: true });
    counter.send(Event::Desk(flow::DeskAct::Clean));
    for (x, y) in [(100.0, 700.0), (640.0, 700.0), (1_200.0, 40.0), (640.0, 300.0)] {
        assert!(counter.touch(LogicalPosition::new(x, y)).is_empty());
        assert!(matches!(counter.state.screen(), flow::Screen::Cleaning(_)));
        counter.pass(1_000);
    }
    counter.pass(30_000);
    assert!(counter.find("满意").is_some());
}
