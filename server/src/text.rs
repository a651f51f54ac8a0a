//! Texts for people, in Vietnamese and English, from `core/locales`.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::LazyLock;

use fluent_templates::fluent_bundle::FluentValue;
use fluent_templates::{LanguageIdentifier, Loader as _, static_loader};
use http::HeaderMap;
use http::header::ACCEPT_LANGUAGE;
use trien_core::env::UnixSecond;

static_loader! {
    static LOCALES = {
        locales: "../core/locales",
        fallback_language: "vi",
        // Isolation marks would end up in JSON and on terminals; both languages run left to right.
        customise: |bundle| bundle.set_use_isolating(false),
    };
}

static VIETNAMESE: LazyLock<LanguageIdentifier> =
    LazyLock::new(|| "vi".parse().expect("vi is a language identifier"));
static ENGLISH: LazyLock<LanguageIdentifier> =
    LazyLock::new(|| "en".parse().expect("en is a language identifier"));

/// A language that we speak.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
pub enum Language {
    /// Tiếng Việt, unless somebody asks otherwise.
    #[default]
    Vietnamese,
    /// English.
    English,
}

impl Language {
    /// What the reader prefers (`Accept-Language`, RFC 9110 §12.5.4).
    #[must_use]
    pub fn preferred(headers: &HeaderMap) -> Self {
        let header = headers.get(ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
        let ranges = header.unwrap_or_default().split(',').take(20);
        let best =
            ranges.filter_map(weigh).reduce(|best, next| if next.1 > best.1 { next } else { best });
        best.filter(|(_, weight)| *weight > 0).map_or_else(Self::default, |(language, _)| language)
    }

    /// The language of a tag of ours.
    #[must_use]
    pub fn from_tag(tag: &str) -> Option<Self> {
        [Self::Vietnamese, Self::English].into_iter().find(|language| language.tag() == tag)
    }

    /// Its tag (BCP 47).
    #[must_use]
    pub fn tag(self) -> &'static str {
        match self {
            Self::Vietnamese => "vi",
            Self::English => "en",
        }
    }

    fn identifier(self) -> &'static LanguageIdentifier {
        match self {
            Self::Vietnamese => &VIETNAMESE,
            Self::English => &ENGLISH,
        }
    }
}

// One range with its weight in thousandths; languages that we do not speak weigh nothing.
fn weigh(range: &str) -> Option<(Language, u16)> {
    let mut parts = range.split(';');
    let tag = parts.next()?.trim();
    let primary = tag.split('-').next()?;
    let language = match primary.to_ascii_lowercase().as_str() {
        "vi" | "*" => Language::Vietnamese,
        "en" => Language::English,
        _ => return None,
    };
    let weight = parts.find_map(|part| part.trim().strip_prefix("q=")).map_or(1000, thousandths);
    Some((language, weight))
}

fn thousandths(quality: &str) -> u16 {
    let (whole, fraction) = quality.trim().split_once('.').unwrap_or((quality.trim(), ""));
    if whole != "0" {
        return if whole == "1" { 1000 } else { 0 };
    }
    let digits: String = fraction.chars().chain("000".chars()).take(3).collect();
    digits.parse().unwrap_or(0)
}

/// One value in a text.
#[derive(Clone, Copy, Debug)]
pub struct Argument<'a> {
    /// `$name` in the text.
    pub name: &'static str,
    /// Its value.
    pub value: &'a str,
}

/// The text of `key`, if there is one.
#[must_use]
pub fn lookup(language: Language, key: &str, arguments: &[Argument<'_>]) -> Option<String> {
    let arguments: HashMap<Cow<'static, str>, FluentValue<'_>> = arguments
        .iter()
        .map(|argument| (Cow::Borrowed(argument.name), FluentValue::from(argument.value)))
        .collect();
    let text = LOCALES.try_lookup_with_args(language.identifier(), key, &arguments)?;
    Some(text.trim().to_owned())
}

/// A moment as people in Việt Nam read it: `22/11/2026 08:45:00 +07:00`.
#[must_use]
pub fn local_time(at: UnixSecond) -> String {
    in_viet_nam(at).strftime("%d/%m/%Y %H:%M:%S +07:00").to_string()
}

/// The day alone: `22/11/2026`.
#[must_use]
pub fn local_day(at: UnixSecond) -> String {
    in_viet_nam(at).strftime("%d/%m/%Y").to_string()
}

/// The same to the minute, where the zone goes without saying: `22/11/2026 08:45`.
#[must_use]
pub fn local_minute(at: UnixSecond) -> String {
    in_viet_nam(at).strftime("%d/%m/%Y %H:%M").to_string()
}

/// When a day begins in Việt Nam; none for what is no day written `2026-11-22`.
#[must_use]
pub fn start_of_local_day(text: &str) -> Option<UnixSecond> {
    first_second(text.parse().ok()?)
}

/// The day in Việt Nam at a moment.
#[must_use]
pub fn local_date(at: UnixSecond) -> jiff::civil::Date {
    in_viet_nam(at).date()
}

/// When a day begins in Việt Nam, if it is not thousands of years away.
#[must_use]
pub fn first_second(day: jiff::civil::Date) -> Option<UnixSecond> {
    let moment = jiff::tz::Offset::constant(7).to_timestamp(day.at(0, 0, 0, 0)).ok()?;
    Some(UnixSecond::new(moment.as_second()))
}

// Việt Nam has kept UTC+7 without daylight saving since 1975.
fn in_viet_nam(at: UnixSecond) -> jiff::civil::DateTime {
    let moment = jiff::Timestamp::from_second(at.get()).unwrap_or_default();
    jiff::tz::Offset::constant(7).to_datetime(moment)
}

/// The text of a key of ours; a test proves that each is there in both languages.
#[must_use]
pub fn text(language: Language, key: &str) -> String {
    lookup(language, key, &[]).unwrap_or_else(|| key.to_owned())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::fs;
    use std::path::Path;

    use trien_core::attestation::Refusal as Attestation;
    use trien_core::pdf::check::Finding;
    use trien_core::pdf::placement::NoPlace;
    use trien_core::pdf::read::Refusal;
    use trien_core::pdf::render::RenderError;
    use trien_core::problem::ProblemKind;
    use trien_core::verify::Reason;

    use super::*;
    use crate::clean_copy::NoCleanCopy;
    use crate::flow::act::kind::Kind;
    use crate::flow::acts::words;
    use crate::flow::invite::InvitationEnd;
    use crate::flow::slip::SlipEnd;
    use crate::flow::slip::session::NoShortCode;
    use crate::flow::templates::NoHolder;

    const LANGUAGES: [Language; 2] = [Language::Vietnamese, Language::English];

    fn keys(language: Language) -> BTreeSet<String> {
        let folder =
            Path::new(env!("CARGO_MANIFEST_DIR")).join("../core/locales").join(language.tag());
        let mut keys = BTreeSet::new();
        for file in fs::read_dir(folder).unwrap() {
            let text = fs::read_to_string(file.unwrap().path()).unwrap();
            for line in text.lines().filter(|line| !line.starts_with(['#', ' ', '}'])) {
                if let Some((key, _)) = line.split_once('=') {
                    assert!(keys.insert(key.trim().to_owned()), "{key} stands twice");
                }
            }
        }
        keys
    }

    fn sources(folder: &Path, all: &mut String) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                sources(&path, all);
            } else if names_texts(&path) {
                all.push_str(&fs::read_to_string(path).unwrap());
            }
        }
    }

    /// Whether a file is source, and not made from the texts itself.
    fn names_texts(path: &Path) -> bool {
        let known = ["rs", "html", "kt", "swift", "py"];
        !path.ends_with("GeneratedTexts.swift")
            && path.extension().is_some_and(|extension| known.iter().any(|one| extension == *one))
    }

    #[test]
    fn both_languages_have_the_same_keys() {
        assert_eq!(keys(Language::Vietnamese), keys(Language::English));
    }

    #[test]
    fn every_problem_and_every_refusal_has_its_texts() {
        for language in LANGUAGES {
            for kind in ProblemKind::ALL {
                for part in ["title", "detail"] {
                    let key = format!("problem-{}-{part}", kind.slug());
                    let code = [Argument { name: "code", value: "none" }];
                    assert!(lookup(language, &key, &code).is_some(), "{key} {language:?}");
                }
            }
            let copies = NoCleanCopy::SLUGS.map(|slug| format!("clean-copy-no-{slug}"));
            let places = NoPlace::SLUGS.map(|slug| format!("stamp-{slug}"));
            let attestations =
                Attestation::ALL.iter().map(|why| format!("attestation-{}", why.slug()));
            let slips = SlipEnd::ALL.iter().map(|end| format!("slip-ended-{}", end.slug()));
            let codes = NoShortCode::ALL.iter().map(|why| format!("slip-code-{}", why.slug()));
            let holders = NoHolder::ALL.map(|why| format!("template-no-{}", why.slug()));
            let refused = copies.into_iter().chain(places).chain(attestations).chain(holders);
            let invitations =
                InvitationEnd::ALL.iter().map(|end| format!("slip-ended-{}", end.slug()));
            let refused = refused.chain(slips).chain(invitations).chain(codes);
            for key in pdf_keys().into_iter().chain(refused) {
                let text = lookup(language, &key, &[Argument { name: "count", value: "1" }]);
                assert!(text.is_some(), "{key} {language:?}");
                // What is wrong, and what to do: two sentences.
                let refuses = [
                    "pdf-refusal-",
                    "clean-copy-no-",
                    "stamp-",
                    "attestation-",
                    "slip-ended-",
                    "slip-code-",
                    "template-no-",
                ];
                let told = !refuses.iter().any(|start| key.starts_with(start));
                assert!(told || text.unwrap().matches(". ").count() > 0, "{key} {language:?}");
            }
        }
    }

    /// Why a document is refused, what is found in it, and why a page is not shown.
    fn pdf_keys() -> Vec<String> {
        let key = |kind: &str, slug: &&str| format!("pdf-{kind}-{slug}");
        let refusals = Refusal::SLUGS.iter().map(|slug| key("refusal", slug));
        let findings = Finding::SLUGS.iter().map(|slug| key("finding", slug));
        let reasons = RenderError::SLUGS.iter().map(|slug| key("render", slug));
        refusals.chain(findings).chain(reasons).collect()
    }

    /// Kinds of act, and what their statements name.
    fn act_keys() -> Vec<String> {
        let kinds = Kind::ALL.iter().filter(|kind| kind.is_listed());
        let kinds = kinds.map(|kind| format!("act-{}", kind.slug()));
        let fields = words::FIELDS.iter().map(|name| format!("act-field-{name}"));
        let values = words::VALUES.iter().map(|name| format!("act-value-{name}"));
        kinds.chain(fields).chain(values).collect()
    }

    #[test]
    fn every_act_has_its_words() {
        for language in LANGUAGES {
            for key in act_keys() {
                assert!(lookup(language, &key, &[]).is_some(), "{key} {language:?}");
            }
        }
    }

    #[test]
    fn every_key_is_used() {
        let mut used: BTreeSet<String> = BTreeSet::new();
        for kind in ProblemKind::ALL {
            used.insert(format!("problem-{}-title", kind.slug()));
            used.insert(format!("problem-{}-detail", kind.slug()));
        }
        let ours = ["timed-out", "exhausted"];
        used.extend(ours.map(|slug| format!("pdf-refusal-{slug}")));
        used.extend(pdf_keys());
        used.extend(act_keys());
        used.extend(NoCleanCopy::SLUGS.iter().map(|slug| format!("clean-copy-no-{slug}")));
        used.extend(NoPlace::SLUGS.iter().map(|slug| format!("stamp-{slug}")));
        used.extend(NoHolder::ALL.iter().map(|why| format!("template-no-{}", why.slug())));
        used.extend(Attestation::ALL.iter().map(|why| format!("attestation-{}", why.slug())));
        used.extend(SlipEnd::ALL.iter().map(|end| format!("slip-ended-{}", end.slug())));
        used.extend(InvitationEnd::ALL.iter().map(|end| format!("slip-ended-{}", end.slug())));
        used.extend(NoShortCode::ALL.iter().map(|why| format!("slip-code-{}", why.slug())));
        used.extend(Reason::ALL.iter().map(|reason| format!("verify-{}", reason.slug())));
        let mut source = String::new();
        // The keys of the apps' own texts begin with `app-`; what iOS reads by itself has `ios-`.
        let apps =
            ["../android/app/src", "../ios/App", "../ios/TrienKit/Sources", "../ios/scripts"];
        for folder in ["src", "templates"].into_iter().chain(apps) {
            sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join(folder), &mut source);
        }
        for key in keys(Language::English) {
            // The core names these, and its own test holds them.
            if key.starts_with("verify-") {
                continue;
            }
            assert!(
                used.contains(&key) || source.contains(&format!("\"{key}\"")),
                "{key} is never used"
            );
        }
    }

    #[test]
    fn the_preferred_language_is_taken_and_vietnamese_otherwise() {
        let preferred = |value: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(ACCEPT_LANGUAGE, value.parse().unwrap());
            Language::preferred(&headers)
        };
        assert_eq!(Language::preferred(&HeaderMap::new()), Language::Vietnamese);
        assert_eq!(preferred("en-GB,en;q=0.9,vi;q=0.8"), Language::English);
        assert_eq!(preferred("en;q=0.5, vi"), Language::Vietnamese);
        assert_eq!(preferred("fr, de;q=0.9"), Language::Vietnamese);
        assert_eq!(preferred("en;q=0"), Language::Vietnamese);
        assert_eq!(preferred("fr, en;q=0.1"), Language::English);
    }

    #[test]
    fn a_moment_is_told_in_the_countrys_own_time() {
        let at = UnixSecond::new(1_795_311_900);
        assert_eq!(local_time(at), "22/11/2026 08:45:00 +07:00");
        assert_eq!(local_minute(at), "22/11/2026 08:45");
        let start = start_of_local_day("2026-11-22").unwrap();
        assert_eq!(local_time(start), "22/11/2026 00:00:00 +07:00");
        assert_eq!([start_of_local_day("22/11/2026"), start_of_local_day("2026-13-01")], [None; 2]);
        assert_eq!(local_date(start), jiff::civil::date(2026, 11, 22));
        assert_eq!(local_date(start.plus(-1)), jiff::civil::date(2026, 11, 21));
    }

    #[test]
    fn arguments_stand_in_the_text_without_marks() {
        let argument = [Argument { name: "step", value: "2" }];
        let text = lookup(Language::English, "web-state-open", &argument).unwrap();
        assert_eq!(text, "waits for step 2");
    }
}
