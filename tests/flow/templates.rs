//! Templates of routes: posts become people when a document is submitted, and each version stays.

use std::collections::BTreeMap;

use trien_core::decision::Verb;
use trien_core::document::Text;
use trien_core::id::{PersonId, RequestId, TemplateId, UnitId};
use trien_core::papers::{CopyHolder, CopyTo};
use trien_core::problem::ProblemKind;
use trien_core::request::{Quorum, Role, RouteState};
use trien_core::template::{
    PostName, TemplateBody, TemplateChoice, TemplateSigner, TemplateStep, Who,
};
use trien_core::wire::RequestView;
use trien_server::flow::account::Role as OfficeRole;
use trien_server::flow::act::Act;
use trien_server::flow::admin::{self, KeyPolicy, NewUnit};
use trien_server::flow::change::{
    self, Changer as PostChanger, NewPost, PostChange, PostRef, UnitChange, UnitChoices,
    carry_out_unit, look_unit,
};
use trien_server::flow::key::{self, Scope};
use trien_server::flow::submit::{Package, submit};
use trien_server::flow::templates::{self, Changer, Draft, Holder, NoHolder, Part};
use trien_server::flow::{FlowError, Thing, read};
use trien_server::store::directory::Authority;

use crate::exchange::officer;
use crate::office::{Office, step};
use crate::on_both;
use crate::phone::Phone;

on_both!(
    a_document_goes_to_whoever_holds_the_posts_that_day,
    a_post_that_nobody_or_more_than_one_holds_is_told,
    editing_makes_a_version_and_requests_keep_theirs,
    of_many_editors_at_once_one_is_taken,
    only_clerks_of_the_unit_change_its_templates,
    a_template_is_for_its_unit_and_all_below,
    a_copy_for_a_unit_goes_to_what_that_is_part_of_now,
    what_no_document_could_go_by_is_refused,
);

fn text<const MAX: usize>(text: &str) -> Text<MAX> {
    Text::new(text).unwrap()
}

fn why() -> Option<Text<500>> {
    Some(text("QĐ 15"))
}

fn post(post: PostName) -> Who {
    Who::Post { post, unit: None }
}

fn asks(role: Role, who: &[Who]) -> TemplateStep {
    let signer = |who: &Who| TemplateSigner { who: *who, appearance: None, fill: Vec::new() };
    TemplateStep { role, quorum: Quorum::All, signers: who.iter().map(signer).collect() }
}

fn draft(name: &str, steps: Vec<TemplateStep>) -> Draft {
    let (fields, copies) = (Vec::new(), Vec::new());
    Draft { name: text(name), body: TemplateBody { steps, fields, numbering: None, copies } }
}

/// The chief approves, then the clerk seals.
fn usual() -> Draft {
    let steps = vec![
        asks(Role::Approve, &[post(PostName::Chief)]),
        asks(Role::Seal, &[post(PostName::Clerk)]),
    ];
    draft("Quyết định của Chủ tịch", steps)
}

async fn add(office: &Office, unit: UnitId, draft: Draft) -> TemplateId {
    let kind = text("Quyết định");
    templates::add(&office.app, Changer::CommandLine, unit, kind, draft, why()).await.unwrap()
}

async fn edit(office: &Office, id: TemplateId, seen: u32, draft: Draft) -> Result<u32, FlowError> {
    templates::edit(&office.app, Changer::CommandLine, id, seen, draft, why()).await
}

async fn changes_post(office: &Office, person: PersonId, change: PostChange) {
    let by = PostChanger::CommandLine;
    let plan = change::look(&office.app, by, person, change).await.unwrap();
    let act = Act { why: why(), ..Act::COMMAND_LINE };
    change::carry_out(&office.app, by, &act, plan, &BTreeMap::new()).await.unwrap();
}

/// Somebody with a post of this authority in the unit.
async fn holding(office: &Office, unit: UnitId, name: &str, authority: Authority) -> PersonId {
    let person = office.person(name).await;
    let post = NewPost { unit, title: text(authority.name()), authority: Some(authority) };
    changes_post(office, person, PostChange::Adds(post)).await;
    person
}

async fn leaves_post(office: &Office, unit: UnitId, person: PersonId, authority: Authority) {
    let post = PostRef { unit, title: authority.name().to_owned() };
    changes_post(office, person, PostChange::Ends(post)).await;
}

fn by(office: &Office, id: TemplateId, version: Option<u32>) -> Package {
    let mut package = office.package(&[]);
    package.submission.steps.clear();
    package.submission.template = Some(TemplateChoice { id, version });
    package
}

async fn view(office: &Office, request: RequestId) -> RequestView {
    read::request(&office.app, &office.caller, request).await.unwrap()
}

fn people(view: &RequestView) -> Vec<PersonId> {
    view.steps.iter().flat_map(|step| &step.signers).map(|signer| signer.person.id).collect()
}

pub async fn a_document_goes_to_whoever_holds_the_posts_that_day(office: Office) {
    let unit = office.unit.id;
    let an = holding(&office, unit, "Nguyễn Văn An", Authority::Chief).await;
    let binh = holding(&office, unit, "Trần Thị Bình", Authority::Clerk).await;
    let id = add(&office, unit, usual()).await;
    let (chief, clerk) = (Phone::enroll(&office, an).await, Phone::enroll(&office, binh).await);
    let request = office.queue_package(by(&office, id, None)).await;
    let seen = view(&office, request).await;
    assert_eq!(people(&seen), [an, binh]);
    let used = seen.template.unwrap();
    assert_eq!((used.id, used.version, &*used.name), (id, 1, "Quyết định của Chủ tịch"));
    chief.decide(&office, request, Verb::Approve).await.unwrap();
    clerk.decide(&office, request, Verb::Approve).await.unwrap();
    assert_eq!(view(&office, request).await.state, RouteState::Completed);
    leaves_post(&office, unit, an, Authority::Chief).await;
    let chi = holding(&office, unit, "Lê Thị Chi", Authority::Chief).await;
    let next = office.queue_package(by(&office, id, None)).await;
    assert_eq!(people(&view(&office, next).await), [chi, binh], "without a change of the template");
    let mut both = by(&office, id, None);
    both.submission.steps = vec![step(Role::Approve, &[an])];
    let refused = submit(&office.app, &office.caller, both).await.unwrap_err();
    assert_eq!(
        refused.problem(),
        ProblemKind::InvalidRequest,
        "beside a template there are no steps"
    );
    let mut other = by(&office, id, None);
    other.submission.metadata.kind = text("Công văn");
    let refused = submit(&office.app, &office.caller, other).await.unwrap_err();
    assert_eq!(refused.problem(), ProblemKind::InvalidRequest, "it is for another kind");
}

async fn a_post_that_nobody_or_more_than_one_holds_is_told(office: Office) {
    let unit = office.unit.id;
    let id = add(&office, unit, usual()).await;
    let nobody = submit(&office.app, &office.caller, by(&office, id, None)).await;
    assert_eq!(nobody, Err(NoHolder::Nobody.into()));
    holding(&office, unit, "Trần Thị Bình", Authority::Clerk).await;
    let an = holding(&office, unit, "Nguyễn Văn An", Authority::Chief).await;
    let chi = holding(&office, unit, "Lê Thị Chi", Authority::Chief).await;
    let several = submit(&office.app, &office.caller, by(&office, id, None)).await;
    assert_eq!(several, Err(NoHolder::Several.into()));
    let listed = templates::of_caller(&office.app, &office.caller).await.unwrap();
    let [only] = &listed[..] else { panic!("{listed:?}") };
    assert!(!only.is_usable());
    assert_eq!(only.version.steps[0].signers[0].holder, Holder::Several, "and which one it is");
    leaves_post(&office, unit, chi, Authority::Chief).await;
    let request = office.queue_package(by(&office, id, None)).await;
    assert_eq!(people(&view(&office, request).await)[0], an);
}

pub async fn editing_makes_a_version_and_requests_keep_theirs(office: Office) {
    let unit = office.unit.id;
    let an = holding(&office, unit, "Nguyễn Văn An", Authority::Chief).await;
    holding(&office, unit, "Trần Thị Bình", Authority::Clerk).await;
    let id = add(&office, unit, usual()).await;
    let package = by(&office, id, Some(1));
    let first = office.queue_package(package.clone()).await;
    let alone = draft("Chủ tịch ký", vec![asks(Role::Approve, &[Who::Person { person: an }])]);
    assert_eq!(edit(&office, id, 1, alone.clone()).await, Ok(2));
    let same = edit(&office, id, 2, alone.clone()).await.unwrap_err();
    assert_eq!(same.problem(), ProblemKind::BadRequest, "it says what the present one says");
    assert_eq!(office.queue_package(package).await, first, "a second copy is the first");
    let moved = submit(&office.app, &office.caller, by(&office, id, Some(1))).await;
    assert_eq!(moved, Err(NoHolder::Moved.into()), "another version was looked at");
    let second = office.queue_package(by(&office, id, Some(2))).await;
    let of = async |request| view(&office, request).await.template.unwrap();
    assert_eq!(of(first).await.name, "Quyết định của Chủ tịch");
    assert_eq!((of(second).await.version, &*of(second).await.name), (2, "Chủ tịch ký"));
    let story = templates::any_one(&office.app, id).await.unwrap();
    let [new, old] = &story.versions[..] else { panic!("{story:?}") };
    let changed = templates::changes(old, new).into_iter().map(|change| change.part);
    let changed: Vec<Part> = changed.collect();
    assert_eq!(changed, [Part::Name, Part::Step(0), Part::Step(1)]);
    templates::end(&office.app, Changer::CommandLine, id, 2, why()).await.unwrap();
    let missing = FlowError::NotFound(Thing::Template);
    let late = submit(&office.app, &office.caller, by(&office, id, None)).await;
    assert_eq!(late, Err(missing.clone()));
    assert_eq!(edit(&office, id, 2, usual()).await, Err(missing), "what has ended is not edited");
    assert!(templates::of_caller(&office.app, &office.caller).await.unwrap().is_empty());
    assert_eq!(of(second).await.version, 2, "and requests still name it");
}

async fn of_many_editors_at_once_one_is_taken(office: Office) {
    let id = add(&office, office.unit.id, usual()).await;
    let mut editing = Vec::new();
    for number in 0..8 {
        let app = office.app.clone();
        let draft = Draft { name: text(&format!("Mẫu {number}")), ..usual() };
        editing.push(tokio::spawn(async move {
            templates::edit(&app, Changer::CommandLine, id, 1, draft, why()).await
        }));
    }
    let mut taken = 0;
    for one in editing {
        match one.await.unwrap() {
            Ok(version) => taken += version,
            Err(error) => assert_eq!(error, NoHolder::Moved.into()),
        }
    }
    assert_eq!(taken, 2, "one version 2");
}

pub async fn only_clerks_of_the_unit_change_its_templates(office: Office) {
    let (app, unit) = (&office.app, office.unit.id);
    let clerk = officer(&office, "van-thu", OfficeRole::Clerk).await;
    let auditor = officer(&office, "kiem-tra", OfficeRole::Auditor).await;
    let officers = officer(&office, "dang-ky", OfficeRole::EnrollmentOfficer).await;
    let kind = || text("Quyết định");
    for refused in [&auditor, &officers] {
        let made =
            templates::add(app, Changer::Officer(refused), unit, kind(), usual(), why()).await;
        assert_eq!(made, Err(FlowError::Forbidden));
    }
    let id = templates::add(app, Changer::Officer(&clerk), unit, kind(), usual(), why()).await;
    let id = id.unwrap();
    assert!(templates::one(app, &auditor, id).await.is_ok(), "who audits looks at it");
    let hidden = templates::one(app, &officers, id).await;
    assert_eq!(hidden.unwrap_err(), FlowError::Forbidden);
    let ended = templates::end(app, Changer::Officer(&auditor), id, 1, why()).await;
    assert_eq!(ended, Err(FlowError::Forbidden));
    let again = templates::add(app, Changer::Officer(&clerk), unit, kind(), usual(), why()).await;
    assert_eq!(again.unwrap_err().problem(), ProblemKind::BadRequest, "the name is taken");
    let other = Draft { name: text("Khác"), ..usual() };
    let edited = templates::edit(app, Changer::Officer(&clerk), id, 1, other, why()).await;
    assert_eq!(edited, Ok(2));
    templates::end(app, Changer::Officer(&clerk), id, 2, why()).await.unwrap();
}

async fn a_template_is_for_its_unit_and_all_below(office: Office) {
    let top = office.unit.id;
    let below = unit_below(&office, top, "Sở Nội vụ").await;
    let beside = unit_below(&office, top, "Sở Y tế").await;
    let above = holding(&office, top, "Nguyễn Văn An", Authority::Chief).await;
    let own = holding(&office, below, "Trần Thị Bình", Authority::Chief).await;
    let chief_above = Who::Post { post: PostName::Chief, unit: Some(top) };
    let steps =
        vec![asks(Role::Review, &[post(PostName::Chief)]), asks(Role::Approve, &[chief_above])];
    let shared = add(&office, top, draft("Trình Chủ tịch", steps)).await;
    let private = add(&office, beside, draft("Riêng", usual().body.steps)).await;
    let key = key::create(&office.app, below, &[Scope::Submit, Scope::Read], "sở").await.unwrap();
    let caller = key::authenticate(&office.app, &key.token).await.unwrap();
    let listed = templates::of_caller(&office.app, &caller).await.unwrap();
    assert_eq!(listed.iter().map(|one| one.id).collect::<Vec<_>>(), [shared]);
    let mut package = by(&office, shared, None);
    package.submission.unit = below;
    let request = submit(&office.app, &caller, package).await.unwrap().request;
    let seen = read::request(&office.app, &caller, request).await.unwrap();
    assert_eq!(
        people(&seen),
        [own, above],
        "the chief of the unit that submits, then of the named one"
    );
    let mut foreign = by(&office, private, None);
    foreign.submission.unit = below;
    let foreign = submit(&office.app, &caller, foreign).await;
    assert_eq!(foreign, Err(FlowError::NotFound(Thing::Template)), "another unit's is not there");
}

async fn unit_below(office: &Office, parent: UnitId, name: &str) -> UnitId {
    let keys = KeyPolicy::SoftwareAllowed;
    let new = NewUnit { name: text(name), parent: Some(parent), keys, level: None };
    admin::add_unit(&office.app, &Act::COMMAND_LINE, new).await.unwrap().id
}

async fn a_copy_for_a_unit_goes_to_what_that_is_part_of_now(office: Office) {
    let top = office.unit.id;
    let (old, new) =
        (unit_below(&office, top, "Sở Nội vụ").await, unit_below(&office, top, "Sở Y tế").await);
    holding(&office, top, "Nguyễn Văn An", Authority::Chief).await;
    let mut to_both = draft("Gửi sở", vec![asks(Role::Approve, &[post(PostName::Chief)])]);
    to_both.body.copies = vec![CopyTo::Unit { unit: old }, CopyTo::Unit { unit: new }];
    let id = add(&office, top, to_both).await;
    let (app, by_line) = (&office.app, PostChanger::CommandLine);
    let merge = UnitChange::Merge { into: new };
    let plan = look_unit(app, by_line, old, merge, UnitChoices::default()).await.unwrap();
    let act = Act { why: why(), ..Act::COMMAND_LINE };
    carry_out_unit(app, by_line, &act, plan).await.unwrap();
    let request = office.queue_package(by(&office, id, None)).await;
    let copies = view(&office, request).await.copies;
    let to: Vec<_> = copies.into_iter().map(|copy| copy.holder).collect();
    assert!(matches!(&to[..], [CopyHolder::Unit { unit }] if unit.id == new), "{to:?}");
}

async fn what_no_document_could_go_by_is_refused(office: Office) {
    let unit = office.unit.id;
    let chief = post(PostName::Chief);
    let mut too_many = asks(Role::Approve, &[chief]);
    too_many.quorum = Quorum::AtLeast(2);
    let bodies = [
        vec![],
        vec![asks(Role::Approve, &[])],
        vec![asks(Role::Receive, &[chief])],
        vec![asks(Role::Review, &[chief, chief])],
        vec![too_many],
    ];
    for steps in bodies {
        let refused = templates::add(
            &office.app,
            Changer::CommandLine,
            unit,
            text("Quyết định"),
            draft("Sai", steps.clone()),
            why(),
        );
        let refused = refused.await.unwrap_err();
        assert_eq!(refused.problem(), ProblemKind::BadRequest, "{steps:?}");
    }
    let nobody = Who::Person { person: PersonId::from_bytes([7; 16]) };
    let unknown = draft("Sai", vec![asks(Role::Approve, &[nobody])]);
    let added =
        templates::add(&office.app, Changer::CommandLine, unit, text("Quyết định"), unknown, why());
    assert_eq!(added.await, Err(FlowError::NotFound(Thing::Person)));
}
