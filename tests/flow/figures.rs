//! The register in figures, by units, levels and periods.

use trien_core::certificate::Assurance;
use trien_core::document::Text;
use trien_core::env::{Clock as _, UnixSecond};
use trien_core::id::{EntryId, UnitId};
use trien_core::register::{CertificateKind, Figures, State};
use trien_core::wire::SyncQuery;
use trien_server::flow::act::Act;
use trien_server::flow::admin;
use trien_server::flow::device::{self, RevocationReason};
use trien_server::flow::import::{self, Kind, Reach};
use trien_server::flow::policy::{self, Falling};
use trien_server::flow::register::{
    self, Asked, Elsewhere, Extent, Found, Period, Reader, Report, Step, Story,
};
use trien_server::flow::{FlowError, Thing, read};
use trien_server::sheet::Format;
use trien_server::text::Language;

use crate::office::Office;
use crate::on_both;
use crate::people::officer;
use crate::phone::Phone;

on_both! {
    revoked_in_a_quarter_and_in_use_at_the_end_of_a_year_are_asked_for,
    an_officer_counts_the_own_units_and_no_other,
    what_is_shown_is_what_the_sheet_has,
}

const ACT: Act = Act::COMMAND_LINE;
const DAY: i64 = 86_400;

/// A province, two communes below it, one of them with an office that has no level.
pub struct Tree {
    pub province: UnitId,
    pub communes: [UnitId; 2],
    pub office: UnitId,
}

impl Tree {
    pub async fn grow(office: &Office, code: usize) -> Self {
        let table = format!(
            "Mã định danh;Tên đơn vị;Cấp;Trực thuộc\nT{code};Tỉnh {code};Tỉnh;\n\
             T{code}.1;Xã Một {code};Xã;T{code}\nT{code}.2;Xã Hai {code};Xã;T{code}\n\
             T{code}.2.1;Văn phòng {code};;T{code}.2\n"
        );
        let plan = import::plan(&office.app, &Reach::EVERYWHERE, Kind::Units, table.into_bytes());
        let plan = plan.await.unwrap();
        assert_eq!(plan.problems, []);
        let act = Act { why: Some(Text::new("QĐ 1").unwrap()), ..ACT };
        import::carry_out(&office.app, &act, plan).await.unwrap();
        let units = read::units(&office.app).await.unwrap();
        let named = |name: &str| {
            let name = format!("{name} {code}");
            units.iter().find(|unit| unit.unit.name == name).expect("it was imported").unit.id
        };
        let province = named("Tỉnh");
        let software = policy::look(&office.app, province, Some(Assurance::D)).await.unwrap();
        let why = Text::new("chỉ để thử").unwrap();
        policy::set(&office.app, &ACT, software, Falling::Stay, why).await.unwrap();
        Self {
            province, communes: [named("Xã Một"), named("Xã Hai")], office: named("Văn phòng")
        }
    }

    /// A unit by a number.
    pub fn unit(&self, number: usize) -> UnitId {
        [self.province, self.communes[0], self.communes[1], self.office][number % 4]
    }

    /// The level of a unit.
    pub fn level(&self, unit: UnitId) -> Option<&'static str> {
        match unit {
            unit if unit == self.province => Some("province"),
            unit if self.communes.contains(&unit) => Some("commune"),
            _ => None,
        }
    }
}

pub async fn person_in(office: &Office, unit: UnitId) -> trien_core::id::PersonId {
    let (name, chair) = (Text::new("Nguyễn Văn An").unwrap(), Text::new("Chủ tịch").unwrap());
    admin::create_person(&office.app, &ACT, &name, unit, &chair).await.unwrap().id
}

/// Records a token's certificate for somebody new in a unit.
pub async fn token_in(office: &Office, unit: UnitId, days: u32) -> EntryId {
    let person = person_in(office, unit).await;
    renewed_token(office, (unit, person), days, None).await.unwrap()
}

pub async fn renewed_token(
    office: &Office,
    (unit, person): (UnitId, trien_core::id::PersonId),
    days: u32,
    renews: Option<EntryId>,
) -> Result<EntryId, FlowError> {
    let found = Found {
        file: crate::record::certificate_for(office, days),
        person,
        unit,
        kind: CertificateKind::Personal,
        home: Elsewhere::Token,
        prompt_policy: None,
        renews,
    };
    register::add(&office.app, &ACT, found).await
}

pub async fn story(office: &Office, entry: EntryId) -> Story {
    register::show(&office.app, Reader::CommandLine, entry).await.unwrap()
}

pub async fn figures(
    office: &Office,
    unit: UnitId,
    (from, to): (&str, &str),
    by: Option<Step>,
) -> Result<Report, FlowError> {
    let period = Period::asked(from, to, by, office.clock.now())?;
    let asked = Asked { unit: Some(unit), period };
    register::figures(&office.app, Reader::CommandLine, &asked).await
}

/// In use at the beginning, issued, resumed, suspended, renewed, revoked, expired, ended while not in use, in use at
/// the end.
fn told(figures: &Figures) -> [u64; 9] {
    figures.all()
}

/// Moves the clock to noon of a day in Việt Nam.
fn go_to(office: &Office, day: &str) {
    let noon: UnixSecond = trien_server::text::start_of_local_day(day).unwrap().plus(DAY / 2);
    office.clock.forward(noon.get() - office.clock.now().second().get());
}

/// Four certificates over two years: one is suspended and then revoked, one revoked, one expires, one stays.
async fn two_years(office: &Office) -> Tree {
    let tree = Tree::grow(office, 1).await;
    go_to(office, "2027-02-10");
    let phone = Phone::enroll(office, person_in(office, tree.communes[0]).await).await;
    phone.sync(&office.app, SyncQuery::default()).await.unwrap();
    let token = token_in(office, tree.office, 1_000).await;
    go_to(office, "2027-08-05");
    device::suspend(&office.app, &ACT, phone.device).await.unwrap();
    token_in(office, tree.province, 30).await;
    token_in(office, tree.communes[1], 1_000).await;
    go_to(office, "2027-09-20");
    register::expire(&office.app).await.unwrap();
    let reason = RevocationReason::CessationOfOperation;
    let entry = story(office, token).await.entry;
    register::revoke(&office.app, &ACT, &entry, reason).await.unwrap();
    go_to(office, "2028-01-15");
    device::revoke(&office.app, &ACT, phone.device, RevocationReason::KeyCompromise).await.unwrap();
    tree
}

async fn revoked_in_a_quarter_and_in_use_at_the_end_of_a_year_are_asked_for(office: Office) {
    let tree = two_years(&office).await;
    let year = ("2027-01-01", "2027-12-31");
    let report = figures(&office, tree.province, year, Some(Step::Quarter)).await.unwrap();
    assert_eq!(told(&report.whole), [0, 4, 0, 1, 0, 1, 1, 0, 1]);
    let quarters: Vec<_> = report.steps.iter().map(|(_, figures)| told(figures)).collect();
    assert_eq!(
        quarters,
        [
            [0, 2, 0, 0, 0, 0, 0, 0, 2],
            [2, 0, 0, 0, 0, 0, 0, 0, 2],
            [2, 2, 0, 1, 0, 1, 1, 0, 1],
            [1, 0, 0, 0, 0, 0, 0, 0, 1],
        ]
    );
    // What was suspended goes out of use once.
    let next = figures(&office, tree.province, ("2028-01-01", ""), None).await.unwrap();
    assert_eq!(told(&next.whole), [1, 0, 0, 0, 0, 1, 0, 1, 1]);

    let units: Vec<_> = report.units.iter().map(|one| (one.unit.id, one.extent)).collect();
    let below = Extent::Below;
    let expected =
        [(tree.province, Extent::Alone), (tree.communes[1], below), (tree.communes[0], below)];
    assert_eq!(units, expected, "each commune with what is below it");
    assert_eq!(report.units[1].figures.issued, 2, "the office below it too");
    let level = |one: &register::OfLevel| one.level.as_ref().map(|(code, _)| code.clone());
    let levels: Vec<_> = report.levels.iter().map(|one| (level(one), one.figures.issued)).collect();
    let named = |code: &str| Some(code.to_owned());
    assert_eq!(levels, [(named("province"), 1), (named("commune"), 2), (None, 1)]);
    let assurances: Vec<_> = report
        .assurances
        .iter()
        .map(|(level, figures)| (level.is_some(), figures.issued))
        .collect();
    assert_eq!(assurances, [(true, 1), (false, 3)], "tokens have no level");
    let alone = figures(&office, tree.communes[0], year, None).await.unwrap();
    assert_eq!((alone.units.len(), alone.units[0].extent), (1, Extent::Alone));
    let always = figures(&office, tree.province, ("", ""), None).await.unwrap();
    assert_eq!(told(&always.whole), [0, 4, 0, 1, 0, 2, 1, 1, 1]);
    assert_eq!(always.whole.end(), in_use(&office).await);
}

async fn in_use(office: &Office) -> u64 {
    let tally = register::summary(&office.app, Reader::CommandLine, None).await.unwrap().tally;
    tally.of(State::Issued) + tally.of(State::InUse)
}

async fn an_officer_counts_the_own_units_and_no_other(office: Office) {
    let tree = two_years(&office).await;
    let period = Period::asked("", "", None, office.clock.now()).unwrap();
    let asked = |unit| Asked { unit, period: period.clone() };
    let two = officer(&office, &[tree.communes[0], tree.office]);
    let two = Reader::Officer(&two);
    let report = register::figures(&office.app, two, &asked(None)).await.unwrap();
    assert_eq!((report.unit, report.whole.issued), (None, 2));
    assert!(report.units.iter().all(|one| one.extent == Extent::Below));
    for foreign in [tree.province, tree.communes[1], office.unit.id] {
        let refused = register::figures(&office.app, two, &asked(Some(foreign))).await;
        assert_eq!(refused.unwrap_err(), FlowError::NotFound(Thing::Unit));
    }
    let one = officer(&office, &[tree.communes[1]]);
    let report = register::figures(&office.app, Reader::Officer(&one), &asked(None)).await.unwrap();
    assert_eq!(report.unit.unwrap().id, tree.communes[1], "who has one unit looks at that one");
    assert_eq!((report.units.len(), report.whole.issued), (2, 2));
    let all = register::figures(&office.app, Reader::CommandLine, &asked(None)).await.unwrap();
    assert_eq!((all.unit, all.units.len(), all.whole.issued), (None, 1, 4));
    assert_eq!(all.units[0].unit.id, tree.province, "from the top");
}

async fn what_is_shown_is_what_the_sheet_has(office: Office) {
    let tree = two_years(&office).await;
    let year = ("2027-01-01", "2027-12-31");
    let report = figures(&office, tree.province, year, Some(Step::Year)).await.unwrap();
    let sheet = report.sheet(Format::Csv, Language::English).unwrap();
    let sheet = String::from_utf8(sheet).unwrap();
    for line in [
        "By,Name,In use at the beginning,Issued,Resumed,Suspended,Renewed,Revoked,Expired,\
         Ended while not in use,In use at the end",
        "All together,Tỉnh 1,0,4,0,1,0,1,1,0,1",
        "Unit with those below it,Xã Hai 1,0,2,0,0,0,1,0,0,1",
        "Level of the unit,No level stated,0,1,0,0,0,1,0,0,0",
        "Over time,01/01/2027 – 31/12/2027,0,4,0,1,0,1,1,0,1",
    ] {
        assert!(sheet.contains(line), "{line}\n{sheet}");
    }
    let sheet = report.sheet(Format::Xlsx, Language::Vietnamese).unwrap();
    let read = trien_server::sheet::read(&sheet).unwrap();
    assert_eq!(read.rows[1].cells[..4], ["Tổng cộng", "Tỉnh 1", "0", "4"]);
}
