use super::*;
use crate::env::UnixSecond;
use crate::pdf::image::Images;
use crate::pdf::read;
use crate::pdf::read::sample::{CATALOG, Sample};
use crate::pdf::recipe::{Appearance, BUILDER, Line as StampLine, Recipe, Target};
use crate::pdf::revise::build_revision;

const FONT: &str = "/Resources<</Font<</F<</Type/Font/Subtype/Type1/BaseFont/Courier>>>>>>";

/// Pages with those keys and that content; letters of their font are 0.6 of its size wide.
fn document(pages: &[(&str, &str)]) -> Vec<u8> {
    let numbers = (0..pages.len()).map(|at| 3 + 2 * u32::try_from(at).unwrap());
    let kids: String = numbers.clone().map(|number| format!("{number} 0 R ")).collect();
    let tree = format!("<</Type/Pages/Kids[{kids}]/Count {}>>", pages.len());
    let mut file = Sample::new().object(1, CATALOG).object(2, &tree);
    for (number, (keys, content)) in numbers.zip(pages) {
        let keys = if keys.contains("MediaBox") { keys } else { &A4.replace("KEYS", keys)[..] };
        let page = format!("<</Type/Page/Parent 2 0 R{FONT}{keys}/Contents {} 0 R>>", number + 1);
        file = file.object(number, &page).stream(number + 1, "", content.as_bytes());
    }
    file.table("")
}

const A4: &str = "/MediaBox[0 0 595 842]KEYS";

fn text_at(x: i32, y: i32, text: &str) -> String {
    format!("BT/F 10 Tf {x} {y} Td({text})Tj ET ")
}

fn wish(text: &str) -> Wish {
    Wish {
        text: Text::new(text).unwrap(),
        occurrence: Occurrence::Last,
        page: None,
        side: Side::Below,
        width: 10_000,
        height: 4000,
    }
}

fn place(file: &[u8], wish: &Wish) -> Result<Place, NoPlace> {
    let file = Arc::new(file.to_vec());
    let document = read::open(&file).unwrap();
    find(&document, &file, std::slice::from_ref(wish)).map(|places| places[0])
}

fn rect(left: i32, bottom: i32, right: i32, top: i32) -> Rect {
    Rect { left, bottom, right, top }
}

// "Chair" of 10 points at 300, 400 reaches from 300 to 330, and from 397.5 to 409.5.
#[test]
fn a_stamp_stands_on_the_side_that_was_asked_for() {
    let file = document(&[("", &text_at(300, 400, "Chair"))]);
    let cases = [
        (Side::Below, rect(26_500, 35_350, 36_500, 39_350)),
        (Side::Above, rect(26_500, 41_350, 36_500, 45_350)),
        (Side::Left, rect(19_600, 38_350, 29_600, 42_350)),
        (Side::Right, rect(33_400, 38_350, 43_400, 42_350)),
        (Side::Over, rect(26_500, 38_350, 36_500, 42_350)),
    ];
    for (side, rect) in cases {
        let wish = Wish { side, ..wish("Chair") };
        assert_eq!(place(&file, &wish), Ok(Place { page: 0, rect }), "{side:?}");
    }
}

#[test]
fn only_the_named_part_of_a_line_counts() {
    let whole = document(&[("", &text_at(300, 400, "Chair"))]);
    let part = document(&[("", &text_at(258, 400, "Deputy Chair, An"))]);
    let columns = text_at(60, 400, "To:") + &text_at(300, 400, "Chair");
    let columns = document(&[("", &columns)]);
    let split = "BT/F 10 Tf 300 400 Td(Ch)Tj(a)Tj[(i)-20(r)]TJ ET";
    let split = document(&[("", split)]);
    let moved = "BT/F 10 Tf 300 400 Td(Cha)Tj ET BT/F 10 Tf 318 400 Td(ir)Tj ET";
    let moved = document(&[("", moved)]);
    let wanted = place(&whole, &wish("Chair")).unwrap();
    for file in [part, columns, moved] {
        assert_eq!(place(&file, &wish("Chair")), Ok(wanted));
    }
    let shifted = place(&split, &wish("Chair")).unwrap();
    assert_eq!(shifted.rect.left - wanted.rect.left, 10, "half of what the array adds");
}

#[test]
fn blanks_of_another_kind_and_number_do_not_matter() {
    let gap = text_at(300, 400, "The  old") + &text_at(354, 400, "Chair");
    let file = document(&[("", &gap)]);
    assert!(place(&file, &wish("The old Chair")).is_ok());
    assert!(place(&file, &wish("The old  Chair")).is_ok());
    assert_eq!(place(&file, &wish("Theold Chair")), Err(NoPlace::NotFound));
}

/// What is seen is the same on all of these pages: "Chair" at 300, 400 of a page of 595 by 842.
#[test]
fn turned_and_moved_pages_give_the_same_place() {
    let plain = document(&[("", &text_at(300, 400, "Chair"))]);
    let wanted = place(&plain, &wish("Chair")).unwrap();
    let text = "(Chair)Tj ET";
    let pages = [
        (
            "/MediaBox[-50 -60 700 900]/CropBox[-10 20 585 862]",
            format!("BT/F 10 Tf 290 420 Td{text}"),
        ),
        ("/MediaBox[0 0 842 595]/Rotate 90", format!("BT/F 10 Tf 0 1 -1 0 442 300 Tm{text}")),
        ("/MediaBox[0 0 595 842]/Rotate 180", format!("BT/F 10 Tf -1 0 0 -1 295 442 Tm{text}")),
        ("/MediaBox[100 0 942 595]/Rotate 270", format!("BT/F 10 Tf 0 -1 1 0 500 295 Tm{text}")),
        ("/MediaBox[0 0 297.5 421]/UserUnit 2", format!("BT/F 5 Tf 150 200 Td{text}")),
    ];
    for (keys, content) in pages {
        let found = place(&document(&[(keys, &content)]), &wish("Chair"));
        assert_eq!(found, Ok(wanted), "{keys}");
    }
}

#[test]
fn the_last_place_is_taken_unless_there_must_be_one() {
    let twice = text_at(300, 400, "Chair Chair") + &text_at(300, 600, "Chair");
    let file = document(&[("", &twice), ("", &text_at(300, 500, "Chair"))]);
    let last = place(&file, &wish("Chair")).unwrap();
    assert_eq!((last.page, last.rect.top), (1, 49_350));
    let first = place(&file, &Wish { page: Some(0), ..wish("Chair") }).unwrap();
    assert_eq!((first.page, first.rect.top, first.rect.left), (0, 39_350, 30_100));
    let only = Wish { occurrence: Occurrence::Only, ..wish("Chair") };
    assert_eq!(place(&file, &only), Err(NoPlace::Several));
    assert_eq!(place(&file, &Wish { page: Some(0), ..only.clone() }), Err(NoPlace::Several));
    assert_eq!(place(&file, &Wish { page: Some(1), ..only }), Ok(last));
}

#[test]
fn a_stamp_moves_along_its_side_and_never_leaves_the_page() {
    let corner = document(&[("", &text_at(560, 60, "Chair"))]);
    let below = |height| place(&corner, &Wish { height, ..wish("Chair") });
    assert_eq!(below(5000).unwrap().rect, rect(49_500, 350, 59_500, 5350));
    assert_eq!(below(5351), Err(NoPlace::NoRoom));
    let right = Wish { side: Side::Right, ..wish("Chair") };
    assert_eq!(place(&corner, &right), Err(NoPlace::NoRoom));
    let over = Wish { side: Side::Over, height: 20_000, ..wish("Chair") };
    assert_eq!(place(&corner, &over).unwrap().rect, rect(49_500, 0, 59_500, 20_000));
    let huge = Wish { width: i32::MAX, height: i32::MAX, ..over };
    assert_eq!(place(&corner, &huge), Err(NoPlace::NoRoom));
}

#[test]
fn vietnamese_is_found_however_its_marks_are_written() {
    let base = document(&[("", "")]);
    let recipe = Recipe {
        builder: BUILDER.to_owned(),
        field: "ky".to_owned(),
        name: Text::new("An").unwrap(),
        reason: None,
        location: None,
        offset_minutes: 420,
        appearance: Appearance::Stamp {
            page: 0,
            rect: rect(10_000, 40_000, 40_000, 42_000),
            lines: vec![StampLine::Text {
                text: Text::new("TM. ỦY BAN NHÂN DÂN XÃ").unwrap()
            }],
            image: None,
        },
        target: Target::New,
        fill: Vec::new(),
    };
    let document = read::open(&base).unwrap();
    let delta = build_revision(&document, &recipe, &Images::none(), UnixSecond::new(0)).unwrap();
    let file = [&base[..], &delta.embed(&[0x30, 0]).unwrap()].concat();
    let written = place(&file, &wish("ỦY BAN NHÂN DÂN")).unwrap();
    for spelling in ["UỶ BAN NHÂN DÂN", "U\u{309}Y BAN NHA\u{302}N DÂN", "ỦY\u{A0}BAN  NHÂN DÂN"]
    {
        assert_eq!(place(&file, &wish(spelling)), Ok(written), "{spelling}");
    }
    for other in ["Ủy ban nhân dân", "ỦY BAN NHAN DAN", "Y BAN", "ỤY BAN"] {
        assert_eq!(place(&file, &wish(other)), Err(NoPlace::NotFound), "{other}");
    }
}

#[test]
fn a_page_that_nobody_can_draw_has_no_place() {
    let bomb = "0 0 1 1 re ".repeat(100) + &"BT/F 1 Tf(Chair)Tj ET ".repeat(700_000);
    let file = document(&[("", &bomb), ("", &text_at(300, 400, "Chair"))]);
    assert_eq!(place(&file, &wish("Chair")).unwrap().page, 1);
    assert_eq!(place(&file, &wish("Board")), Err(NoPlace::Unreadable));
    assert_eq!(place(&file, &Wish { page: Some(7), ..wish("Chair") }), Err(NoPlace::NotFound));
}

#[test]
fn every_wish_gets_its_own_place() {
    let file = document(&[("", &(text_at(100, 400, "Chair") + &text_at(400, 400, "Clerk")))]);
    let file = Arc::new(file);
    let document = read::open(&file).unwrap();
    let places = find(&document, &file, &[wish("Clerk"), wish("Chair")]).unwrap();
    assert!(places[0].rect.left > places[1].rect.right);
    assert_eq!(find(&document, &file, &[wish("Clerk"), wish("Nobody")]), Err(NoPlace::NotFound));
    assert_eq!(find(&document, &file, &[]), Ok(Vec::new()));
}
