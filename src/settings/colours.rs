//! The colours that an instance may choose, what follows from them, and whether they can be read: each pair of text and
//! ground is computed as WCAG 2.2 says. The roles are those of the style sheet.

use super::LookSettings;
use serde::Serialize;
use std::fmt::Write as _;
use utoipa::ToSchema;

/// Contrast that text needs (WCAG 1.4.3).
const TEXT: f64 = 4.5;
/// Contrast that a ring needs (WCAG 1.4.11).
const RING: f64 = 3.0;

/// A colour without transparency.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rgb([u8; 3]);

impl Rgb {
    /// Reads `#rrggbb`.
    pub fn parse(text: &str) -> Option<Self> {
        let digits = text.strip_prefix('#').filter(|digits| digits.len() == 6 && digits.is_ascii())?;
        let part = |at: usize| u8::from_str_radix(&digits[at..at + 2], 16).ok();
        // `from_str_radix` takes a sign.
        digits.bytes().all(|digit| digit.is_ascii_hexdigit()).then_some(())?;
        Some(Self([part(0)?, part(2)?, part(4)?]))
    }

    /// As style sheets write it.
    pub fn css(self) -> String {
        let [r, g, b] = self.0;
        format!("#{r:02x}{g:02x}{b:02x}")
    }

    /// This colour with so much of another in it, 0 to 1.
    fn with(self, other: Self, share: f64) -> Self {
        let mut mixed = [0; 3];
        for (at, part) in mixed.iter_mut().enumerate() {
            let (own, its) = (f64::from(self.0[at]), f64::from(other.0[at]));
            *part = (own + (its - own) * share).round().clamp(0.0, 255.0) as u8;
        }
        Self(mixed)
    }

    /// Relative luminance, as WCAG 2.2 defines it.
    fn luminance(self) -> f64 {
        let linear = |part: u8| {
            let part = f64::from(part) / 255.0;
            if part <= 0.040_45 { part / 12.92 } else { ((part + 0.055) / 1.055).powf(2.4) }
        };
        let [r, g, b] = self.0.map(linear);
        0.2126 * r + 0.7152 * g + 0.0722 * b
    }

    /// Contrast with another, 1 to 21.
    pub fn contrast(self, other: Self) -> f64 {
        let (a, b) = (self.luminance() + 0.05, other.luminance() + 0.05);
        if a > b { a / b } else { b / a }
    }
}

const BLACK: Rgb = Rgb([0; 3]);
const WHITE: Rgb = Rgb([255; 3]);
/// Text on the roof, in both themes.
const ON_ROOF: Rgb = Rgb([0xfb, 0xf8, 0xec]);
/// The ring on dark bands.
const FOCUS_ON_DARK: Rgb = Rgb([0xff, 0xd7, 0x78]);

/// The grounds of a theme, as `web/src/styles/tokens.css` has them; a test compares.
struct Grounds {
    theme: Theme,
    ground: Rgb,
    sheet: Rgb,
    sunk: Rgb,
    /// What is chosen when nothing is.
    roof: Rgb,
    action: Rgb,
}

const DAY: Grounds = Grounds {
    theme: Theme::Light,
    ground: Rgb([0xf3, 0xf2, 0xec]),
    sheet: WHITE,
    sunk: Rgb([0xe7, 0xe7, 0xdf]),
    roof: Rgb([0x14, 0x48, 0x3a]),
    action: Rgb([0x0e, 0x5a, 0x46]),
};
const EVENING: Grounds = Grounds {
    theme: Theme::Dark,
    ground: Rgb([0x11, 0x1a, 0x17]),
    sheet: Rgb([0x1a, 0x26, 0x21]),
    sunk: Rgb([0x0c, 0x14, 0x11]),
    roof: Rgb([0x16, 0x46, 0x3a]),
    action: Rgb([0x86, 0xd6, 0xba]),
};

/// Light or dark.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Theme {
    /// By day.
    Light,
    /// In the evening.
    Dark,
}

/// Two colours that meet.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Pair {
    /// In which theme.
    pub theme: Theme,
    /// Role of the text, as in `--on-roof`.
    pub text: &'static str,
    /// Its colour.
    pub text_colour: String,
    /// Role of the ground.
    pub ground: &'static str,
    /// Its colour.
    pub ground_colour: String,
    /// Contrast, two decimals, rounded down.
    pub contrast: f64,
    /// What it must be.
    pub needed: f64,
    /// Which setting it follows from.
    pub setting: &'static str,
}

impl Pair {
    /// Whether it can be read.
    pub fn holds(&self) -> bool {
        self.contrast >= self.needed
    }
}

/// The colours that were chosen; what was not is Kiosque's own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Colours {
    roof: Option<Rgb>,
    action: Option<Rgb>,
    action_dark: Option<Rgb>,
}

/// What follows from a colour of links and buttons.
struct Action {
    plain: Rgb,
    strong: Rgb,
    wash: Rgb,
    on: Rgb,
}

impl Colours {
    /// Those of the settings; what is no colour counts as none.
    pub fn of(look: &LookSettings) -> Self {
        let read = |text: &Option<String>| text.as_deref().and_then(Rgb::parse);
        Self { roof: read(&look.roof), action: read(&look.action), action_dark: read(&look.action_dark) }
    }

    /// Colour of the roof by day.
    pub fn roof(&self) -> Rgb {
        self.roof.unwrap_or(DAY.roof)
    }

    fn action(&self, grounds: &Grounds) -> Action {
        let chosen = if grounds.theme == Theme::Light { self.action } else { self.action_dark };
        let plain = chosen.unwrap_or(grounds.action);
        match grounds.theme {
            Theme::Light => Action {
                plain,
                strong: plain.with(BLACK, 0.2),
                wash: grounds.sheet.with(plain, 0.13),
                on: WHITE,
            },
            Theme::Dark => Action {
                plain,
                strong: plain.with(WHITE, 0.3),
                wash: grounds.sheet.with(plain, 0.15),
                on: plain.with(BLACK, 0.85),
            },
        }
    }

    /// Every pair that follows from what was chosen; none from what was not.
    pub fn pairs(&self) -> Vec<Pair> {
        let mut pairs = Vec::new();
        for grounds in [DAY, EVENING] {
            let mut pair = |setting, (text, colour): (_, Rgb), (ground, its): (_, Rgb), needed| {
                pairs.push(Pair {
                    theme: grounds.theme,
                    text,
                    text_colour: colour.css(),
                    ground,
                    ground_colour: its.css(),
                    contrast: (colour.contrast(its) * 100.0).floor() / 100.0,
                    needed,
                    setting,
                });
            };
            if let Some(roof) = self.roof.filter(|_| grounds.theme == Theme::Light) {
                let (deep, soft) = (roof.with(BLACK, 0.25), roof.with(ON_ROOF, 0.75));
                pair("look.roof", ("on-roof", ON_ROOF), ("roof", roof), TEXT);
                pair("look.roof", ("on-roof-soft", soft), ("roof", roof), TEXT);
                pair("look.roof", ("on-roof", ON_ROOF), ("roof-deep", deep), TEXT);
                pair("look.roof", ("focus-on-dark", FOCUS_ON_DARK), ("roof", roof), RING);
            }
            let (chosen, setting) = match grounds.theme {
                Theme::Light => (self.action, "look.action"),
                Theme::Dark => (self.action_dark, "look.actionDark"),
            };
            if chosen.is_some() {
                let Action { plain, strong, wash, on } = self.action(&grounds);
                pair(setting, ("action", plain), ("ground", grounds.ground), TEXT);
                pair(setting, ("action", plain), ("sheet", grounds.sheet), TEXT);
                pair(setting, ("action", plain), ("sunk", grounds.sunk), TEXT);
                pair(setting, ("action", plain), ("action-wash", wash), TEXT);
                pair(setting, ("on-action", on), ("action", plain), TEXT);
                pair(setting, ("on-action", on), ("action-strong", strong), TEXT);
            }
        }
        pairs
    }

    /// The style sheet that stands after ours; empty when nothing was chosen.
    pub fn css(&self) -> String {
        let (day, evening) = (self.roles(&DAY), self.roles(&EVENING));
        let mut css = String::new();
        // Twice the root counts more than the rules of the style sheet, wherever this stands.
        if !day.is_empty() {
            let _ = write!(css, ":root:root{{{day}}}");
        }
        if !evening.is_empty() {
            let _ = write!(
                css,
                "@media (prefers-color-scheme:dark){{:root:root:not([data-theme=\"light\"]){{{evening}}}}}\
                 :root:root[data-theme=\"dark\"]{{{evening}}}"
            );
        }
        css
    }

    fn roles(&self, grounds: &Grounds) -> String {
        let mut roles = String::new();
        let mut role = |name: &str, colour: Rgb| {
            let _ = write!(roles, "--{name}:{};", colour.css());
        };
        if let Some(roof) = self.roof {
            role("roof", roof);
            role("roof-deep", roof.with(BLACK, 0.25));
            role("on-roof-soft", roof.with(ON_ROOF, 0.75));
        }
        // What was chosen by day must not reach into the evening.
        let either = self.action.or(self.action_dark).is_some();
        if either {
            let Action { plain, strong, wash, on } = self.action(grounds);
            role("action", plain);
            role("action-strong", strong);
            role("action-wash", wash);
            role("on-action", on);
        }
        roles
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn look(roof: &str, action: &str, action_dark: &str) -> Colours {
        let some = |text: &str| Some(text.to_owned());
        Colours::of(&LookSettings {
            roof: some(roof),
            action: some(action),
            action_dark: some(action_dark),
            css: String::new(),
        })
    }

    #[test]
    fn contrast_is_that_of_wcag() {
        let of = |a: &str, b: &str| Rgb::parse(a).unwrap().contrast(Rgb::parse(b).unwrap());
        assert!((of("#000000", "#ffffff") - 21.0).abs() < 0.001);
        assert!((of("#777777", "#ffffff") - 4.478).abs() < 0.001);
        for bad in ["", "red", "#fff", "#12345g", "#+12345", "#1234é"] {
            assert_eq!(Rgb::parse(bad), None, "{bad}");
        }
    }

    #[test]
    fn our_own_colours_hold_and_are_those_of_the_style_sheet() {
        let ours = look("#14483a", "#0e5a46", "#86d6ba");
        let weak: Vec<_> = ours.pairs().into_iter().filter(|pair| !pair.holds()).collect();
        assert!(weak.is_empty(), "{weak:?}");
        assert_eq!(ours.pairs().len(), 16);
        let tokens = include_str!("../../web/src/styles/tokens.css");
        for (grounds, most) in [(DAY, 1), (EVENING, 2)] {
            let colours = [
                ("ground", grounds.ground),
                ("sunk", grounds.sunk),
                ("roof", grounds.roof),
                ("action", grounds.action),
            ];
            for (name, colour) in colours {
                let written = format!("--{name}: {};", colour.css());
                assert_eq!(tokens.matches(&written).count(), most, "{written}");
            }
        }
    }

    #[test]
    fn a_weak_pair_says_which_it_is() {
        let weak = look("#f2b632", "#f2b632", "#333333").pairs();
        let fails =
            |setting: &str| weak.iter().filter(|pair| pair.setting == setting && !pair.holds()).count();
        assert!(
            fails("look.roof") > 0 && fails("look.action") > 0 && fails("look.actionDark") > 0,
            "{weak:?}"
        );
    }

    #[test]
    fn what_was_not_chosen_is_not_written() {
        assert_eq!(Colours::default().css(), "");
        let css = Colours { roof: Rgb::parse("#402060"), ..Colours::default() }.css();
        assert!(css.contains("--roof:#402060") && !css.contains("--action"), "{css}");
        let css = Colours { action: Rgb::parse("#402060"), ..Colours::default() }.css();
        assert!(css.contains("[data-theme=\"dark\"]{--action:#86d6ba"), "{css}");
    }
}
