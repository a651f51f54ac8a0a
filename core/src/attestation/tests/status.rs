//! The status list.

use proptest::prelude::*;

use super::super::*;
use crate::certificate::SerialNumber;
use crate::env::UnixSecond;

const AS_OF: UnixSecond = UnixSecond::new(1_795_305_600);

fn serial(bytes: &[u8]) -> SerialNumber {
    SerialNumber::from_integer(bytes).unwrap()
}

#[test]
fn serial_numbers_are_compared_as_numbers() {
    let json = br#"{"entries": {
        "388266760658996859e": {"status": "REVOKED", "reason": "KEY_COMPROMISE"},
        "0A01": {"status": "SUSPENDED", "expires": "2027-01-01", "comment": "x"},
        "ff": {"status": "SOMETHING_NEW"},
        "b": {"status": "REVOKED"}, "0b": {"status": "SUSPENDED"},
        "0": {"status": "SUSPENDED"}
    }, "future": 1}"#;
    let list = StatusList::parse(json, AS_OF).unwrap();
    let of = |bytes: &[u8]| list.standing(&serial(bytes));
    let long = hex::decode("0388266760658996859e").unwrap();
    assert_eq!(of(&long), Some(Standing::Revoked));
    assert_eq!(of(&[0x0a, 0x01]), Some(Standing::Suspended), "case and zeros do not hide it");
    assert_eq!(of(&[0x00, 0xff]), Some(Standing::Revoked), "an unknown word is no trust");
    assert_eq!(of(&[0x0b]), Some(Standing::Revoked), "the worse of two entries counts");
    assert_eq!(of(&[0x00]), Some(Standing::Suspended));
    assert_eq!(of(&[0x0a, 0x02]), None);
    assert_eq!(list.len(), 5);
}

#[test]
fn what_is_no_list_is_refused() {
    for json in [
        "",
        "[]",
        "{}",
        r#"{"entries": []}"#,
        r#"{"entries": {"12": "REVOKED"}}"#,
        r#"{"entries": {"12": {}}}"#,
        r#"{"entries": {"": {"status": "REVOKED"}}}"#,
        r#"{"entries": {"0x12": {"status": "REVOKED"}}}"#,
        r#"{"entries": {}, "entries": {}}"#,
    ] {
        let read = StatusList::parse(json.as_bytes(), AS_OF);
        assert!(matches!(read, Err(StatusListError::Malformed(_))), "{json}");
    }
    let long = format!(r#"{{"entries": {{"{}": {{"status": "REVOKED"}}}}}}"#, "1".repeat(43));
    assert!(StatusList::parse(long.as_bytes(), AS_OF).is_err());
    let large = vec![b' '; MAX_STATUS_LIST_BYTES + 1];
    assert_eq!(
        StatusList::parse(&large, AS_OF),
        Err(StatusListError::TooLarge(MAX_STATUS_LIST_BYTES + 1))
    );
}

#[test]
fn a_list_grows_old_after_thirty_days() {
    let list = StatusList::parse(br#"{"entries": {}}"#, AS_OF).unwrap();
    assert!(list.is_empty());
    assert!(!list.is_old(AS_OF.plus(30 * 86_400)));
    assert!(list.is_old(AS_OF.plus(30 * 86_400 + 1)));
    assert!(StatusList::default().is_old(AS_OF), "no list was ever fetched");
}

proptest! {
    #[test]
    fn arbitrary_lists_and_descriptions_never_panic(bytes: Vec<u8>, text in ".{0,60}") {
        let _ = StatusList::parse(&bytes, AS_OF);
        let _ = StatusList::parse(format!("{{\"entries\": {{{text}}}}}").as_bytes(), AS_OF);
        let _ = KeyDescription::parse(&bytes);
        let _ = read_roots(&text);
        let _ = text.parse::<PatchLevel>();
    }
}
