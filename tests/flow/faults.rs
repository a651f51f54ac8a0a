//! What can be wrong with a table: each fault is told of tables in both formats, at its line and column, and
//! nothing is written. A fault without such a table does not compile.

use std::io::{Cursor, Write as _};

use sqlx::Row as _;
use trien_core::id::{PersonId, UnitId};
use trien_server::flow::FlowError;
use trien_server::flow::act::Act;
use trien_server::flow::import::{self, Column, Fault, Kind, Reach};
use trien_server::sheet::{self, Format, MAX_BYTES, MAX_CELL, MAX_ROWS, MAX_UNPACKED};
use trien_server::store::{directory, roll};
use zip::write::SimpleFileOptions;

use crate::import::{PEOPLE, UNITS, carry, told};
use crate::office::Office;
use crate::on_both;
use crate::outside::unzip;
use crate::people::officer;
use crate::phone::Phone;

on_both! {
    every_fault_is_told_of_both_formats_and_nothing_is_written,
    numbers_that_a_spreadsheet_keeps_as_numbers_are_read_as_they_look,
}

const OF_PEOPLE: [&str; 8] = [
    "Full name",
    "Position",
    "Unit",
    "Staff number",
    "Authority",
    "E-mail",
    "Telephone",
    "Trien ID",
];
const OF_UNITS: [&str; 5] = ["OrganId", "Unit name", "Level", "Below", "Trien ID"];
/// An identifier that is nobody's.
const NOBODY: &str = "01890a5d-ac96-774b-bcce-b302099a8057";

/// What is there already.
struct Scene {
    format: Format,
    /// Somebody in the office who holds a phone.
    leader: String,
    /// Somebody with the staff number CB-2.
    khue: String,
    /// A unit without a code.
    room: String,
    /// What an officer of Sở Y tế reaches.
    within: Reach,
}

/// A table with one fault.
struct Case {
    kind: Kind,
    file: Vec<u8>,
    reach: Reach,
    told: Vec<(u64, Option<Column>)>,
}

impl Scene {
    async fn of(office: &Office, format: Format) -> Self {
        let mut connection = office.database().await;
        let units = directory::units(&mut connection).await.unwrap();
        let health = units.iter().find(|unit| unit.view.name == "Sở Y tế").unwrap().view.id;
        let rooms = units.iter().filter(|unit| unit.view.name == "Phòng Dược");
        let coded = roll::unit_with_code(&mut connection, "H99.01.01").await.unwrap();
        let room: UnitId = rooms.map(|unit| unit.view.id).find(|id| Some(*id) != coded).unwrap();
        let person = async |number: &str| -> PersonId {
            let mut connection = office.database().await;
            let standing = roll::with_staff_number(&mut connection, number).await.unwrap();
            standing.unwrap().row.view.id
        };
        let within = Reach::of(&office.app, &officer(office, &[health])).await.unwrap();
        Self {
            format,
            leader: person("CB-7").await.to_string(),
            khue: person("CB-2").await.to_string(),
            room: room.to_string(),
            within,
        }
    }

    fn table(&self, rows: &[&[&str]]) -> Vec<u8> {
        let width = rows.iter().map(|row| row.len()).max().unwrap_or_default();
        let owned = |row: &&[&str]| {
            let mut cells: Vec<String> = row.iter().map(|cell| (*cell).to_owned()).collect();
            cells.resize(width, String::new());
            cells
        };
        let rows: Vec<Vec<String>> = rows.iter().map(owned).collect();
        sheet::write(self.format, &rows).unwrap()
    }

    /// A case of everybody's.
    fn case(&self, kind: Kind, rows: &[&[&str]], told: &[(u64, Option<Column>)]) -> Case {
        let (file, told) = (self.table(rows), told.to_vec());
        Case { kind, file, reach: Reach::EVERYWHERE, told }
    }

    fn people(&self, rows: &[[&str; 8]], told: &[(u64, Column)]) -> Case {
        let rows: Vec<&[&str]> =
            std::iter::once(&OF_PEOPLE[..]).chain(rows.iter().map(<[&str; 8]>::as_slice)).collect();
        let told: Vec<_> = told.iter().map(|(line, column)| (*line, Some(*column))).collect();
        self.case(Kind::People, &rows, &told)
    }

    fn units(&self, rows: &[[&str; 5]], told: &[(u64, Column)]) -> Case {
        let rows: Vec<&[&str]> =
            std::iter::once(&OF_UNITS[..]).chain(rows.iter().map(<[&str; 5]>::as_slice)).collect();
        let told: Vec<_> = told.iter().map(|(line, column)| (*line, Some(*column))).collect();
        self.case(Kind::Units, &rows, &told)
    }

    /// The same for whoever administers Sở Y tế alone.
    fn within(&self, case: Case) -> Case {
        Case { reach: self.within.clone(), ..case }
    }

    fn file(&self, file: Vec<u8>) -> Case {
        Case { kind: Kind::People, file, reach: Reach::EVERYWHERE, told: vec![(0, None)] }
    }
}

/// Tables with this fault alone. There is no other arm: whoever adds a fault says here how it comes about.
fn cases(scene: &Scene, fault: Fault) -> Vec<Case> {
    match fault {
        Fault::FileTooLarge
        | Fault::TooManyRows
        | Fault::LongCell
        | Fault::NotUtf8
        | Fault::Broken
        | Fault::Empty => of_files(scene, fault),
        Fault::NoColumn
        | Fault::UnknownColumn
        | Fault::ColumnTwice
        | Fault::Blank
        | Fault::BadText
        | Fault::BadOrganId
        | Fault::UnknownLevel
        | Fault::UnknownAuthority
        | Fault::BadEmail
        | Fault::BadPhone
        | Fault::BadStaffNumber => of_cells(scene, fault),
        Fault::UnknownId
        | Fault::UnknownUnit
        | Fault::AmbiguousUnit
        | Fault::OutOfReach
        | Fault::Circle
        | Fault::Moved
        | Fault::Twice
        | Fault::ThereAlready
        | Fault::Taken
        | Fault::HoldsThings => of_what_is_there(scene, fault),
    }
}

fn of_files(scene: &Scene, fault: Fault) -> Vec<Case> {
    let xlsx = scene.format == Format::Xlsx;
    match fault {
        Fault::FileTooLarge if xlsx => {
            let long = [&b"PK\x03\x04"[..], &vec![0; MAX_BYTES]].concat();
            vec![scene.file(long), scene.file(unpacks_to_too_much())]
        }
        Fault::FileTooLarge => vec![scene.file(vec![b'a'; MAX_BYTES + 1])],
        Fault::TooManyRows => {
            let rows: Vec<&[&str]> = vec![&["a"]; MAX_ROWS + 1];
            vec![scene.case(Kind::Units, &rows, &[(0, None)])]
        }
        Fault::LongCell => {
            let long = "ă".repeat(MAX_CELL + 1);
            let rows: [&[&str]; 3] = [&["a", "b"], &["c"], &["d", &long]];
            vec![scene.case(Kind::People, &rows, &[(3, None)])]
        }
        // Each of these is of one format: a workbook with wrong bytes in it is a broken one.
        Fault::NotUtf8 if xlsx => Vec::new(),
        Fault::NotUtf8 => vec![
            scene.file(b"T\xean;Ch\xfac v\xfa\n".to_vec()),
            scene.file(vec![0xff, 0xfe, b'a', 0]),
        ],
        Fault::Broken if xlsx => {
            let whole = scene.table(&[&OF_UNITS]);
            vec![
                scene.file(b"PK\x03\x04 no workbook".to_vec()),
                scene.file(whole[..whole.len() / 2].to_vec()),
                scene.file(with_sheet(&whole, b"<worksheet><sheetData><row r=\"1\"><c\xff")),
            ]
        }
        Fault::Broken => Vec::new(),
        _ if xlsx => vec![scene.file(scene.table(&[])), scene.file(scene.table(&[&["", " "]]))],
        _ => vec![scene.file(Vec::new()), scene.file(b"\n;;\n".to_vec())],
    }
}

/// A workbook with another first sheet.
fn with_sheet(book: &[u8], sheet: &[u8]) -> Vec<u8> {
    let mut made = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in unzip(book) {
        let is_sheet = name.ends_with("sheet1.xml");
        made.start_file(name, SimpleFileOptions::default()).unwrap();
        made.write_all(if is_sheet { sheet } else { &bytes }).unwrap();
    }
    made.finish().unwrap().into_inner()
}

fn unpacks_to_too_much() -> Vec<u8> {
    let book = sheet::write(Format::Xlsx, &[vec!["a".to_owned()]]).unwrap();
    let bomb = with_sheet(&book, &vec![b' '; usize::try_from(MAX_UNPACKED).unwrap() + 1]);
    assert!(bomb.len() < MAX_BYTES);
    bomb
}

fn of_cells(scene: &Scene, fault: Fault) -> Vec<Case> {
    let heads = |kind, heads: &[&str], column| scene.case(kind, &[heads, &["x"]], &[(1, column)]);
    let person = |cells: [&str; 8], column| scene.people(&[cells], &[(2, column)]);
    let unit = |cells: [&str; 5], column| scene.units(&[cells], &[(2, column)]);
    let long = "ă".repeat(201);
    match fault {
        Fault::NoColumn => vec![
            heads(Kind::People, &["Họ và tên", "Chức vụ"], Some(Column::Unit)),
            heads(Kind::Units, &["OrganId"], Some(Column::UnitName)),
        ],
        Fault::UnknownColumn => vec![
            heads(Kind::People, &["Full name", "Position", "Unit", "Lương"], None),
            heads(Kind::Units, &["Unit name", "E-mail"], None),
        ],
        Fault::ColumnTwice => vec![
            heads(Kind::People, &["Full name", "Position", "Unit", "Chức vụ"], None),
            heads(Kind::Units, &["Unit name", "Tên đơn vị"], None),
        ],
        Fault::Blank => vec![
            person(["", "B", "H99.01", "", "", "", "", ""], Column::FullName),
            person(["A", " ", "H99.01", "", "", "", "", ""], Column::Position),
            person(["A", "B", "", "", "", "", "", ""], Column::Unit),
            unit(["H1", "", "", "H99.01", ""], Column::UnitName),
            // Who administers one unit makes no other tree.
            scene.within(unit(["H1", "A", "", "", ""], Column::Parent)),
        ],
        Fault::BadText => vec![
            person([&long, "B", "H99.01", "", "", "", "", ""], Column::FullName),
            person(["A", "B\u{202e}C", "H99.01", "", "", "", "", ""], Column::Position),
            unit(["H1", &long, "", "H99.01", ""], Column::UnitName),
            unit(["H1", "A\u{200b}B", "", "H99.01", ""], Column::UnitName),
        ],
        Fault::BadOrganId => vec![
            unit(["H99_1", "A", "", "H99.01", ""], Column::OrganId),
            unit(["0000.00.05.H37", "A", "", "H99.01", ""], Column::OrganId),
        ],
        Fault::UnknownLevel => vec![unit(["H1", "A", "Vùng", "H99.01", ""], Column::Level)],
        Fault::UnknownAuthority => {
            vec![person(["A", "B", "H99.01", "", "Vua", "", "", ""], Column::Authority)]
        }
        Fault::BadEmail => vec![
            person(["A", "B", "H99.01", "", "", "a@b", "", ""], Column::Email),
            person(["A", "B", "H99.01", "", "", "a b@x.vn", "", ""], Column::Email),
        ],
        Fault::BadPhone => vec![
            person(["A", "B", "H99.01", "", "", "", "12", ""], Column::Phone),
            person(["A", "B", "H99.01", "", "", "", "=0912345678", ""], Column::Phone),
        ],
        _ => vec![person(["A", "B", "H99.01", "số 1", "", "", "", ""], Column::StaffNumber)],
    }
}

fn of_what_is_there(scene: &Scene, fault: Fault) -> Vec<Case> {
    let person = |cells: [&str; 8], column| scene.people(&[cells], &[(2, column)]);
    let unit = |cells: [&str; 5], column| scene.units(&[cells], &[(2, column)]);
    let (leader, khue, room) = (&*scene.leader, &*scene.khue, &*scene.room);
    let top = "UBND xã Thử Nghiệm";
    match fault {
        Fault::UnknownId => vec![
            person(["A", "B", "H99.01", "", "", "", "", "x"], Column::Id),
            person(["A", "B", "H99.01", "", "", "", "", NOBODY], Column::Id),
            unit(["", "A", "", "H99.01", "x"], Column::Id),
            unit(["", "A", "", "H99.01", NOBODY], Column::Id),
        ],
        Fault::UnknownUnit => vec![
            person(["A", "B", "H99.02", "", "", "", "", ""], Column::Unit),
            unit(["H3", "D", "", "Sở Lạ", ""], Column::Parent),
        ],
        Fault::AmbiguousUnit => vec![
            person(["A", "B", "Phòng Dược", "", "", "", "", ""], Column::Unit),
            unit(["H3", "D", "", "phong duoc", ""], Column::Parent),
        ],
        Fault::OutOfReach => vec![
            scene.within(person(["A", "B", top, "", "", "", "", ""], Column::Unit)),
            scene.within(person(
                ["Đỗ Mười", "Giám đốc", "H99.01", "", "", "", "", leader],
                Column::FullName,
            )),
            scene.within(unit(["", "A", "", top, ""], Column::Parent)),
            scene.within(unit(["", top, "", "", ""], Column::UnitName)),
        ],
        Fault::Circle => vec![
            scene.units(
                &[["H1", "A", "", "H2", ""], ["H2", "B", "", "H1", ""]],
                &[(2, Column::Parent), (3, Column::Parent)],
            ),
            unit(["", "A", "", "A", ""], Column::Parent),
        ],
        Fault::Moved => vec![unit(["H99.01.01", "Phòng Dược", "", top, ""], Column::Parent)],
        Fault::Twice => vec![
            scene.people(
                &[
                    ["A", "B", "H99.01", "N1", "", "", "", ""],
                    ["C", "D", "H99.01", "n1", "", "", "", ""],
                ],
                &[(3, Column::StaffNumber)],
            ),
            scene.people(
                &[
                    ["Lê Thị Khuê", "Phó Giám đốc", "H99.01", "", "", "", "", khue],
                    ["Lê Thị Khuê", "Cố vấn", "H99.01", "", "", "", "", khue],
                ],
                &[(3, Column::FullName)],
            ),
            scene.units(
                &[["H2", "B", "", "H99.01", ""], ["h2", "C", "", "H99.01", ""]],
                &[(3, Column::OrganId)],
            ),
            scene.units(
                &[["", "B", "", "H99.01", ""], ["", "B", "", "H99.01", ""]],
                &[(3, Column::UnitName)],
            ),
        ],
        Fault::ThereAlready => vec![
            person(["Tran BINH", "Chuyên viên", "Sở Y tế", "", "", "", "", ""], Column::FullName),
            scene.people(
                &[
                    ["A", "B", "H99.01", "", "", "", "", ""],
                    ["A", "B", "H99.01", "", "", "", "", ""],
                ],
                &[(3, Column::FullName)],
            ),
        ],
        Fault::Taken => vec![
            person(
                ["Lê Thị Khuê", "Trưởng phòng", "H99.01.01", "CB-1", "", "", "", khue],
                Column::StaffNumber,
            ),
            unit(["H99.01", "Phòng Dược", "", "", room], Column::OrganId),
        ],
        _ => vec![person(["Đỗ Mười", "Bí thư", top, "", "", "", "", leader], Column::Position)],
    }
}

/// Units and people, one of whom holds a phone.
async fn set_up(office: &Office) {
    carry(office, Kind::Units, UNITS).await;
    carry(office, Kind::People, PEOPLE).await;
    let leader = "Full name,Position,Unit,Staff number\nĐỗ Mười,Chủ tịch,UBND xã Thử Nghiệm,CB-7\n";
    carry(office, Kind::People, leader).await;
    let mut connection = office.database().await;
    let leader = roll::with_staff_number(&mut connection, "CB-7").await.unwrap().unwrap();
    Phone::enroll(office, leader.row.view.id).await;
}

async fn leaves(office: &Office) -> i64 {
    const COUNT: &str = "SELECT CAST(COUNT(*) AS BIGINT) FROM log_leaf";
    let mut connection = office.database().await;
    sqlx::query(COUNT).fetch_one(&mut connection).await.unwrap().get(0)
}

async fn every_fault_is_told_of_both_formats_and_nothing_is_written(office: Office) {
    set_up(&office).await;
    let before = leaves(&office).await;
    for format in [Format::Csv, Format::Xlsx] {
        let scene = Scene::of(&office, format).await;
        for fault in Fault::ALL {
            let cases = cases(&scene, *fault);
            let other = match format {
                Format::Csv => Fault::Broken,
                Format::Xlsx => Fault::NotUtf8,
            };
            assert_eq!(cases.is_empty(), *fault == other, "{fault:?} {format:?}");
            for case in cases {
                let plan = import::plan(&office.app, &case.reach, case.kind, case.file).await;
                let plan = plan.unwrap();
                let expected: Vec<_> =
                    case.told.iter().map(|(line, column)| (*line, *column, *fault)).collect();
                assert_eq!(told(&plan), expected, "{fault:?} {format:?}");
                assert!(!plan.is_ready());
                let done = import::carry_out(&office.app, &Act::COMMAND_LINE, plan).await;
                assert!(matches!(done, Err(FlowError::BadRequest(_))), "{fault:?} {format:?}");
            }
        }
    }
    assert_eq!(leaves(&office).await, before, "nothing was done");
}

async fn numbers_that_a_spreadsheet_keeps_as_numbers_are_read_as_they_look(office: Office) {
    // As Excel writes them who types them: the number of a person without its apostrophe, and a date.
    const SHEET: &str = r#"<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>
<row r="1"><c r="A1" t="inlineStr"><is><t>Full name</t></is></c><c r="B1" t="inlineStr"><is><t>Position</t></is></c><c r="C1" t="inlineStr"><is><t>Unit</t></is></c><c r="D1" t="inlineStr"><is><t>Staff number</t></is></c><c r="E1" t="inlineStr"><is><t>Telephone</t></is></c></row>
<row r="3"><c r="A3" t="inlineStr"><is><t>Trần Bình</t></is></c><c r="B3" t="inlineStr"><is><t>Chuyên viên</t></is></c><c r="C3" t="inlineStr"><is><t>UBND xã Thử Nghiệm</t></is></c><c r="D3"><v>4711</v></c><c r="E3"><v>84912345678</v></c></row>
<row r="4"><c r="A4" t="inlineStr"><is><t>Lê Cúc</t></is></c><c r="B4" t="b"><v>1</v></c><c r="C4" t="inlineStr"><is><t>UBND xã Thử Nghiệm</t></is></c><c r="D4"><v>1.5</v></c><c r="E4"><v>12</v></c></row>
</sheetData></worksheet>"#;
    let book = sheet::write(Format::Xlsx, &[vec!["a".to_owned()]]).unwrap();
    let look = async |sheet: &str| {
        let file = with_sheet(&book, sheet.as_bytes());
        import::plan(&office.app, &Reach::EVERYWHERE, Kind::People, file).await.unwrap()
    };
    // The empty row counts, as the spreadsheet counts it.
    let expected =
        [(4, Some(Column::Position), Fault::Blank), (4, Some(Column::Phone), Fault::BadPhone)];
    assert_eq!(told(&look(SHEET).await), expected);
    let from = SHEET.find("<row r=\"4\">").unwrap();
    let to = SHEET.find("</sheetData>").unwrap();
    let sound = format!("{}{}", &SHEET[..from], &SHEET[to..]);
    let plan = look(&sound).await;
    assert_eq!((told(&plan), plan.added), (vec![], 1));
    import::carry_out(&office.app, &Act::COMMAND_LINE, plan).await.unwrap();
    let mut connection = office.database().await;
    let kept = roll::with_staff_number(&mut connection, "4711").await.unwrap().unwrap();
    assert_eq!(kept.details.phone.as_deref(), Some("84912345678"));
}
