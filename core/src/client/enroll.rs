//! Enrollment (architecture: keys, devices, requests): what the phone proves, checks and keeps.

use zeroize::Zeroizing;

use crate::attestation::{Spoken, binding};
use crate::certificate::{Certificate, Csr, DistinguishedName, verify_chain};
use crate::digest::Sha256;
use crate::document::Text;
use crate::enrollment::{
    BEGIN, CHALLENGE, ComparisonCode, Invitation, KEYS, Transcript, proof, same_proof,
};
use crate::env::random;
use crate::log::checkpoint::VerifierKey;
use crate::signer::ToSign;
use crate::wire::{
    Base64, DeviceStatus, EnrollmentBegin, EnrollmentChallenge, EnrollmentKeys, EnrollmentReveal,
    Profile,
};

use super::error::{ClientError, Impostor, ProfileFault};
use super::keys::{KeyRole, KeyTerms};
use super::records::{EnrollmentPreview, EnrollmentStatus};
use super::state::{
    Answered, DEVICE, Device, ENROLLMENT, ERASED, Enrollment, Invited, Replacement, SYNC, Sent,
};
use super::transport::{Call, Connection};
use super::{Companion, Language};

/// The invitation's link in the secret store.
pub(super) const INVITATION: &str = "invitation";

impl Companion {
    /// Opens an invitation link: proves the invitation's secret to the server, and checks that the
    /// server knows it too. Any earlier enrollment that was not finished is dropped. A device that
    /// asked for its replacement may be replaced, once its outbox is settled: by one of the same person
    /// at the same office, who goes on with what is kept here.
    pub async fn enroll_begin(&self, link: String) -> Result<EnrollmentPreview, ClientError> {
        if !self.lock().may_enroll() {
            return Err(ClientError::AlreadyEnrolled);
        }
        let (server, invitation) = Invitation::from_link(&link)?;
        let transport = self.transport(&server, invitation.pins.clone())?;
        let shown = proof(&invitation.secret, BEGIN, &[invitation.id.as_bytes()]);
        let begin = EnrollmentBegin { invitation: invitation.id, proof: Base64(shown.to_vec()) };
        let call = Call::post("/api/v1/enrollments", &begin);
        let challenge: EnrollmentChallenge = transport.unsigned(&call).await?;
        check_challenge(&invitation, &challenge)?;
        if !self.lock().may_go_on_as(&challenge) {
            return Err(ClientError::AlreadyEnrolled);
        }
        let invited = Invited { invitation: invitation.id, server, challenge };
        let preview = invited.preview();
        self.need_key().await?;
        // First, so that an enrollment on disk has its secret.
        self.setup.secrets.put(INVITATION.to_owned(), link.into_bytes()).await?;
        self.keep_enrollment(Enrollment::Invited(Box::new(invited))).await?;
        Ok(preview)
    }

    /// Makes the keys, sends them, and gives the code to read out to the officer. Asked again
    /// after a lost answer, it sends the same message again.
    pub async fn enroll_keys(&self) -> Result<ComparisonCode, ClientError> {
        let enrollment = self.lock().remembered.enrollment.clone();
        let sent = match enrollment.ok_or(ClientError::NoEnrollment)? {
            Enrollment::Slip(_) => return Err(ClientError::NoEnrollment),
            Enrollment::Sent(sent) => *sent,
            Enrollment::Invited(invited) => {
                let sent = self.make_keys(*invited).await?;
                // Final for its challenge: on disk first, so that no other message ever follows.
                self.keep_enrollment(Enrollment::Sent(Box::new(sent.clone()))).await?;
                sent
            }
        };
        if let Some(answered) = sent.answered {
            return Ok(answered.code);
        }
        let invitation = self.invitation(&sent.invited).await?;
        let transport = self.transport(&sent.invited.server, invitation.pins.clone())?;
        let path = format!("/api/v1/enrollments/{}/keys", sent.invited.challenge.attempt);
        let reveal: EnrollmentReveal = transport.unsigned(&Call::post(path, &sent.message)).await?;
        let code = match check_reveal(&invitation, &sent, &reveal) {
            Ok(code) => code,
            Err(broken) => {
                // Such a server may have looked at our values before it chose its own.
                self.drop_enrollment().await?;
                return Err(broken.into());
            }
        };
        let answered = Some(Answered { device: reveal.device, code: code.clone() });
        self.keep_enrollment(Enrollment::Sent(Box::new(Sent { answered, ..sent }))).await?;
        Ok(code)
    }

    /// Asks how far the enrollment is. Once the officer has approved, the profile is checked and
    /// kept, and the phone is enrolled.
    pub async fn enroll_status(&self) -> Result<EnrollmentStatus, ClientError> {
        let enrollment = self.lock().remembered.enrollment.clone();
        let Some(Enrollment::Sent(sent)) = enrollment else {
            return self.ask_standing().await;
        };
        let answered = sent.answered.clone().ok_or(ClientError::NoEnrollment)?;
        let invitation = self.invitation(&sent.invited).await?;
        let transport = self.transport(&sent.invited.server, invitation.pins.clone())?;
        let key = self.setup.keys.load(KeyRole::Auth).await?;
        let server = Connection::new(transport, answered.device, key);
        match server.json(&Call::get("/api/v1/device")).await? {
            DeviceStatus::Active { profile: active } => {
                check_profile(&active, &sent, &answered, &invitation)?;
                let server = sent.invited.server.clone();
                let profile = (*active).clone();
                let replacement = Replacement::Unasked;
                self.take_device(Device { server, profile, replacement }).await?;
                self.drop_enrollment().await?;
                Ok(EnrollmentStatus::Active(active))
            }
            DeviceStatus::Refused => {
                self.drop_enrollment().await?;
                Ok(EnrollmentStatus::Refused)
            }
            other => Ok(self.standing(other)),
        }
    }

    /// Gives up an enrollment that was not finished: the invitation's secret and all that the server said
    /// are forgotten. A device that is enrolled stays.
    pub async fn enroll_abandon(&self) -> Result<(), ClientError> {
        self.drop_enrollment().await
    }

    async fn ask_standing(&self) -> Result<EnrollmentStatus, ClientError> {
        let asked = self.device().ok_or(ClientError::NoEnrollment)?;
        let server = self.connect().await?;
        let call = Call::get("/api/v1/device");
        let mut standing = self.standing(server.json(&call).await?);
        let has_ended = |it: &EnrollmentStatus| {
            matches!(it, EnrollmentStatus::Refused | EnrollmentStatus::Revoked)
        };
        // One answer that is wrong costs nothing.
        if has_ended(&standing) && self.device() == Some(asked) {
            standing = self.standing(server.json(&call).await?);
        }
        let ended = has_ended(&standing);
        // A replacement under way goes on with what is kept; when it ends otherwise, this is asked again.
        let replaced = self.lock().remembered.enrollment.is_some();
        if ended && !replaced {
            self.end(asked).await?;
        }
        Ok(standing)
    }

    async fn take_device(&self, device: Device) -> Result<(), ClientError> {
        let sync = self.lock().first_sync(&device);
        let kept = (device.clone(), sync.clone());
        self.on_disk(move |folder| {
            folder.clear("requests")?;
            folder.save(SYNC, &kept.1)?;
            folder.save(DEVICE, &kept.0)?;
            folder.remove(ERASED)
        })
        .await?;
        self.lock().enroll(device, sync);
        Ok(())
    }

    // The profile of an enrolled device never changes by what a server says later.
    fn standing(&self, status: DeviceStatus) -> EnrollmentStatus {
        match status {
            DeviceStatus::Pending => EnrollmentStatus::Pending,
            DeviceStatus::WaitingForCertificate => EnrollmentStatus::WaitingForCertificate,
            DeviceStatus::Active { profile } => {
                let kept = self.lock().remembered.device.as_ref().map(|d| d.profile.clone());
                EnrollmentStatus::Active(kept.map_or(profile, Box::new))
            }
            DeviceStatus::Refused => EnrollmentStatus::Refused,
            DeviceStatus::Suspended => EnrollmentStatus::Suspended,
            DeviceStatus::Revoked => EnrollmentStatus::Revoked,
        }
    }

    async fn make_keys(&self, invited: Invited) -> Result<Sent, ClientError> {
        let invitation = self.invitation(&invited).await?;
        let challenge = fixed(&invited.challenge.c1, "first value")?;
        let prompt_policy = invited.challenge.prompt_policy;
        let terms = KeyTerms { challenge, prompt_policy };
        let keys = &self.setup.keys;
        let auth = keys.create(KeyRole::Auth, terms.clone()).await?;
        let approval = keys.create(KeyRole::Approval, terms).await?;
        let auth_key = auth.public_key();
        let spoken = Spoken {
            challenge: &challenge,
            auth_key: &auth_key,
            approval_key: &approval.public_key(),
            invitation: invitation.id,
        };
        let evidence = keys.evidence(binding(spoken)).await?;

        let csr = Csr::prepare(&approval.public_key(), &subject(&invited));
        let prompt = match self.setup.language {
            Language::Vietnamese => "Đăng ký thiết bị này",
            Language::English => "Enroll this device",
        };
        let to_sign = ToSign::new(csr.to_be_signed().to_vec(), prompt);
        let csr = csr.assemble(&approval.sign(to_sign).await?)?;

        let nonce: [u8; 32] = random(&*self.setup.entropy);
        let attempt = invited.challenge.attempt;
        let shown = proof(&invitation.secret, KEYS, &[attempt.as_bytes(), &auth_key, &csr, &nonce]);
        let message = EnrollmentKeys {
            auth_key: Base64(auth_key),
            csr: Base64(csr),
            nonce: Base64(nonce.to_vec()),
            evidence,
            app: self.setup.app.clone(),
            model: self.setup.model.clone(),
            proof: Base64(shown.to_vec()),
        };
        let approval_key = Base64(approval.public_key());
        Ok(Sent { invited, message, approval_key, answered: None })
    }

    // Without its secret an enrollment leads nowhere, and the person has to open the link again.
    // Another invitation's secret is there when opening that one was cut off.
    async fn invitation(&self, invited: &Invited) -> Result<Invitation, ClientError> {
        let link = self.setup.secrets.get(INVITATION.to_owned()).await?.map(Zeroizing::new);
        let link = link.as_ref().and_then(|link| std::str::from_utf8(link).ok());
        let kept = link.and_then(|link| Invitation::from_link(link).ok());
        match kept.filter(|(_, kept)| kept.id == invited.invitation) {
            Some((_, invitation)) => Ok(invitation),
            None => {
                self.drop_enrollment().await?;
                Err(ClientError::NoEnrollment)
            }
        }
    }

    pub(super) async fn keep_enrollment(&self, enrollment: Enrollment) -> Result<(), ClientError> {
        self.need_key().await?;
        let kept = enrollment.clone();
        self.on_disk(move |folder| folder.save(ENROLLMENT, &kept)).await?;
        self.lock().remembered.enrollment = Some(enrollment);
        Ok(())
    }

    // The file goes last: as long as it is there, the secret may be too. Where no device is, nothing else is
    // kept, and the key goes too.
    pub(super) async fn drop_enrollment(&self) -> Result<(), ClientError> {
        self.setup.secrets.remove(INVITATION.to_owned()).await?;
        if self.lock().remembered.device.is_none() {
            return self.erase().await;
        }
        self.on_disk(|folder| folder.remove(ENROLLMENT)).await?;
        self.lock().remembered.enrollment = None;
        Ok(())
    }
}

fn check_challenge(
    invitation: &Invitation,
    challenge: &EnrollmentChallenge,
) -> Result<(), Impostor> {
    fixed::<32>(&challenge.c1, "first value")?;
    let parts: [&[u8]; 5] = [
        invitation.id.as_bytes(),
        challenge.attempt.as_bytes(),
        &challenge.c1.0,
        challenge.commitment.as_bytes(),
        challenge.log_key.as_bytes(),
    ];
    let expected = proof(&invitation.secret, CHALLENGE, &parts);
    if !same_proof(&expected, &challenge.proof.0) {
        return Err(Impostor::Proof);
    }
    let key: VerifierKey = challenge.log_key.parse().map_err(|_| Impostor::LogKey)?;
    if key.fingerprint() == invitation.log_key { Ok(()) } else { Err(Impostor::LogKey) }
}

fn check_reveal(
    invitation: &Invitation,
    sent: &Sent,
    reveal: &EnrollmentReveal,
) -> Result<ComparisonCode, Impostor> {
    let challenge = &sent.invited.challenge;
    let c2 = fixed(&reveal.c2, "second value")?;
    if Sha256::of(&c2) != challenge.commitment {
        return Err(Impostor::Commitment);
    }
    Ok(ComparisonCode::of(&Transcript {
        invitation,
        c1: &fixed(&challenge.c1, "first value")?,
        commitment: &challenge.commitment,
        auth_key: &sent.message.auth_key.0,
        csr: &sent.message.csr.0,
        nonce: &fixed(&sent.message.nonce, "nonce")?,
        c2: &c2,
    }))
}

fn check_profile(
    profile: &Profile,
    sent: &Sent,
    answered: &Answered,
    invitation: &Invitation,
) -> Result<(), ProfileFault> {
    if profile.device != answered.device {
        return Err(ProfileFault::OtherDevice);
    }
    if profile.person.id != sent.invited.challenge.person.id {
        return Err(ProfileFault::OtherPerson);
    }
    if profile.log_key != sent.invited.challenge.log_key {
        return Err(ProfileFault::OtherLog);
    }
    if profile.pins.is_empty() && !invitation.pins.is_empty() {
        return Err(ProfileFault::NoPins);
    }
    let read = |der: &Base64| {
        Certificate::parse(&der.0).map_err(|error| ProfileFault::Unreadable(error.to_string()))
    };
    let certificate = read(&profile.certificate)?;
    if certificate.public_key() != sent.approval_key.0 {
        return Err(ProfileFault::OtherKey);
    }
    let chain = profile.chain.iter().map(read).collect::<Result<Vec<_>, _>>()?;
    let anchors = profile.anchors.iter().map(read).collect::<Result<Vec<_>, _>>()?;
    // Certificates start ten minutes before issue, so the first second is a time at which all of
    // them hold whatever this phone's clock says.
    let issued = certificate.not_before().plus(600);
    verify_chain(&certificate, &chain, &anchors, issued)
        .map(drop)
        .map_err(|error| ProfileFault::Chain(error.to_string()))
}

// The authority decides what the certificate says; the request only carries the key.
fn subject(invited: &Invited) -> DistinguishedName {
    let name: String = invited.challenge.person.name.chars().take(64).collect();
    let fallback = || Text::new("Trien device").expect("a short ASCII text is valid");
    DistinguishedName::of(Text::new(&name).unwrap_or_else(|_| fallback()))
}

fn fixed<const N: usize>(bytes: &Base64, what: &'static str) -> Result<[u8; N], Impostor> {
    bytes.0.as_slice().try_into().map_err(|_| Impostor::Length(what))
}
