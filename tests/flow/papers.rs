//! What stands beside a document: copies once it is finished, paper with its reason, comments beside its pages.

use trien_core::decision::Verb;
use trien_core::digest::Sha256;
use trien_core::document::Text;
use trien_core::id::{RequestId, UnitId};
use trien_core::papers::{CommentView, CopyTo, NewComment, OnPaper};
use trien_core::problem::ProblemKind;
use trien_core::wire::{RequestView, SyncQuery};
use trien_server::flow::account::{
    self, Grant, Login, NewAccount, Officer, Password, Role, SignIn,
};
use trien_server::flow::act::Act;
use trien_server::flow::admin::{self, KeyPolicy, NewUnit};
use trien_server::flow::change::{Changer, UnitChange, UnitChoices, carry_out_unit, look_unit};
use trien_server::flow::on_paper::PaperReason;
use trien_server::flow::submit::submit;
use trien_server::flow::{FlowError, Thing, comments, copies, on_paper, read, recall};

use crate::account::administrator;
use crate::exchange::officer;
use crate::office::Office;
use crate::on_both;
use crate::phone::Phone;

on_both!(
    copies_are_delivered_when_all_have_signed_and_not_before,
    a_full_disk_keeps_nobody_from_reading_a_copy,
    what_was_taken_back_is_delivered_to_nobody,
    whoever_has_no_copy_sees_nothing_of_it,
    a_copy_for_a_unit_that_was_merged_goes_to_the_one_it_is_part_of,
    a_document_that_also_goes_on_paper_says_why,
    what_was_signed_and_went_on_paper_is_counted_by_unit_and_reason,
    what_is_not_listed_is_counted_all_the_same,
    comments_stand_beside_a_page_until_the_request_ends,
    whoever_has_no_part_neither_reads_nor_writes_comments,
);

fn text<const MAX: usize>(text: &str) -> Text<MAX> {
    Text::new(text).unwrap()
}

async fn unit_below(office: &Office, name: &str) -> UnitId {
    let keys = KeyPolicy::SoftwareAllowed;
    let new = NewUnit { name: text(name), parent: Some(office.unit.id), keys, level: None };
    admin::add_unit(&office.app, &Act::COMMAND_LINE, new).await.unwrap().id
}

/// Somebody with a role in a unit below.
async fn there(office: &Office, login: &str, unit: UnitId, role: Role) -> Officer {
    const SENTENCE: &str = "trời xanh mây trắng nắng vàng";
    let first = administrator(office).await;
    let new = NewAccount {
        login: Login::parse(login).unwrap(),
        name: text(login),
        password: Password::choose(SENTENCE, login).unwrap(),
        grants: vec![Grant { unit, role }],
    };
    account::create(&office.app, &first, new).await.unwrap();
    let password = Password::typed(SENTENCE);
    let asked = SignIn { login: login.to_owned(), password, client: "test".to_owned() };
    let token = account::sign_in(&office.app, asked).await.unwrap();
    account::officer(&office.app, &token, account::Use::Acts).await.unwrap()
}

async fn view(office: &Office, request: RequestId) -> RequestView {
    read::request(&office.app, &office.caller, request).await.unwrap()
}

async fn list(office: &Office, of: &Officer, unit: UnitId) -> Vec<RequestId> {
    let page = copies::list(&office.app, of, unit, None, 50).await.unwrap();
    page.copies.iter().map(|request| request.id).collect()
}

async fn synced(office: &Office, phone: &Phone) -> Vec<RequestId> {
    let answer = phone.sync(&office.app, SyncQuery::default()).await.unwrap();
    answer.requests.iter().map(|request| request.id).collect()
}

pub async fn copies_are_delivered_when_all_have_signed_and_not_before(office: Office) {
    let app = &office.app;
    let below = unit_below(&office, "Sở Nội vụ").await;
    let clerk = there(&office, "van-thu-so", below, Role::Clerk).await;
    let auditor = there(&office, "kiem-tra-so", below, Role::Auditor).await;
    let an = office.person("Nguyễn Văn An").await;
    let binh = office.person("Trần Thị Bình").await;
    let (signs, receives) = (Phone::enroll(&office, an).await, Phone::enroll(&office, binh).await);
    let mut package = office.package(&[an]);
    package.submission.copies = vec![CopyTo::Unit { unit: below }, CopyTo::Person { person: binh }];
    let request = office.queue_package(package).await;
    let missing = FlowError::NotFound(Thing::Request);
    assert!(list(&office, &clerk, below).await.is_empty());
    assert_eq!(copies::one(app, &clerk, request).await, Err(missing));
    assert!(synced(&office, &receives).await.is_empty(), "nothing before all have signed");
    let document = view(&office, request).await.documents[0].current.sha256;
    let early = receives.authenticated(app).await;
    let early = read::document_for_device(app, &early, document).await;
    assert_eq!(early.err(), Some(FlowError::NotFound(Thing::Document)));
    signs.decide(&office, request, Verb::Approve).await.unwrap();
    let sent = view(&office, request).await.copies;
    let [unit, person] = &sent[..] else { panic!("{sent:?}") };
    assert!(unit.delivered_at.is_some() && person.delivered_at.is_some());
    assert!(unit.opened_at.is_none() && person.opened_at.is_none());
    assert_eq!(list(&office, &clerk, below).await, [request]);
    let seen = copies::one(app, &auditor, request).await.unwrap();
    assert_eq!(seen.copies.len(), 1, "whom else it went to is not theirs to know");
    assert!(seen.copies[0].opened_at.is_none(), "who audits opens nothing");
    let file = copies::document(app, &clerk, request).await.unwrap();
    assert_eq!(file.document.sha256, view(&office, request).await.documents[0].current.sha256);
    let shown = receives.sync(app, SyncQuery::default()).await.unwrap();
    let of_phone = &shown.requests[0];
    assert_eq!((shown.requests.len(), of_phone.id), (1, request));
    assert_eq!(of_phone.copies.len(), 1, "the other one is nothing to them");
    let signed = receives.download(app, file.document.sha256).await;
    assert_eq!(Sha256::of(&signed), file.document.sha256);
    let opened: Vec<_> = view(&office, request).await.copies;
    assert!(opened.iter().all(|copy| copy.opened_at.is_some()), "each is a receipt: {opened:?}");
    office.clock.forward(3600);
    receives.download(app, file.document.sha256).await;
    copies::one(app, &clerk, request).await.unwrap();
    assert_eq!(view(&office, request).await.copies, opened, "of the first time");
}

async fn a_full_disk_keeps_nobody_from_reading_a_copy(office: Office) {
    // What the databases answer where no room is left: SQLite where no number is either.
    const FULL_SQLITE: &str = "CREATE TABLE no_room (id INTEGER PRIMARY KEY AUTOINCREMENT); \
        INSERT INTO no_room VALUES (9223372036854775807); \
        CREATE TRIGGER full_disk BEFORE UPDATE ON request_copy BEGIN \
            INSERT INTO no_room VALUES (NULL); END";
    const FULL_POSTGRES: &str = "CREATE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS \
            $$ BEGIN RAISE EXCEPTION 'no space left' USING ERRCODE = '53100'; END $$; \
        CREATE TRIGGER full_disk BEFORE UPDATE ON request_copy \
            FOR EACH ROW EXECUTE FUNCTION full_disk()";
    let app = &office.app;
    let below = unit_below(&office, "Sở Nội vụ").await;
    let clerk = there(&office, "van-thu-so", below, Role::Clerk).await;
    let (an, binh) = (office.person("Nguyễn Văn An").await, office.person("Trần Thị Bình").await);
    let (signs, receives) = (Phone::enroll(&office, an).await, Phone::enroll(&office, binh).await);
    let mut package = office.package(&[an]);
    package.submission.copies = vec![CopyTo::Unit { unit: below }, CopyTo::Person { person: binh }];
    let request = office.queue_package(package).await;
    signs.decide(&office, request, Verb::Approve).await.unwrap();
    let on_postgres = app.settings().database_url.is_some();
    let full = if on_postgres { FULL_POSTGRES } else { FULL_SQLITE };
    sqlx::raw_sql(full).execute(&mut office.database().await).await.unwrap();
    let signed = view(&office, request).await.documents[0].current.sha256;
    assert_eq!(Sha256::of(&receives.download(app, signed).await), signed);
    let file = copies::document(app, &clerk, request).await.unwrap();
    assert_eq!(file.document.sha256, signed);
    assert_eq!(copies::one(app, &clerk, request).await.unwrap().id, request);
    let copies = view(&office, request).await.copies;
    assert!(copies.iter().all(|copy| copy.opened_at.is_none()), "nothing was written: {copies:?}");
}

async fn what_was_taken_back_is_delivered_to_nobody(office: Office) {
    let below = unit_below(&office, "Sở Nội vụ").await;
    let clerk = there(&office, "van-thu-so", below, Role::Clerk).await;
    let an = office.person("Nguyễn Văn An").await;
    let phone = Phone::enroll(&office, an).await;
    let mut requests = Vec::new();
    for _ in 0..2 {
        let mut package = office.package(&[an]);
        package.submission.copies = vec![CopyTo::Unit { unit: below }];
        requests.push(office.queue_package(package).await);
    }
    recall::by_key(&office.app, &office.caller, requests[0], None).await.unwrap();
    phone.decide(&office, requests[1], Verb::Reject).await.unwrap();
    assert!(list(&office, &clerk, below).await.is_empty());
    for request in requests {
        assert!(view(&office, request).await.copies[0].delivered_at.is_none());
        let hidden = copies::document(&office.app, &clerk, request).await.err();
        assert_eq!(hidden, Some(FlowError::NotFound(Thing::Request)));
    }
}

async fn whoever_has_no_copy_sees_nothing_of_it(office: Office) {
    let app = &office.app;
    let (below, beside) =
        (unit_below(&office, "Sở Nội vụ").await, unit_below(&office, "Sở Y tế").await);
    let other = there(&office, "van-thu-y-te", beside, Role::Clerk).await;
    let enrolls = there(&office, "dang-ky-so", below, Role::EnrollmentOfficer).await;
    let an = office.person("Nguyễn Văn An").await;
    let binh = office.person("Trần Thị Bình").await;
    let (signs, stranger) = (Phone::enroll(&office, an).await, Phone::enroll(&office, binh).await);
    let mut package = office.package(&[an]);
    package.submission.copies = vec![CopyTo::Unit { unit: below }];
    let request = office.queue_package(package).await;
    signs.decide(&office, request, Verb::Approve).await.unwrap();
    let missing = FlowError::NotFound(Thing::Request);
    assert_eq!(copies::one(app, &other, request).await, Err(missing));
    let elsewhere = copies::list(app, &other, below, None, 50).await;
    assert_eq!(elsewhere.err(), Some(FlowError::NotFound(Thing::Unit)));
    assert_eq!(copies::one(app, &enrolls, request).await, Err(FlowError::Forbidden));
    assert!(synced(&office, &stranger).await.is_empty());
    let twice = vec![CopyTo::Unit { unit: below }; 2];
    let mut package = office.package(&[an]);
    package.submission.copies = twice;
    let refused = submit(app, &office.caller, package).await.unwrap_err();
    assert_eq!(refused.problem(), ProblemKind::InvalidRequest, "no unit gets two");
    let mut package = office.package(&[an]);
    package.submission.copies = vec![CopyTo::Unit { unit: UnitId::from_bytes([7; 16]) }];
    let refused = submit(app, &office.caller, package).await;
    assert_eq!(refused, Err(FlowError::NotFound(Thing::Unit)));
}

async fn a_copy_for_a_unit_that_was_merged_goes_to_the_one_it_is_part_of(office: Office) {
    let (old, new) = (unit_below(&office, "Sở Nội vụ").await, unit_below(&office, "Sở Y tế").await);
    let clerk = there(&office, "van-thu-so", new, Role::Clerk).await;
    let an = office.person("Nguyễn Văn An").await;
    let phone = Phone::enroll(&office, an).await;
    let mut package = office.package(&[an]);
    package.submission.copies = vec![CopyTo::Unit { unit: old }];
    let request = office.queue_package(package).await;
    let (app, by) = (&office.app, Changer::CommandLine);
    let choices = UnitChoices::default();
    let merge = UnitChange::Merge { into: new };
    let plan = look_unit(app, by, old, merge, choices).await.unwrap();
    let act = Act { why: Some(text("NQ 12")), ..Act::COMMAND_LINE };
    carry_out_unit(app, by, &act, plan).await.unwrap();
    phone.decide(&office, request, Verb::Approve).await.unwrap();
    assert_eq!(list(&office, &clerk, new).await, [request]);
}

async fn what_was_signed_and_went_on_paper_is_counted_by_unit_and_reason(office: Office) {
    let (app, an) = (&office.app, office.person("Nguyễn Văn An").await);
    let phone = Phone::enroll(&office, an).await;
    let clerk = officer(&office, "van-thu", Role::Clerk).await;
    let (words, others) =
        (OnPaper::Other(text("lưu hồ sơ gốc")), OnPaper::Other(text("nơi nhận chưa có mạng")));
    let paper = |why: &OnPaper| {
        let mut package = office.package(&[an]);
        package.submission.on_paper = Some(why.clone());
        package
    };
    for why in [&words, &others, &OnPaper::Finance] {
        let request = office.queue_package(paper(why)).await;
        phone.decide(&office, request, Verb::Approve).await.unwrap();
    }
    // Neither what still waits or was refused, nor what goes without paper.
    office.queue_package(paper(&OnPaper::Finance)).await;
    let refused = office.queue_package(paper(&OnPaper::Finance)).await;
    phone.decide(&office, refused, Verb::Reject).await.unwrap();
    let without = office.queue(&[an]).await;
    phone.decide(&office, without, Verb::Approve).await.unwrap();
    let found = on_paper::counted(app, &clerk, "", "").await.unwrap();
    assert_eq!((found.first.to_string(), found.whole), ("2026-10-01".to_owned(), 3));
    let told: Vec<_> = found.counts.iter().map(|one| (one.unit.id, one.why, one.count)).collect();
    let unit = office.unit.id;
    let expected = [(unit, PaperReason::Finance, 1), (unit, PaperReason::Other, 2)];
    assert_eq!(told, expected, "reasons in words are one");
    assert!(!found.more);
    let earlier = on_paper::counted(app, &clerk, "2020-01-01", "2020-12-31").await.unwrap();
    assert_eq!(earlier.counts, []);
    for (from, to) in [("2026-13-01", ""), ("2026-11-02", "2026-11-01"), ("x", "")] {
        let unclear = on_paper::counted(app, &clerk, from, to).await;
        assert!(matches!(unclear, Err(FlowError::BadRequest(_))), "{from} {to}: {unclear:?}");
    }
    let first = administrator(&office).await;
    let hidden = on_paper::counted(app, &first, "", "").await;
    assert_eq!(hidden, Err(FlowError::Forbidden), "documents are none of their work");
}

async fn what_is_not_listed_is_counted_all_the_same(office: Office) {
    // Five reasons in each of a hundred units fill the list; one more unit has another one.
    const AGAIN: &str = "INSERT INTO request (id, unit, submitter, revision, metadata, state, \
        open_step, queued_at, expires_at, change, on_paper) SELECT $1, $2, submitter, revision, \
        metadata, 'completed', open_step, queued_at, expires_at, $3, $4 FROM request \
        WHERE on_paper IS NULL";
    const REASONS: [&str; 5] =
        ["\"legislation\"", "\"finance\"", "\"personnel\"", "\"complaints\"", "{\"other\":\"x\"}"];
    let (app, an) = (&office.app, office.person("Nguyễn Văn An").await);
    let clerk = officer(&office, "van-thu", Role::Clerk).await;
    let names: Vec<String> = (0..101).map(|number| format!("Phòng {number}")).collect();
    let units = names.iter().map(|name| unit_below(&office, name));
    let units = futures_util::future::join_all(units).await;
    office.queue(&[an]).await;
    let lines = units.iter().flat_map(|unit| REASONS.map(|why| (unit, why)));
    let mut database = office.database().await;
    sqlx::query("BEGIN").execute(&mut database).await.unwrap();
    for ((unit, why), number) in lines.take(501).zip(1_i64..) {
        let id =
            RequestId::from_bytes((1_u128 << 64 | u128::from(number.unsigned_abs())).to_be_bytes());
        let add = sqlx::query(AGAIN).bind(id.as_bytes().to_vec()).bind(unit.as_bytes().to_vec());
        let added = add.bind(1_000_000 + number).bind(why).execute(&mut database).await;
        assert_eq!(added.unwrap().rows_affected(), 1);
    }
    sqlx::query("COMMIT").execute(&mut database).await.unwrap();
    let found = on_paper::counted(app, &clerk, "", "").await.unwrap();
    assert_eq!((found.counts.len(), found.more, found.whole), (500, true, 501));
}

async fn a_document_that_also_goes_on_paper_says_why(office: Office) {
    let an = office.person("Nguyễn Văn An").await;
    let phone = Phone::enroll(&office, an).await;
    let why = OnPaper::Other(text("lưu hồ sơ gốc"));
    let mut package = office.package(&[an]);
    package.submission.on_paper = Some(why.clone());
    let request = office.queue_package(package).await;
    assert_eq!(view(&office, request).await.on_paper, Some(why.clone()));
    let (seen, _) = phone.see(&office.app, request).await;
    assert_eq!(seen.on_paper, Some(why), "the signer sees it too");
    phone.decide(&office, request, Verb::Approve).await.unwrap();
    let json = |text: &str| serde_json::from_str::<OnPaper>(text);
    assert_eq!(json("\"finance\"").unwrap(), OnPaper::Finance);
    assert!(json("{\"other\":\"\"}").is_err(), "a reason of one's own has words");
}

fn beside(page: u32, said: &str) -> NewComment {
    NewComment { document: 0, page, text: text(said) }
}

async fn of_caller(office: &Office, request: RequestId) -> Vec<CommentView> {
    comments::list_of_caller(&office.app, &office.caller, request).await.unwrap()
}

pub async fn comments_stand_beside_a_page_until_the_request_ends(office: Office) {
    let app = &office.app;
    let clerk = officer(&office, "van-thu", Role::Clerk).await;
    let second = officer(&office, "van-thu-2", Role::Clerk).await;
    let an = office.person("Nguyễn Văn An").await;
    let phone = Phone::enroll(&office, an).await;
    let request = office.queue(&[an]).await;
    let before = view(&office, request).await;
    let first = comments::write(app, &clerk, request, beside(1, "sai tên đơn vị")).await.unwrap();
    office.clock.forward(1);
    let device = phone.authenticated(app).await;
    let own = comments::write_by_device(app, &device, request, beside(2, "đã xem")).await.unwrap();
    let replayed = comments::write_by_device(app, &device, request, beside(2, "đã xem")).await;
    assert_eq!(replayed, Err(FlowError::Replayed));
    let seen = comments::list(app, &clerk, request).await.unwrap();
    let said: Vec<_> = seen.iter().map(|one| (one.page, one.text.as_deref(), one.mine)).collect();
    assert_eq!(said, [(1, Some("sai tên đơn vị"), true), (2, Some("đã xem"), false)]);
    assert_eq!(
        view(&office, request).await,
        before,
        "nothing of it is in the document or the request"
    );
    let missing = Err(FlowError::NotFound(Thing::Comment));
    assert_eq!(comments::withdraw(app, &second, request, first).await, missing, "another one's");
    assert_eq!(comments::withdraw(app, &clerk, request, own).await, missing);
    comments::withdraw(app, &clerk, request, first).await.unwrap();
    assert_eq!(comments::withdraw(app, &clerk, request, first).await, missing, "it is gone");
    let device = phone.authenticated(app).await;
    let listed = comments::list_of_device(app, &device, request).await.unwrap();
    assert!(listed[0].text.is_none() && listed[0].withdrawn_at.is_some(), "who and when stays");
    assert!(listed[1].mine);
    let nowhere = NewComment { document: 7, page: 1, text: text("?") };
    let nowhere = comments::write(app, &clerk, request, nowhere).await;
    assert_eq!(nowhere, Err(FlowError::NotFound(Thing::Document)));
    phone.decide(&office, request, Verb::Approve).await.unwrap();
    let late = comments::write(app, &clerk, request, beside(1, "muộn")).await;
    assert_eq!(late, Err(FlowError::RequestEnded));
    let device = phone.authenticated(app).await;
    let late = comments::withdraw_by_device(app, &device, request, own).await;
    assert_eq!(late, Err(FlowError::RequestEnded), "and nothing is taken away any more");
    assert_eq!(of_caller(&office, request).await.len(), 2);
}

async fn whoever_has_no_part_neither_reads_nor_writes_comments(office: Office) {
    let app = &office.app;
    let below = unit_below(&office, "Sở Nội vụ").await;
    let other = there(&office, "van-thu-so", below, Role::Clerk).await;
    let auditor = officer(&office, "kiem-tra", Role::Auditor).await;
    let an = office.person("Nguyễn Văn An").await;
    let binh = office.person("Trần Thị Bình").await;
    Phone::enroll(&office, an).await;
    let stranger = Phone::enroll(&office, binh).await;
    let request = office.queue(&[an]).await;
    let missing = FlowError::NotFound(Thing::Request);
    let written = comments::write(app, &auditor, request, beside(1, "?")).await;
    assert_eq!(written, Err(FlowError::Forbidden), "who audits reads only");
    assert!(comments::list(app, &auditor, request).await.unwrap().is_empty());
    assert_eq!(comments::list(app, &other, request).await, Err(missing.clone()));
    let written = comments::write(app, &other, request, beside(1, "?")).await;
    assert_eq!(written, Err(missing.clone()));
    let device = stranger.authenticated(app).await;
    assert_eq!(comments::list_of_device(app, &device, request).await, Err(missing.clone()));
    let written = comments::write_by_device(app, &device, request, beside(1, "?")).await;
    assert_eq!(written, Err(missing));
    assert!(of_caller(&office, request).await.is_empty());
}
