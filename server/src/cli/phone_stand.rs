//! `trien phone status` and `trien phone lost`: where this phone stands, and its person's others.

use std::process::ExitCode;

use trien_core::client::{Companion, EnrollmentStatus, Erasure, PhoneState};
use trien_core::id::DeviceId;
use trien_core::wire::{OtherDeviceState, Profile};

use super::phone::failed;
use super::{CliError, phone_enroll};

pub(super) async fn status(phone: &Companion) -> Result<ExitCode, CliError> {
    match phone.state() {
        PhoneState::NotEnrolled => {
            println!("not enrolled");
            Ok(ExitCode::SUCCESS)
        }
        PhoneState::Erased(why) => {
            println!("not enrolled; everything was erased: {}", erased(why));
            Ok(ExitCode::SUCCESS)
        }
        PhoneState::HoldsSlip(slip) => {
            phone_enroll::print_slip(&slip);
            Ok(ExitCode::SUCCESS)
        }
        PhoneState::Invited(preview) => {
            println!("invited by {}; `trien phone enroll` goes on", preview.unit.name);
            Ok(ExitCode::SUCCESS)
        }
        PhoneState::WaitingForOfficer { .. } | PhoneState::Enrolled(_) => {
            stand(&phone.enroll_status().await.map_err(failed)?)
        }
    }
}

fn erased(why: Erasure) -> String {
    match why {
        Erasure::Revoked { unanswered: 0 } => "this device was revoked".to_owned(),
        Erasure::Revoked { unanswered } => {
            format!("this device was revoked; {unanswered} decisions had no answer")
        }
        Erasure::KeyLost => "its key was lost".to_owned(),
    }
}

pub(super) async fn lost(
    phone: &Companion,
    device: Option<DeviceId>,
) -> Result<ExitCode, CliError> {
    if let Some(device) = device {
        phone.report_lost(device).await.map_err(failed)?;
        println!("suspended; two officers can let it act again");
        return Ok(ExitCode::SUCCESS);
    }
    for other in phone.other_devices().await.map_err(failed)? {
        let state = match other.state {
            OtherDeviceState::Waiting => "waiting for its certificate",
            OtherDeviceState::Active => "active",
            OtherDeviceState::Suspended => "suspended",
        };
        println!("{}  {state:<9}  {} ({})", other.id, other.model, other.app);
    }
    Ok(ExitCode::SUCCESS)
}

pub(super) fn stand(status: &EnrollmentStatus) -> Result<ExitCode, CliError> {
    match status {
        EnrollmentStatus::Active(profile) => print_profile(profile),
        EnrollmentStatus::Pending => println!("waiting for the officer"),
        EnrollmentStatus::WaitingForCertificate => println!("waiting for the certificate"),
        EnrollmentStatus::Suspended => println!("suspended"),
        EnrollmentStatus::Refused => {
            return Err(CliError::Refused("the officer turned this device away".to_owned()));
        }
        EnrollmentStatus::Revoked => {
            return Err(CliError::Refused("this device was revoked".to_owned()));
        }
    }
    Ok(ExitCode::SUCCESS)
}

pub(super) fn print_profile(profile: &Profile) {
    println!("enrolled");
    println!("device  {}", profile.device);
    println!("person  {}, {}", profile.person.name, profile.person.position);
    println!("office  {}", profile.unit.name);
    println!("log     {}", profile.log_key);
}
