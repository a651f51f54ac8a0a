//! Landlock and seccomp.

use std::collections::BTreeMap;
use std::env::consts::ARCH;

use landlock::{
    ABI, Access as _, AccessFs, AccessNet, Ruleset, RulesetAttr as _, RulesetError, RulesetStatus,
    Scope,
};
use seccompiler::SeccompCmpArgLen::{Dword, Qword};
use seccompiler::SeccompCmpOp::{Eq, MaskedEq};
use seccompiler::{
    BpfProgram, SeccompAction, SeccompCmpArgLen, SeccompCmpOp, SeccompCondition, SeccompFilter,
    SeccompRule, TargetArch, apply_filter,
};

use super::Hold;

/// The newest version of Landlock whose rights we name; older kernels hold to what they know.
const LANDLOCK: ABI = ABI::V6;

pub(super) fn forbid_files_and_network() -> Hold {
    match restrict() {
        Ok(RulesetStatus::FullyEnforced) => Hold::Full,
        Ok(RulesetStatus::PartiallyEnforced) => Hold::Partial,
        Ok(RulesetStatus::NotEnforced) | Err(_) => Hold::None,
    }
}

// All rights are handled and none is given back.
fn restrict() -> Result<RulesetStatus, RulesetError> {
    let ruleset = Ruleset::default()
        .handle_access(AccessFs::from_all(LANDLOCK))?
        .handle_access(AccessNet::from_all(LANDLOCK))?
        .scope(Scope::from_all(LANDLOCK))?;
    Ok(ruleset.create()?.restrict_self()?.ruleset)
}

pub(super) fn filter_system_calls() -> Hold {
    match filters().map(|filters| filters.iter().try_for_each(|filter| apply_filter(filter))) {
        Ok(Ok(())) => Hold::Full,
        Ok(Err(_)) | Err(_) => Hold::None,
    }
}

type Rules = BTreeMap<i64, Vec<SeccompRule>>;

/// Of several filters the strictest answer counts: what the first lets through, the others may
/// still answer with an error that does no harm.
fn filters() -> Result<Vec<BpfProgram>, seccompiler::BackendError> {
    let arch = TargetArch::try_from(ARCH)?;
    let compile = |rules, otherwise, on_match| -> Result<BpfProgram, seccompiler::BackendError> {
        SeccompFilter::new(rules, otherwise, on_match, arch)?.try_into()
    };
    let answer = |number: i64, rules, error: i32| {
        let error = SeccompAction::Errno(error.unsigned_abs());
        compile(Rules::from([(number, rules)]), SeccompAction::Allow, error)
    };
    // The C library then makes threads the old way, whose flags a filter can see.
    let no_clone3 = answer(libc::SYS_clone3, Vec::new(), libc::ENOSYS)?;
    // Its allocator asks a file whether memory that is given back may be kept; without, it goes on.
    let no_file = answer(libc::SYS_openat, Vec::new(), libc::EACCES)?;
    let to_stderr = vec![rule(&[(0, Dword, Eq, 2)])?];
    let closed_stderr = answer(libc::SYS_write, to_stderr, libc::EBADF)?;
    let allowed = compile(allowed()?, SeccompAction::KillProcess, SeccompAction::Allow)?;
    Ok(vec![no_clone3, no_file, closed_stderr, allowed])
}

/// What computing on two pipes needs. Anything else ends the worker.
fn allowed() -> Result<Rules, seccompiler::BackendError> {
    let freely = [
        libc::SYS_brk,
        libc::SYS_clock_gettime,
        libc::SYS_clock_nanosleep,
        libc::SYS_clone3,
        libc::SYS_exit,
        libc::SYS_exit_group,
        libc::SYS_futex,
        libc::SYS_getpid,
        libc::SYS_getrandom,
        libc::SYS_gettid,
        libc::SYS_madvise,
        libc::SYS_mremap,
        libc::SYS_munmap,
        libc::SYS_nanosleep,
        libc::SYS_openat,
        libc::SYS_restart_syscall,
        libc::SYS_rseq,
        libc::SYS_rt_sigaction,
        libc::SYS_rt_sigprocmask,
        libc::SYS_rt_sigreturn,
        libc::SYS_sched_getaffinity,
        libc::SYS_sched_yield,
        libc::SYS_set_robust_list,
        libc::SYS_sigaltstack,
    ];
    let mut rules: Rules = freely.into_iter().map(|number| (number, Vec::new())).collect();
    let own = u64::from(std::process::id());
    // What the headers declare as `int` is a bit pattern to the kernel.
    let bits = |flag: i32| u64::from(flag.cast_unsigned());
    let (exec, anonymous) = (bits(libc::PROT_EXEC), bits(libc::MAP_ANONYMOUS));
    let thread = bits(libc::CLONE_THREAD);
    let narrowly: [(i64, &[Condition]); 12] = [
        (libc::SYS_read, &[(0, Dword, Eq, 0)]),
        (libc::SYS_readv, &[(0, Dword, Eq, 0)]),
        (libc::SYS_write, &[(0, Dword, Eq, 1)]),
        (libc::SYS_write, &[(0, Dword, Eq, 2)]),
        (libc::SYS_writev, &[(0, Dword, Eq, 1)]),
        // Memory is of no file, and never becomes code.
        (
            libc::SYS_mmap,
            &[(2, Dword, MaskedEq(exec), 0), (3, Dword, MaskedEq(anonymous), anonymous)],
        ),
        (libc::SYS_mprotect, &[(2, Dword, MaskedEq(exec), 0)]),
        // Threads, and no processes.
        (libc::SYS_clone, &[(0, Qword, MaskedEq(thread), thread)]),
        (libc::SYS_prctl, &[(0, Dword, Eq, bits(libc::PR_SET_NAME))]),
        (libc::SYS_prctl, &[(0, Dword, Eq, bits(libc::PR_SET_VMA))]),
        (libc::SYS_prlimit64, &[(0, Dword, Eq, 0), (1, Dword, Eq, u64::from(libc::RLIMIT_CPU))]),
        // How a process aborts.
        (libc::SYS_tgkill, &[(0, Dword, Eq, own)]),
    ];
    for (number, conditions) in narrowly {
        rules.entry(number).or_default().push(rule(conditions)?);
    }
    Ok(rules)
}

/// Argument, its width, how it is compared, and with what.
type Condition = (u8, SeccompCmpArgLen, SeccompCmpOp, u64);

fn rule(conditions: &[Condition]) -> Result<SeccompRule, seccompiler::BackendError> {
    let conditions = conditions.iter().cloned().map(|(argument, width, comparison, value)| {
        SeccompCondition::new(argument, width, comparison, value)
    });
    SeccompRule::new(conditions.collect::<Result<_, _>>()?)
}
