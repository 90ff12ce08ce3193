//! Signing up.

use linnet_contract::{
    ErrorCode, UserId,
    http::{Register, Registration, SignedIn},
};
use linnet_store::NewUser;

use super::{
    policy,
    sign_in::{self, Client},
};
use crate::{app::App, error::RequestError, gateway::limits::address_key};

/// Makes an account and signs it in. The first one is the server's admin, and can be made whatever the settings say.
///
/// # Errors
/// `malformed`, `registration_closed`, `username_taken`, `rate_limited` (new accounts from one address), `unavailable`
/// (too many passwords to hash).
pub async fn register(app: &App, client: &Client, request: Register) -> Result<SignedIn, RequestError> {
    let username = policy::username(&request.username)?;
    let display_name = match request.display_name.as_deref() {
        Some(name) => policy::display_name(name)?,
        None => username.clone(),
    };
    let password = policy::new_password(&request.password)?;

    // Whether somebody is first is decided by the insert; this only spares the hash that would be in vain.
    let first_only = app.config.accounts.registration != Registration::Open;
    if first_only && app.store.users_any().await? {
        return Err(ErrorCode::RegistrationClosed.into());
    }
    let address = address_key(client.address);
    app.limits.registrations_by_address.check(address)?;
    let made = make(app, username, display_name, password, first_only).await;
    if made.is_err() {
        app.limits.registrations_by_address.give_back(&address);
    }
    sign_in::new_device(app, made?, client).await
}

async fn make(
    app: &App,
    username: String,
    display_name: String,
    password: String,
    first_only: bool,
) -> Result<linnet_store::User, RequestError> {
    if app.store.users_by_username(&username).await?.is_some() {
        return Err(ErrorCode::UsernameTaken.into());
    }
    let password_hash = Some(app.passwords.hash(password).await?);
    let id = UserId(app.id());
    let user = NewUser {
        id,
        username,
        display_name,
        password_hash,
        first_only,
        now: app.now_ms(),
    };
    let user = app.store.users_create(user).await?;
    tracing::info!(user = %user.id, admin = user.admin, "an account was made");
    Ok(user)
}
