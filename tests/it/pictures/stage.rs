//! A window without a display, with its own clock, and what is shown on it.

use std::{cell::Cell, rc::Rc, time::Duration};

use i_slint_core::lengths::LogicalRect;
use pingyi_ui::{
    App, Badge, Commitment, Enrolment, Kiosk, Language, Office, Receipt, Screen, SupervisionLine,
};
use slint::platform::software_renderer::{MinimalSoftwareWindow, RepaintBufferType};
use slint::platform::{Platform, PlatformError, PointerEventButton, WindowAdapter, WindowEvent};
use slint::{
    ComponentHandle, Image, LogicalPosition, ModelRc, Rgba8Pixel, SharedPixelBuffer, SharedString,
};

pub const SIZES: [(u32, u32); 4] = [(1280, 800), (1024, 600), (1920, 1080), (800, 1280)];

pub const SCREENS: [(Screen, &str); 7] = [
    (Screen::Home, "home"),
    (Screen::Thanks, "thanks"),
    (Screen::Change, "change"),
    (Screen::NotEnrolled, "not-enrolled"),
    (Screen::NoContent, "no-content"),
    (Screen::Paused, "paused"),
    (Screen::Retired, "retired"),
];

#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Mode {
    pub size: (u32, u32),
    pub language: Language,
    pub large: bool,
    pub contrast: bool,
}

impl Mode {
    pub const fn plain(size: (u32, u32)) -> Self {
        Self { size, language: Language::Chinese, large: false, contrast: false }
    }

    pub fn name(&self) -> String {
        let language = if self.language == Language::English { "en" } else { "zh" };
        let large = if self.large { "-large" } else { "" };
        let contrast = if self.contrast { "-contrast" } else { "" };
        format!("{}x{}-{language}{large}{contrast}", self.size.0, self.size.1)
    }
}

struct Headless {
    window: Rc<MinimalSoftwareWindow>,
    now: Rc<Cell<Duration>>,
}

impl Platform for Headless {
    fn create_window_adapter(&self) -> Result<Rc<dyn WindowAdapter>, PlatformError> {
        Ok(self.window.clone())
    }

    fn duration_since_start(&self) -> Duration {
        self.now.get()
    }
}

/// One window on this thread; a test has its own thread, so its own platform.
pub struct Stage {
    pub app: App,
    window: Rc<MinimalSoftwareWindow>,
    now: Rc<Cell<Duration>>,
}

impl Stage {
    pub fn new() -> Self {
        let window = MinimalSoftwareWindow::new(RepaintBufferType::NewBuffer);
        let now = Rc::new(Cell::new(Duration::ZERO));
        slint::platform::set_platform(Box::new(Headless {
            window: window.clone(),
            now: now.clone(),
        }))
        .expect("the platform of this thread is set once");
        let app = App::new().expect("the window is made");
        app.show().expect("the window is shown");
        Self { app, window, now }
    }

    pub fn kiosk(&self) -> Kiosk<'_> {
        self.app.global::<Kiosk>()
    }

    pub fn set(&self, mode: Mode, screen: Screen) {
        let language = if mode.language == Language::English { "en" } else { "" };
        slint::select_bundled_translation(language).expect("the language is bundled");
        self.window.set_size(slint::PhysicalSize::new(mode.size.0, mode.size.1));
        let kiosk = self.kiosk();
        kiosk.set_language(mode.language);
        kiosk.set_large_text(mode.large);
        kiosk.set_high_contrast(mode.contrast);
        kiosk.set_screen(Screen::Blank);
        self.tick();
        kiosk.set_screen(screen);
        self.tick();
    }

    /// A finger comes down at the middle of this place.
    pub fn press(&self, place: LogicalRect) {
        let position = middle(place);
        self.app.window().dispatch_event(WindowEvent::PointerMoved { position });
        self.app.window().dispatch_event(WindowEvent::PointerPressed {
            position,
            button: PointerEventButton::Left,
        });
    }

    /// It is lifted again.
    pub fn release(&self, place: LogicalRect) {
        let position = middle(place);
        self.app.window().dispatch_event(WindowEvent::PointerReleased {
            position,
            button: PointerEventButton::Left,
        });
        self.app.window().dispatch_event(WindowEvent::PointerExited);
        self.tick();
    }

    pub fn tap(&self, place: LogicalRect) {
        self.press(place);
        self.release(place);
    }

    /// Time goes on far enough for every motion to end.
    pub fn tick(&self) {
        self.now.set(self.now.get() + Duration::from_secs(1));
        slint::platform::update_timers_and_animations();
    }

    pub fn picture(&self) -> SharedPixelBuffer<Rgba8Pixel> {
        self.app.window().take_snapshot().expect("the window is drawn")
    }

    /// What an ordinary office shows.
    pub fn fill_real(&self, language: Language) {
        let kiosk = self.kiosk();
        kiosk.set_receipt(receipt("https://example.org/r/7K3M-Q2XD"));
        kiosk.set_enrolment(enrolment(""));
        kiosk.set_change_seconds(4);
        if language == Language::Chinese {
            kiosk.set_office(office(
                "示范市疾病预防控制中心",
                "3 号窗口 · 预防接种",
                "示范市疾控中心",
                "3 号窗口",
            ));
            kiosk.set_badge(badge(
                ("林晓慧", "主管护师", "预防接种科"),
                &["党员示范岗", "巾帼文明岗"],
                true,
            ));
            kiosk.set_commitments(commitments(&[
                "首问负责，一次性告知所需材料",
                "接种前核对信息，预检不超过 10 分钟",
                "收费按公示标准，不多收一分钱",
                "使用文明用语，不推诿、不冷漠",
            ]));
            kiosk.set_supervision_lines(lines(&[
                ("监督", "0752-8812345"),
                ("主任", "0752-8811001"),
            ]));
        } else {
            kiosk.set_office(office(
                "Shifan Center for Disease Control",
                "Window 3 · Vaccination",
                "Shifan CDC",
                "Window 3",
            ));
            kiosk.set_badge(badge(
                ("Lin Xiaohui", "Senior nurse", "Vaccination"),
                &["Model post", "Civility award"],
                true,
            ));
            kiosk.set_commitments(commitments(&[
                "Whoever you ask first tells you everything you need, at once",
                "Checks before vaccination take no more than 10 minutes",
                "You pay the posted fee and not one cent more",
                "You are spoken to politely and never sent away",
            ]));
            kiosk.set_supervision_lines(lines(&[
                ("Supervision", "0752-8812345"),
                ("Director", "0752-8811001"),
            ]));
        }
    }

    /// The longest content that the rules of the look promise to carry.
    pub fn fill_extreme(&self, language: Language) {
        let kiosk = self.kiosk();
        kiosk.set_receipt(receipt(
            "https://supervision.example.org/public/receipts/7K3M-Q2XD?from=window",
        ));
        kiosk.set_change_seconds(10);
        let phones = ["0752-8812345", "0752-8811001", "12345", "0752-8819999", "0752-8817777"];
        if language == Language::Chinese {
            kiosk.set_enrolment(enrolment("如指纹不一致，请勿批准，并联系信息管理员更换终端。"));
            kiosk.set_office(office(
                "新疆维吾尔自治区伊犁哈萨克自治州伊宁市政务服务和公共资源中心",
                "12 号窗口 · 不动产登记与交易综合受理",
                "伊宁市政务服务和公共资源中心",
                "12 号窗口",
            ));
            kiosk.set_badge(badge(
                ("阿不都热依木·买买提吐尔逊江", "高级政务服务专员", "不动产登记与交易中心"),
                &[
                    "党员示范岗",
                    "巾帼文明岗",
                    "青年文明号",
                    "三八红旗手",
                    "全国卫生健康系统先进工作者",
                    "民族团结模范",
                    "服务标兵",
                    "五一劳动奖章",
                ],
                false,
            ));
            let long = "材料齐全当场办结；不能当场办结的，一次性书面告知理由和需要补正的全部材料，不让群众跑第二趟";
            let all: Vec<&str> = (0..12)
                .map(|i| if i % 3 == 2 { long } else { "首问负责，一次性告知所需材料" })
                .collect();
            kiosk.set_commitments(commitments(&all));
            let labels = ["纪检监督", "中心主任", "政务热线", "上级主管部门", "卫生健康局"];
            kiosk.set_supervision_lines(lines(&std::array::from_fn::<_, 5, _>(|i| {
                (labels[i], phones[i])
            })));
        } else {
            kiosk.set_enrolment(enrolment("If the fingerprints differ, do not approve; ask the administrator for another terminal."));
            kiosk.set_office(office(
                "Yining Municipal Government Services and Public Resources Center",
                "Window 12 · Real estate registration",
                "Yining Government Services",
                "Window 12",
            ));
            kiosk.set_badge(badge(
                (
                    "Abdurehim Memet-Tursunjan",
                    "Senior government services specialist",
                    "Real estate registration center",
                ),
                &[
                    "Model post",
                    "Civility award",
                    "Youth award",
                    "Red banner holder",
                    "National advanced worker in health",
                    "Unity model",
                    "Service star",
                    "Labour medal",
                ],
                false,
            ));
            let long = "A complete application is settled on the spot; otherwise you are told in writing, once, all that is missing";
            let all: Vec<&str> =
                (0..12)
                    .map(|i| {
                        if i % 3 == 2 {
                            long
                        } else {
                            "You pay the posted fee and not one cent more"
                        }
                    })
                    .collect();
            kiosk.set_commitments(commitments(&all));
            let labels = [
                "Discipline office",
                "Director",
                "City hotline",
                "Higher authority",
                "Health bureau",
            ];
            kiosk.set_supervision_lines(lines(&std::array::from_fn::<_, 5, _>(|i| {
                (labels[i], phones[i])
            })));
        }
    }
}

fn middle(place: LogicalRect) -> LogicalPosition {
    LogicalPosition::new(place.center().x, place.center().y)
}

fn office(unit: &str, window: &str, short_unit: &str, short_window: &str) -> Office {
    Office {
        unit: unit.into(),
        window: window.into(),
        short_unit: short_unit.into(),
        short_window: short_window.into(),
    }
}

fn badge(
    (name, post, department): (&str, &str, &str),
    honours: &[&str],
    has_portrait: bool,
) -> Badge {
    let honours: Vec<SharedString> = honours.iter().map(|&honour| honour.into()).collect();
    Badge {
        name: name.into(),
        post: post.into(),
        department: department.into(),
        employee_no: "0317".into(),
        honours: ModelRc::from(honours.as_slice()),
        stars: 4,
        portrait: portrait(),
        has_portrait,
    }
}

fn portrait() -> Image {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/ui/preview/portrait.png");
    let pixels = image::open(path).expect("the preview portrait opens").to_rgba8();
    Image::from_rgba8(SharedPixelBuffer::clone_from_slice(
        pixels.as_raw(),
        pixels.width(),
        pixels.height(),
    ))
}

fn commitments(texts: &[&str]) -> ModelRc<Commitment> {
    let numerals = ["一", "二", "三", "四", "五", "六", "七", "八", "九", "十", "十一", "十二"];
    let rows: Vec<Commitment> = texts
        .iter()
        .zip(numerals)
        .map(|(&text, numeral)| Commitment { numeral: numeral.into(), text: text.into() })
        .collect();
    ModelRc::from(rows.as_slice())
}

fn lines(pairs: &[(&str, &str)]) -> ModelRc<SupervisionLine> {
    let rows: Vec<SupervisionLine> = pairs
        .iter()
        .map(|&(label, phone)| SupervisionLine { label: label.into(), phone: phone.into() })
        .collect();
    ModelRc::from(rows.as_slice())
}

fn enrolment(hint: &str) -> Enrolment {
    Enrolment { fingerprint: "4F7A 90C2 1B5E D83C".into(), waiting: true, hint: hint.into() }
}

fn receipt(address: &str) -> Receipt {
    Receipt { code: "7K3M-Q2XD".into(), qr: qr(address), has_qr: true }
}

/// One pixel a module, with the quiet zone of four.
pub fn qr(address: &str) -> Image {
    let code = qrcode::QrCode::new(address).expect("the address fits a QR code");
    let side = code.width() + 8;
    let mut pixels = SharedPixelBuffer::<Rgba8Pixel>::new(side as u32, side as u32);
    pixels.make_mut_slice().fill(Rgba8Pixel { r: 255, g: 255, b: 255, a: 255 });
    for (i, colour) in code.to_colors().into_iter().enumerate() {
        let place = (i / code.width() + 4) * side + i % code.width() + 4;
        let shade = colour.select(0, 255);
        pixels.make_mut_slice()[place] = Rgba8Pixel { r: shade, g: shade, b: shade, a: 255 };
    }
    Image::from_rgba8(pixels)
}
