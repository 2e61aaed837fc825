//! What stands on the screen, read from the scene itself: every text with the room it needs, every touch target.

use i_slint_core::accessibility::AccessibleStringProperty;
use i_slint_core::item_tree::{ItemRc, ParentItemTraversalMode};
use i_slint_core::items::{
    AccessibleRole, BasicBorderRectangle, ComplexText, Flickable, SimpleText, TextOverflow,
    TouchArea,
};
use i_slint_core::lengths::LogicalRect;
use i_slint_core::window::WindowInner;
use slint::ComponentHandle;

/// A hair's breadth, in pixels.
const HAIR: f32 = 0.75;

pub struct Words {
    pub text: String,
    /// What of it is in sight.
    pub place: LogicalRect,
    /// The room it has.
    pub room: (f32, f32),
    /// What the text would need at the width it has.
    pub needs: (f32, f32),
    pub font_size: f32,
    /// The places of what holds it: cards, buttons, chips, the bar.
    pub holders: Vec<LogicalRect>,
}

pub struct Target {
    pub label: String,
    pub is_button: bool,
    pub has_action: bool,
    /// What of it is in sight.
    pub place: LogicalRect,
    /// The room it has.
    pub room: (f32, f32),
}

#[derive(Default)]
pub struct Scene {
    pub size: (f32, f32),
    pub texts: Vec<Words>,
    pub targets: Vec<Target>,
}

impl Scene {
    pub fn of(app: &impl ComponentHandle) -> Self {
        settle(app);
        let inner = WindowInner::from_pub(app.window());
        let size = app.window().size();
        let mut scene = Self { size: (size.width as f32, size.height as f32), ..Self::default() };
        let window = LogicalRect::new(Default::default(), scene.size.into());
        scene.visit(&ItemRc::new_root(inner.component()), window, &mut Vec::new());
        scene
    }

    /// `sight` is the place in which something may move past, or the window.
    fn visit(&mut self, item: &ItemRc, sight: LogicalRect, holders: &mut Vec<LogicalRect>) {
        if !item.is_visible() {
            return;
        }
        let place = place(item);
        let moves = item.downcast::<Flickable>().is_some();
        let window = LogicalRect::new(Default::default(), self.size.into());
        let seen = if sight == window { Some(place) } else { sight.intersection(&place) };
        if let Some(words) = seen.and_then(|seen| words(item, place, seen, holders)) {
            self.texts.push(words);
        }
        if item.downcast::<TouchArea>().is_some() && place.size.height < self.size.1 {
            self.targets.extend(seen.map(|seen| target(item, place, seen)));
        }
        let sight = if moves { place } else { sight };
        let holds = item.downcast::<BasicBorderRectangle>().is_some();
        if holds {
            holders.push(place);
        }
        let mut child = item.first_child();
        while let Some(each) = child {
            self.visit(&each, sight, holders);
            child = each.next_sibling();
        }
        if holds {
            holders.pop();
        }
    }

    pub fn shows(&self, text: &str) -> bool {
        self.texts.iter().any(|words| words.text.contains(text))
    }

    /// Every rule that this scene breaks, in words.
    pub fn faults(&self) -> Vec<String> {
        let mut faults = Vec::new();
        for words in &self.texts {
            self.text_faults(words, &mut faults);
        }
        for target in &self.targets {
            self.target_faults(target, &mut faults);
        }
        pairs(&self.texts, |a, b| {
            if meet(a.place, b.place, 0.0) {
                faults.push(format!(
                    "texts overlap: {:?} {} and {:?} {}",
                    a.text,
                    show(a.place),
                    b.text,
                    show(b.place)
                ));
            }
        });
        pairs(&self.targets, |a, b| {
            let apart = if self.in_bar(a) || self.in_bar(b) {
                12.0 * self.scale().min(1.0)
            } else {
                20.0 * self.scale()
            };
            if meet(a.place, b.place, apart - HAIR) {
                faults.push(format!("targets stand too close: {} and {}", a.label, b.label));
            }
        });
        faults
    }

    fn text_faults(&self, words: &Words, faults: &mut Vec<String>) {
        let name = format!("{:?} at {} px", words.text, words.font_size);
        if words.needs.0 > words.room.0 + HAIR || words.needs.1 > words.room.1 + HAIR {
            faults.push(format!("cut: {name} needs {:?}, has {:?}", words.needs, words.room));
        }
        if words.font_size < 19.0 {
            faults.push(format!("too small: {name}"));
        }
        let window = LogicalRect::new(Default::default(), self.size.into());
        for holder in words.holders.iter().chain([&window]) {
            if !holder.inflate(HAIR, HAIR).contains_rect(&words.place) {
                faults.push(format!(
                    "runs out: {name}, {} of {}",
                    show(words.place),
                    show(*holder)
                ));
            }
        }
        for target in &self.targets {
            let inside = target.place.inflate(HAIR, HAIR).contains_rect(&words.place);
            if !inside && meet(words.place, target.place, 0.0) {
                faults.push(format!(
                    "text under a target: {name} {} and {} {}",
                    show(words.place),
                    target.label,
                    show(target.place)
                ));
            }
        }
    }

    fn target_faults(&self, target: &Target, faults: &mut Vec<String>) {
        let least = if self.in_bar(target) { 48.0 } else { 84.0 * self.scale() };
        if target.room.0 < least - 1.0 || target.room.1 < least - 1.0 {
            faults.push(format!("too small to touch: {} {}", target.label, show(target.place)));
        }
        if !target.is_button || target.label.is_empty() || !target.has_action {
            faults.push(format!(
                "a target without role, label or action: {:?} {}",
                target.label,
                show(target.place)
            ));
        }
        let window = LogicalRect::new(Default::default(), self.size.into());
        if !window.contains_rect(&target.place) {
            faults.push(format!(
                "a target runs out of the window: {} {}",
                target.label,
                show(target.place)
            ));
        }
    }

    fn in_bar(&self, target: &Target) -> bool {
        target.place.origin.y < 1.0
    }

    fn scale(&self) -> f32 {
        let (width, height) = self.size;
        if width < height {
            (width / 800.0).min(height / 1280.0)
        } else {
            (width / 1280.0).min(height / 800.0)
        }
    }
}

/// Makes what has come up, and takes away what has gone.
pub fn settle(app: &impl ComponentHandle) {
    let inner = WindowInner::from_pub(app.window());
    while i_slint_core::item_tree::ensure_item_tree_instantiated(&inner.component()) {}
}

fn place(item: &ItemRc) -> LogicalRect {
    let geometry = item.geometry();
    LogicalRect::new(item.map_to_window(geometry.origin), geometry.size)
}

macro_rules! measure {
    ($item:expr, $text:expr, $place:expr) => {{
        let adapter = $item.window_adapter().expect("the scene has a window");
        let text = $text.as_pin_ref();
        use i_slint_core::item_rendering::RenderText;
        use i_slint_core::items::{Item, Orientation};
        let across = text.layout_info(Orientation::Horizontal, -1., &adapter, $item);
        let wraps = RenderText::wrap(text) != i_slint_core::items::TextWrap::NoWrap;
        let down = text.layout_info(Orientation::Vertical, $place.width(), &adapter, $item);
        let wraps = wraps || RenderText::overflow(text) == TextOverflow::Elide;
        let width = if wraps { across.min } else { across.preferred };
        (text.text().to_string(), (width, down.preferred), text.font_size().get())
    }};
}

fn words(
    item: &ItemRc,
    place: LogicalRect,
    seen: LogicalRect,
    holders: &[LogicalRect],
) -> Option<Words> {
    let (text, needs, size) = if let Some(text) = item.downcast::<ComplexText>() {
        measure!(item, text, place)
    } else if let Some(text) = item.downcast::<SimpleText>() {
        measure!(item, text, place)
    } else {
        return None;
    };
    let font_size = if size > 0.0 { size } else { 24.0 };
    let room = (place.width(), place.height());
    let holders = holders.to_vec();
    (!text.is_empty()).then_some(Words { text, place: seen, room, needs, font_size, holders })
}

/// A touch area speaks through the element around it, which has its place, role and label.
fn target(item: &ItemRc, area: LogicalRect, seen: LogicalRect) -> Target {
    let room = (area.width(), area.height());
    let mut around = item.parent_item(ParentItemTraversalMode::StopAtPopups);
    while let Some(each) = around {
        if each.accessible_role() == AccessibleRole::Button && near(place(&each), area) {
            let label = each
                .accessible_string_property(AccessibleStringProperty::Label)
                .unwrap_or_default()
                .to_string();
            let has_action = !each.supported_accessibility_actions().is_empty();
            return Target { label, is_button: true, has_action, place: seen, room };
        }
        around = each.parent_item(ParentItemTraversalMode::StopAtPopups);
    }
    Target { label: String::new(), is_button: false, has_action: false, place: seen, room }
}

fn near(a: LogicalRect, b: LogicalRect) -> bool {
    a.inflate(HAIR, HAIR).contains_rect(&b) && b.inflate(HAIR, HAIR).contains_rect(&a)
}

fn meet(a: LogicalRect, b: LogicalRect, apart: f32) -> bool {
    a.inflate(apart - HAIR, apart - HAIR).intersects(&b)
}

fn pairs<T>(all: &[T], mut each: impl FnMut(&T, &T)) {
    for (i, a) in all.iter().enumerate() {
        all[i + 1..].iter().for_each(|b| each(a, b));
    }
}

fn show(place: LogicalRect) -> String {
    format!(
        "[{:.0} {:.0} {:.0}x{:.0}]",
        place.origin.x,
        place.origin.y,
        place.width(),
        place.height()
    )
}
