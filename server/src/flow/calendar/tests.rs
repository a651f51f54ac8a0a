use jiff::civil::date;
use proptest::prelude::*;

use super::*;

const HOUR: u32 = 3600;

fn at(day: Date, hour: i64, minute: i64) -> UnixSecond {
    first_second(day).unwrap().plus(hour * 3600 + minute * 60)
}

fn calendar() -> Calendar {
    Calendar::built_in()
}

#[test]
fn hours_pass_over_noon_night_weekend_and_tet() {
    let calendar = calendar();
    let friday = date(2026, 11, 27);
    let after = |from, hours| calendar.after(from, hours * HOUR).unwrap();
    assert_eq!(after(at(friday, 8, 0), 4), at(friday, 12, 0));
    assert_eq!(after(at(friday, 11, 0), 2), at(friday, 14, 0));
    assert_eq!(after(at(friday, 16, 0), 2), at(date(2026, 11, 30), 9, 0));
    assert_eq!(after(at(date(2026, 2, 13), 16, 30), 1), at(date(2026, 2, 23), 8, 30));
    assert_eq!(calendar.before(at(friday, 14, 0), 2 * HOUR).unwrap(), at(friday, 11, 0));
    assert_eq!(
        calendar.before(at(date(2026, 2, 23), 8, 0), HOUR),
        Some(at(date(2026, 2, 13), 16, 0))
    );
    assert_eq!(
        calendar.next_working(at(date(2026, 2, 14), 9, 0)),
        Some(at(date(2026, 2, 23), 8, 0))
    );
}

#[test]
fn days_are_what_law_and_announcements_make_them() {
    let calendar = calendar();
    let is = |year, month, day| calendar.day(date(year, month, day));
    assert_eq!(is(2026, 9, 2), Day::Off("Quốc khánh"));
    assert_eq!(is(2026, 8, 31), Day::Off("Quốc khánh"));
    assert_eq!(is(2026, 8, 22), Day::WorksFor("Làm bù cho 31/08"));
    assert_eq!(is(2026, 11, 28), Day::Free);
    assert_eq!(is(2026, 11, 30), Day::Works);
    // A Saturday and a Sunday: both are made up for.
    assert_eq!(is(2022, 5, 2), Day::OffFor("Ngày Chiến thắng"));
    assert_eq!(is(2022, 5, 3), Day::OffFor("Ngày Quốc tế lao động"));
    assert_eq!(is(2022, 5, 4), Day::Works);
    // 1 January 2028 is a Saturday.
    assert_eq!(is(2028, 1, 3), Day::OffFor("Tết Dương lịch"));
    let listed = Written::BUILT_IN.to_owned() + "[[off]]\nfrom = 2028-01-03\nname = \"Nghỉ bù\"\n";
    let listed = Calendar::read(&listed).unwrap();
    assert_eq!(listed.day(date(2028, 1, 3)), Day::Off("Nghỉ bù"));
    assert_eq!(listed.day(date(2028, 1, 4)), Day::Works);
    assert_eq!(calendar.unannounced(2026), [2027]);
    assert_eq!(calendar.unannounced(2027), [2027, 2028]);
}

#[test]
fn a_fault_names_its_line_and_what_to_do() {
    let good = Written::BUILT_IN;
    for (from, to, told) in [
        ("\"13:00-17:00\"", "\"11:00-17:00\"", "begins before"),
        ("\"13:00-17:00\"", "\"13-17\"", "write hours as"),
        ("\"13:00-17:00\"", "\"17:00-13:00\"", "write hours as"),
        ("month = 4\nday = 30", "month = 4\nday = 31", "no year has"),
        ("2026-02-16", "2026-02-30", "line"),
        ("2026-02-16", "\"2026-02-16\"", "line"),
        ("to = 2026-02-20", "to = 2027-02-20", "is the year right?"),
        ("to = 2026-02-20", "to = 2026-02-15", "before they begin"),
        ("date = 2026-01-10", "date = 2026-02-17", "take one of the two out"),
        ("\"friday\"", "\"freitag\"", "line"),
        ("\"friday\"", "\"monday\"", "twice"),
        ("[[working]]", "[[worked]]", "worked"),
    ] {
        assert!(good.contains(from), "{from}");
        let fault = Calendar::read(&good.replacen(from, to, 1)).unwrap_err();
        assert!(fault.contains(told) && fault.contains("line "), "{to}: {fault}");
    }
}

#[test]
fn a_calendar_of_holidays_alone_ends_the_search() {
    let mut calendar = calendar();
    calendar.days.clear();
    calendar.announced.clear();
    let now = at(date(2026, 11, 27), 8, 0);
    assert_eq!((calendar.after(now, 1), calendar.next_working(now)), (None, None));
    assert_eq!(calendar.before(now, 1), None);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]
    #[test]
    fn working_time_adds_up_grows_and_is_never_off(
        from in 1_767_200_000_i64..1_860_000_000, a in 0_u32..400_000, b in 1_u32..400_000,
    ) {
        let calendar = calendar();
        let from = UnixSecond::new(from);
        let then = calendar.after(from, a).unwrap();
        let whole = calendar.after(from, a + b).unwrap();
        prop_assert_eq!(calendar.after(then, b), Some(whole));
        prop_assert!(from <= then && then < whole);
        // The last second of what passed was worked.
        prop_assert!(calendar.is_working(whole.plus(-1)));
        prop_assert!(calendar.day(local_date(whole)).works());
        let back = calendar.before(whole, b).unwrap();
        prop_assert_eq!(calendar.after(back, b), Some(whole));
        let next = calendar.next_working(from).unwrap();
        prop_assert!(calendar.is_working(next) && from <= next);
    }
}
