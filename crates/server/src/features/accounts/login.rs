//! Signing in.

use linnet_contract::{
    ErrorCode,
    http::{Login, SignedIn},
};
use linnet_store::Credentials;

use super::{
    policy,
    sign_in::{self, Client},
};
use crate::{app::App, error::RequestError, gateway::limits::address_key, session::passwords::Verdict};

/// Checks a password and makes a device.
///
/// Whoever guesses must not learn which usernames exist: for a name that does not, the same steps are taken (limits, one
/// read, one hash) and the same answer is given. Failures count for the name and for the address, before the hash, so
/// that many guesses at once are not more than many in a row; a success gives its count back.
///
/// Successes have a limit of their own, which only whoever knows the password can use up: that it is used up is what
/// everybody is told, without a hash.
///
/// # Errors
/// `invalid_credentials`, `rate_limited`, `unavailable` (too many passwords to hash).
pub async fn login(app: &App, client: &Client, request: Login) -> Result<SignedIn, RequestError> {
    let username = policy::username_typed(&request.username);
    // Names that cannot exist share one count: otherwise they would fill the table of counts.
    let account = username.clone().unwrap_or_default();
    let address = address_key(client.address);
    let limits = &app.limits;
    let here = (account.clone(), address);
    limits.login_failures_by_address.check(address)?;
    if let Err(error) = limits.login_failures_by_account.check(here.clone()) {
        // What was not tried does not count against everyone else at this address.
        limits.login_failures_by_address.give_back(&address);
        return Err(error);
    }
    let give_back = || {
        limits.login_failures_by_address.give_back(&address);
        limits.login_failures_by_account.give_back(&here);
    };
    if let Err(error) = limits.login_failures_by_account_anywhere.check(account.clone()) {
        give_back();
        return Err(error);
    }
    match check(app, username.as_deref().unwrap_or_default(), &request.password).await {
        Ok(Some(credentials)) => {
            limits.login_failures_by_address.give_back(&address);
            limits.login_failures_by_account_anywhere.give_back(&account);
            limits.login_failures_by_account.forget(&here);
            sign_in::new_device(app, credentials.user, client).await
        }
        Ok(None) => Err(ErrorCode::InvalidCredentials.into()),
        Err(error) => {
            give_back();
            limits.login_failures_by_account_anywhere.give_back(&account);
            Err(error)
        }
    }
}

/// One read and one hash, whatever there is to read.
async fn check(app: &App, username: &str, password: &str) -> Result<Option<Credentials>, RequestError> {
    let found = app.store.users_by_username(username).await?;
    if let Some(found) = &found {
        app.limits.logins_by_account.peek(&found.user.id)?;
    }
    let kept = found.as_ref().and_then(|found| found.password_hash.clone());
    // A password longer than any can be is as wrong as any other, and costs the hash of an empty one.
    let typed = policy::password_typed(password);
    let kept = kept.filter(|_| typed.is_some());
    let password = typed.unwrap_or_default();
    let verdict = app.passwords.verify(password.clone(), kept).await?;
    let (Some(found), Verdict::Right | Verdict::RightButOutdated) = (found, verdict) else {
        return Ok(None);
    };
    app.limits.logins_by_account.check(found.user.id)?;
    if verdict == Verdict::RightButOutdated
        // Not now is soon enough: the next time this person signs in will do.
        && let Ok(hash) = app.passwords.hash(password).await
    {
        app.store.users_password_set(found.user.id, &hash).await?;
    }
    Ok(Some(found))
}
