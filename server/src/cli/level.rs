//! `trien unit level`: the lowest assurance level that a unit takes for approval keys.

use clap::{Args, ValueEnum};
use trien_core::certificate::Assurance;
use trien_core::document::Text;
use trien_core::id::UnitId;

use super::CliError;
use super::init::text;
use crate::app::App;
use crate::flow::act::Act;
use crate::flow::policy::{self, Falling};

/// What is asked for.
#[derive(Debug, Args)]
pub(super) struct LevelArgs {
    /// The unit
    unit: UnitId,
    /// What it states from now on; what holds is shown where this is left out
    #[arg(long, value_enum)]
    lowest: Option<LevelArg>,
    /// Also suspend the active phones that fall below
    #[arg(long, requires = "lowest")]
    suspend: bool,
    /// Do it; without this the phones that would fall below are listed
    #[arg(long, requires = "why")]
    yes: bool,
    /// Why, at most 500 characters; it is logged
    #[arg(long, value_name = "TEXT", value_parser = text::<500>)]
    why: Option<Text<500>>,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum LevelArg {
    /// StrongBox, attested
    A,
    /// Trusted environment, attested
    B,
    /// A genuine iOS app on a genuine device
    C,
    /// A PKCS#11 token that an officer has seen
    T,
    /// Keys in software
    D,
    /// As the unit above
    AsAbove,
}

impl LevelArg {
    fn stated(self) -> Option<Assurance> {
        match self {
            Self::A => Some(Assurance::A),
            Self::B => Some(Assurance::B),
            Self::C => Some(Assurance::C),
            Self::T => Some(Assurance::T),
            Self::D => Some(Assurance::D),
            Self::AsAbove => None,
        }
    }
}

/// Shows the level, what another one would do, or changes it.
pub(super) async fn run(app: &App, args: LevelArgs) -> Result<(), CliError> {
    let now = policy::level(app, args.unit).await?;
    let said_by = now.said_by.as_ref().map_or("by default", |unit| unit.name.as_str());
    println!("lowest  {:?}  ({said_by})", now.lowest);
    if let (Some(stated), true) = (now.stated, now.is_overruled()) {
        println!("stated  {stated:?}  (a unit above takes nothing below {:?})", now.lowest);
    }
    let Some(lowest) = args.lowest else { return Ok(()) };
    let plan = policy::look(app, args.unit, lowest.stated()).await?;
    println!("new     {:?}", plan.after.lowest);
    if plan.after.is_overruled() {
        println!("a unit above takes nothing below {:?}", plan.after.lowest);
    }
    if plan.after.lowest == Assurance::T {
        println!("level T takes tokens that officers have seen; nothing attests their keys");
    }
    if plan.after.lowest == Assurance::D {
        println!("level D takes keys in software: for trials and integrations only");
    }
    println!("below   {} phones", plan.falling.len());
    for device in &plan.falling {
        println!("{}  {:?}  {}", device.id, device.assurance, device.person.name);
    }
    let (true, Some(why)) = (args.yes, args.why) else {
        println!("nothing is changed; give --yes and --why");
        return Ok(());
    };
    let falling = if args.suspend { Falling::Suspend } else { Falling::Stay };
    policy::set(app, &Act::COMMAND_LINE, plan, falling, why).await?;
    println!("changed");
    Ok(())
}
