//! A relay between a phone and a server, with free choice on both sides: what the comparison code is
//! for. It holds the invitation, chooses everything that it sends, and waits wherever waiting helps.

use super::{ComparisonCode, Invitation, InvitationSecret, Transcript};
use crate::digest::Sha256;
use crate::env::UnixSecond;
use crate::id::InvitationId;

const TRIALS: u32 = 1_000_000;

fn invitation() -> Invitation {
    Invitation {
        version: 1,
        id: InvitationId::from_bytes([7; 16]),
        secret: InvitationSecret([9; 32]),
        pins: vec![Sha256::of(b"pin")],
        log_key: Sha256::of(b"log"),
        expires: UnixSecond::new(1_800_000_000),
        unit: "UBND xã Bình Minh".to_owned(),
    }
}

/// The values of one side of a trial, from its number: the same run each time.
fn values(side: u8, trial: u32) -> [u8; 32] {
    let mut seed = [0; 8];
    seed[0] = side;
    seed[4..].copy_from_slice(&trial.to_be_bytes());
    Sha256::of(&seed).0
}

/// What one end computes: the relay's part is `theirs`, its own is `own`.
fn code(invitation: &Invitation, c1: [u8; 32], c2: [u8; 32], nonce: [u8; 32]) -> ComparisonCode {
    // The commitment binds c2: either side checks it, so that a relay which sends another ends there.
    ComparisonCode::of(&Transcript {
        invitation,
        c1: &c1,
        commitment: &Sha256::of(&c2),
        auth_key: b"auth",
        csr: b"csr",
        nonce: &nonce,
        c2: &c2,
    })
}

/// One trial: the phone's digits are read out, the server's are compared with them.
fn matches(invitation: &Invitation, trial: u32) -> bool {
    // What neither end lets a relay choose: the phone's nonce, the server's two values.
    let (phone_nonce, server_c1) = (values(1, trial), values(2, trial));
    let server_c2 = values(3, trial);
    let relay = |part| values(part, trial);
    let (at_phone, at_server) = if trial.is_multiple_of(2) {
        // It ends with the phone first, knows those digits, and then chooses what it gives the server,
        // whose second value it has not seen.
        let at_phone = code(invitation, relay(4), relay(5), phone_nonce);
        let chosen = Sha256::of(at_phone.grouped().as_bytes()).0;
        (at_phone, code(invitation, server_c1, server_c2, chosen))
    } else {
        // It ends with the server first, and commits to the phone before it sees the phone's nonce.
        let at_server = code(invitation, server_c1, server_c2, relay(6));
        let chosen = Sha256::of(at_server.grouped().as_bytes()).0;
        (code(invitation, server_c1, chosen, phone_nonce), at_server)
    };
    at_server.matches(&at_phone.grouped())
}

#[test]
fn a_relay_with_free_choice_on_both_sides_matches_in_none_of_a_million_trials() {
    let workers = std::thread::available_parallelism().map_or(2, usize::from).clamp(1, 8);
    let workers = u32::try_from(workers).expect("at most eight");
    let matched: u32 = std::thread::scope(|scope| {
        let running: Vec<_> = (0..workers)
            .map(|worker| {
                scope.spawn(move || {
                    let invitation = invitation();
                    let own = (worker..TRIALS).step_by(workers as usize);
                    u32::try_from(own.filter(|trial| matches(&invitation, *trial)).count())
                        .expect("at most a million")
                })
            })
            .collect();
        running.into_iter().map(|worker| worker.join().expect("no trial panics")).sum()
    });
    assert_eq!(matched, 0);
}

/// The trials can match: without the commitment a relay grinds its value until the digits agree. Three
/// of the eight digits are enough to show it, and take a thousandth of the time.
#[test]
fn without_the_commitment_the_same_relay_would_match() {
    let invitation = invitation();
    let last = |code: &ComparisonCode| code.grouped()[6..].to_owned();
    let at_server = code(&invitation, values(2, 0), values(3, 0), values(6, 0));
    let grinding =
        (0..20_000).map(|try_| code(&invitation, values(4, 0), values(5, try_), [1; 32]));
    assert!(grinding.into_iter().any(|at_phone| last(&at_phone) == last(&at_server)));
}
