//! Hashing and checking passwords, never more than two at a time, so that a flood of logins cannot
//! starve the ratings that come in.

use std::sync::Arc;

use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use argon2::{Algorithm, Argon2, Params, Version};
use tokio::sync::Semaphore;

use super::Error;

/// OWASP Password Storage Cheat Sheet: argon2id with 19 MiB, two passes, one lane.
const MEMORY_KIB: u32 = 19 * 1024;
const PASSES: u32 = 2;
const LANES: u32 = 1;

const AT_ONCE: usize = 2;
const WAITING: usize = 32;

/// A hash of nothing anybody knows, so that an unknown account takes as long as a wrong password.
const NOBODY: &str = "$argon2id$v=19$m=19456,t=2,p=1$cGluZ3lpIG5vYm9keSBoZXJl$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

/// The one place where passwords are computed. Clones share the limit.
#[derive(Clone, Debug)]
pub struct Passwords {
    running: Arc<Semaphore>,
    queue: Arc<Semaphore>,
}

impl Default for Passwords {
    fn default() -> Self {
        Self::new()
    }
}

impl Passwords {
    /// With nothing running.
    #[must_use]
    pub fn new() -> Passwords {
        Passwords {
            running: Arc::new(Semaphore::new(AT_ONCE)),
            queue: Arc::new(Semaphore::new(WAITING)),
        }
    }

    /// A new hash as a PHC string, with a random salt.
    ///
    /// # Errors
    /// When too many wait, or there is no random source or memory.
    pub async fn hash(&self, password: String) -> Result<String, Error> {
        self.compute(move || {
            let params = Params::new(MEMORY_KIB, PASSES, LANES, None).map_err(|e| e.to_string())?;
            let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
            let hash = argon2.hash_password(password.as_bytes()).map_err(|e| e.to_string())?;
            Ok(hash.to_string())
        })
        .await
    }

    /// Whether the password is the one of this hash; without a hash, takes the same time and says no.
    ///
    /// # Errors
    /// When too many wait, or what is stored is not a hash.
    pub async fn verify(&self, password: String, hash: Option<String>) -> Result<bool, Error> {
        self.compute(move || {
            let known =
                PasswordHash::new(hash.as_deref().unwrap_or(NOBODY)).map_err(|e| e.to_string())?;
            let fits = Argon2::default().verify_password(password.as_bytes(), &known).is_ok();
            Ok(fits && hash.is_some())
        })
        .await
    }

    async fn compute<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> Result<T, String> + Send + 'static,
    ) -> Result<T, Error> {
        let _place = self.queue.try_acquire().map_err(|_| Error::Busy)?;
        let permit = self.running.clone().acquire_owned().await.map_err(|_| Error::Busy)?;
        let computed = tokio::task::spawn_blocking(move || {
            // Held by the work itself: a client that goes away does not free a place early.
            let _permit = permit;
            work()
        });
        computed.await.map_err(|e| Error::Hashing(e.to_string()))?.map_err(Error::Hashing)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn only_the_right_password_of_a_known_account_fits() {
        let passwords = Passwords::new();
        let hash = passwords.hash("correct horse battery".into()).await.unwrap();
        assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hash}");
        assert!(
            passwords.verify("correct horse battery".into(), Some(hash.clone())).await.unwrap()
        );
        assert!(!passwords.verify("correct horse batterY".into(), Some(hash)).await.unwrap());
        assert!(!passwords.verify("anything at all".into(), None).await.unwrap());
    }

    #[tokio::test]
    async fn nobodys_hash_costs_what_a_real_one_costs() {
        let real = Passwords::new().hash("correct horse battery".into()).await.unwrap();
        let (real, nobody) =
            (PasswordHash::new(&real).unwrap(), PasswordHash::new(NOBODY).unwrap());
        assert_eq!(real.params, nobody.params);
        assert_eq!(real.algorithm, nobody.algorithm);
        assert_eq!(real.hash.map(|hash| hash.len()), nobody.hash.map(|hash| hash.len()));
    }
}
