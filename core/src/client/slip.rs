//! A slip on the phone: whom it is for, whether the officer has begun, and the short code that turns
//! it into an invitation.

use crate::enrollment::short_code::{Asking, NotOpened, ShortCode};
use crate::enrollment::{InvalidInvitation, Slip};
use crate::wire::{Base64, ShortCodeAnswer, ShortCodeQuestion, SlipQuestion, SlipView};

use super::Companion;
use super::error::ClientError;
use super::records::{EnrollmentPreview, HeldSlip, PhoneState};
use super::state::{Enrollment, SlipHeld};
use super::transport::Call;

impl Companion {
    /// Opens a link, a slip's or an invitation's, and gives where the phone stands then.
    pub async fn open_link(&self, link: String) -> Result<PhoneState, ClientError> {
        match Slip::from_link(&link) {
            Ok(_) => drop(self.slip_take(link).await?),
            Err(InvalidInvitation::NotALink) => drop(self.enroll_begin(link).await?),
            Err(damaged) => return Err(damaged.into()),
        }
        Ok(self.state())
    }

    /// Takes a slip's link: asks the server whose it is. Any earlier enrollment that was not finished
    /// is dropped; nothing is enrolled by this.
    pub async fn slip_take(&self, link: String) -> Result<HeldSlip, ClientError> {
        if !self.lock().may_enroll() {
            return Err(ClientError::AlreadyEnrolled);
        }
        let (server, slip) = Slip::from_link(&link)?;
        let held = self.ask(server, slip).await?;
        // The phone may have been enrolled while the answer was on its way.
        if !self.lock().may_enroll() {
            return Err(ClientError::AlreadyEnrolled);
        }
        let kept = SlipHeld { link, held: held.clone() };
        self.keep_enrollment(Enrollment::Slip(Box::new(kept))).await?;
        Ok(held)
    }

    /// Asks again where the slip stands: whether the officer has begun.
    pub async fn slip_status(&self) -> Result<HeldSlip, ClientError> {
        let (server, slip, link) = self.held_slip()?;
        let held = self.ask(server, slip).await?;
        // An invitation may have been opened while the answer was on its way.
        let holds = self.held_slip().is_ok_and(|(_, _, now)| now == link);
        if !holds {
            return Err(ClientError::NoEnrollment);
        }
        Ok(held)
    }

    /// Sends a question for which the short code is needed, and goes on with the invitation that the
    /// answer holds. Each call is one of the code's five tries.
    pub async fn slip_open(&self, typed: &str) -> Result<EnrollmentPreview, ClientError> {
        let code = ShortCode::parse(typed)?;
        let (server, slip, _) = self.held_slip()?;
        let asking = Asking::begin(&code, &slip, &*self.setup.entropy);
        let question = ShortCodeQuestion { slip: slip.id, share: Base64(asking.share().to_vec()) };
        let transport = self.transport(&server, slip.pins)?;
        let call = Call::post("/api/v1/enrollments/short-codes", &question);
        let answer: ShortCodeAnswer = transport.unsigned(&call).await?;
        let invitation = asking.open(&answer).map_err(|why| match why {
            NotOpened::WrongCode => ClientError::WrongShortCode { left: answer.left },
            other => other.into(),
        })?;
        self.enroll_begin(invitation.to_link(&server)).await
    }

    fn held_slip(&self) -> Result<(String, Slip, String), ClientError> {
        let link = match &self.lock().remembered.enrollment {
            Some(Enrollment::Slip(held)) => held.link.clone(),
            _ => return Err(ClientError::NoEnrollment),
        };
        let (server, slip) = Slip::from_link(&link)?;
        Ok((server, slip, link))
    }

    async fn ask(&self, server: String, slip: Slip) -> Result<HeldSlip, ClientError> {
        let transport = self.transport(&server, slip.pins)?;
        let call = Call::post("/api/v1/enrollments/slips", &SlipQuestion { slip: slip.id });
        let view: SlipView = transport.unsigned(&call).await?;
        Ok(HeldSlip { server, view })
    }
}
