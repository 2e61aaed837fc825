//! The service guide: a few items, or two hundred with the longest of everything.

use pingyi_ui::{Choice, Fee, Item, Kiosk, TimeLimit, TimeUnit};
use slint::SharedString;

use super::{Sample, model, qr};

pub fn fill(sample: &Sample, kiosk: &Kiosk<'_>) {
    let chinese = [
        "流感疫苗接种",
        "儿童免疫规划接种",
        "健康证办理",
        "水质检测委托",
        "艾滋病咨询检测",
        "出国接种证明",
    ];
    let english = [
        "Flu vaccination",
        "Childhood vaccination",
        "Health certificate",
        "Water testing",
        "HIV counselling and test",
        "Certificate for travel",
    ];
    let names = sample.say(chinese, english);
    let long = sample.say(
        "不动产权属首次登记与抵押注销合并办理",
        "First registration of real estate with cancellation of a mortgage",
    );
    let count = if sample.longest { 200 } else { 6 };
    kiosk.set_items(model((0..count).map(|at| {
        let name = if at % 7 == 6 { long } else { names[at % 6] };
        choice(name, at == 2)
    })));
    let chinese = ["预防接种科", "健康体检科", "检验科", "不动产登记与交易中心"];
    let english = ["Vaccination", "Health checks", "Laboratory", "Real estate registration center"];
    let count = if sample.longest { 12 } else { 3 };
    let departments = sample.say(chinese, english).into_iter().cycle().take(count);
    kiosk.set_departments(model(departments.map(|name| choice(name, false))));
    let letters = if sample.longest { "ABCDEFGHJKLMNOPQRSTWXYZ" } else { "CEJLS" };
    kiosk.set_letters(model(
        letters.chars().map(|letter| choice(&letter.to_string(), letter == 'J')),
    ));
    kiosk.set_item(if sample.longest { long_item(sample, long) } else { item(sample, names[2]) });
    kiosk.set_has_guide(true);
    kiosk.set_item_open(true);
    kiosk.set_take_away_open(false);
    kiosk.set_take_away_qr(qr("https://pingyi.example.org/g/health-certificate"));
}

fn choice(text: &str, chosen: bool) -> Choice {
    Choice { text: text.into(), chosen }
}

fn working_days(amount: i32) -> TimeLimit {
    TimeLimit { amount, unit: TimeUnit::WorkingDays }
}

fn item(sample: &Sample, name: &str) -> Item {
    let materials = sample.say(
        ["本人有效身份证件原件", "近期一寸免冠照片一张", "用人单位介绍信（单位统一办理时）"],
        [
            "Your identity card, original",
            "One recent photograph, one inch",
            "A letter of your employer, if it applies for you",
        ],
    );
    let steps = sample.say(
        ["登记", "体检", "出具结果", "领证"],
        ["Register", "Examination", "Result", "Certificate"],
    );
    Item {
        name: name.into(),
        promised: working_days(3),
        legal: working_days(7),
        fees: model(std::iter::empty()),
        fee_basis: "财税〔2017〕20 号".into(),
        place: sample.say("2 楼 5 号窗口", "Upper floor, window 5").into(),
        hours: sample.say("周一至周五 8:00–17:00", "Mon–Fri 8:00–17:00").into(),
        materials: model(materials.into_iter().map(SharedString::from)),
        steps: model(steps.into_iter().map(SharedString::from)),
        responsible: sample.say("陈志远", "Chen Zhiyuan").into(),
        phone: "0752-8812350".into(),
    }
}

/// Forty fees, twelve materials, nine steps.
fn long_item(sample: &Sample, name: &str) -> Item {
    let fee = sample.say(
        "住宅类不动产登记费（含第一本不动产权属证书工本费）",
        "Registration of a dwelling, with the first certificate of ownership",
    );
    let basis = sample.say("发改价格规〔2016〕2559 号", "NDRC [2016] 2559");
    let material = sample.say(
        "不动产权属证书、抵押权人同意注销的书面材料原件及复印件各一份",
        "Certificate of ownership and the mortgagee's written consent, original and one copy",
    );
    let step = sample.say("综合窗口受理", "Accepted at the general window");
    let fees = (0..40).map(|at| Fee {
        name: fee.into(),
        yuan: format!("{}.50", 80 + at * 10).into(),
        per: sample.say("件", "case").into(),
        basis: if at % 5 == 0 { basis.into() } else { SharedString::new() },
    });
    Item {
        fees: model(fees),
        fee_basis: basis.into(),
        place: sample
            .say(
                "政务服务中心 3 楼东侧不动产综合受理区",
                "Real estate area, third floor, east wing",
            )
            .into(),
        hours: sample
            .say("周一至周五 8:00–12:00、14:30–18:00", "Mon–Fri 8:00–12:00, 14:30–18:00")
            .into(),
        materials: model((0..12).map(|_| material.into())),
        steps: model((0..9).map(|_| step.into())),
        responsible: sample.say("阿不都热依木·吐尔逊", "Abdurehim Tursun").into(),
        ..item(sample, name)
    }
}
