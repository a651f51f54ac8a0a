use proptest::prelude::*;

use super::*;
use crate::log::tree::empty_root;

const START: UnixSecond = UnixSecond::new(1_795_340_000);

fn text<const MAX: usize>(text: &str) -> Text<MAX> {
    Text::new(text).unwrap()
}

fn unit(n: u8) -> UnitId {
    UnitId::from_bytes([n; 16])
}

pub(crate) fn delegation() -> Delegation {
    let holder = |person: u8, position| Holder {
        person: PersonId::from_bytes([person; 16]),
        unit: unit(1),
        position: text(position),
    };
    Delegation {
        version: 1,
        form: Form::Kt,
        from: holder(2, "Chủ tịch"),
        to: holder(3, "Phó Chủ tịch"),
        units: vec![
            UnitScope { unit: unit(1), reach: Reach::Alone },
            UnitScope { unit: unit(4), reach: Reach::AndBelow },
        ],
        kinds: vec![text("Công văn"), text("Quyết định")],
        starts: START,
        ends: START.plus(30 * 86_400),
        reason: text("Đi công tác"),
        certificate: Sha256::of(b"certificate"),
        device: DeviceId::from_bytes([5; 16]),
        checkpoint: SeenCheckpoint { size: 0, root: empty_root() },
        signed_at: START.plus(-60),
        app: text("trien-test 1"),
    }
}

// The bytes of version 1 must never change: evidence of years depends on them.
#[test]
fn the_encoding_of_version_1_is_frozen() {
    let bytes = delegation().to_cbor();
    crate::testing::golden("delegation-1.cbor", &bytes);
    assert_eq!(Delegation::from_cbor(&bytes), Ok(delegation()));
    assert_eq!(delegation().hash(), Sha256::of(&bytes));
}

#[test]
fn every_truncation_and_every_flipped_bit_is_refused_or_another_delegation() {
    let bytes = delegation().to_cbor();
    for end in 0..bytes.len() {
        assert!(Delegation::from_cbor(&bytes[..end]).is_err());
    }
    for (at, bit) in (0..bytes.len()).flat_map(|at| (0..8).map(move |bit| (at, bit))) {
        let mut changed = bytes.clone();
        changed[at] ^= 1 << bit;
        if let Ok(other) = Delegation::from_cbor(&changed) {
            assert_ne!(other.hash(), delegation().hash());
        }
    }
}

#[test]
fn what_says_too_much_or_contradicts_itself_is_refused() {
    let refused = |change: &dyn Fn(&mut Delegation)| {
        let mut changed = delegation();
        change(&mut changed);
        Delegation::from_cbor(&changed.to_cbor()).unwrap_err()
    };
    assert_eq!(refused(&|d| d.version = 2), InvalidDelegation::Version(2));
    assert_eq!(refused(&|d| d.to.person = d.from.person), InvalidDelegation::ToOneself);
    assert_eq!(refused(&|d| d.ends = d.starts), InvalidDelegation::Backwards);
    assert_eq!(refused(&|d| d.signed_at = d.ends), InvalidDelegation::Backwards);
    assert_eq!(refused(&|d| d.ends = d.ends.plus(MAX_SECONDS)), InvalidDelegation::TooLong);
    assert_eq!(refused(&|d| d.units.clear()), InvalidDelegation::Units);
    assert_eq!(refused(&|d| d.units.reverse()), InvalidDelegation::Units);
    assert_eq!(refused(&|d| d.units[1].unit = d.units[0].unit), InvalidDelegation::Units);
    assert_eq!(refused(&|d| d.kinds.reverse()), InvalidDelegation::Kinds);
    assert_eq!(refused(&|d| d.to.unit = unit(9)), InvalidDelegation::OtherUnit);
    let written = refused(&|d| (d.form, d.kinds) = (Form::Tuq, Vec::new()));
    assert_eq!(written, InvalidDelegation::NoKinds);
}

#[test]
fn each_limit_has_its_own_refusal() {
    let of = |line: &[UnitId], kind, role, at| delegation().covers(&Asked { line, kind, role, at });
    let (own, below) = ([unit(1), unit(9)], [unit(7), unit(4), unit(9)]);
    let (kind, ends) = ("quyết định", delegation().ends);
    assert_eq!(of(&own, kind, Role::Approve, START), Ok(()));
    assert_eq!(of(&below, "CÔNG VĂN", Role::Review, ends.plus(-1)), Ok(()));
    assert_eq!(of(&own, kind, Role::Approve, START.plus(-1)), Err(NotCovered::Early));
    assert_eq!(of(&own, kind, Role::Approve, ends), Err(NotCovered::Over));
    let under_own = [unit(7), unit(1), unit(9)];
    assert_eq!(of(&under_own, kind, Role::Approve, START), Err(NotCovered::Unit));
    assert_eq!(of(&[], kind, Role::Approve, START), Err(NotCovered::Unit));
    assert_eq!(of(&own, "Tờ trình", Role::Approve, START), Err(NotCovered::Kind));
    for role in [Role::Seal, Role::Receive] {
        assert_eq!(of(&own, kind, role, START), Err(NotCovered::Role));
    }
    assert_eq!(delegation().in_place_of(), "KT. CHỦ TỊCH");
}

fn scopes() -> impl Strategy<Value = Vec<UnitScope>> {
    proptest::collection::btree_map(0..6_u8, any::<bool>(), 1..4).prop_map(|units| {
        let reach = |below| if below { Reach::AndBelow } else { Reach::Alone };
        let scope = |(n, below)| UnitScope { unit: unit(n), reach: reach(below) };
        units.into_iter().map(scope).collect()
    })
}

const KINDS: [&str; 3] = ["Báo cáo", "Công văn", "Tờ trình"];
const ROLES: [Role; 5] = [Role::Review, Role::Initial, Role::Approve, Role::Seal, Role::Receive];

proptest! {
    /// Whatever is covered lies inside each limit, said here in other words.
    #[test]
    fn no_scope_is_ever_widened(
        units in scopes(),
        named in proptest::sample::subsequence(KINDS.to_vec(), 0..=3),
        line in proptest::collection::vec(0..6_u8, 0..4),
        kind in proptest::sample::select(KINDS.to_vec()),
        role in proptest::sample::select(ROLES.to_vec()),
        after in -3..6_i64,
    ) {
        let kinds = named.iter().map(|kind| text(kind)).collect();
        let ends = START.plus(4);
        let given = Delegation { units: units.clone(), kinds, ends, ..delegation() };
        prop_assert_eq!(given.check(), Ok(()));
        let line: Vec<UnitId> = line.into_iter().map(unit).collect();
        let at = START.plus(after);
        let covered = given.covers(&Asked { line: &line, kind, role, at }).is_ok();
        let in_time = (0..4).contains(&after);
        let in_kind = named.is_empty() || named.contains(&kind);
        let mut places = line.iter().enumerate();
        let in_unit = places.any(|(above, of)| {
            let scope = units.iter().find(|scope| scope.unit == *of);
            scope.is_some_and(|scope| above == 0 || scope.reach == Reach::AndBelow)
        });
        let in_role = role != Role::Seal && role != Role::Receive;
        prop_assert_eq!(covered, in_time && in_kind && in_unit && in_role);
    }

    #[test]
    fn arbitrary_bytes_never_panic(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        prop_assert!(Delegation::from_cbor(&bytes).is_err());
    }
}
