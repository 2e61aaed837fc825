//! What the person on duty and the technician see.

use pingyi_ui::{
    App, ButtonResult, Choice, CodeEntry, CodeTrouble, Desk, Duty, Level, Minutes, Overview,
    PinEntry, PinTrouble, TestState, TouchTest, Upkeep,
};
use slint::{ComponentHandle, SharedString};

use super::{Sample, model};

pub fn fill(sample: &Sample, app: &App) {
    fill_desk(sample, &app.global::<Desk>());
    fill_upkeep(sample, &app.global::<Upkeep>());
}

fn fill_desk(sample: &Sample, desk: &Desk<'_>) {
    desk.set_entry(entry(sample));
    let item = if sample.longest {
        sample.say(
            "不动产权属首次登记与抵押注销合并办理",
            "First registration of real estate with cancellation of a mortgage",
        )
    } else {
        sample.say("流感疫苗接种", "Flu vaccination")
    };
    desk.set_duty(Duty {
        name: sample.person[0].into(),
        employee_no: "0317".into(),
        since: "08:02".into(),
        serving: true,
        serving_since: "09:36".into(),
        item: item.into(),
        away: false,
    });
    let names = sample.say(
        ["流感疫苗接种", "健康证办理", "出国接种证明"],
        ["Flu vaccination", "Health certificate", "Certificate for travel"],
    );
    let count = if sample.longest { 200 } else { 6 };
    desk.set_items(model(
        names
            .into_iter()
            .cycle()
            .take(count)
            .enumerate()
            .map(|(at, name)| Choice { text: name.into(), chosen: at == 1 }),
    ));
    let reasons = sample.say(
        ["领取疫苗", "短时会议", "更换设备", "陪同群众到其他窗口办理"],
        [
            "Fetching vaccine",
            "Short meeting",
            "Changing equipment",
            "Accompanying a visitor to another window",
        ],
    );
    let count = if sample.longest { 9 } else { 3 };
    desk.set_reasons(model(
        reasons
            .into_iter()
            .cycle()
            .take(count)
            .enumerate()
            .map(|(at, text)| Choice { text: text.into(), chosen: at == 0 }),
    ));
    let minutes = [5, 10, 20, 30].map(|count| Minutes { count, chosen: count == 10 });
    desk.set_minutes(model(minutes.into_iter()));
}

fn entry(sample: &Sample) -> PinEntry {
    PinEntry {
        asks_pin: sample.longest,
        employee_no: if sample.longest { "0317-2026-118" } else { "0317" }.into(),
        dots: if sample.longest { 12 } else { 0 },
        checking: false,
        trouble: if sample.longest { PinTrouble::Locked } else { PinTrouble::None },
        wait_seconds: if sample.longest { 120 } else { 0 },
    }
}

fn fill_upkeep(sample: &Sample, upkeep: &Upkeep<'_>) {
    upkeep.set_entry(PinEntry { asks_pin: true, dots: 3, ..entry(sample) });
    upkeep.set_overview(Overview {
        network: "eth0 10.0.8.31".into(),
        network_up: true,
        server: if sample.longest {
            "pingyi.supervision.yili.example.org:8443"
        } else {
            "center.example.org"
        }
        .into(),
        server_reached: !sample.longest,
        clock_offset: "+0.4 s".into(),
        queue: if sample.longest { "128 431" } else { "3" }.into(),
        oldest: "2026-11-24 09:12".into(),
        storage: "12.4 GB · 61%".into(),
        program: "0.3.0".into(),
        content: "128".into(),
        fingerprint: "4F7A 90C2 1B5E D83C".into(),
    });
    let fault = sample.say(
        "「不满意」键没有反应：从按下到记录超过一帧",
        "The button for dissatisfied did not react within one frame",
    );
    let state = if sample.longest { TestState::Failed } else { TestState::Passed };
    upkeep.set_buttons_state(state);
    upkeep.set_buttons_fault(if sample.longest { fault.into() } else { SharedString::new() });
    let levels = [Level::Satisfied, Level::Basic, Level::Dissatisfied];
    upkeep.set_buttons(model(levels.into_iter().map(|level| ButtonResult {
        level,
        size: "389 × 196".into(),
        latency: "1.2 ms".into(),
        state: if level == Level::Dissatisfied { state } else { TestState::Passed },
    })));
    let groups = ["7K3M", "Q2XD", "WWWW", "MMMM", "91", "", "", "", ""];
    upkeep.set_code(CodeEntry {
        groups: model(groups.into_iter().map(SharedString::from)),
        at: 4,
        ready: false,
        checking: false,
        trouble: if sample.longest { CodeTrouble::NoCenter } else { CodeTrouble::None },
    });
    upkeep.set_touch(TouchTest {
        columns: 8,
        rows: 5,
        touched: model((0..40).map(|at| at % 3 == 0)),
        seconds: 41,
        state: TestState::Running,
    });
}
