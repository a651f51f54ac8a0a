//! `trien unit prompt`: how often the keys of a unit's phones ask for the person.

use clap::{Args, ValueEnum};
use trien_core::certificate::{PromptPolicy, Prompts};
use trien_core::document::Text;
use trien_core::id::UnitId;

use super::CliError;
use super::init::text;
use crate::app::App;
use crate::flow::act::Act;
use crate::flow::prompt;

/// What is asked for.
#[derive(Debug, Args)]
pub(super) struct PromptArgs {
    /// The unit
    unit: UnitId,
    /// What it states from now on; what holds is shown where this is left out
    #[arg(long, value_enum)]
    policy: Option<PolicyArg>,
    /// Length of a session, at most 60
    #[arg(long, default_value_t = 60, value_parser = clap::value_parser!(u16).range(1..=60))]
    seconds: u16,
    /// Signatures of a session, at most 50
    #[arg(long, default_value_t = 20, value_parser = clap::value_parser!(u16).range(1..=50))]
    signatures: u16,
    /// The phone's passcode answers too, for who has no finger that is read, or no face: whoever knows it signs
    #[arg(long)]
    passcode: bool,
    /// Do it; without this what would hold is shown
    #[arg(long, requires = "why")]
    yes: bool,
    /// Why, at most 500 characters; it is logged
    #[arg(long, value_name = "TEXT", value_parser = text::<500>)]
    why: Option<Text<500>>,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum PolicyArg {
    /// A prompt for each signature
    PerUse,
    /// One prompt opens the key for a while
    Session,
    /// As the units above
    AsAbove,
}

impl PromptArgs {
    fn stated(&self, policy: PolicyArg) -> Option<PromptPolicy> {
        let (seconds, signatures) = (self.seconds, self.signatures);
        let prompts = match policy {
            PolicyArg::PerUse => Prompts::PerUse,
            PolicyArg::Session => Prompts::Session { seconds, signatures },
            PolicyArg::AsAbove => return None,
        };
        Some(PromptPolicy { prompts, passcode: self.passcode })
    }
}

/// Shows the policy, what another statement would do, or makes it.
pub(super) async fn run(app: &App, args: PromptArgs) -> Result<(), CliError> {
    let now = prompt::of_unit(app, args.unit).await?;
    println!("prompt  {}", told(now.policy));
    if let Some(stated) = now.stated {
        println!("stated  {}", told(stated));
    }
    for (unit, stated) in &now.above {
        println!("above   {}  ({})", told(*stated), unit.name);
    }
    let Some(policy) = args.policy else { return Ok(()) };
    let plan = prompt::look(app, args.unit, args.stated(policy)).await?;
    println!("new     {}", told(plan.after.policy));
    if plan.after.is_overruled() {
        println!("units above allow no more than {}", told(plan.after.policy));
    }
    println!("phones that are enrolled keep theirs");
    let (true, Some(why)) = (args.yes, args.why) else {
        println!("nothing is changed; give --yes and --why");
        return Ok(());
    };
    prompt::set(app, &Act::COMMAND_LINE, plan, why).await?;
    println!("changed");
    Ok(())
}

fn told(policy: PromptPolicy) -> String {
    let often = match policy.prompts {
        Prompts::PerUse => "for each signature".to_owned(),
        Prompts::Session { seconds, signatures } => {
            format!("once for {seconds} s and {signatures} signatures")
        }
    };
    if policy.passcode { often + ", or by passcode" } else { often }
}
