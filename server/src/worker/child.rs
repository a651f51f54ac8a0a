//! The worker's side: `trien worker`.

use std::io;

use super::confine::{Limits, allow_cpu, confine};
use super::frame::{Greeting, read_task, write_answer, write_greeting};

/// Confines this process, says how far, and answers tasks on standard input until it is closed.
pub fn run(limits: Limits) -> io::Result<()> {
    let confinement = confine(limits)?;
    let mut input = io::stdin().lock();
    let mut output = io::stdout().lock();
    write_greeting(&mut output, &Greeting { confinement })?;
    while let Some((task, document)) = read_task(&mut input)? {
        allow_cpu(limits)?;
        let (answer, behind) = task.run(document);
        write_answer(&mut output, &answer, &behind)?;
    }
    Ok(())
}
