//! Certificate policies along a path (RFC 5280 §6.1), for a verifier who accepts any.
//!
//! The tree of §6.1.2 is kept as its deepest level: which policies a leaf ends up with, and
//! whether any is left at all, is decided there.

use crate::asn1::InvalidDer;
use crate::oid;

use super::extensions::{MAX_MEMBERS, PolicyMapping};
use super::parse::Certificate;

/// Why the policies of a path break it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum PolicyFault {
    /// A policy is demanded, and none reaches to the leaf.
    NoneLeft,
    /// A mapping from or to anyPolicy, or an extension that cannot be read.
    Malformed,
}

impl From<InvalidDer> for PolicyFault {
    fn from(_: InvalidDer) -> Self {
        Self::Malformed
    }
}

struct Node<'a> {
    policy: &'a [u8],
    expected: Vec<&'a [u8]>,
}

impl<'a> Node<'a> {
    fn of(policy: &'a [u8]) -> Self {
        Self { policy, expected: vec![policy] }
    }
}

/// After how many further certificates each limit begins.
struct Limits {
    explicit: u64,
    mapping: u64,
    any: u64,
}

impl Limits {
    fn count_down(&mut self) {
        for limit in [&mut self.explicit, &mut self.mapping, &mut self.any] {
            *limit = limit.saturating_sub(1);
        }
    }

    fn tighten(&mut self, certificate: &Certificate) -> Result<(), InvalidDer> {
        let constraints = certificate.policy_constraints()?;
        self.explicit = constraints.require_explicit.unwrap_or(u64::MAX).min(self.explicit);
        self.mapping = constraints.inhibit_mapping.unwrap_or(u64::MAX).min(self.mapping);
        self.any = certificate.inhibit_any_policy()?.unwrap_or(u64::MAX).min(self.any);
        Ok(())
    }
}

/// The policies that hold from the anchor down to the leaf. `path` goes from leaf to anchor.
pub(super) fn check<'a>(path: &[&'a Certificate]) -> Result<Vec<&'a [u8]>, PolicyFault> {
    let below_anchor = &path[..path.len().saturating_sub(1)];
    let start = below_anchor.len() as u64 + 1;
    let mut limits = Limits { explicit: start, mapping: start, any: start };
    let mut level = vec![Node::of(oid::ANY_POLICY)];
    for (above_leaf, &certificate) in below_anchor.iter().enumerate().rev() {
        let is_self_issued = certificate.is_self_issued();
        let any_counts = limits.any > 0 || (above_leaf > 0 && is_self_issued);
        level = match certificate.policies()? {
            Some(policies) => next_level(&level, &policies, any_counts),
            None => Vec::new(),
        };
        if limits.explicit == 0 && level.is_empty() {
            return Err(PolicyFault::NoneLeft);
        }
        if above_leaf > 0 {
            map(&mut level, &certificate.policy_mappings()?, limits.mapping > 0)?;
            if !is_self_issued {
                limits.count_down();
            }
            limits.tighten(certificate)?;
        } else {
            limits.explicit = limits.explicit.saturating_sub(1);
            if certificate.policy_constraints()?.require_explicit == Some(0) {
                limits.explicit = 0;
            }
        }
    }
    if limits.explicit == 0 && level.is_empty() {
        return Err(PolicyFault::NoneLeft);
    }
    Ok(level.into_iter().map(|node| node.policy).collect())
}

fn next_level<'a>(level: &[Node<'a>], policies: &[&'a [u8]], any_counts: bool) -> Vec<Node<'a>> {
    let has_any = level.iter().any(|node| node.policy == oid::ANY_POLICY);
    let mut next: Vec<Node<'a>> = Vec::new();
    for policy in policies.iter().filter(|policy| **policy != oid::ANY_POLICY) {
        let expected = level.iter().any(|node| node.expected.contains(policy));
        if (expected || has_any) && !next.iter().any(|node| node.policy == *policy) {
            next.push(Node::of(policy));
        }
    }
    if any_counts && policies.contains(&oid::ANY_POLICY) {
        for policy in level.iter().flat_map(|node| &node.expected) {
            let known = next.iter().any(|node| node.policy == *policy);
            if !known && next.len() < MAX_MEMBERS {
                next.push(Node::of(policy));
            }
        }
    }
    next
}

fn map<'a>(
    level: &mut Vec<Node<'a>>,
    mappings: &[PolicyMapping<'a>],
    may_map: bool,
) -> Result<(), PolicyFault> {
    if mappings.iter().any(|it| it.from == oid::ANY_POLICY || it.to == oid::ANY_POLICY) {
        return Err(PolicyFault::Malformed);
    }
    if !may_map {
        level.retain(|node| !mappings.iter().any(|mapping| mapping.from == node.policy));
        return Ok(());
    }
    let has_any = level.iter().any(|node| node.policy == oid::ANY_POLICY);
    for &PolicyMapping { from, .. } in mappings {
        let to = || mappings.iter().filter(|other| other.from == from).map(|it| it.to).collect();
        match level.iter_mut().find(|node| node.policy == from) {
            Some(node) => node.expected = to(),
            None if has_any => level.push(Node { policy: from, expected: to() }),
            None => {}
        }
    }
    Ok(())
}
