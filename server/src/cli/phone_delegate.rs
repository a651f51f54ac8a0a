//! `trien phone delegate`, `delegations`, `end-delegation`: letting others decide in one's place.

use std::process::ExitCode;
use std::str::FromStr;

use clap::{Args, ValueEnum};
use jiff::civil::Date;
use trien_core::client::{Companion, DelegationDraft};
use trien_core::delegation::wire::{Delegate, DelegationState, DelegationView};
use trien_core::delegation::{Form, Reach, UnitScope};
use trien_core::digest::Sha256;
use trien_core::document::Text;
use trien_core::env::UnixSecond;
use trien_core::id::{PersonId, UnitId};

use super::CliError;
use super::phone::failed;
use crate::text::first_second;

/// Whom, in which form, about what, until when.
#[derive(Debug, Args)]
pub(super) struct DelegateArgs {
    /// Who may decide; without it, those to whom you may delegate are listed
    #[arg(long, value_name = "PERSON", requires_all = ["form", "until", "reason"])]
    to: Option<PersonId>,
    /// In which unit that person's post is, where there are several
    #[arg(long, value_name = "UNIT", requires = "to")]
    post: Option<UnitId>,
    /// KT. (a deputy), TL. (by order) or TUQ. (by a written authorisation)
    #[arg(long, value_enum)]
    form: Option<FormArg>,
    /// Requests of this unit and those below it; may be given several times [default: your unit]
    #[arg(long, value_name = "UNIT")]
    unit: Vec<UnitId>,
    /// Kind of document; may be given several times, and TUQ. needs one [default: all]
    #[arg(long, value_name = "KIND")]
    kind: Vec<String>,
    /// First day, in Việt Nam [default: now]
    #[arg(long, value_name = "YYYY-MM-DD")]
    from: Option<Date>,
    /// Last day, in Việt Nam; a year at most
    #[arg(long, value_name = "YYYY-MM-DD")]
    until: Option<Date>,
    /// Why, or by which written act
    #[arg(long, value_name = "TEXT")]
    reason: Option<String>,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum FormArg {
    /// Ký thay
    Kt,
    /// Thừa lệnh
    Tl,
    /// Thừa ủy quyền
    Tuq,
}

/// Which, and why.
#[derive(Debug, Args)]
pub(super) struct EndArgs {
    /// Its hash, as `trien phone delegations` prints it
    delegation: String,
    /// Why
    #[arg(long, value_name = "TEXT")]
    reason: String,
}

pub(super) async fn delegate(phone: &Companion, args: DelegateArgs) -> Result<ExitCode, CliError> {
    let may = phone.delegates().await.map_err(failed)?;
    let (Some(to), Some(form), Some(until), Some(reason)) =
        (args.to, args.form, args.until, &args.reason)
    else {
        may.iter().for_each(print_delegate);
        return Ok(ExitCode::SUCCESS);
    };
    let mut posts = may
        .into_iter()
        .filter(|it| it.person.id == to && args.post.is_none_or(|unit| it.unit.id == unit));
    let chosen = match (posts.next(), posts.next()) {
        (Some(chosen), None) => chosen,
        (None, _) => {
            return Err(CliError::Refused("you may not delegate to that person".to_owned()));
        }
        (Some(_), Some(_)) => {
            let several = "that person has several posts: say which unit with --post";
            return Err(CliError::Usage(several.to_owned()));
        }
    };
    let own = phone.profile().map_err(failed)?.unit.id;
    let units = if args.unit.is_empty() { vec![own] } else { args.unit.clone() };
    let usage = |error: &dyn std::fmt::Display| CliError::Usage(error.to_string());
    let kinds: Result<Vec<_>, _> = args.kind.iter().map(|kind| Text::new(kind)).collect();
    let draft = DelegationDraft {
        form: match form {
            FormArg::Kt => Form::Kt,
            FormArg::Tl => Form::Tl,
            FormArg::Tuq => Form::Tuq,
        },
        to: chosen,
        units: units.into_iter().map(|unit| UnitScope { unit, reach: Reach::AndBelow }).collect(),
        kinds: kinds.map_err(|error| usage(&error))?,
        starts: args.from.map(midnight).transpose()?,
        ends: midnight(until.tomorrow().map_err(|error| usage(&error))?)?,
        reason: Text::new(reason).map_err(|error| usage(&error))?,
    };
    let hash = phone.delegate(draft).await.map_err(failed)?;
    println!("delegated   {hash}");
    Ok(ExitCode::SUCCESS)
}

/// When a day begins in Việt Nam.
fn midnight(day: Date) -> Result<UnixSecond, CliError> {
    first_second(day).ok_or_else(|| CliError::Usage(format!("{day} is no day that can be named")))
}

fn print_delegate(it: &Delegate) {
    let deputy = if it.is_deputy { "  (deputy)" } else { "" };
    let forms: Vec<&str> = it.forms.iter().map(|form| form.abbreviation()).collect();
    println!(
        "{}  {}, {}  {}{deputy}  {}",
        it.person.id,
        it.person.name,
        it.person.position,
        it.unit.name,
        forms.join(" ")
    );
}

pub(super) async fn list(phone: &Companion) -> Result<ExitCode, CliError> {
    phone.delegations().await.map_err(failed)?.iter().for_each(print);
    Ok(ExitCode::SUCCESS)
}

fn print(view: &DelegationView) {
    let state = match view.state {
        DelegationState::Planned => "planned",
        DelegationState::InForce => "in force",
        DelegationState::Ended => "ended",
    };
    let kinds: Vec<String> = view.kinds.iter().map(ToString::to_string).collect();
    let kinds = if kinds.is_empty() { "all kinds".to_owned() } else { kinds.join(", ") };
    println!(
        "{}  {state:<8}  {}  {} → {}, {}  {} to {}  {kinds}",
        view.delegation,
        view.form.in_place_of(&view.from.position),
        view.from.name,
        view.to.name,
        view.to.position,
        view.starts,
        view.ends,
    );
}

pub(super) async fn end(phone: &Companion, args: EndArgs) -> Result<ExitCode, CliError> {
    let hash = Sha256::from_str(&args.delegation).map_err(|_| {
        CliError::Usage("a delegation is named by 64 hexadecimal digits".to_owned())
    })?;
    let why = Text::new(&args.reason).map_err(|error| CliError::Usage(error.to_string()))?;
    phone.end_delegation(hash, why).await.map_err(failed)?;
    println!("ended");
    Ok(ExitCode::SUCCESS)
}
