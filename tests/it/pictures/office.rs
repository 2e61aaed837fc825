//! What the picture tests show: an ordinary office, and the longest content that the rules of the
//! look promise to carry.

mod counter;
mod desk;
mod guide;

use pingyi_ui::{
    App, Badge, Commitment, Enrolment, Kiosk, Month, Office, Receipt, SupervisionLine,
};
use slint::{ComponentHandle, Image, ModelRc, Rgba8Pixel, SharedPixelBuffer, SharedString};

/// What the screens are read in.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Language {
    Chinese,
    English,
}

/// An office in one language.
pub struct Sample {
    language: Language,
    /// As much as the rules of the look promise to carry.
    longest: bool,
    receipt: &'static str,
    change_seconds: i32,
    hint: &'static str,
    /// Unit and window, then both for narrow screens.
    names: [&'static str; 4],
    /// Name, post, department.
    person: [&'static str; 3],
    honours: &'static [&'static str],
    has_portrait: bool,
    commitments: Vec<&'static str>,
    lines: &'static [(&'static str, &'static str)],
}

/// What an ordinary office shows.
pub fn ordinary(language: Language) -> Sample {
    let (receipt, hint) = ("https://example.org/r/7K3M-Q2XD", "");
    if language == Language::Chinese {
        Sample {
            language,
            longest: false,
            receipt,
            change_seconds: 4,
            hint,
            names: ["示范市疾病预防控制中心", "3 号窗口 · 预防接种", "示范市疾控中心", "3 号窗口"],
            person: ["林晓慧", "主管护师", "预防接种科"],
            honours: &["党员示范岗", "巾帼文明岗"],
            has_portrait: true,
            commitments: vec![
                "首问负责，一次性告知所需材料",
                "接种前核对信息，预检不超过 10 分钟",
                "收费按公示标准，不多收一分钱",
                "使用文明用语，不推诿、不冷漠",
            ],
            lines: &[("监督", "0752-8812345"), ("主任", "0752-8811001")],
        }
    } else {
        Sample {
            language,
            longest: false,
            receipt,
            change_seconds: 4,
            hint,
            names: [
                "Shifan Center for Disease Control",
                "Window 3 · Vaccination",
                "Shifan CDC",
                "Window 3",
            ],
            person: ["Lin Xiaohui", "Senior nurse", "Vaccination"],
            honours: &["Model post", "Civility award"],
            has_portrait: true,
            commitments: vec![
                "Whoever you ask first tells you everything you need, at once",
                "Checks before vaccination take no more than 10 minutes",
                "You pay the posted fee and not one cent more",
                "You are spoken to politely and never sent away",
            ],
            lines: &[("Supervision", "0752-8812345"), ("Director", "0752-8811001")],
        }
    }
}

const LONG_RECEIPT: &str = "https://supervision.example.org/public/receipts/7K3M-Q2XD?from=window";

/// The longest.
pub fn longest(language: Language) -> Sample {
    if language == Language::Chinese { longest_chinese() } else { longest_english() }
}

fn longest_chinese() -> Sample {
    Sample {
        language: Language::Chinese,
        longest: true,
        receipt: LONG_RECEIPT,
        change_seconds: 10,
        hint: "如指纹不一致，请勿批准，并联系信息管理员更换终端。",
        names: [
            "新疆维吾尔自治区伊犁哈萨克自治州伊宁市政务服务和公共资源中心",
            "12 号窗口 · 不动产登记与交易综合受理",
            "伊宁市政务服务和公共资源中心",
            "12 号窗口",
        ],
        person: ["阿不都热依木·买买提吐尔逊江", "高级政务服务专员", "不动产登记与交易中心"],
        honours: &[
            "党员示范岗",
            "巾帼文明岗",
            "青年文明号",
            "三八红旗手",
            "全国卫生健康系统先进工作者",
            "民族团结模范",
            "服务标兵",
            "五一劳动奖章",
        ],
        has_portrait: false,
        commitments: twelve(
            "首问负责，一次性告知所需材料",
            "材料齐全当场办结；不能当场办结的，一次性书面告知理由和需要补正的全部材料，不让群众跑第二趟",
        ),
        lines: &[
            ("纪检监督", "0752-8812345"),
            ("中心主任", "0752-8811001"),
            ("政务热线", "12345"),
            ("上级主管部门", "0752-8819999"),
            ("卫生健康局", "0752-8817777"),
        ],
    }
}

fn longest_english() -> Sample {
    Sample {
        language: Language::English,
        longest: true,
        receipt: LONG_RECEIPT,
        change_seconds: 10,
        hint: "If the fingerprints differ, do not approve; ask the administrator for another terminal.",
        names: [
            "Yining Municipal Government Services and Public Resources Center",
            "Window 12 · Real estate registration",
            "Yining Government Services",
            "Window 12",
        ],
        person: [
            "Abdurehim Memet-Tursunjan",
            "Senior government services specialist",
            "Real estate registration center",
        ],
        honours: &[
            "Model post",
            "Civility award",
            "Youth award",
            "Red banner holder",
            "National advanced worker in health",
            "Unity model",
            "Service star",
            "Labour medal",
        ],
        has_portrait: false,
        commitments: twelve(
            "You pay the posted fee and not one cent more",
            "A complete application is settled on the spot; otherwise you are told in writing, once, all that is missing",
        ),
        lines: &[
            ("Discipline office", "0752-8812345"),
            ("Director", "0752-8811001"),
            ("City hotline", "12345"),
            ("Higher authority", "0752-8819999"),
            ("Health bureau", "0752-8817777"),
        ],
    }
}

/// Every third is long.
fn twelve(short: &'static str, long: &'static str) -> Vec<&'static str> {
    (0..12).map(|at| if at % 3 == 2 { long } else { short }).collect()
}

pub fn numerals(language: Language) -> [&'static str; 12] {
    if language == Language::Chinese {
        ["一", "二", "三", "四", "五", "六", "七", "八", "九", "十", "十一", "十二"]
    } else {
        ["1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11", "12"]
    }
}

impl Sample {
    pub fn fill(&self, app: &App) {
        let kiosk = app.global::<Kiosk>();
        self.fill_frame(&kiosk);
        counter::fill(self, &kiosk);
        guide::fill(self, &kiosk);
        desk::fill(self, app);
    }

    /// This in Chinese, that in English.
    fn say<T>(&self, chinese: T, english: T) -> T {
        if self.language == Language::Chinese { chinese } else { english }
    }

    fn fill_frame(&self, kiosk: &Kiosk<'_>) {
        let [unit, window, short_unit, short_window] = self.names.map(SharedString::from);
        kiosk.set_office(Office { unit, window, short_unit, short_window });
        let [name, post, department] = self.person.map(SharedString::from);
        kiosk.set_badge(Badge {
            name,
            post,
            department,
            employee_no: "0317".into(),
            honours: model(self.honours.iter().map(|&honour| honour.into())),
            stars: 4,
            has_portrait: self.has_portrait,
        });
        let rows = self.commitments.iter().zip(numerals(self.language));
        kiosk.set_commitments(model(
            rows.map(|(&text, numeral)| Commitment { numeral: numeral.into(), text: text.into() }),
        ));
        let line = |&(label, phone): &(&str, &str)| SupervisionLine {
            label: label.into(),
            phone: phone.into(),
        };
        kiosk.set_supervision_lines(model(self.lines.iter().map(line)));
        let (code, qr) = ("7K3M-Q2XD".into(), qr(self.receipt));
        kiosk.set_receipt(Receipt { code, qr, has_qr: true });
        kiosk.set_enrolment(Enrolment {
            fingerprint: "4F7A 90C2 1B5E D83C".into(),
            waiting: true,
            hint: self.hint.into(),
        });
        kiosk.set_change_seconds(self.change_seconds);
        kiosk.set_training(false);
        kiosk.set_online(true);
        kiosk.set_on_duty(self.person[0].into());
        let (satisfaction, rated) = ("97.8%".into(), if self.longest { "12 214" } else { "214" });
        kiosk.set_month(Month { satisfaction, rated: rated.into() });
    }
}

fn model<T: Clone + 'static>(rows: impl Iterator<Item = T>) -> ModelRc<T> {
    ModelRc::from(rows.collect::<Vec<_>>().as_slice())
}

/// One pixel a module, with the quiet zone of four.
fn qr(address: &str) -> Image {
    let code = qrcode::QrCode::new(address).expect("the address fits a QR code");
    let side = code.width() + 8;
    let pixels = u32::try_from(side).expect("a QR code is small");
    let mut buffer = SharedPixelBuffer::<Rgba8Pixel>::new(pixels, pixels);
    buffer.make_mut_slice().fill(Rgba8Pixel { r: 255, g: 255, b: 255, a: 255 });
    for (at, colour) in code.to_colors().into_iter().enumerate() {
        let place = (at / code.width() + 4) * side + at % code.width() + 4;
        let [r, g, b] = colour.select([0x17, 0x26, 0x2b], [255; 3]);
        buffer.make_mut_slice()[place] = Rgba8Pixel { r, g, b, a: 255 };
    }
    Image::from_rgba8(buffer)
}
