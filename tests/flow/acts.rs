//! Every act stands in the log with who, what, why, before and after; and those who may, read it.

use std::collections::BTreeSet;

use serde_json::Value;
use sqlx::{AnyConnection, Row as _};
use trien_core::cbor;
use trien_core::digest::Sha256;
use trien_core::document::Text;
use trien_core::id::{PersonId, UnitId};
use trien_core::log::leaf::{Leaf, Salt};
use trien_core::log::tree::{Frontier, leaf_hash};
use trien_core::register::CertificateKind;
use trien_server::flow::account::{Grant, Login, NewAccount, Officer, Password, Role};
use trien_server::flow::act::kind::{Kind, Reason};
use trien_server::flow::act::{Act, Actor};
use trien_server::flow::acts::{self, ActView, Author, Filter, Kept, Misfit, PAGE, Reader};
use trien_server::flow::admin::{self, KeyPolicy};
use trien_server::flow::change::{
    Certificates, Changer, Keys, UnitChange, UnitChoices, carry_out_unit, look_unit,
};
use trien_server::flow::device::{self, RevocationReason};
use trien_server::flow::register::{Elsewhere, Found};
use trien_server::flow::{
    FlowError, Thing, exchange as exchange_flow, key, levels, read, register as register_flow,
    submit as submit_flow,
};
use trien_server::text::Language;

use crate::account::administrator;
use crate::exchange::officer;
use crate::office::Office;
use crate::on_both;
use crate::phone::{Approved, Phone};
use crate::{
    account, admin_token, attest, change, delegate, document_signer, enroll, exchange, import,
    lists, lost, numbers, papers, passkey, policy, prompt, provider, recall, record, register,
    renewal, replace, resume, roles, slip, submit, templates, time, versions, waves, webhook,
};

on_both! {
    an_act_without_its_reason_is_refused,
    what_follows_from_another_act_names_it,
    acts_are_read_within_reach,
    filters_and_pages_give_each_act_once,
    each_row_that_was_changed_is_named,
    a_log_that_was_rewritten_whole_is_told_by_a_checkpoint_that_was_kept,
    what_an_older_release_stated_is_found,
    a_statement_says_what_each_row_of_a_table_did,
}

/// The log of an office, read after a case is done with it.
pub struct Log(AnyConnection);

impl Log {
    /// Opens it before the case: afterwards the folder is gone, but not for whoever has it open.
    pub async fn of(office: &Office) -> Self {
        let mut log = Self(office.database().await);
        assert!(!log.statements().await.is_empty());
        log
    }

    async fn statements(&mut self) -> Vec<(Leaf, Value)> {
        let sql = "SELECT l.data, s.body FROM statement s JOIN log_leaf l ON l.seq = s.leaf \
            ORDER BY s.leaf";
        let rows = sqlx::query(sql).fetch_all(&mut self.0).await.unwrap();
        let read = |row: &sqlx::any::AnyRow| {
            let body: String = row.get(1);
            let leaf = cbor::decode(row.get::<&[u8], _>(0), 1024).unwrap();
            (leaf, serde_json::from_str(&body).unwrap_or_default())
        };
        rows.iter().map(read).collect()
    }

    /// Looks at each statement, and gives the kinds that it found.
    pub async fn check(mut self) -> BTreeSet<Kind> {
        let mut found = BTreeSet::new();
        for (leaf, said) in self.statements().await {
            // A case may have spoiled it on purpose.
            let Some(name) = said["act"].as_str() else { continue };
            let kind = Kind::stated(leaf.kind, name);
            let kind = kind.unwrap_or_else(|| panic!("no kind of act is {:?} {name}", leaf.kind));
            says_all(kind, &said);
            found.insert(kind);
        }
        found
    }
}

fn says_all(kind: Kind, said: &Value) {
    let slug = kind.slug();
    let by = &said["by"];
    assert!(by.is_string() || by["device"].is_string(), "{slug} says not who: {said}");
    let (before, after) = (said.get("before"), said.get("after"));
    let side = |value: Option<&Value>| value.is_some_and(|it| it.is_object() || it.is_null());
    assert!(side(before) && side(after), "{slug} says not what it changed: {said}");
    assert_ne!(before, after, "{slug} changed nothing: {said}");
    let by_account = by.as_str().is_some_and(|by| !["server", "command-line"].contains(&by));
    let reason = ["why", "for", "with"].iter().any(|word| said[*word].is_string());
    match kind.reason() {
        Reason::Required => assert!(reason || !by_account, "{slug} says not why: {said}"),
        Reason::Optional => {}
        Reason::None => assert!(said["why"].is_null(), "{slug} has a reason: {said}"),
    }
}

macro_rules! done {
    ($($module:ident::$case:ident,)+) => {{
        let mut done = BTreeSet::new();
        // Each on the heap: side by side they are more than a thread's stack holds.
        $(done.extend(Box::pin(async {
            let office = Office::on_sqlite().await;
            let log = Log::of(&office).await;
            $module::$case(office).await;
            log.check().await
        }).await);)+
        done
    }};
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_kind_of_act_is_done_and_says_who_what_why_before_and_after() {
    let done = done![
        account::the_first_account_is_made_once_with_the_newest_code,
        account::nobody_ends_the_own_account,
        account::a_session_ends_by_itself_and_at_once_with_its_account,
        roles::a_ca_officer_is_proposed_by_one_and_confirmed_by_another,
        roles::a_role_is_taken_by_one_and_gone_at_the_next_click,
        roles::another_ones_sessions_are_ended_by_who_administers_all_of_the_account,
        roles::a_proposal_ends_with_its_time_its_author_and_the_account,
        admin_token::a_token_ends_with_its_time_by_hand_and_with_its_account,
        admin_token::a_new_password_ends_the_tokens,
        passkey::a_passkey_signs_in_until_it_is_removed,
        provider::somebody_links_the_own_account_and_signs_in,
        provider::a_proof_at_the_provider_stands_for_the_password_once,
        provider::a_link_ends_with_its_account_and_its_removal,
        change::whoever_moves_loses_the_certificate_of_the_old_post_and_the_steps_go_to_another,
        change::a_new_title_in_the_same_unit_keeps_phone_and_steps_if_that_is_chosen,
        change::whoever_leaves_keeps_nothing,
        change::a_key_that_waits_for_its_certificate_ends_with_the_post,
        change::a_step_that_nobody_can_take_goes_back_with_the_reason,
        change::a_seal_goes_to_another_clerk_by_a_new_certificate,
        change::a_merged_unit_goes_over_whole_and_keeps_its_name,
        change::a_renamed_unit_keeps_its_old_name_and_ends_what_says_it,
        change::a_dissolved_unit_leaves_nothing_that_acts,
        change::a_new_unit_takes_the_people_who_are_named,
        change::where_certificates_come_from_stays_through_a_split_and_a_merge,
        import::units_are_added_in_any_order_and_changed_by_their_codes,
        import::people_are_added_and_changed_by_their_staff_numbers,
        policy::a_level_is_a_floor_for_all_units_below,
        prompt::a_unit_that_moves_asks_no_less_often_than_before,
        exchange::a_key_waits_until_an_outside_authority_has_certified_it,
        exchange::trust_takes_two_persons,
        exchange::a_request_can_be_withdrawn_while_it_waits,
        exchange::what_is_revoked_here_stands_in_a_list_for_the_authority,
        waves::a_wave_is_planned_and_closed_where_one_may,
        lists::a_server_that_was_not_restarted_issues_nothing_with_a_revoked_authority,
        lists::the_roots_list_is_renewed_before_it_ends_where_its_key_is,
        enroll::a_refused_device_stays_refused,
        enroll::a_cancelled_invitation_leads_nowhere_and_turns_its_waiting_phone_away,
        enroll::an_invitation_sent_again_ends_the_one_before,
        enroll::a_key_in_a_token_is_taken_once_an_officer_typed_the_tokens_serial_number,
        slip::wrong_digits_five_times_end_the_code_and_are_counted_for_both_sides,
        slip::no_row_holds_the_digits_and_the_log_tells_of_each_act,
        resume::one_asks_and_another_confirms,
        resume::nobody_confirms_what_they_asked_for,
        resume::a_proposal_ends_with_its_time_its_device_and_its_author,
        renewal::a_renewed_phone_certificate_says_which_renewed_it_and_the_new_one_which_it_renews,
        replace::a_phone_works_until_its_replacement_is_active_and_ends_in_the_same_act,
        replace::a_phone_whose_approval_key_is_gone_asks_for_a_replacement_itself,
        lost::a_phone_reports_another_one_of_its_person_which_stops_at_once,
        attest::a_new_status_list_lowers_the_devices_that_it_names,
        record::a_clerks_seal_is_recorded_once_and_ends_with_its_reason,
        register::a_validity_ends_once_and_the_device_goes_on_being_suspended,
        submit::a_key_that_ended_or_moved_meanwhile_queues_nothing,
        templates::editing_makes_a_version_and_requests_keep_theirs,
        papers::copies_are_delivered_when_all_have_signed_and_not_before,
        papers::comments_stand_beside_a_page_until_the_request_ends,
        numbers::reserved_numbers_are_one_documents_each,
        numbers::the_register_gives_number_and_date_and_the_seal_writes_them,
        time::an_absence_stands_beside_its_person_until_it_is_over,
        time::a_clerk_reminds_by_hand_once_an_hour_and_the_rules_say_no_more_that_day,
        time::what_waits_too_long_is_told_above_once_and_gives_nobody_a_part,
        delegate::what_ended_meanwhile_is_refused_with_a_leaf_and_shown_no_more,
        document_signer::a_certificate_signs_documents_only_once_an_officer_says_so,
        recall::only_a_clerk_of_the_unit_takes_a_request_back_and_says_why,
        versions::a_returned_request_comes_back_as_a_new_version,
        webhook::whoever_administers_the_unit_pauses_a_webhook_and_loses_nothing,
        webhook::two_secrets_sign_for_a_day_and_an_ended_webhook_is_told_nothing,
    ];
    let office = Office::on_sqlite().await;
    let log = Log::of(&office).await;
    a_full_unit_merges(&office).await;
    a_proposed_authority_is_declined(&office).await;
    a_level_comes_and_is_renamed(&office).await;
    expired_request(&office).await;
    let mut done = done;
    done.extend(log.check().await);
    let missing: Vec<_> = Kind::ALL.iter().filter(|kind| !done.contains(kind)).collect();
    assert!(missing.is_empty(), "nothing here does {missing:?}");
}

async fn a_level_comes_and_is_renamed(office: &Office) {
    let (app, by) = (&office.app, levels::Changer::CommandLine);
    let name = |text: &str| Text::new(text).unwrap();
    let level = levels::add(app, by, &name("Khu vực"), Some("province"), None).await.unwrap();
    levels::rename(app, by, &level.code, &name("Vùng"), None).await.unwrap();
}

/// A unit with a certificate on a token, a document on its way and a role of its own goes over into another one.
async fn a_full_unit_merges(office: &Office) {
    let app = &office.app;
    let (from, into) = (unit_below(office, "Sở Một").await, unit_below(office, "Sở Hai").await);
    let (clerk, leader) =
        (person_in(office, from, "Bình").await, person_in(office, office.unit.id, "An").await);
    let token = Found {
        file: record::certificate(office),
        person: clerk,
        unit: from,
        kind: CertificateKind::Personal,
        home: Elsewhere::Token,
        prompt_policy: None,
        renews: None,
    };
    register_flow::add(app, &ACT, token).await.unwrap();
    let grants = vec![Grant { unit: from, role: Role::Auditor }];
    let new = NewAccount {
        login: Login::parse("kiem-tra").unwrap(),
        name: Text::new("Kiểm tra").unwrap(),
        password: Password::choose("trời xanh mây trắng nắng vàng", "kiem-tra").unwrap(),
        grants,
    };
    let above = administrator(office).await;
    trien_server::flow::account::create(app, &above, new).await.unwrap();
    let token = key::create(app, from, &[key::Scope::Submit], "văn bản").await.unwrap().token;
    let caller = key::authenticate(app, &token).await.unwrap();
    let mut package = office.package(&[leader]);
    package.submission.unit = from;
    submit_flow::submit(app, &caller, package).await.unwrap();
    let choices = UnitChoices {
        certificates: Certificates::Keep,
        keys: Keys::Move,
        ..UnitChoices::default()
    };
    let merge = UnitChange::Merge { into };
    let plan = look_unit(app, Changer::CommandLine, from, merge, choices).await.unwrap();
    carry_out_unit(app, Changer::CommandLine, &ACT, plan).await.unwrap();
}

async fn a_proposed_authority_is_declined(office: &Office) {
    let (app, unit) = (&office.app, office.unit.id);
    let root = exchange::outside_of(office).root();
    let ca = officer(office, "chung", Role::CaOfficer).await;
    exchange_flow::propose(app, &ca, unit, root.as_bytes(), why()).await.unwrap();
    let (id, _) = exchange::only_anchor(office, &ca).await;
    let declined = exchange_flow::act_on(app, &ca, id, exchange_flow::Way::End, Some(why()));
    declined.await.unwrap();
}

async fn expired_request(office: &Office) {
    let person = office.person("Nguyễn Văn An").await;
    office.queue(&[person]).await;
    office.clock.forward(400 * 86_400);
    office.app.start_jobs();
    for _ in 0..200 {
        let mut database = office.database().await;
        let rows = sqlx::query("SELECT body FROM statement ORDER BY leaf DESC LIMIT 1");
        let body: String = rows.fetch_one(&mut database).await.unwrap().get(0);
        if body.contains("\"expired\"") {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    panic!("the request did not expire");
}

fn why() -> Text<500> {
    Text::new("mất máy").unwrap()
}

async fn an_act_without_its_reason_is_refused(office: Office) {
    let app = &office.app;
    let person = office.person("Nguyễn Văn An").await;
    let phone = Phone::enroll(&office, person).await;
    let an = officer(&office, "an", Role::EnrollmentOfficer).await;
    let refused = device::suspend(app, &an.act(None), phone.device).await;
    assert!(matches!(refused, Err(FlowError::BadRequest(_))), "{refused:?}");
    let reason = RevocationReason::KeyCompromise;
    let refused = device::revoke(app, &an.act(None), phone.device, reason).await;
    assert!(matches!(refused, Err(FlowError::BadRequest(_))), "{refused:?}");
    device::suspend(app, &an.act(Some(why())), phone.device).await.unwrap();
    let newest = newest(&office, 1).await;
    assert_eq!(
        (newest[0].kind, newest[0].why.as_deref()),
        (Kind::DeviceSuspended, Some("mất máy"))
    );
    let told = &newest[0].changes[0];
    let sides = (told.before.as_deref(), told.after.as_deref());
    assert_eq!((&*told.field, sides), ("state", (Some("active"), Some("suspended"))));
    assert_eq!(newest[0].person.as_ref().map(|(id, _)| *id), Some(person));
    assert_eq!(newest[0].units.iter().map(|(id, _)| *id).collect::<Vec<_>>(), [office.unit.id]);
    assert_eq!(newest[0].by, Author::Account(an.account, "an".to_owned()));
}

async fn newest(office: &Office, most: u32) -> Vec<ActView> {
    let all = Filter::default();
    acts::list(&office.app, Reader::CommandLine, &all, None, most).await.unwrap().acts
}

async fn what_follows_from_another_act_names_it(office: Office) {
    let app = &office.app;
    let person = office.person("Nguyễn Văn An").await;
    let old = Phone::enroll(&office, person).await;
    let an = officer(&office, "an", Role::EnrollmentOfficer).await;
    let act = an.act(None);
    let invited = trien_server::flow::replace::invite(app, &act, old.device).await.unwrap();
    Approved::with(&office, person, &act, invited.invitation).await;
    let newest = newest(&office, 6).await;
    let revoked = newest.iter().find(|act| act.kind == Kind::DeviceRevoked).unwrap();
    assert_eq!((revoked.why.as_deref(), revoked.with), (None, Some(Kind::DeviceReplaced)));
}

pub async fn unit_below(office: &Office, name: &str) -> UnitId {
    let (name, parent) = (Text::new(name).unwrap(), Some(office.unit.id));
    let made = admin::create_unit(&office.app, &ACT, &name, parent, KeyPolicy::SoftwareAllowed);
    made.await.unwrap().id
}

const ACT: Act = Act::COMMAND_LINE;

async fn person_in(office: &Office, unit: UnitId, name: &str) -> PersonId {
    let (name, title) = (Text::new(name).unwrap(), Text::new("Trưởng phòng").unwrap());
    admin::create_person(&office.app, &ACT, &name, unit, &title).await.unwrap().id
}

async fn acts_are_read_within_reach(office: Office) {
    let app = &office.app;
    let (one, other) =
        (unit_below(&office, "Phòng Một").await, unit_below(&office, "Phòng Hai").await);
    let (an, binh) = (person_in(&office, one, "An").await, person_in(&office, other, "Bình").await);
    let above = administrator(&office).await;
    let within =
        |unit: UnitId, role: Role| Officer { grants: vec![Grant { unit, role }], ..above.clone() };
    let all = Filter::default();
    for role in [Role::Administrator, Role::Auditor] {
        let reader = within(one, role);
        let found = acts::list(app, Reader::Officer(&reader), &all, None, PAGE).await.unwrap();
        let kinds: Vec<_> = found.acts.iter().map(|act| act.kind).collect();
        assert_eq!(kinds, [Kind::PersonAdded, Kind::UnitCreated]);
        assert_eq!(found.acts[0].person.as_ref().map(|(id, _)| *id), Some(an));
        let elsewhere = Filter { unit: Some(other), ..Filter::default() };
        let refused = acts::list(app, Reader::Officer(&reader), &elsewhere, None, PAGE).await;
        assert_eq!(refused, Err(FlowError::NotFound(Thing::Unit)));
        let of_other = Filter { person: Some(binh), ..Filter::default() };
        let found = acts::list(app, Reader::Officer(&reader), &of_other, None, PAGE).await;
        assert_eq!(found.unwrap().acts, []);
    }
    for role in [Role::EnrollmentOfficer, Role::CaOfficer, Role::Clerk] {
        let reader = within(office.unit.id, role);
        let refused = acts::list(app, Reader::Officer(&reader), &all, None, PAGE).await;
        assert_eq!(refused, Err(FlowError::Forbidden));
    }
    // What is of no unit is read above all units, as on the command line.
    let top = acts::list(app, Reader::Officer(&above), &all, None, PAGE).await.unwrap();
    let everything = acts::list(app, Reader::CommandLine, &all, None, PAGE).await.unwrap();
    assert_eq!(top, everything);
}

async fn filters_and_pages_give_each_act_once(office: Office) {
    let app = &office.app;
    let below = unit_below(&office, "Phòng Một").await;
    for number in 0..7 {
        person_in(&office, below, &format!("Người {number}")).await;
    }
    let key = key::create(app, below, &[key::Scope::Read], "thử").await.unwrap().key;
    key::revoke(app, key).await.unwrap();
    let filter = Filter { unit: Some(below), ..Filter::default() };
    let (mut before, mut leaves) = (None, Vec::new());
    loop {
        let page = acts::list(app, Reader::CommandLine, &filter, before, 3).await.unwrap();
        assert!(page.acts.len() <= 3);
        leaves.extend(page.acts.iter().map(|act| act.leaf));
        before = page.next;
        if before.is_none() {
            break;
        }
    }
    assert_eq!(leaves.len(), 10, "a unit, seven people, a key made and a key ended");
    assert!(leaves.is_sorted_by(|one, next| one > next));
    let found = async |filter: Filter| {
        let page = acts::list(app, Reader::CommandLine, &filter, None, PAGE).await.unwrap();
        page.acts.iter().map(|act| act.kind).collect::<Vec<_>>()
    };
    let added = Filter { kind: Some(Kind::PersonAdded), unit: Some(below), ..Filter::default() };
    assert_eq!(found(added).await, [Kind::PersonAdded; 7]);
    let subject = Some(key.as_bytes().to_vec());
    let of_key = Filter { subject, ..Filter::default() };
    assert_eq!(found(of_key).await, [Kind::ApiKeyRevoked, Kind::ApiKeyCreated]);
    let now = trien_core::env::Clock::now(&*office.clock).second();
    let later = Filter { from: Some(now.plus(1)), ..Filter::default() };
    assert_eq!(found(later).await, []);
    let earlier = Filter { until: Some(now), ..Filter::default() };
    assert_eq!(found(earlier).await, []);
    let sheet = acts::export(app, Reader::CommandLine, &filter, Language::Vietnamese).await;
    let sheet = String::from_utf8(sheet.unwrap()).unwrap();
    assert_eq!(sheet.lines().count(), 11);
    assert!(sheet.contains("Thêm cán bộ"), "{sheet}");
}

async fn altered(office: &Office, sql: &'static str) -> Vec<Misfit> {
    let mut database = office.database().await;
    let changed = sqlx::query(sql).execute(&mut database).await.unwrap();
    assert!(changed.rows_affected() > 0, "{sql}");
    acts::verify(&office.app, &Kept::default()).await.unwrap().misfits
}

async fn each_row_that_was_changed_is_named(office: Office) {
    let app = &office.app;
    let person = office.person("Nguyễn Văn An").await;
    let phone = Phone::enroll(&office, person).await;
    device::suspend(app, &ACT, phone.device).await.unwrap();
    let sound = acts::verify(app, &Kept::default()).await.unwrap();
    assert_eq!((sound.misfits.as_slice(), sound.more), (&[][..], 0));
    assert!(sound.leaves > 5);
    let found = altered(&office, "UPDATE statement SET body = '{\"x\":1}' WHERE leaf = 2").await;
    assert_eq!(found, [Misfit::Statement(2, "statement")]);
    assert_eq!(found[0].to_string(), "statement of leaf 2: it is not what was stated");
    let found = altered(&office, "UPDATE act SET kind = 'signed-in' WHERE leaf = 3").await;
    assert_eq!(found[1..], [Misfit::Listed(3)]);
    let sql = "UPDATE log_leaf SET data = (SELECT l.data FROM log_leaf l WHERE l.seq = 3) \
        WHERE seq = 4";
    let found = altered(&office, sql).await;
    assert!(found.contains(&Misfit::Leaf(4)), "{found:?}");
    assert!(!found.contains(&Misfit::Leaf(5)) && !found.contains(&Misfit::Head), "{found:?}");
    let found = altered(&office, "UPDATE log_head SET size = size - 1 WHERE id = 1").await;
    assert!(found.contains(&Misfit::Head), "{found:?}");
}

async fn a_log_that_was_rewritten_whole_is_told_by_a_checkpoint_that_was_kept(office: Office) {
    let app = &office.app;
    let note = read::checkpoint(app).await.unwrap();
    let kept = Kept::read(app, &note).unwrap();
    office.person("Nguyễn Văn An").await;
    let sound = acts::verify(app, &kept).await.unwrap();
    assert_eq!(sound.misfits, []);
    rewrite(&office).await;
    let alone = acts::verify(app, &Kept::default()).await.unwrap();
    assert_eq!(alone.misfits, [], "whoever has the server can make it fit");
    let kept = acts::verify(app, &kept).await.unwrap();
    assert!(matches!(kept.misfits[..], [Misfit::Checkpoint(_)]), "{:?}", kept.misfits);
    assert!(Kept::read(app, "another note").is_err());
    let other = Office::on_sqlite().await;
    let refused = Kept::read(app, &read::checkpoint(&other.app).await.unwrap());
    assert!(refused.is_err(), "it is of another log");
}

/// Changes the first statement, and makes the tree above it anew.
async fn rewrite(office: &Office) {
    let mut database = office.database().await;
    let sql = "UPDATE statement SET body = body || ' ' WHERE leaf = 0";
    sqlx::query(sql).execute(&mut database).await.unwrap();
    let sql = "SELECT l.seq, l.data, s.body, s.salt FROM log_leaf l \
        JOIN statement s ON s.leaf = l.seq ORDER BY l.seq";
    let mut frontier = Frontier::new();
    for row in sqlx::query(sql).fetch_all(&mut database).await.unwrap() {
        let (body, salt): (String, Vec<u8>) = (row.get(2), row.get(3));
        let leaf: Leaf = cbor::decode(row.get::<&[u8], _>(1), 1024).unwrap();
        let (salt, hash) = (Salt(salt.try_into().unwrap()), Sha256::of(body.as_bytes()));
        let data = Leaf::new(leaf.kind, leaf.recorded_at, &salt, &hash).to_cbor();
        let nodes = frontier.append(leaf_hash(&data));
        let nodes: Vec<u8> = nodes.iter().flat_map(|node| node.hash.0).collect();
        let set = sqlx::query("UPDATE log_leaf SET data = $1, nodes = $2 WHERE seq = $3");
        let set = set.bind(data).bind(nodes).bind(row.get::<i64, _>(0));
        set.execute(&mut database).await.unwrap();
    }
    let peaks: Vec<u8> = frontier.peaks().iter().flat_map(|peak| peak.0).collect();
    let set = sqlx::query("UPDATE log_head SET peaks = $1 WHERE id = 1").bind(peaks);
    set.execute(&mut database).await.unwrap();
}

async fn what_an_older_release_stated_is_found(mut office: Office) {
    let person = office.person("Nguyễn Văn An").await;
    Phone::enroll(&office, person).await;
    let before = newest(&office, 200).await;
    assert!(before.len() > 4);
    let mut database = office.database().await;
    for sql in [
        "DELETE FROM act_unit",
        "DELETE FROM act",
        "INSERT INTO act_backlog (leaf) SELECT leaf FROM statement",
    ] {
        sqlx::query(sql).execute(&mut database).await.unwrap();
    }
    assert_eq!(newest(&office, 200).await, []);
    office.reopen().await;
    assert_eq!(newest(&office, 200).await, before);
}

async fn a_statement_says_what_each_row_of_a_table_did(office: Office) {
    use trien_server::flow::import::{self, Kind as Table, Reach};
    let app = &office.app;
    let table = "Họ và tên,Chức vụ,Đơn vị,Số hiệu,Thư điện tử\n\
        Lê Thị Khuê,Trưởng phòng,UBND xã Thử Nghiệm,CB1,khue@example.vn\n";
    for (row, corrected) in
        [(table.to_owned(), None), (table.replace("khue@", "le.khue@"), Some("email"))]
    {
        let plan = import::plan(app, &Reach::EVERYWHERE, Table::People, row.into_bytes()).await;
        let plan = plan.unwrap();
        assert!(plan.is_ready(), "{:?}", plan.problems);
        let act = Act { by: Actor::CommandLine, why: Some(why()), token: None };
        import::carry_out(app, &act, plan).await.unwrap();
        let said = newest(&office, 1).await.remove(0).statement;
        let said: Value = serde_json::from_str(&said).unwrap();
        assert_eq!(said["act"], "people-imported");
        assert!(!said.to_string().contains("khue@"), "an address stands in the log: {said}");
        let after = &said["after"]["rows"][0]["is"];
        match corrected {
            None => assert_eq!(after["position"], "Trưởng phòng"),
            Some(name) => assert_eq!(after["corrected"][0], name),
        }
        assert_eq!(said["after"]["digest"], said["rows"]);
    }
}
