//! Why something is done, of commands that do it without a look before.

use clap::Args;
use trien_core::document::Text;

use super::init::text;
use crate::flow::act::Act;

/// What the log says of why.
#[derive(Clone, Debug, Args)]
pub(super) struct WhyArgs {
    /// Why, at most 500 characters; it is logged
    #[arg(long, value_name = "TEXT", value_parser = text::<500>)]
    why: Option<Text<500>>,
}

impl WhyArgs {
    /// The act on the server's own command line.
    pub fn act(self) -> Act {
        Act { why: self.why, ..Act::COMMAND_LINE }
    }
}
