//! What stands around a rating: tags, a phone number, a complaint, the wall, the screens between visitors.

use pingyi_ui::{
    About, Away, Choice, Complaint, ComplaintStep, Figures, Kiosk, Letter, OtherWindow, Paper,
    PhoneEntry, Rectification, Slide, SlideKind,
};
use slint::ModelRc;

use super::{Sample, model, qr};

pub fn fill(sample: &Sample, kiosk: &Kiosk<'_>) {
    kiosk.set_tags(tags(sample));
    kiosk.set_takes_opinions(true);
    kiosk.set_takes_phones(true);
    kiosk.set_phone_left(false);
    kiosk.set_prompt_share(0.68);
    kiosk.set_has_letter(true);
    kiosk.set_opinion_qr(qr("https://pingyi.example.org/o/AQR3My0wMQEjRWeJq83vASNFZ4mrze8AAAAAAAAAKgAAAZq83vASNFZ4mrze8SM0VniavN7wEjRWeJq83vASNFZ4mrze8BI0VniavN7wEjRWeJq83vASNFZ4mrze8BI0VniavN7wEjRWeA"));
    let number = if sample.longest { "138 0013 8000" } else { "138 0013" };
    kiosk.set_phone(PhoneEntry { number: number.into(), consent: true, ready: sample.longest });
    kiosk.set_served_item(sample.say("流感疫苗接种", "Flu vaccination").into());
    if sample.longest {
        kiosk.set_served_item(
            sample
                .say(
                    "不动产权属首次登记与抵押注销合并办理",
                    "First registration of real estate with cancellation of a mortgage",
                )
                .into(),
        );
    }
    kiosk.set_letter(letter(sample));
    kiosk.set_complaint(Complaint {
        step: ComplaintStep::Tags,
        about: About::Window,
        contact: false,
        number: "7K3M-Q2XD".into(),
    });
    fill_wall(sample, kiosk);
    fill_papers(sample, kiosk);
    fill_pauses(sample, kiosk);
}

fn tags(sample: &Sample) -> ModelRc<Choice> {
    let chinese = [
        "等候时间",
        "服务态度",
        "材料告知",
        "办理时限",
        "收费",
        "业务水平",
        "环境设施",
        "其他",
        "无障碍与适老服务",
    ];
    let english = [
        "Waiting time",
        "Attitude",
        "Told at once",
        "Time limit",
        "Fees",
        "Skill",
        "Facilities",
        "Other",
        "Accessibility for the elderly",
    ];
    let count = if sample.longest { 9 } else { 8 };
    let rows = sample.say(chinese, english).into_iter().take(count).enumerate();
    model(rows.map(|(at, text)| Choice { text: text.into(), chosen: at % 3 == 0 }))
}

fn letter(sample: &Sample) -> Letter {
    let chinese = [
        "我是预防接种科主管护师林晓慧，负责预检登记、接种和留观。我向每一位群众承诺：",
        "一、首问负责。您第一次问到我，我就把需要的材料、时间和费用一次说清楚，不让您多跑一趟。",
        "二、接种前核对姓名、年龄和疫苗，预检不超过 10 分钟。",
        "三、收费按公示标准，不多收一分钱。",
        "以上承诺请您监督。如未做到，请拨打监督电话，我接受处理。",
    ];
    let english = [
        "I am Lin Xiaohui, senior nurse. I register, vaccinate and watch over you afterwards. I promise everyone:",
        "1. Whoever you ask first answers. I tell you once and completely what you need, how long it takes and what it costs.",
        "2. Before each vaccination I check name, age and vaccine; this takes no more than 10 minutes.",
        "3. You pay the posted fee and not one cent more.",
        "Hold me to it. If I fail, call the supervision line; I accept the consequences.",
    ];
    let times = if sample.longest { 4 } else { 1 };
    let rows = sample.say(chinese, english);
    Letter {
        title: sample.say("岗位服务承诺书", "Post commitment").into(),
        paragraphs: model((0..times).flat_map(|_| rows).map(Into::into)),
        signer: sample.say("林晓慧 主管护师", "Lin Xiaohui, senior nurse").into(),
        signed_on: "2026-01-05".into(),
    }
}

fn fill_wall(sample: &Sample, kiosk: &Kiosk<'_>) {
    kiosk.set_wall_month(10);
    kiosk.set_figures(Figures {
        known: true,
        services: if sample.longest { "121 306" } else { "1 306" }.into(),
        rated: if sample.longest { "56 612" } else { "612" }.into(),
        response: "46.9%".into(),
        satisfaction: "97.8%".into(),
        interval: "96.3–98.7".into(),
        dissatisfied: if sample.longest { "1 213" } else { "13" }.into(),
        rectified: if sample.longest { "1 211" } else { "11" }.into(),
    });
    let chinese = [
        [
            "等候时间太长",
            "上午 9–11 点排队超过 40 分钟",
            "每周二、四增设 4 号窗口，平均等候降至 14 分钟",
            "10-21",
        ],
        ["材料一次没说清", "办健康证跑了两趟", "窗口与网站同步张贴材料清单，可扫码带走", "10-17"],
        ["态度冷淡", "咨询问题时被打断", "核实属实，已批评教育并当面致歉，回访表示满意", "10-12"],
        ["环境设施不便", "轮椅进不了 2 号通道", "坡道已申请施工，11 月 30 日前完工", ""],
    ];
    let english = [
        [
            "Waited too long",
            "More than 40 minutes in the queue from 9 to 11",
            "Window 4 opens on Tuesdays and Thursdays; the wait is down to 14 minutes",
            "10-21",
        ],
        [
            "Not told at once",
            "Came twice for a health certificate",
            "The list of materials hangs at the window and can be taken along",
            "10-17",
        ],
        [
            "Unfriendly",
            "Was interrupted while asking",
            "True; the person was spoken to and has apologised",
            "10-12",
        ],
        [
            "Not accessible",
            "A wheelchair cannot pass aisle 2",
            "A ramp is applied for and will be ready by November 30",
            "",
        ],
    ];
    let times = if sample.longest { 3 } else { 1 };
    let rows = sample.say(chinese, english);
    kiosk.set_rectifications(model((0..times).flat_map(|_| rows).map(
        |[title, said, done, done_on]| Rectification {
            title: title.into(),
            said: said.into(),
            done: done.into(),
            done_on: done_on.into(),
        },
    )));
}

fn fill_papers(sample: &Sample, kiosk: &Kiosk<'_>) {
    let times = if sample.longest { 3 } else { 1 };
    let paper = |[title, body, day]: [&str; 3]| Paper {
        title: title.into(),
        body: body.into(),
        day: day.into(),
    };
    let bulletin = sample.say(
        ["2026 年 9 月群众评议情况通报", "全中心 6 个窗口办理 7 812 人次，评价 3 655 人，满意率 97.2%。预防接种窗口整改及时，予以表扬。", "2026-10-08"],
        ["Bulletin for September 2026", "Six windows served 7 812 people; 3 655 rated, 97.2% satisfied. The vaccination window is praised for putting things right.", "2026-10-08"],
    );
    kiosk.set_bulletins(model((0..times * 2).map(|_| paper(bulletin))));
    let notice = sample.say(
        ["流感疫苗到货通知", "三价流感疫苗已到货，周一至周五均可接种，请携带接种本。", ""],
        ["Flu vaccine has arrived", "Come on any weekday and bring your vaccination book.", ""],
    );
    kiosk.set_notices(model((0..times).map(|_| paper(notice))));
}

fn fill_pauses(sample: &Sample, kiosk: &Kiosk<'_>) {
    let chinese = [
        ["4", "预防接种", "1 楼东侧", "周一至周五 8:00–17:00"],
        ["5", "健康证办理", "2 楼", "周一至周五 8:00–11:30"],
    ];
    let english = [
        ["4", "Vaccination", "Ground floor, east", "Mon–Fri 8:00–17:00"],
        ["5", "Health certificates", "Upper floor", "Mon–Fri 8:00–11:30"],
    ];
    let times = if sample.longest { 4 } else { 1 };
    let rows = sample.say(chinese, english);
    kiosk.set_other_windows(model((0..times).flat_map(|_| rows).map(
        |[number, name, place, hours]| OtherWindow {
            number: number.into(),
            name: name.into(),
            place: place.into(),
            hours: hours.into(),
        },
    )));
    let reason = if sample.longest {
        sample.say(
            "到药库领取疫苗并完成冷链交接登记",
            "Fetching vaccine and signing the cold chain record",
        )
    } else {
        sample.say("领取疫苗", "Fetching vaccine")
    };
    kiosk.set_away(Away { reason: reason.into(), minutes: 10 });
    let title = sample.say("流感疫苗到货通知", "Flu vaccine has arrived");
    let body = sample.say(
        "三价流感疫苗已到货，周一至周五均可接种，请携带接种本。",
        "Come on any weekday and bring your vaccination book.",
    );
    let body = if sample.longest { body.repeat(4) } else { body.to_owned() };
    kiosk.set_slide(Slide {
        kind: SlideKind::Notice,
        title: title.into(),
        body: body.into(),
        ..Slide::default()
    });
    kiosk.set_cleaning_seconds(27);
}
