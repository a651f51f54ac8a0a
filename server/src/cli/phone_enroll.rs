//! `trien phone enroll`: from a slip or an invitation to a device that waits for its officer.

use std::io::{BufRead as _, Read as _};
use std::process::ExitCode;
use std::time::Duration;

use trien_core::client::{ClientError, Companion, EnrollmentStatus, HeldSlip, PhoneState};
use trien_core::enrollment::Slip;

use super::CliError;
use super::phone::failed;
use super::phone_stand::{print_profile, stand};

/// Enrolls, or goes on with an enrollment that was cut off.
pub(super) async fn run(
    phone: &Companion,
    link: Option<String>,
    wait: u64,
) -> Result<ExitCode, CliError> {
    match (link, phone.state()) {
        (Some(link), _) => {
            let link = read_link(link)?;
            if Slip::is_link(&link) {
                print_slip(&phone.slip_take(link).await.map_err(failed)?);
                if !open_slip(phone, wait).await? {
                    return Ok(ExitCode::SUCCESS);
                }
            } else {
                let preview = phone.enroll_begin(link).await.map_err(failed)?;
                println!("server  {}", preview.server);
                println!("office  {}", preview.unit.name);
                println!("person  {}, {}", preview.person.name, preview.person.position);
            }
        }
        (None, PhoneState::HoldsSlip(_)) => {
            if !open_slip(phone, wait).await? {
                return Ok(ExitCode::SUCCESS);
            }
        }
        (None, PhoneState::Invited(_) | PhoneState::WaitingForOfficer { .. }) => {}
        (None, PhoneState::Enrolled(profile)) => {
            print_profile(&profile);
            return Ok(ExitCode::SUCCESS);
        }
        (None, PhoneState::NotEnrolled | PhoneState::Erased(_)) => {
            return Err(CliError::Usage("give the invitation's link, or - to read it".to_owned()));
        }
    }
    let code = phone.enroll_keys().await.map_err(failed)?;
    println!("code    {}   (read it out to the officer)", code.grouped());
    approved(phone, wait).await
}

async fn approved(phone: &Companion, wait: u64) -> Result<ExitCode, CliError> {
    for _ in 0..wait {
        match phone.enroll_status().await.map_err(failed)? {
            EnrollmentStatus::Pending => {}
            // That may take weeks.
            EnrollmentStatus::WaitingForCertificate => {
                println!("approved; an outside authority has to certify the key first");
                println!("`trien phone status` asks again");
                return Ok(ExitCode::SUCCESS);
            }
            status => return stand(&status),
        }
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
    println!("not approved yet: `trien phone status` asks again");
    Ok(ExitCode::SUCCESS)
}

/// Whose a slip is, and what comes next.
pub(super) fn print_slip(slip: &HeldSlip) {
    println!("server  {}", slip.server);
    println!("office  {}", slip.view.office.name);
    println!("unit    {}", slip.view.unit.name);
    println!("person  {}, {}", slip.view.person.name, slip.view.person.position);
    println!("slip    good until {}; ask your officer to start", slip.view.expires);
}

/// Waits until the officer has begun, and asks for the short code until it is right. Says whether it
/// was.
async fn open_slip(phone: &Companion, wait: u64) -> Result<bool, CliError> {
    let mut waited = 0;
    while phone.slip_status().await.map_err(failed)?.view.started.is_none() {
        if waited >= wait {
            println!("not started yet: `trien phone enroll` goes on");
            return Ok(false);
        }
        waited += 1;
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
    println!("started; type the short code that the officer reads out");
    loop {
        let Some(typed) = next_line().await? else {
            println!("no code yet: `trien phone enroll` goes on");
            return Ok(false);
        };
        match phone.slip_open(&typed).await {
            Ok(_) => return Ok(true),
            Err(error @ (ClientError::WrongShortCode { .. } | ClientError::ShortCode(_))) => {
                println!("{error}");
            }
            Err(error) => return Err(failed(error)),
        }
    }
}

async fn next_line() -> Result<Option<String>, CliError> {
    let read = tokio::task::spawn_blocking(|| {
        let mut line = String::new();
        // A code has eight digits; whatever is longer is none.
        let read = std::io::stdin().lock().take(200).read_line(&mut line);
        read.map(|bytes| (bytes > 0).then_some(line))
    });
    let read = read.await.map_err(|error| CliError::Usage(error.to_string()))?;
    read.map_err(|error| CliError::file("standard input", error))
}

fn read_link(link: String) -> Result<String, CliError> {
    if link != "-" {
        return Ok(link);
    }
    let mut text = String::new();
    // What follows the link is a short code's line.
    let read = std::io::stdin().lock().take(16 * 1024).read_line(&mut text);
    read.map_err(|error| CliError::file("standard input", error))?;
    Ok(text.trim().to_owned())
}
