//! First contact: the one-time code, the fingerprint, the administrator's word.

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use super::client::{Client, Failure};
use crate::chain::{Hash, PublicKey};
use crate::terminal::identity::{Enrolment, EnrolmentCode, Identity};
use crate::wire::{
    DecisionReply, DecisionRequest, EnrolReply, EnrolRequest, Refusal, RefusalCode,
    enrol_proof_bytes, path,
};

/// HMAC-SHA256 under the code's secret over the terminal's key: proves that whoever sends the key
/// holds the code, without sending the secret.
#[must_use]
pub fn proof(code: &EnrolmentCode, key: &PublicKey) -> Hash {
    let bytes = enrol_proof_bytes(code.center, &code.code, key);
    match Hmac::<Sha256>::new_from_slice(&code.secret) {
        Ok(mut mac) => {
            mac.update(&bytes);
            Hash(mac.finalize().into_bytes().into())
        }
        // HMAC takes keys of any length; this arm cannot be reached.
        Err(_) => Hash::ZERO,
    }
}

/// Shows the terminal's key to the center and pins the center's.
///
/// # Errors
/// [`Failure::Forged`] when the center shows a key that the code does not name.
pub async fn claim(
    client: &Client,
    identity: &Identity,
    code: &EnrolmentCode,
) -> Result<PublicKey, Failure> {
    let public_key = identity.key.public();
    let request =
        EnrolRequest { code: code.code.clone(), public_key, proof: proof(code, &public_key) };
    let signature = identity.key.sign(&enrol_proof_bytes(code.center, &code.code, &public_key));
    let raw = client.introduce(path::ENROL, &request, &signature).await?;
    let EnrolReply { center_key } = raw.json()?;
    if center_key.center_id() != code.center {
        return Err(Failure::Forged);
    }
    raw.check(&center_key, &signature)?;
    Ok(center_key)
}

/// Asks whether the administrator has confirmed the fingerprint; keeps the enrolment when so.
///
/// # Errors
/// [`Failure::Refused`] when the fingerprints were not equal or the code has run out.
pub async fn decision(
    client: &Client,
    identity: &Identity,
    code: &EnrolmentCode,
    center_key: PublicKey,
) -> Result<Option<Enrolment>, Failure> {
    let request = DecisionRequest { code: code.code.clone(), public_key: identity.key.public() };
    let signature =
        identity.key.sign(&enrol_proof_bytes(code.center, &code.code, &request.public_key));
    let raw = client.introduce(path::DECISION, &request, &signature).await?;
    raw.check(&center_key, &signature)?;
    match raw.json()? {
        DecisionReply::Waiting => Ok(None),
        DecisionReply::Accepted { terminal, window } => {
            let enrolment = Enrolment { center_key, terminal, window };
            identity.enrol(&enrolment)?;
            Ok(Some(enrolment))
        }
        DecisionReply::Refused => Err(Failure::Refused(Refusal {
            code: RefusalCode::BadCode,
            message: "the administrator did not confirm this terminal".into(),
        })),
    }
}
