//! Units and people from tables: what is refused, with its line and column; what is done, all or nothing;
//! and that an export is imported again without a change.

use trien_core::document::Text;
use trien_server::flow::FlowError;
use trien_server::flow::act::Act;
use trien_server::flow::admin::{self, KeyPolicy};
use trien_server::flow::export::{self, Within};
use trien_server::flow::import::{self, Column, Fault, Kind, Plan, Reach};
use trien_server::flow::people::{self};
use trien_server::paging::Turn;
use trien_server::sheet::Format;
use trien_server::store::{directory, level};
use trien_server::text::Language;

use crate::office::Office;
use crate::on_both;
use crate::people::officer;

on_both! {
    units_are_added_in_any_order_and_changed_by_their_codes,
    people_are_added_and_changed_by_their_staff_numbers,
    a_tree_of_four_levels_is_imported_with_its_codes,
    every_problem_is_told_with_its_line_and_column,
    a_table_with_one_problem_does_nothing,
    a_circle_of_units_is_refused,
    nobody_imports_beyond_the_own_units,
    what_changed_since_it_was_looked_at_is_not_overwritten,
    a_long_table_is_written_whole_or_not_at_all,
    an_export_is_imported_again_without_a_change,
    a_file_that_is_no_table_is_told_so,
}

pub const UNITS: &str = "Tên đơn vị;Mã định danh;Cấp;Trực thuộc\n\
    Phòng Dược;H99.01.01;;H99.01\n\
    Sở Y tế;h99.01;Tỉnh;UBND xã Thử Nghiệm\n\
    Phòng Dược;;;UBND xã Thử Nghiệm\n";
pub const PEOPLE: &str = "\u{feff}Full name,Position,Unit,Staff number,Authority,E-mail,Telephone\n\
    Nguyễn Văn Ân,Giám đốc,H99.01,CB-1,Chief,an@x.gov.vn,+84 912 345 678\n\
    Lê Thị Khuê,Trưởng phòng,UBND xã Thử Nghiệm / Sở Y tế / Phòng Dược,CB-2,,,\n\
    Trần Bình,Chuyên viên,Sở Y tế,,,,\n";

async fn look(office: &Office, kind: Kind, table: &str) -> Plan {
    let bytes = table.as_bytes().to_vec();
    import::plan(&office.app, &Reach::EVERYWHERE, kind, bytes).await.unwrap()
}

pub async fn carry(office: &Office, kind: Kind, table: &str) -> (usize, usize) {
    let plan = look(office, kind, table).await;
    assert_eq!(plan.problems, []);
    let why = Some(Text::new("thành lập sở").unwrap());
    let act = Act { why, ..Act::COMMAND_LINE };
    let done = import::carry_out(&office.app, &act, plan).await.unwrap();
    (done.added, done.changed)
}

/// Line, column and fault of every problem.
pub fn told(plan: &Plan) -> Vec<(u64, Option<Column>, Fault)> {
    plan.problems.iter().map(|problem| (problem.line, problem.column, problem.fault)).collect()
}

async fn found(office: &Office, query: &str) -> Vec<(String, String, String)> {
    let top = officer(office, &[office.unit.id]);
    let page = people::search(&office.app, &top, query, Turn::First).await.unwrap();
    let people = page.people.into_iter();
    people.map(|one| (one.person.name, one.person.position, one.unit_name)).collect()
}

pub async fn units_are_added_in_any_order_and_changed_by_their_codes(office: Office) {
    let plan = look(&office, Kind::Units, UNITS).await;
    assert_eq!((plan.rows, plan.added, plan.changed), (3, 3, 0));
    assert_eq!(carry(&office, Kind::Units, UNITS).await, (3, 0));
    let again = look(&office, Kind::Units, UNITS).await;
    assert_eq!((again.unchanged(), again.is_ready()), (3, false), "nothing is doubled");
    carry(&office, Kind::People, PEOPLE).await;
    let renamed = "OrganId,Unit name\nH99.01,Sở Sức khỏe\n";
    assert_eq!(carry(&office, Kind::Units, renamed).await, (0, 1));
    assert_eq!(found(&office, "suc khoe").await.len(), 2, "people are found by the new name");
    assert_eq!(found(&office, "so y te").await.len(), 0, "and not by the old one");
}

pub async fn people_are_added_and_changed_by_their_staff_numbers(office: Office) {
    carry(&office, Kind::Units, UNITS).await;
    assert_eq!(carry(&office, Kind::People, PEOPLE).await, (3, 0));
    let row = |name: &str, position: &str, unit: &str| {
        (name.to_owned(), position.to_owned(), unit.to_owned())
    };
    assert_eq!(found(&office, "CB-2").await, [row("Lê Thị Khuê", "Trưởng phòng", "Phòng Dược")]);
    assert_eq!(found(&office, "912345").await, []);
    assert_eq!(found(&office, "912 an@x.gov.vn").await.len(), 1);
    let moved = "Số hiệu;Họ và tên;Chức vụ;Đơn vị\ncb-2;Lê Thị Khuê;Phó Giám đốc;H99.01\n\
        CB-1;Nguyễn Văn Ân;Giám đốc;H99.01\n";
    assert_eq!(carry(&office, Kind::People, moved).await, (0, 1));
    assert_eq!(found(&office, "khue").await, [row("Lê Thị Khuê", "Phó Giám đốc", "Sở Y tế")]);
    assert_eq!(found(&office, "duoc").await, [], "nobody is left there");
    let back = "Số hiệu;Họ và tên;Chức vụ;Đơn vị\nCB-2;Lê Thị Khuê;Trưởng phòng;H99.01.01\n";
    assert_eq!(carry(&office, Kind::People, back).await, (0, 1));
    assert_eq!(found(&office, "duoc khue").await.len(), 1, "a position is taken again");
    assert_eq!(found(&office, "").await.len(), 3);
}

/// Central, province, district and commune, with codes of QCVN 102 (13 characters), in any order.
const FOUR_LEVELS: &str = "Mã định danh;Tên đơn vị;Cấp;Trực thuộc\n\
    000.12.05.H37;UBND xã Minh Tân;Xã;000.00.05.H37\n\
    000.00.00.H37;UBND tỉnh Đồng Mây;tỉnh;000.00.00.A01\n\
    000.00.05.H37;UBND huyện Kiến Xương;HUYỆN;000.00.00.h37\n\
    000.00.00.A01;Cơ quan trung ương;central;\n";

async fn a_tree_of_four_levels_is_imported_with_its_codes(office: Office) {
    assert_eq!(carry(&office, Kind::Units, FOUR_LEVELS).await, (4, 0));
    let again = look(&office, Kind::Units, FOUR_LEVELS).await;
    assert_eq!((again.problems, again.rows, again.added + again.changed), (vec![], 4, 0));
    let (within, csv) = (Within::Everything, Format::Csv);
    let table = export::table(&office.app, within, Kind::Units, csv, Language::Vietnamese).await;
    let table = String::from_utf8(table.unwrap()).unwrap();
    let mut lines: Vec<&str> = table.lines().filter(|line| line.starts_with("000.")).collect();
    lines.sort_unstable();
    let parts = |line: &str| line.split(',').take(4).map(ToOwned::to_owned).collect::<Vec<_>>();
    let found: Vec<Vec<String>> = lines.into_iter().map(parts).collect();
    let expected = [
        ["000.00.00.A01", "Cơ quan trung ương", "Trung ương", ""],
        ["000.00.00.H37", "UBND tỉnh Đồng Mây", "Tỉnh", "000.00.00.A01"],
        ["000.00.05.H37", "UBND huyện Kiến Xương", "Huyện", "000.00.00.H37"],
        ["000.12.05.H37", "UBND xã Minh Tân", "Xã", "000.00.05.H37"],
    ];
    assert_eq!(found, expected);
    let mut connection = office.database().await;
    let levels = level::all(&mut connection).await.unwrap();
    let levels: Vec<&str> = levels.iter().map(|level| level.code.as_str()).collect();
    assert_eq!(levels, ["central", "province", "district", "commune"], "the highest first");
    let units = directory::units(&mut connection).await.unwrap();
    drop(connection);
    for (name, below) in [("trung ương", 4), ("tỉnh", 3), ("huyện", 2), ("xã Minh", 1)] {
        let unit = units.iter().find(|unit| unit.view.name.contains(name)).unwrap();
        let reach = officer(&office, &[unit.view.id]).reach(&office.app).await.unwrap();
        assert_eq!(reach.len(), below, "{name}");
    }
    let long = "OrganId,Unit name,Below\n0000.00.05.H37,A,000.00.00.H37\n";
    let plan = look(&office, Kind::Units, long).await;
    assert_eq!(told(&plan), [(2, Some(Column::OrganId), Fault::BadOrganId)]);
}

async fn every_problem_is_told_with_its_line_and_column(office: Office) {
    carry(&office, Kind::Units, UNITS).await;
    carry(&office, Kind::People, PEOPLE).await;
    let table = "Full name,Position,Unit,Staff number,Authority,E-mail,Telephone,Trien ID\n\
        ,Giám đốc,H99.01,,,,,\n\
        A,B,H99.02,,,,,\n\
        A,B,Phòng Dược,,,,,\n\
        A,B,H99.01,số 1,Vua,a@b,12,x\n\
        A,B,H99.01,N1,,,,\n\
        C,D,H99.01,n1,,,,\n\
        Tran BINH,Chuyên viên,Sở Y tế,,,,,\n\
        E,F,H99.01,,,,,01890a5d-ac96-774b-bcce-b302099a8057\n";
    let plan = look(&office, Kind::People, table).await;
    let expected = [
        (2, Column::FullName, Fault::Blank),
        (3, Column::Unit, Fault::UnknownUnit),
        (4, Column::Unit, Fault::AmbiguousUnit),
        (5, Column::StaffNumber, Fault::BadStaffNumber),
        (5, Column::Email, Fault::BadEmail),
        (5, Column::Phone, Fault::BadPhone),
        (5, Column::Authority, Fault::UnknownAuthority),
        (5, Column::Id, Fault::UnknownId),
        (7, Column::StaffNumber, Fault::Twice),
        (8, Column::FullName, Fault::ThereAlready),
        (9, Column::Id, Fault::UnknownId),
    ];
    assert_eq!(told(&plan), expected.map(|(line, column, fault)| (line, Some(column), fault)));
    let headings = look(&office, Kind::People, "Họ và tên,Chức vụ,Chức vụ,Lương\n").await;
    let expected = [
        (1, None, Fault::ColumnTwice),
        (1, None, Fault::UnknownColumn),
        (1, Some(Column::Unit), Fault::NoColumn),
    ];
    assert_eq!(told(&headings), expected);
    let units = "OrganId,Unit name,Level,Below\nH99_1,A,,H99.01\nH1,,Quận,H99.01\nH2,B,,H99.01\n\
        H2,C,,H99.01\nH3,D,,Sở Lạ\nH99.01.01,Phòng Dược,,UBND xã Thử Nghiệm\n";
    let expected = [
        (2, Column::OrganId, Fault::BadOrganId),
        (3, Column::UnitName, Fault::Blank),
        (3, Column::Level, Fault::UnknownLevel),
        (5, Column::OrganId, Fault::Twice),
        (6, Column::Parent, Fault::UnknownUnit),
        (7, Column::Parent, Fault::Moved),
    ];
    let plan = look(&office, Kind::Units, units).await;
    assert_eq!(told(&plan), expected.map(|(line, column, fault)| (line, Some(column), fault)));
}

async fn a_table_with_one_problem_does_nothing(office: Office) {
    let table = "Full name,Position,Unit\nA,B,UBND xã Thử Nghiệm\nC,D,Sở Lạ\n";
    let plan = look(&office, Kind::People, table).await;
    assert!(!plan.is_ready());
    let done = import::carry_out(&office.app, &Act::COMMAND_LINE, plan).await;
    assert!(matches!(done, Err(FlowError::BadRequest(_))));
    assert_eq!(found(&office, "").await, []);
}

async fn a_circle_of_units_is_refused(office: Office) {
    let table = "Unit name,OrganId,Below\nA,H1,H2\nB,H2,H3\nC,H3,H1\nD,H4,UBND xã Thử Nghiệm\n";
    let plan = look(&office, Kind::Units, table).await;
    let circle = |line| (line, Some(Column::Parent), Fault::Circle);
    assert_eq!(told(&plan), [circle(2), circle(3), circle(4)]);
    let own = look(&office, Kind::Units, "Unit name,Below\nA,A\n").await;
    assert_eq!(told(&own), [circle(2)]);
}

async fn nobody_imports_beyond_the_own_units(office: Office) {
    carry(&office, Kind::Units, UNITS).await;
    carry(&office, Kind::People, PEOPLE).await;
    let top = officer(&office, &[office.unit.id]);
    let health = people::search(&office.app, &top, "giam doc", Turn::First).await.unwrap();
    let health = officer(&office, &[health.people[0].unit]);
    let reach = Reach::of(&office.app, &health).await.unwrap();
    let look = async |kind, table: &str| {
        let bytes = table.as_bytes().to_vec();
        told(&import::plan(&office.app, &reach, kind, bytes).await.unwrap())
    };
    let beyond = |line, column| (line, Some(column), Fault::OutOfReach);
    let units = "Unit name,Below\nPhòng A,Sở Y tế\nPhòng B,UBND xã Thử Nghiệm\n\
        UBND xã Thử Nghiệm,\nGốc,\n";
    let root = (5, Some(Column::Parent), Fault::Blank);
    let expected = [beyond(3, Column::Parent), beyond(4, Column::UnitName), root];
    assert_eq!(look(Kind::Units, units).await, expected);
    let people = "Full name,Position,Unit,Staff number\nA,B,Sở Y tế,\nC,D,UBND xã Thử Nghiệm,\n";
    assert_eq!(look(Kind::People, people).await, [beyond(3, Column::Unit)]);
    let mut auditor = health.clone();
    auditor.grants[0].role = trien_server::flow::account::Role::Auditor;
    let refused = Reach::of(&office.app, &auditor).await;
    assert!(matches!(refused, Err(FlowError::Forbidden)));
}

async fn what_changed_since_it_was_looked_at_is_not_overwritten(office: Office) {
    carry(&office, Kind::Units, UNITS).await;
    carry(&office, Kind::People, PEOPLE).await;
    let first = "Staff number,Full name,Position,Unit\nCB-1,Nguyễn Văn Ân,Cố vấn,H99.01\n\
        CB-9,Ai Đó,Cố vấn,H99.01\n";
    let plan = look(&office, Kind::People, first).await;
    carry(&office, Kind::People, &first.replace("Cố vấn", "Bí thư")).await;
    let late = import::carry_out(&office.app, &Act::COMMAND_LINE, plan).await;
    assert_eq!(late.unwrap_err(), FlowError::DirectoryMoved);
    assert_eq!(found(&office, "co van").await, []);
    assert_eq!(found(&office, "bi thu").await.len(), 2);
}

async fn a_long_table_is_written_whole_or_not_at_all(office: Office) {
    carry(&office, Kind::Units, UNITS).await;
    let head = "Staff number,Full name,Position,Unit\n".to_owned();
    let row = |number| format!("DD-{number},Nguyễn Văn Số{number},Cố vấn,H99.01\n");
    let table: String = (0..39).map(row).fold(head.clone(), |table, row| table + &row);
    let plan = look(&office, Kind::People, &table).await;
    // One of the first portion has come by another table meanwhile.
    carry(&office, Kind::People, &(head + &row(5))).await;
    let late = import::carry_out(&office.app, &Act::COMMAND_LINE, plan).await;
    assert_eq!(late.unwrap_err(), FlowError::DirectoryMoved);
    assert_eq!(found(&office, "co van").await.len(), 1);
    assert_eq!(carry(&office, Kind::People, &table).await, (38, 0));
    assert_eq!(found(&office, "co van").await.len(), 39);
    assert_eq!(found(&office, "so38 nguyen").await.len(), 1);
    // Names change, and with them the words that find them.
    assert_eq!(carry(&office, Kind::People, &table.replace("Văn", "Thị")).await, (0, 39));
    assert_eq!(found(&office, "so38 thi").await.len(), 1);
    assert_eq!(found(&office, "van so38").await.len(), 1, "the position has the word");
    assert_eq!(found(&office, "dd 38").await.len(), 1);
}

async fn an_export_is_imported_again_without_a_change(office: Office) {
    carry(&office, Kind::Units, UNITS).await;
    carry(&office, Kind::People, PEOPLE).await;
    for (name, position) in [("=HYPERLINK(1)", "@chức"), ("'Nháy", "-"), ("A;B,\"C\"", "+")] {
        let (name, position) = (Text::new(name).unwrap(), Text::new(position).unwrap());
        let (act, unit) = (&Act::COMMAND_LINE, office.unit.id);
        // Twice: people who share everything are told apart by their identifiers.
        for _ in 0..2 {
            admin::create_person(&office.app, act, &name, unit, &position).await.unwrap();
        }
    }
    let odd = Text::new("=Sở/Lạ").unwrap();
    let (act, top) = (&Act::COMMAND_LINE, Some(office.unit.id));
    admin::create_unit(&office.app, act, &odd, top, KeyPolicy::Hardware).await.unwrap();
    for (kind, rows) in [(Kind::Units, 5), (Kind::People, 9)] {
        for format in [Format::Csv, Format::Xlsx] {
            for language in [Language::Vietnamese, Language::English] {
                let table = export::table(&office.app, Within::Everything, kind, format, language);
                let table = table.await.unwrap();
                let plan =
                    import::plan(&office.app, &Reach::EVERYWHERE, kind, table).await.unwrap();
                assert_eq!(plan.problems, [], "{kind:?} {format:?} {language:?}");
                assert_eq!((plan.rows, plan.unchanged()), (rows, rows), "{kind:?} {format:?}");
            }
        }
    }
    let none = officer(&office, &[]);
    let within = Within::ReachOf(&none);
    let table = export::table(&office.app, within, Kind::People, Format::Csv, Language::English);
    assert_eq!(String::from_utf8(table.await.unwrap()).unwrap().lines().count(), 1);
}

async fn a_file_that_is_no_table_is_told_so(office: Office) {
    for (bytes, fault) in [
        (&b""[..], Fault::Empty),
        (b"PK\x03\x04 no workbook", Fault::Broken),
        (b"T\xean;Ch\xfac v\xfa\n", Fault::NotUtf8),
    ] {
        let bytes = bytes.to_vec();
        let plan = import::plan(&office.app, &Reach::EVERYWHERE, Kind::People, bytes).await;
        assert_eq!(told(&plan.unwrap()), [(0, None, fault)]);
    }
}
