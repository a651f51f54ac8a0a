//! The register of numbers: unique under concurrency, from 1 each year, written by the seal.

use std::collections::BTreeSet;

use trien_core::decision::Verb;
use trien_core::document::Text;
use trien_core::env::Clock as _;
use trien_core::id::RequestId;
use trien_core::pdf::recipe::Rect;
use trien_core::problem::ProblemKind;
use trien_core::request::{Quorum, Role, RouteState, StepNumber};
use trien_core::wire::{Numbering, RequestView, SubmittedField};
use trien_server::flow::account::{Officer, Role as OfficeRole};
use trien_server::flow::change::{Reassignment, reassign};
use trien_server::flow::numbers::{self, Asked, NumberView, Wish};
use trien_server::flow::submit::{Package, submit};
use trien_server::flow::{FlowError, read};
use trien_server::text::local_date;

use crate::exchange::officer;
use crate::office::{Office, step};
use crate::on_both;
use crate::phone::Phone;

on_both!(
    the_register_gives_number_and_date_and_the_seal_writes_them,
    two_hundred_seals_at_once_get_two_hundred_numbers,
    a_year_begins_with_its_first_number_at_midnight_in_viet_nam,
    a_number_stays_with_its_document_and_is_never_given_again,
    a_number_goes_over_more_than_one_version,
    what_was_given_on_before_the_seal_opens_is_written_by_its_new_signer,
    a_decision_that_comes_after_the_number_is_recorded_as_too_late,
    reserved_numbers_are_one_documents_each,
    a_clerk_reserves_at_the_desk_and_sees_what_became_of_each_number,
    a_clerk_gets_no_number_again_that_a_document_bears_or_of_another_year,
    a_name_that_is_a_number_is_found_too,
    what_the_register_cannot_do_is_refused_when_it_is_submitted,
);

fn text<const MAX: usize>(text: &str) -> Text<MAX> {
    Text::new(text).unwrap()
}

fn field(name: &str, bottom: i32) -> SubmittedField {
    let rect = Rect { left: 9000, bottom, right: 30_000, top: bottom + 2000 };
    SubmittedField { name: name.to_owned(), label: text(name), page: 1, rect }
}

fn numbering() -> Numbering {
    Numbering {
        notation: text("QĐ-UBND"),
        number_field: text("so"),
        date_field: Some(text("ngay")),
    }
}

/// A leader approves, then a clerk seals, and the register numbers.
struct Desk {
    leader: Phone,
    clerk: Phone,
}

impl Desk {
    async fn of(office: &Office) -> Self {
        let leader = Phone::enroll(office, office.person("Nguyễn Văn An").await).await;
        let clerk = Phone::enroll(office, office.person("Trần Thị Bình").await).await;
        Self { leader, clerk }
    }

    fn package(&self, office: &Office) -> Package {
        let mut package = office.package(&[self.leader.person]);
        package.submission.metadata.number = None;
        package.submission.fields = vec![field("so", 60_000), field("ngay", 64_000)];
        package.submission.steps.push(step(Role::Seal, &[self.clerk.person]));
        package.submission.numbering = Some(numbering());
        package
    }
}

async fn view(office: &Office, request: RequestId) -> RequestView {
    read::request(&office.app, &office.caller, request).await.unwrap()
}

async fn number(office: &Office, request: RequestId) -> Option<String> {
    view(office, request).await.metadata.number.map(|number| number.to_string())
}

fn holds(bytes: &[u8], text: &str) -> bool {
    let text: String = text.encode_utf16().map(|unit| format!("{unit:04X}")).collect();
    let written = format!("/V <FEFF{text}>");
    bytes.windows(written.len()).any(|window| window == written.as_bytes())
}

pub async fn the_register_gives_number_and_date_and_the_seal_writes_them(office: Office) {
    let desk = Desk::of(&office).await;
    let request = office.queue_package(desk.package(&office)).await;
    assert_eq!(number(&office, request).await, None);
    desk.leader.decide(&office, request, Verb::Approve).await.unwrap();
    assert_eq!(
        number(&office, request).await.as_deref(),
        Some("01/QĐ-UBND"),
        "it waits for the seal"
    );
    desk.clerk.decide(&office, request, Verb::Approve).await.unwrap();
    assert_eq!(view(&office, request).await.state, RouteState::Completed);
    let signed = read::document(&office.app, &office.caller, request).await.unwrap();
    let bytes = signed.read(0..signed.document.size).await.unwrap();
    let today = local_date(office.clock.now().second());
    let month = today.month();
    let month = if month < 3 { format!("{month:02}") } else { month.to_string() };
    let date = format!("ngày {:02} tháng {month} năm {}", today.day(), today.year());
    assert!(holds(&bytes, "01/QĐ-UBND") && holds(&bytes, &date), "{date}");
    let listed = list(&office, "quyet DINH").await;
    let [only] = &listed[..] else { panic!("{listed:?}") };
    assert_eq!((only.request, only.state.as_deref()), (Some(request), Some("completed")));
}

async fn list(office: &Office, kind: &str) -> Vec<NumberView> {
    let year = u32::try_from(local_date(office.clock.now().second()).year()).unwrap();
    numbers::list(&office.app, &office.caller, kind, year, 0).await.unwrap()
}

async fn two_hundred_seals_at_once_get_two_hundred_numbers(office: Office) {
    let desk = Desk::of(&office).await;
    let mut sealing = Vec::new();
    for _ in 0..200 {
        let mut package = desk.package(&office);
        // The seal alone, so that submitting opens its step.
        package.submission.steps.remove(0);
        let (app, caller) = (office.app.clone(), office.caller.clone());
        sealing.push(tokio::spawn(async move { submit(&app, &caller, package).await }));
    }
    let mut given = BTreeSet::new();
    for one in sealing {
        let request = one.await.unwrap().unwrap().request;
        given.insert(number(&office, request).await.unwrap());
    }
    let all: BTreeSet<String> = (1..=200).map(|value| format!("{value:02}/QĐ-UBND")).collect();
    assert_eq!(given, all, "none twice and no gap");
}

async fn a_year_begins_with_its_first_number_at_midnight_in_viet_nam(office: Office) {
    let wish = |reference: &str| Wish {
        kind: text("Công văn"),
        notation: text("UBND-VP"),
        reference: text(reference),
    };
    let (app, caller) = (&office.app, &office.caller);
    let first = numbers::reserve(app, caller, wish("a")).await.unwrap();
    let second = numbers::reserve(app, caller, wish("b")).await.unwrap();
    assert_eq!((first.value, second.value, second.number.as_str()), (1, 2, "02/UBND-VP"));
    let now = office.clock.now();
    let next = local_date(now.second()).year() + 1;
    let begins = trien_server::text::start_of_local_day(&format!("{next}-01-01")).unwrap();
    let left = (begins.timestamp().as_millis() - now.as_millis() + 999) / 1000;
    office.clock.forward(left - 1);
    assert_eq!(numbers::reserve(app, caller, wish("c")).await.unwrap().value, 3);
    office.clock.forward(1);
    let new = numbers::reserve(app, caller, wish("d")).await.unwrap();
    assert_eq!((new.value, i64::from(new.year)), (1, i64::from(next)));
    assert_eq!(numbers::reserve(app, caller, wish("a")).await.unwrap(), first);
}

async fn a_number_stays_with_its_document_and_is_never_given_again(office: Office) {
    let desk = Desk::of(&office).await;
    let first = office.queue_package(desk.package(&office)).await;
    desk.leader.decide(&office, first, Verb::Approve).await.unwrap();
    desk.clerk.decide(&office, first, Verb::Return).await.unwrap();
    let other = office.queue_package(desk.package(&office)).await;
    desk.leader.decide(&office, other, Verb::Approve).await.unwrap();
    assert_eq!(number(&office, other).await.as_deref(), Some("02/QĐ-UBND"));
    let mut package = desk.package(&office);
    package.submission.supersedes = Some(first);
    let again = office.queue_package(package).await;
    desk.leader.decide(&office, again, Verb::Approve).await.unwrap();
    assert_eq!(
        number(&office, again).await.as_deref(),
        Some("01/QĐ-UBND"),
        "a new version keeps it"
    );
    desk.clerk.decide(&office, again, Verb::Approve).await.unwrap();
    desk.clerk.decide(&office, other, Verb::Reject).await.unwrap();
    let last = office.queue_package(desk.package(&office)).await;
    desk.leader.decide(&office, last, Verb::Approve).await.unwrap();
    assert_eq!(number(&office, last).await.as_deref(), Some("03/QĐ-UBND"));
    let listed = list(&office, "Quyết định").await;
    let states: Vec<_> = listed.iter().map(|one| (one.value, one.state.as_deref())).collect();
    assert_eq!(states, [(1, Some("completed")), (2, Some("rejected")), (3, Some("open"))]);
    assert_eq!(listed[0].request, Some(again));
}

async fn a_number_goes_over_more_than_one_version(office: Office) {
    let desk = Desk::of(&office).await;
    let first = office.queue_package(desk.package(&office)).await;
    desk.leader.decide(&office, first, Verb::Approve).await.unwrap();
    desk.clerk.decide(&office, first, Verb::Return).await.unwrap();
    let version = |of: RequestId| {
        let mut package = desk.package(&office);
        package.submission.supersedes = Some(of);
        package
    };
    let second = office.queue_package(version(first)).await;
    desk.leader.decide(&office, second, Verb::Return).await.unwrap();
    let third = office.queue_package(version(second)).await;
    desk.leader.decide(&office, third, Verb::Approve).await.unwrap();
    assert_eq!(number(&office, third).await.as_deref(), Some("01/QĐ-UBND"));
    let listed = list(&office, "Quyết định").await;
    assert_eq!(listed.iter().map(|one| one.request).collect::<Vec<_>>(), [Some(third)]);
}

async fn what_was_given_on_before_the_seal_opens_is_written_by_its_new_signer(office: Office) {
    let desk = Desk::of(&office).await;
    let other = Phone::enroll(&office, office.person("Lê Thị Chi").await).await;
    let request = office.queue_package(desk.package(&office)).await;
    let clerk = officer(&office, "van-thu", OfficeRole::Clerk).await;
    let of =
        Reassignment { request, step: StepNumber(2), from: desk.clerk.person, to: other.person };
    reassign(&office.app, &clerk, of, text("nghỉ phép")).await.unwrap();
    desk.leader.decide(&office, request, Verb::Approve).await.unwrap();
    other.decide(&office, request, Verb::Approve).await.unwrap();
    let signed = read::document(&office.app, &office.caller, request).await.unwrap();
    let bytes = signed.read(0..signed.document.size).await.unwrap();
    assert!(holds(&bytes, "01/QĐ-UBND") && !holds(&bytes, "00000/QĐ-UBND"));
}

async fn a_decision_that_comes_after_the_number_is_recorded_as_too_late(office: Office) {
    let desk = Desk::of(&office).await;
    let second = Phone::enroll(&office, office.person("Lê Thị Chi").await).await;
    let mut package = desk.package(&office);
    let mut either = step(Role::Approve, &[desk.leader.person, second.person]);
    either.quorum = Quorum::AtLeast(1);
    package.submission.steps[0] = either;
    let request = office.queue_package(package).await;
    let draft = second.draft(&office, request, Verb::Reject).await;
    desk.leader.decide(&office, request, Verb::Approve).await.unwrap();
    assert_eq!(number(&office, request).await.as_deref(), Some("01/QĐ-UBND"));
    let late = second.send(&office.app, &draft, second.sign(&draft)).await;
    let Err(FlowError::Refused { why, .. }) = late else { panic!("{late:?}") };
    assert_eq!(why, ProblemKind::Overtaken);
}

pub async fn reserved_numbers_are_one_documents_each(office: Office) {
    let an = office.person("Nguyễn Văn An").await;
    let wish =
        Wish { kind: text("Quyết định"), notation: text("QĐ-UBND"), reference: text("1") };
    let reserved = numbers::reserve(&office.app, &office.caller, wish.clone()).await.unwrap();
    let other = Wish { kind: text("Công văn"), ..wish };
    let again = numbers::reserve(&office.app, &office.caller, other).await;
    assert!(matches!(again, Err(FlowError::IdempotencyConflict)), "{again:?}");
    let package = || {
        let mut package = office.package(&[an]);
        package.submission.metadata.number = Some(text(&reserved.number));
        package
    };
    let mut of_another_kind = package();
    of_another_kind.submission.metadata.kind = text("Kế hoạch");
    let refused = submit(&office.app, &office.caller, of_another_kind).await;
    assert!(matches!(refused, Err(FlowError::InvalidSubmission(_))), "{refused:?}");
    let first = office.queue_package(package()).await;
    let listed = list(&office, "Quyết định").await;
    assert_eq!(listed[0].request, Some(first));
    let second = submit(&office.app, &office.caller, package()).await;
    assert!(matches!(second, Err(FlowError::InvalidSubmission(_))), "{second:?}");
    let mut version = package();
    version.submission.supersedes = Some(first);
    let later = office.queue_package(version).await;
    assert_eq!(list(&office, "Quyết định").await[0].request, Some(later));
    // A number from elsewhere is nobody's business here.
    let mut foreign = office.package(&[an]);
    foreign.submission.metadata.number = Some(text("77/KH-UBND"));
    office.queue_package(foreign).await;
}

async fn a_clerk_reserves_at_the_desk_and_sees_what_became_of_each_number(office: Office) {
    let desk = Desk::of(&office).await;
    let (app, unit) = (&office.app, office.unit.id);
    let clerk = officer(&office, "van-thu", OfficeRole::Clerk).await;
    let auditor = officer(&office, "kiem-tra", OfficeRole::Auditor).await;
    let administrator = officer(&office, "quan-tri-2", OfficeRole::Administrator).await;
    let none = numbers::of_unit(app, &auditor, unit, &Asked::Nothing).await.unwrap();
    assert!(none.series.is_empty() && none.numbers.is_empty());
    let wish =
        Wish {
            kind: text("QUYẾT ĐỊNH"), notation: text("QĐ-UBND"), reference: text("nghỉ lễ")
        };
    let reserved = numbers::reserve_by(app, &clerk, unit, wish.clone()).await.unwrap();
    assert_eq!(reserved.number, "01/QĐ-UBND");
    let again = numbers::reserve_by(app, &clerk, unit, wish.clone()).await.unwrap();
    assert_eq!(again, reserved, "the same name gets the same one");
    for stranger in [&auditor, &administrator] {
        let refused = numbers::reserve_by(app, stranger, unit, wish.clone()).await;
        assert_eq!(refused, Err(FlowError::Forbidden));
    }
    let seen = numbers::of_unit(app, &administrator, unit, &Asked::Nothing).await;
    assert_eq!(seen.unwrap_err(), FlowError::Forbidden, "documents are none of their work");
    // The role ended since the page was shown.
    let stale = Officer { account: auditor.account, ..clerk.clone() };
    let other = Wish { reference: text("khác"), ..wish };
    let refused = numbers::reserve_by(app, &stale, unit, other).await;
    assert_eq!(refused, Err(FlowError::Forbidden));

    let refused = office.queue_package(desk.package(&office)).await;
    desk.leader.decide(&office, refused, Verb::Approve).await.unwrap();
    desk.clerk.decide(&office, refused, Verb::Reject).await.unwrap();
    let year = none.year;
    let kind = "quyết định".to_owned();
    let asked = Asked::Series { kind, year, after: 0 };
    let register = numbers::of_unit(app, &clerk, unit, &asked).await.unwrap();
    assert_eq!((register.series.len(), register.next_of(&register.series[0])), (1, Some(3)));
    let told: Vec<_> = register
        .numbers
        .iter()
        .map(|one| (one.value, one.state.as_deref(), one.reason.is_some()))
        .collect();
    assert_eq!(told, [(1, None, false), (2, Some("rejected"), true)]);
    for (typed, found) in [
        ("1", Some(1)),
        ("01/QĐ-UBND", Some(1)),
        ("nghỉ lễ", Some(1)),
        ("02", Some(2)),
        ("03", None),
        ("01/QĐ", None),
    ] {
        let asked = Asked::Named(typed.to_owned());
        let register = numbers::of_unit(app, &auditor, unit, &asked).await.unwrap();
        let values: Vec<u64> = register.numbers.iter().map(|one| one.value).collect();
        assert_eq!(values, found.into_iter().collect::<Vec<_>>(), "{typed}");
    }
}

async fn a_clerk_gets_no_number_again_that_a_document_bears_or_of_another_year(office: Office) {
    let (app, unit) = (&office.app, office.unit.id);
    let clerk = officer(&office, "van-thu", OfficeRole::Clerk).await;
    let wish = |reference: &str| Wish {
        kind: text("Quyết định"),
        notation: text("QĐ-UBND"),
        reference: text(reference),
    };
    let used = numbers::reserve_by(app, &clerk, unit, wish("khen thưởng")).await.unwrap();
    let kept = numbers::reserve_by(app, &clerk, unit, wish("nghỉ lễ")).await.unwrap();
    let mut package = office.package(&[office.person("Nguyễn Văn An").await]);
    package.submission.metadata.number = Some(text(&used.number));
    let request = office.queue_package(package).await;
    let again = numbers::reserve_by(app, &clerk, unit, wish("khen thưởng")).await;
    assert_eq!(again, Err(FlowError::IdempotencyConflict), "a document bears it");
    let by_key = numbers::reserve(app, &office.caller, wish("khen thưởng")).await.unwrap();
    assert_eq!(by_key.request, Some(request), "a document system asks after a lost answer");
    assert_eq!(numbers::reserve_by(app, &clerk, unit, wish("nghỉ lễ")).await, Ok(kept.clone()));
    office.clock.forward(366 * 86_400);
    let again = numbers::reserve_by(app, &clerk, unit, wish("nghỉ lễ")).await;
    assert_eq!(again, Err(FlowError::IdempotencyConflict), "it is of another year");
    assert_eq!(numbers::reserve(app, &office.caller, wish("nghỉ lễ")).await, Ok(kept));
    let new = numbers::reserve_by(app, &clerk, unit, wish("nghỉ lễ năm sau")).await.unwrap();
    assert_eq!(new.value, 1);
}

async fn a_name_that_is_a_number_is_found_too(office: Office) {
    let (app, unit) = (&office.app, office.unit.id);
    let clerk = officer(&office, "van-thu", OfficeRole::Clerk).await;
    for reference in ["khen thưởng", "1", "2"] {
        let wish =
            Wish {
                kind: text("Công văn"), notation: text("UBND-VP"), reference: text(reference)
            };
        numbers::reserve_by(app, &clerk, unit, wish).await.unwrap();
    }
    for (typed, expected) in [("1", &[1, 2][..]), ("2", &[2, 3]), ("3", &[3])] {
        let asked = Asked::Named(typed.to_owned());
        let found = numbers::of_unit(app, &clerk, unit, &asked).await.unwrap().numbers;
        let values: Vec<u64> = found.iter().map(|one| one.value).collect();
        assert_eq!(values, expected, "{typed}");
    }
    // By both ways it is one.
    let wish = Wish { kind: text("Công văn"), notation: text("UBND-VP"), reference: text("4") };
    numbers::reserve_by(app, &clerk, unit, wish).await.unwrap();
    let asked = Asked::Named("4".to_owned());
    assert_eq!(numbers::of_unit(app, &clerk, unit, &asked).await.unwrap().numbers.len(), 1);
}

async fn what_the_register_cannot_do_is_refused_when_it_is_submitted(office: Office) {
    let desk = Desk::of(&office).await;
    let numbered = || {
        let mut package = desk.package(&office);
        package.submission.metadata.number = Some(text("1/QĐ"));
        package
    };
    let unsealed = || {
        let mut package = desk.package(&office);
        package.submission.steps.pop();
        package
    };
    let sealed_by_two = || {
        let mut package = desk.package(&office);
        let two = step(Role::Seal, &[desk.clerk.person, desk.leader.person]);
        package.submission.steps[1] = two;
        package
    };
    let without_field = || {
        let mut package = desk.package(&office);
        package.submission.fields.clear();
        package
    };
    let sealed_first = || {
        let mut package = desk.package(&office);
        package.submission.steps.reverse();
        package
    };
    for package in [numbered(), unsealed(), sealed_by_two(), without_field(), sealed_first()] {
        let refused = submit(&office.app, &office.caller, package).await;
        assert!(refused.is_err(), "{refused:?}");
    }
    let good = office.queue_package(desk.package(&office)).await;
    desk.leader.decide(&office, good, Verb::Approve).await.unwrap();
    assert_eq!(number(&office, good).await.as_deref(), Some("01/QĐ-UBND"), "nothing was used up");
}
