//! A unit is merged, split or dissolved while everything goes on in it: what its people hold, what waits for
//! them and what the unit has ends or goes over in one act, and the report names each of these things.

use trien_core::decision::Verb;
use trien_core::document::Text;
use trien_core::id::{DeviceId, EntryId, InvitationId, PersonId, RequestId, UnitId};
use trien_core::register::{CertificateKind, Event, State};
use trien_core::request::{Assignment, RouteState};
use trien_core::wire::SyncQuery;
use trien_server::flow::act::Act;
use trien_server::flow::admin::{self, Authority, NewPerson};
use trien_server::flow::change::{
    self, Certificates, Changer, Keys, Report, Steps, UnitChange, UnitChoices,
};
use trien_server::flow::device::{self, Standing};
use trien_server::flow::invite::{self, InvitationEnd};
use trien_server::flow::register::{self, Elsewhere, Found, Reader, Story};
use trien_server::flow::slip::{self, SlipEnd};
use trien_server::flow::submit::submit;
use trien_server::flow::{FlowError, key, read};

use crate::change::{act, crl_size, person, report, standing, unit};
use crate::office::Office;
use crate::on_both;
use crate::people::officer;
use crate::phone::{Enrolling, Phone};
use crate::register::entry_of;

on_both! {
    a_merger_ends_what_names_the_old_unit_and_moves_the_rest,
    a_merger_that_keeps_certificates_still_ends_the_seal,
    a_split_ends_what_those_hold_who_go_and_touches_nobody_else,
    a_split_may_leave_phones_and_steps_as_they_are,
    a_dissolution_ends_everything_with_its_reason,
}

/// A department in which everything goes on at once.
struct Department {
    unit: UnitId,
    /// Holds a phone in use; two steps wait.
    chief: Phone,
    /// Of the office above, and of the department itself.
    requests: [RequestId; 2],
    /// Whose phone waits for its officer.
    deputy: PersonId,
    pending: DeviceId,
    /// Who is invited, and has a slip.
    invited: PersonId,
    invitation: InvitationId,
    /// Holds the seal.
    clerk: PersonId,
    seal: EntryId,
    /// A phone of the office above, which nothing touches.
    bystander: Phone,
}

impl Department {
    async fn of(office: &Office) -> Self {
        let (app, line) = (&office.app, &Act::COMMAND_LINE);
        let bystander = Phone::enroll(office, office.person("Vũ Thị Xa").await).await;
        let of = unit(office, office.unit.id, "Sở Kế hoạch").await;
        let chief = person(office, of, "Trần Bình", "Giám đốc").await;
        let deputy = person(office, of, "Phạm Dung", "Phó Giám đốc").await;
        let invited = person(office, of, "Lê Cúc", "Chuyên viên").await;
        let clerk = NewPerson {
            name: Text::new("Đặng Thỏa").unwrap(),
            unit: of,
            position: Text::new("Văn thư").unwrap(),
            authority: Some(Authority::Clerk),
        };
        let clerk = admin::add_person(app, line, clerk).await.unwrap().id;
        let chief = Phone::enroll(office, chief).await;
        chief.sync(app, SyncQuery::default()).await.unwrap();
        let second = invite::create(app, line, deputy, 1800).await.unwrap();
        let second = Enrolling::begin(app, second.invitation).await.unwrap();
        let pending = second.send(app).await.unwrap().device;
        let invitation = invite::create(app, line, invited, 1800).await.unwrap().invitation.id;
        slip::make(app, line, invited, of).await.unwrap();
        let seal = Found {
            file: crate::record::certificate(office),
            person: clerk,
            unit: of,
            kind: CertificateKind::AgencySeal,
            home: Elsewhere::Token,
            prompt_policy: None,
            renews: None,
        };
        let seal = register::add(app, line, seal).await.unwrap();
        let above = office.queue(&[chief.person]).await;
        let token = key::create(app, of, &[key::Scope::Submit], "văn bản").await.unwrap().token;
        let caller = key::authenticate(app, &token).await.unwrap();
        let mut package = office.package(&[chief.person]);
        package.submission.unit = of;
        let own = submit(app, &caller, package).await.unwrap().request;
        Self {
            unit: of,
            chief,
            requests: [above, own],
            deputy,
            pending,
            invited,
            invitation,
            clerk,
            seal,
            bystander,
        }
    }

    async fn change(&self, office: &Office, change: UnitChange, choices: UnitChoices) -> Report {
        let (app, line) = (&office.app, Changer::CommandLine);
        let plan = change::look_unit(app, line, self.unit, change, choices).await.unwrap();
        let planned = plan.lines.clone();
        let id = change::carry_out_unit(app, line, &act(), plan).await.unwrap();
        let filed = report(office, id).await;
        assert!(filed.intact);
        assert_eq!(filed.lines, planned, "what was shown is what was done");
        assert_eq!(filed.filed.why.as_deref(), Some("Quyết định số 45/QĐ-UBND"));
        filed
    }

    async fn of_seal(&self, office: &Office) -> Story {
        register::show(&office.app, Reader::CommandLine, self.seal).await.unwrap()
    }

    async fn slip(&self, office: &Office) -> Option<SlipEnd> {
        slip::of_person(&office.app, self.invited).await.unwrap().unwrap().end
    }
}

/// Whose, what, what was done and the detail of each line, in the order of the alphabet.
fn told(report: &Report) -> Vec<[&str; 4]> {
    let mut told: Vec<[&str; 4]> = report
        .lines
        .iter()
        .map(|line| [&*line.name, &*line.thing, &*line.deed, &*line.detail])
        .collect();
    told.sort_unstable();
    told
}

fn sorted(mut lines: Vec<[&str; 4]>) -> Vec<[&str; 4]> {
    lines.sort_unstable();
    lines
}

/// That an entry ended in the register, for this reason of RFC 5280.
fn revoked(story: &Story, reason: u32) {
    let last = story.events.last().unwrap();
    assert_eq!((story.entry.state, last.event), (State::Revoked, Event::Revoked));
    assert_eq!(last.reason, Some(reason));
    assert_eq!(last.why.as_deref(), Some("Quyết định số 45/QĐ-UBND"));
}

async fn state(office: &Office, request: RequestId) -> RouteState {
    let all = read::latest_requests(&office.app, 10).await.unwrap();
    all.iter().find(|one| one.id == request).unwrap().state
}

async fn of_invitation(
    office: &Office,
    person: PersonId,
    id: InvitationId,
) -> Option<InvitationEnd> {
    let all = invite::of_person(&office.app, person).await.unwrap();
    all.iter().find(|one| one.row.id == id).unwrap().end
}

async fn keys(office: &Office, unit: UnitId) -> usize {
    let all = key::list(&office.app).await.unwrap();
    all.iter().filter(|key| key.unit == unit && key.revoked_at.is_none()).count()
}

/// Where somebody is, and was.
async fn posts(office: &Office, who: PersonId) -> (Vec<String>, Vec<String>) {
    let top = officer(office, &[office.unit.id]);
    let (held, past) = change::person_page(&office.app, &top, who).await.unwrap();
    let now = held.posts.iter().map(|post| format!("{}, {}", post.title, post.unit.name));
    let past = past.iter().map(|past| format!("{}, {}", past.post.title, past.post.unit.name));
    (now.collect(), past.collect())
}

async fn a_merger_ends_what_names_the_old_unit_and_moves_the_rest(office: Office) {
    let app = &office.app;
    let of = Department::of(&office).await;
    let into = unit(&office, office.unit.id, "Sở Tài chính").await;
    let list = crl_size(&office, &of.bystander).await;
    let merge = UnitChange::Merge { into };
    let done = of.change(&office, merge, UnitChoices::default()).await;
    assert_eq!(done.filed.kind, "merge");
    let expected = sorted(vec![
        ["Trần Bình", "device", "revoked", "affiliation-changed"],
        ["Đặng Thỏa", "certificate", "revoked", "affiliation-changed"],
        ["Phạm Dung", "device", "refused", ""],
        ["Phạm Dung", "invitation", "ended", ""],
        ["Lê Cúc", "invitation", "ended", ""],
        ["Trần Bình", "post", "changed", "Giám đốc"],
        ["Phạm Dung", "post", "changed", "Phó Giám đốc"],
        ["Lê Cúc", "post", "changed", "Chuyên viên"],
        ["Đặng Thỏa", "post", "changed", "Văn thư"],
        ["", "request", "moved", "Sở Tài chính"],
        ["", "key", "ended", ""],
        ["", "unit", "ended", "Sở Tài chính"],
    ]);
    assert_eq!(told(&done), expected);

    assert_eq!(standing(&office, &of.chief).await, Standing::Revoked);
    revoked(&entry_of(&office, of.chief.device).await, 3);
    revoked(&of.of_seal(&office).await, 3);
    assert!(crl_size(&office, &of.bystander).await > list, "the list is out at once");
    let pending = device::lookup(app, of.pending).await.unwrap().standing;
    assert_eq!(pending, Standing::Refused);
    assert_eq!(entry_of(&office, of.pending).await.entry.state, State::Refused);
    let end = of_invitation(&office, of.invited, of.invitation).await;
    assert_eq!(end, Some(InvitationEnd::Spent));
    assert_eq!(of.slip(&office).await, Some(SlipEnd::Left));
    assert_eq!((keys(&office, of.unit).await, keys(&office, into).await), (0, 0));
    for (who, title) in [
        (of.chief.person, "Giám đốc"),
        (of.deputy, "Phó Giám đốc"),
        (of.invited, "Chuyên viên"),
        (of.clerk, "Văn thư"),
    ] {
        let was = (vec![format!("{title}, Sở Tài chính")], vec![format!("{title}, Sở Kế hoạch")]);
        assert_eq!(posts(&office, who).await, was, "{title}");
    }
    // What waited waits on, and is signed with a phone of the new unit.
    let again = Phone::enroll(&office, of.chief.person).await;
    assert_eq!(again.profile.unit.id, into);
    for request in of.requests {
        again.decide(&office, request, Verb::Approve).await.unwrap();
        assert_eq!(state(&office, request).await, RouteState::Completed);
    }
}

async fn a_merger_that_keeps_certificates_still_ends_the_seal(office: Office) {
    let of = Department::of(&office).await;
    let into = unit(&office, office.unit.id, "Sở Tài chính").await;
    let keep =
        UnitChoices { certificates: Certificates::Keep, keys: Keys::Move, ..Default::default() };
    let done = of.change(&office, UnitChange::Merge { into }, keep).await;
    let mut of_certificates = told(&done);
    of_certificates.retain(|line| ["device", "certificate", "key"].contains(&line[1]));
    let expected = sorted(vec![
        ["Trần Bình", "device", "kept", "Sở Tài chính"],
        ["Phạm Dung", "device", "refused", ""],
        ["Đặng Thỏa", "certificate", "revoked", "affiliation-changed"],
        ["", "key", "moved", "Sở Tài chính"],
    ]);
    assert_eq!(of_certificates, expected);
    revoked(&of.of_seal(&office).await, 3);
    let entry = entry_of(&office, of.chief.device).await.entry;
    assert_eq!((entry.state, entry.unit.id), (State::InUse, into));
    assert_eq!(keys(&office, into).await, 1);
}

async fn a_split_ends_what_those_hold_who_go_and_touches_nobody_else(office: Office) {
    let app = &office.app;
    let of = Department::of(&office).await;
    let stays = person(&office, of.unit, "Hồ Ở Lại", "Trưởng phòng").await;
    let stays = Phone::enroll(&office, stays).await;
    let (waits, list) =
        (office.queue(&[stays.person]).await, crl_size(&office, &of.bystander).await);
    let people = vec![of.chief.person, of.clerk, of.invited];
    let split = UnitChange::Split { name: Text::new("Sở Chuyển đổi số").unwrap(), people };
    let send_back = UnitChoices { steps: Steps::SendBack, ..UnitChoices::default() };
    let done = of.change(&office, split, send_back).await;
    assert_eq!((&*done.filed.kind, &*done.filed.place), ("split", "→ Sở Chuyển đổi số"));
    let expected = sorted(vec![
        ["", "unit", "founded", ""],
        ["Trần Bình", "device", "revoked", "affiliation-changed"],
        ["Đặng Thỏa", "certificate", "revoked", "affiliation-changed"],
        ["Lê Cúc", "invitation", "ended", ""],
        ["Trần Bình", "step", "returned", ""],
        ["Trần Bình", "step", "returned", ""],
        ["Trần Bình", "post", "changed", "Giám đốc"],
        ["Lê Cúc", "post", "changed", "Chuyên viên"],
        ["Đặng Thỏa", "post", "changed", "Văn thư"],
    ]);
    assert_eq!(told(&done), expected);

    assert_eq!(standing(&office, &of.chief).await, Standing::Revoked);
    revoked(&entry_of(&office, of.chief.device).await, 3);
    revoked(&of.of_seal(&office).await, 3);
    assert!(crl_size(&office, &of.bystander).await > list);
    assert_eq!(of.slip(&office).await, Some(SlipEnd::Left));
    for request in of.requests {
        assert_eq!(state(&office, request).await, RouteState::Returned);
    }
    let view = read::request(app, &office.caller, of.requests[0]).await.unwrap();
    let signer = &view.steps[0].signers[0];
    assert_eq!(signer.assignment, Assignment::Released);
    assert_eq!(signer.reason.as_deref(), Some("Quyết định số 45/QĐ-UBND"));
    let was =
        (vec!["Giám đốc, Sở Chuyển đổi số".to_owned()], vec!["Giám đốc, Sở Kế hoạch".to_owned()]);
    assert_eq!(posts(&office, of.chief.person).await, was);
    // The new unit stands beside the old one, which goes on with all that it has.
    let listed = read::units(app).await.unwrap();
    assert!(listed.iter().all(|unit| unit.ended_at.is_none()));
    assert_eq!(keys(&office, of.unit).await, 1);
    let pending = device::lookup(app, of.pending).await.unwrap().standing;
    assert_eq!(pending, Standing::Pending);
    stays.decide(&office, waits, Verb::Approve).await.unwrap();
    let again = Phone::enroll(&office, of.chief.person).await;
    assert_eq!(again.profile.unit.name, "Sở Chuyển đổi số");
}

async fn a_split_may_leave_phones_and_steps_as_they_are(office: Office) {
    let of = Department::of(&office).await;
    let people = vec![of.chief.person];
    let split = UnitChange::Split { name: Text::new("Sở Chuyển đổi số").unwrap(), people };
    let keep = UnitChoices { certificates: Certificates::Keep, ..UnitChoices::default() };
    let done = of.change(&office, split, keep).await;
    let expected = sorted(vec![
        ["", "unit", "founded", ""],
        ["Trần Bình", "device", "kept", "Sở Chuyển đổi số"],
        ["Trần Bình", "post", "changed", "Giám đốc"],
    ]);
    assert_eq!(told(&done), expected);
    let entry = entry_of(&office, of.chief.device).await.entry;
    assert_eq!((entry.state, &*entry.unit.name), (State::InUse, "Sở Chuyển đổi số"));
    let mut chief = of.chief;
    let post = chief.sync(&office.app, SyncQuery::default()).await.unwrap().post.unwrap();
    (chief.profile.person, chief.profile.unit) = (post.person, post.unit);
    for request in of.requests {
        chief.decide(&office, request, Verb::Approve).await.unwrap();
        assert_eq!(state(&office, request).await, RouteState::Completed);
    }
}

async fn a_dissolution_ends_everything_with_its_reason(office: Office) {
    let app = &office.app;
    let of = Department::of(&office).await;
    let list = crl_size(&office, &of.bystander).await;
    let done = of.change(&office, UnitChange::Dissolve, UnitChoices::default()).await;
    assert_eq!((&*done.filed.kind, &*done.filed.subject), ("dissolve", "Sở Kế hoạch"));
    let expected = sorted(vec![
        ["Trần Bình", "device", "revoked", "cessation-of-operation"],
        ["Đặng Thỏa", "certificate", "revoked", "cessation-of-operation"],
        ["Phạm Dung", "device", "refused", ""],
        ["Phạm Dung", "invitation", "ended", ""],
        ["Lê Cúc", "invitation", "ended", ""],
        ["Trần Bình", "step", "returned", ""],
        ["Trần Bình", "step", "returned", ""],
        ["", "request", "returned", ""],
        ["Trần Bình", "post", "ended", ""],
        ["Phạm Dung", "post", "ended", ""],
        ["Lê Cúc", "post", "ended", ""],
        ["Đặng Thỏa", "post", "ended", ""],
        ["", "key", "ended", ""],
        ["", "unit", "ended", ""],
    ]);
    assert_eq!(told(&done), expected);

    assert_eq!(standing(&office, &of.chief).await, Standing::Revoked);
    revoked(&entry_of(&office, of.chief.device).await, 5);
    revoked(&of.of_seal(&office).await, 5);
    assert!(crl_size(&office, &of.bystander).await > list);
    assert_eq!(entry_of(&office, of.pending).await.entry.state, State::Refused);
    let end = of_invitation(&office, of.invited, of.invitation).await;
    assert_eq!(end, Some(InvitationEnd::Spent));
    assert_eq!(of.slip(&office).await, Some(SlipEnd::Left));
    for request in of.requests {
        assert_eq!(state(&office, request).await, RouteState::Returned);
    }
    assert_eq!(keys(&office, of.unit).await, 0);
    for who in [of.chief.person, of.deputy, of.invited, of.clerk] {
        let (now, was) = posts(&office, who).await;
        assert_eq!((now.len(), was.len()), (0, 1), "the history is there");
    }
    of.bystander.sync(app, SyncQuery::default()).await.unwrap();
}

/// A trigger that refuses the report, which is written last.
const BROKEN: &str = "CREATE TRIGGER broken BEFORE INSERT ON change_report \
    BEGIN SELECT RAISE(ABORT, 'the last deed fails'); END";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_change_that_fails_at_its_last_deed_has_done_nothing() {
    let office = Office::on_sqlite().await;
    let (app, line) = (&office.app, Changer::CommandLine);
    let of = Department::of(&office).await;
    let into = unit(&office, office.unit.id, "Sở Tài chính").await;
    let mut database = office.database().await;
    sqlx::raw_sql(BROKEN).execute(&mut database).await.unwrap();
    let people = vec![of.chief.person, of.clerk];
    let split = UnitChange::Split { name: Text::new("Sở Mới").unwrap(), people };
    for change in [split, UnitChange::Merge { into }, UnitChange::Dissolve] {
        let name = change.name();
        let choices = UnitChoices { steps: Steps::SendBack, ..UnitChoices::default() };
        let plan = change::look_unit(app, line, of.unit, change, choices).await.unwrap();
        let failed = change::carry_out_unit(app, line, &act(), plan).await;
        assert!(matches!(failed, Err(FlowError::Internal(_))), "{name}: {failed:?}");
        assert_eq!(standing(&office, &of.chief).await, Standing::Active, "{name}");
        assert_eq!(of.of_seal(&office).await.entry.state, State::InUse, "{name}");
        assert_eq!(of.slip(&office).await, None, "{name}");
        assert_eq!(keys(&office, of.unit).await, 1, "{name}");
        let (now, was) = posts(&office, of.chief.person).await;
        assert_eq!((now, was.len()), (vec!["Giám đốc, Sở Kế hoạch".to_owned()], 0), "{name}");
        assert_eq!(read::units(app).await.unwrap().len(), 3, "{name}");
    }
    for request in of.requests {
        of.chief.decide(&office, request, Verb::Approve).await.unwrap();
    }
}
