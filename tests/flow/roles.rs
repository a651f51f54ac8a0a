//! Roles are given and taken; that of a CA officer takes two persons once phones are in use.

use trien_core::document::Text;
use trien_core::id::AccountId;
use trien_server::flow::account::{
    self, AccountFilter, AccountPlace, AccountStanding, Given, Grant, Login, NewAccount,
    NewAdminToken, Officer, Password, Role, RoleAct, RoleProposal, SessionToken, Use, Verbs,
};
use trien_server::flow::act::Act;
use trien_server::flow::admin::{self, KeyPolicy};
use trien_server::flow::{FlowError, Thing, overview, resume};
use trien_server::paging::Turn;

use crate::account::{SENTENCE, set_up, sign_in};
use crate::office::Office;
use crate::on_both;
use crate::phone::Phone;

on_both! {
    one_person_gives_every_role_until_a_phone_is_in_use,
    a_ca_officer_is_proposed_by_one_and_confirmed_by_another,
    a_commune_with_one_administrator_finds_the_second_above,
    a_proposal_ends_with_its_time_its_author_and_the_account,
    two_who_confirm_at_once_give_one_role,
    nobody_is_administrator_and_ca_officer_by_any_way,
    a_role_is_taken_by_one_and_gone_at_the_next_click,
    another_ones_sessions_are_ended_by_who_administers_all_of_the_account,
    five_thousand_accounts_are_found_page_by_page,
    whoever_is_removed_acts_no_more_with_a_page_that_was_open,
    administrators_who_remove_each_other_at_once_leave_one,
    an_account_whose_only_role_never_came_is_still_looked_after,
    a_proposal_of_somebody_who_lost_the_role_blocks_nobody,
}

fn why() -> Text<500> {
    Text::new("thay đồng chí nghỉ hưu").unwrap()
}

fn missing(thing: Thing) -> FlowError {
    FlowError::NotFound(thing)
}

async fn officer(office: &Office, token: &SessionToken) -> Officer {
    account::officer(&office.app, token, Use::Acts).await.unwrap()
}

fn new(login: &str, grants: Vec<Grant>) -> NewAccount {
    NewAccount {
        login: Login::parse(login).unwrap(),
        name: Text::new(&format!("Cán bộ {login}")).unwrap(),
        password: Password::choose(SENTENCE, login).unwrap(),
        grants,
    }
}

/// An account made by `by`, signed in.
async fn made(office: &Office, by: &Officer, login: &str, grant: Grant) -> Officer {
    account::create(&office.app, by, new(login, vec![grant])).await.unwrap();
    let token = sign_in(office, login, SENTENCE).await.unwrap();
    officer(office, &token).await
}

fn here(office: &Office, role: Role) -> Grant {
    Grant { unit: office.unit.id, role }
}

/// Two administrators and an auditor, from before a phone was in use; then a phone.
async fn staff(office: &Office) -> [Officer; 3] {
    let token = set_up(office).await;
    let an = officer(office, &token).await;
    let binh = made(office, &an, "binh", here(office, Role::Administrator)).await;
    let chung = made(office, &an, "chung", here(office, Role::Auditor)).await;
    let leader = office.person("Nguyễn Văn An").await;
    Phone::enroll(office, leader).await;
    [an, binh, chung]
}

async fn now(office: &Office, of: &Officer) -> Vec<Grant> {
    let reader = Officer { grants: vec![here(office, Role::Auditor)], ..of.clone() };
    account::one(&office.app, &reader, of.account).await.unwrap().grants
}

async fn one_person_gives_every_role_until_a_phone_is_in_use(office: Office) {
    let token = set_up(&office).await;
    let an = officer(&office, &token).await;
    let ca = here(&office, Role::CaOfficer);
    let chung = made(&office, &an, "chung", ca).await;
    assert_eq!(now(&office, &chung).await, [ca]);
    let binh = made(&office, &an, "binh", here(&office, Role::Auditor)).await;
    let given = account::give(&office.app, &an, binh.account, ca, why()).await;
    assert_eq!(given, Ok(Given::Now));
}

async fn waiting(office: &Office, of: &Officer) -> Vec<RoleProposal> {
    account::roles_waiting(&office.app, of).await.unwrap()
}

pub async fn a_ca_officer_is_proposed_by_one_and_confirmed_by_another(office: Office) {
    let app = &office.app;
    let [an, binh, chung] = staff(&office).await;
    let ca = here(&office, Role::CaOfficer);
    let id = chung.account;
    assert_eq!(account::give(app, &an, id, ca, why()).await, Ok(Given::Proposed));
    assert_eq!(now(&office, &chung).await, [here(&office, Role::Auditor)], "nothing yet");
    let again = account::give(app, &binh, id, ca, why()).await;
    assert!(matches!(again, Err(FlowError::BadRequest(_))), "{again:?}");
    let [open] = &waiting(&office, &binh).await[..] else { panic!("one waits") };
    assert_eq!((&*open.name, &*open.why), ("Cán bộ chung", "thay đồng chí nghỉ hưu"));
    assert_eq!(overview::today(app, &binh).await.unwrap().roles.len(), 1);
    assert_eq!(overview::today(app, &an).await.unwrap().roles.len(), 0, "not the own one");

    let confirm =
        async |by: &Officer| account::on_role(app, by, id, ca, RoleAct::Confirm, None).await;
    assert_eq!(confirm(&an).await, Err(FlowError::Forbidden), "the own proposal");
    assert_eq!(confirm(&chung).await, Err(FlowError::Forbidden), "for oneself");
    // Accounts of the proposer's own making, and of their making, are nobody else.
    let puppet = made(&office, &an, "roi", here(&office, Role::Administrator)).await;
    let second = made(&office, &puppet, "roi-2", here(&office, Role::Administrator)).await;
    for other in [&puppet, &second] {
        assert_eq!(confirm(other).await, Err(FlowError::Forbidden));
    }
    let enrolls = made(&office, &binh, "dang-ky", here(&office, Role::EnrollmentOfficer)).await;
    assert_eq!(confirm(&enrolls).await, Err(FlowError::Forbidden), "another role");
    assert_eq!(confirm(&binh).await, Ok(()));
    assert!(now(&office, &chung).await.contains(&ca));
    assert_eq!(confirm(&binh).await, Err(missing(Thing::Proposal)), "once");
    assert_eq!(waiting(&office, &an).await, []);

    // A new account waits in the same way, and may do nothing until then.
    let id = account::create(app, &an, new("moi", vec![ca])).await.unwrap();
    let token = sign_in(&office, "moi", SENTENCE).await.unwrap();
    let moi = officer(&office, &token).await;
    assert_eq!(moi.require_any(), Err(FlowError::Forbidden));
    assert_eq!(waiting(&office, &binh).await.len(), 1);
    account::on_role(app, &binh, id, ca, RoleAct::Decline, Some(why())).await.unwrap();
    assert_eq!(waiting(&office, &binh).await, []);
    assert_eq!(officer(&office, &token).await.grants, []);
}

async fn a_commune_with_one_administrator_finds_the_second_above(office: Office) {
    let app = &office.app;
    let [an, binh, _] = staff(&office).await;
    let (name, keys) = (Text::new("UBND xã Mây").unwrap(), KeyPolicy::Hardware);
    let act = &Act::COMMAND_LINE;
    let commune = admin::create_unit(app, act, &name, Some(office.unit.id), keys).await.unwrap().id;
    let other = Text::new("UBND xã Gió").unwrap();
    let beside = admin::create_unit(app, act, &other, Some(office.unit.id), keys).await.unwrap().id;
    let there = |unit, role| Grant { unit, role };
    let local = made(&office, &an, "xa", there(commune, Role::Administrator)).await;
    let neighbour = made(&office, &binh, "gio", there(beside, Role::Administrator)).await;
    let clerk = made(&office, &local, "van-thu", there(commune, Role::Auditor)).await;
    let ca = there(commune, Role::CaOfficer);
    let give = account::give(app, &local, clerk.account, ca, why()).await;
    assert_eq!(give, Ok(Given::Proposed));
    let confirm = async |by: &Officer| {
        account::on_role(app, by, clerk.account, ca, RoleAct::Confirm, None).await
    };
    assert_eq!(confirm(&neighbour).await, Err(missing(Thing::Account)), "not theirs to see");
    assert_eq!(waiting(&office, &neighbour).await, []);
    assert_eq!(confirm(&an).await, Err(FlowError::Forbidden), "made whoever asks");
    assert_eq!(confirm(&binh).await, Ok(()));
    let further = here(&office, Role::CaOfficer);
    let give = account::give(app, &local, clerk.account, further, why()).await;
    assert_eq!(give, Err(FlowError::Forbidden), "further than the own role");
}

pub async fn a_proposal_ends_with_its_time_its_author_and_the_account(office: Office) {
    let app = &office.app;
    let [an, binh, chung] = staff(&office).await;
    let (ca, id) = (here(&office, Role::CaOfficer), chung.account);
    let give = async |by: &Officer| account::give(app, by, id, ca, why()).await;
    let confirm =
        async |by: &Officer| account::on_role(app, by, id, ca, RoleAct::Confirm, None).await;
    give(&an).await.unwrap();
    office.clock.forward(resume::MAX_WAIT_SECONDS);
    assert_eq!(confirm(&binh).await, Err(missing(Thing::Proposal)), "its time");
    give(&an).await.unwrap();
    // Whoever asked is no administrator any more.
    let admin = here(&office, Role::Administrator);
    account::withdraw(app, &binh, an.account, admin, why()).await.unwrap();
    assert_eq!(confirm(&binh).await, Err(FlowError::Forbidden));
    account::end(app, &binh, an.account, why()).await.unwrap();
    assert_eq!(confirm(&binh).await, Err(missing(Thing::Proposal)), "its author");
    give(&binh).await.unwrap();
    account::end(app, &binh, id, why()).await.unwrap();
    assert_eq!(waiting(&office, &binh).await, [], "the account");
    let late = account::give(app, &binh, id, ca, why()).await;
    assert_eq!(late, Err(missing(Thing::Account)));
}

async fn two_who_confirm_at_once_give_one_role(office: Office) {
    let app = &office.app;
    let token = set_up(&office).await;
    let an = officer(&office, &token).await;
    let admin = here(&office, Role::Administrator);
    let (binh, dung) =
        (made(&office, &an, "binh", admin).await, made(&office, &an, "dung", admin).await);
    let chung = made(&office, &an, "chung", here(&office, Role::Auditor)).await;
    let leader = office.person("Nguyễn Văn An").await;
    Phone::enroll(&office, leader).await;
    let ca = here(&office, Role::CaOfficer);
    account::give(app, &an, chung.account, ca, why()).await.unwrap();
    let confirm = |by| account::on_role(app, by, chung.account, ca, RoleAct::Confirm, None);
    let done = tokio::join!(confirm(&binh), confirm(&dung));
    let done = [done.0, done.1];
    assert_eq!(done.iter().filter(|done| done.is_ok()).count(), 1, "{done:?}");
    let grants = now(&office, &chung).await;
    assert_eq!(grants.iter().filter(|grant| **grant == ca).count(), 1);
}

async fn nobody_is_administrator_and_ca_officer_by_any_way(office: Office) {
    let app = &office.app;
    let [an, binh, chung] = staff(&office).await;
    let (ca, admin) = (here(&office, Role::CaOfficer), here(&office, Role::Administrator));
    let refused = |given: Result<Given, FlowError>| matches!(given, Err(FlowError::BadRequest(_)));
    assert!(refused(account::give(app, &an, binh.account, ca, why()).await));
    assert!(refused(account::give(app, &an, an.account, ca, why()).await), "nor oneself");
    account::give(app, &an, chung.account, ca, why()).await.unwrap();
    // One that waits counts: both would be confirmed otherwise.
    assert!(refused(account::give(app, &binh, chung.account, admin, why()).await));
    let confirm = account::on_role(app, &binh, chung.account, ca, RoleAct::Confirm, None);
    confirm.await.unwrap();
    assert!(refused(account::give(app, &an, chung.account, admin, why()).await));
}

pub async fn a_role_is_taken_by_one_and_gone_at_the_next_click(office: Office) {
    let app = &office.app;
    let [an, binh, chung] = staff(&office).await;
    let enrolls = here(&office, Role::EnrollmentOfficer);
    let given = account::give(app, &an, chung.account, enrolls, why()).await;
    assert_eq!(given, Ok(Given::Now));
    let again = account::give(app, &an, chung.account, enrolls, why()).await;
    assert!(matches!(again, Err(FlowError::BadRequest(_))), "{again:?}");
    let token = sign_in(&office, "chung", SENTENCE).await.unwrap();
    assert!(officer(&office, &token).await.is(Role::EnrollmentOfficer));
    let withdraw = async |by: &Officer, grant: Grant| {
        account::withdraw(app, by, chung.account, grant, why()).await
    };
    assert_eq!(withdraw(&chung, enrolls).await, Err(FlowError::Forbidden));
    withdraw(&binh, enrolls).await.unwrap();
    let before = account::officer(app, &token, Use::Acts).await;
    assert_eq!(before, Err(FlowError::Unauthenticated), "a session does not outlast a role");
    let token = sign_in(&office, "chung", SENTENCE).await.unwrap();
    assert!(!officer(&office, &token).await.is(Role::EnrollmentOfficer));
    assert_eq!(withdraw(&binh, enrolls).await, Err(missing(Thing::Account)), "once");
    let again = account::give(app, &an, chung.account, enrolls, why()).await;
    assert_eq!(again, Ok(Given::Now), "the clock did not move meanwhile");
    withdraw(&binh, enrolls).await.unwrap();
    let last = withdraw(&binh, here(&office, Role::Auditor)).await;
    assert!(matches!(last, Err(FlowError::BadRequest(_))), "an account without roles is ended");
    let own = account::withdraw(app, &an, an.account, enrolls, why()).await;
    assert!(matches!(own, Err(FlowError::BadRequest(_))), "somebody who can act is left");
}

pub async fn another_ones_sessions_are_ended_by_who_administers_all_of_the_account(office: Office) {
    let app = &office.app;
    let [an, _, chung] = staff(&office).await;
    let name = Text::new("UBND xã Mây").unwrap();
    let keys = KeyPolicy::Hardware;
    let act = &Act::COMMAND_LINE;
    let commune = admin::create_unit(app, act, &name, Some(office.unit.id), keys).await.unwrap().id;
    let there = |role| Grant { unit: commune, role };
    let local = made(&office, &an, "xa", there(Role::Administrator)).await;
    account::give(app, &an, chung.account, there(Role::EnrollmentOfficer), why()).await.unwrap();
    let tokens = [
        sign_in(&office, "chung", SENTENCE).await.unwrap(),
        sign_in(&office, "chung", SENTENCE).await.unwrap(),
    ];
    let end =
        async |by: &Officer, id: AccountId| account::end_sessions_of(app, by, id, why()).await;
    assert_eq!(end(&local, chung.account).await, Err(FlowError::Forbidden), "a part of it only");
    assert_eq!(end(&chung, local.account).await, Err(FlowError::Forbidden));
    for token in &tokens {
        officer(&office, token).await;
    }
    let (label, roles) = (Text::new("máy bị mất").unwrap(), None);
    let new = NewAdminToken { label, verbs: Verbs::Act, roles, days: 90 };
    let by_program =
        account::make_token(app, &chung, Password::typed(SENTENCE), new).await.unwrap();
    end(&an, chung.account).await.unwrap();
    let shown = account::bearer(app, &by_program.text).await;
    assert_eq!(shown, Err(FlowError::Unauthenticated), "a computer that was lost may hold one");
    for token in &tokens {
        let ended = account::officer(app, token, Use::Acts).await;
        assert_eq!(ended, Err(FlowError::Unauthenticated));
    }
    sign_in(&office, "chung", SENTENCE).await.unwrap();
}

const FIVE_THOUSAND: &str = "INSERT INTO account (id, login, name, password, failures, \
    locked_until, created_at, sorting, folded) VALUES ($1, $2, $3, '', 0, 0, 0, $4, $5)";
const THEIR_ROLES: &str =
    "INSERT INTO role_grant (account, unit, role, since) VALUES ($1, $2, $3, 0)";

async fn five_thousand_accounts_are_found_page_by_page(office: Office) {
    use trien_server::fold;
    let [an, ..] = staff(&office).await;
    let mut connection = office.database().await;
    sqlx::raw_sql("BEGIN").execute(&mut connection).await.unwrap();
    for number in 0..5_000_u32 {
        let id = [&number.to_be_bytes()[..], &[7; 12]].concat();
        let (login, name) = (format!("u{number}"), format!("Đặng Thị Thứ {number:04}"));
        let (sorting, folded) = (fold::sorting(&name), fold::folded(&[&name, &login]));
        let insert = sqlx::query(FIVE_THOUSAND).bind(id.clone()).bind(login).bind(name);
        insert.bind(sorting).bind(folded).execute(&mut connection).await.unwrap();
        let role = if number % 1_000 == 0 { "enrollment-officer" } else { "auditor" };
        let unit = office.unit.id.as_bytes().to_vec();
        let insert = sqlx::query(THEIR_ROLES).bind(id).bind(unit).bind(role);
        insert.execute(&mut connection).await.unwrap();
    }
    sqlx::raw_sql("COMMIT").execute(&mut connection).await.unwrap();
    let list = async |filter: &AccountFilter, turn: &Turn<AccountPlace>| {
        account::list(&office.app, &an, filter, turn).await.unwrap()
    };
    let all = AccountFilter::default();
    let first = list(&all, &Turn::First).await;
    assert_eq!((first.accounts.len(), first.previous.is_none()), (50, true));
    let second = list(&all, &Turn::After(first.next.clone().unwrap())).await;
    let back = list(&all, &Turn::Before(second.previous.unwrap())).await;
    assert_eq!(back.accounts, first.accounts);
    assert!(second.accounts.iter().all(|one| !first.accounts.contains(one)));
    let found = |query: &str| AccountFilter { query: query.to_owned(), ..all.clone() };
    for query in ["dang thi thu 4321", "ĐẶNG thứ 4321", "u4321"] {
        let page = list(&found(query), &Turn::First).await;
        assert_eq!(page.accounts.len(), 1, "{query}");
        assert_eq!(page.accounts[0].login, "u4321");
    }
    assert_eq!(list(&found("không có"), &Turn::First).await.accounts, []);
    let role = Some(Role::EnrollmentOfficer);
    let page = list(&AccountFilter { role, ..all.clone() }, &Turn::First).await;
    assert_eq!(page.accounts.len(), 6, "five, and the first account");
    let ended = AccountFilter { standing: Some(AccountStanding::Ended), ..all.clone() };
    assert_eq!(list(&ended, &Turn::First).await.accounts, []);
    let id = page.accounts.iter().find(|one| one.login == "u1000").unwrap().id;
    account::end(&office.app, &an, id, why()).await.unwrap();
    assert_eq!(list(&ended, &Turn::First).await.accounts.len(), 1);
    let active = AccountFilter { role, standing: Some(AccountStanding::Active), ..all.clone() };
    assert_eq!(list(&active, &Turn::First).await.accounts.len(), 5);
    let waits = AccountFilter { standing: Some(AccountStanding::Waiting), ..all.clone() };
    assert_eq!(list(&waits, &Turn::First).await.accounts, []);
    let ca = here(&office, Role::CaOfficer);
    let clerk = list(&found("u77"), &Turn::First).await.accounts;
    let clerk = clerk.iter().find(|one| one.login == "u77").unwrap().id;
    account::give(&office.app, &an, clerk, ca, why()).await.unwrap();
    let page = list(&waits, &Turn::First).await;
    assert_eq!(page.accounts.iter().map(|one| one.id).collect::<Vec<_>>(), [clerk]);
    // Somewhere else nobody of them is seen.
    let keys = KeyPolicy::Hardware;
    let (act, name) = (&Act::COMMAND_LINE, Text::new("Sở Y").unwrap());
    let other = admin::create_unit(&office.app, act, &name, None, keys).await.unwrap().id;
    let elsewhere =
        Officer { grants: vec![Grant { unit: other, role: Role::Administrator }], ..an.clone() };
    let page = account::list(&office.app, &elsewhere, &all, &Turn::First).await.unwrap();
    assert_eq!(page.accounts, []);
}

#[tokio::test]
async fn a_page_of_accounts_follows_its_index() {
    use sqlx::Row as _;
    use trien_server::store::{Store, account as store};
    let folder = tempfile::tempdir().unwrap();
    let opened = Store::open_sqlite(&folder.path().join("trien.db")).await.unwrap();
    let mut connection = opened.writer().await.unwrap();
    for name in ["LISTED_AFTER", "LISTED_BEFORE"] {
        let (_, sql) = store::STATEMENTS.iter().find(|(known, _)| *known == name).unwrap();
        let explain = sqlx::AssertSqlSafe(format!("EXPLAIN QUERY PLAN {sql}"));
        let mut query = sqlx::query(explain).bind("").bind(Vec::<u8>::new());
        for _ in 0..8 {
            query = query.bind("%");
        }
        query = query.bind("").bind("").bind("0").bind("").bind(0_i64).bind(51_i64);
        let rows = query.fetch_all(&mut connection).await.unwrap();
        let plan: Vec<String> = rows.iter().map(|row| row.get(3)).collect();
        let plan = plan.join("\n");
        assert!(plan.contains("SEARCH a USING INDEX account_sorting"), "{plan}");
        assert!(!plan.contains("TEMP B-TREE") && !plan.contains("SCAN"), "{plan}");
    }
}

async fn whoever_is_removed_acts_no_more_with_a_page_that_was_open(office: Office) {
    let app = &office.app;
    let [an, binh, chung] = staff(&office).await;
    let admin = here(&office, Role::Administrator);
    account::withdraw(app, &binh, an.account, admin, why()).await.unwrap();
    // `an` is as it was when its request came.
    let made = async |login: &str| {
        account::create(app, &an, new(login, vec![here(&office, Role::Auditor)])).await
    };
    assert_eq!(made("mot").await, Err(FlowError::Forbidden));
    let ended = account::end_sessions_of(app, &an, chung.account, why()).await;
    assert_eq!(ended, Err(FlowError::Forbidden));
    account::end(app, &binh, an.account, why()).await.unwrap();
    assert_eq!(made("hai").await, Err(FlowError::Unauthenticated));
    let (name, keys) = (Text::new("UBND xã Mây").unwrap(), KeyPolicy::Hardware);
    let act = an.act(None);
    let unit = admin::create_unit(app, &act, &name, Some(office.unit.id), keys).await;
    assert!(matches!(unit, Err(FlowError::Unauthenticated)), "whatever it is");
}

async fn administrators_who_remove_each_other_at_once_leave_one(office: Office) {
    let app = &office.app;
    let [an, binh, _] = staff(&office).await;
    let dung = made(&office, &an, "dung", here(&office, Role::Administrator)).await;
    let admin = here(&office, Role::Administrator);
    // The roles of both were looked at before either acts.
    account::withdraw(app, &an, binh.account, admin, why()).await.unwrap_err();
    account::give(app, &an, binh.account, here(&office, Role::Auditor), why()).await.unwrap();
    account::withdraw(app, &an, binh.account, admin, why()).await.unwrap();
    let back = account::withdraw(app, &binh, an.account, admin, why()).await;
    assert_eq!(back, Err(FlowError::Forbidden));
    let back = account::end(app, &binh, an.account, why()).await;
    assert_eq!(back, Err(FlowError::Forbidden));
    account::end(app, &dung, an.account, why()).await.unwrap();
    let back = account::end(app, &an, dung.account, why()).await;
    assert_eq!(back, Err(FlowError::Unauthenticated));
    assert_eq!(now(&office, &dung).await, [admin]);
}

async fn an_account_whose_only_role_never_came_is_still_looked_after(office: Office) {
    let app = &office.app;
    let [an, binh, _] = staff(&office).await;
    let ca = here(&office, Role::CaOfficer);
    let listed = async |by: &Officer, login: &str| {
        let filter = AccountFilter { query: login.to_owned(), ..AccountFilter::default() };
        let page = account::list(app, by, &filter, &Turn::First).await.unwrap();
        page.accounts.iter().any(|one| one.login == login)
    };
    let declined = account::create(app, &an, new("tuchoi", vec![ca])).await.unwrap();
    let act = RoleAct::Decline;
    account::on_role(app, &binh, declined, ca, act, Some(why())).await.unwrap();
    let lapsed = account::create(app, &an, new("quahan", vec![ca])).await.unwrap();
    office.clock.forward(resume::MAX_WAIT_SECONDS);
    let name = Text::new("Sở Y").unwrap();
    let (act, keys) = (&Act::COMMAND_LINE, KeyPolicy::Hardware);
    let other = admin::create_unit(app, act, &name, None, keys).await.unwrap().id;
    let grants = vec![Grant { unit: other, role: Role::Administrator }];
    let elsewhere = Officer { grants, ..binh.clone() };
    for (id, login) in [(declined, "tuchoi"), (lapsed, "quahan")] {
        assert!(listed(&binh, login).await, "{login}");
        assert_eq!(account::one(app, &binh, id).await.unwrap().grants, []);
        assert!(!listed(&elsewhere, login).await, "{login}");
        assert_eq!(account::one(app, &elsewhere, id).await, Err(missing(Thing::Account)));
        let ended = account::end(app, &elsewhere, id, why()).await;
        assert_eq!(ended, Err(missing(Thing::Account)));
    }
    let audits = here(&office, Role::Auditor);
    assert_eq!(account::give(app, &binh, declined, audits, why()).await, Ok(Given::Now));
    account::end(app, &binh, lapsed, why()).await.unwrap();
    assert!(sign_in(&office, "quahan", SENTENCE).await.is_err());
}

async fn a_proposal_of_somebody_who_lost_the_role_blocks_nobody(office: Office) {
    let app = &office.app;
    let [an, binh, chung] = staff(&office).await;
    let (ca, admin) = (here(&office, Role::CaOfficer), here(&office, Role::Administrator));
    account::give(app, &an, chung.account, ca, why()).await.unwrap();
    account::withdraw(app, &binh, an.account, admin, why()).await.unwrap();
    let given = account::give(app, &binh, chung.account, ca, why()).await;
    assert_eq!(given, Ok(Given::Proposed));
    let [open] = &waiting(&office, &binh).await[..] else { panic!("one waits") };
    assert_eq!(open.by, binh.account);
}
