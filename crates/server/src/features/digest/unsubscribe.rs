//! `GET` and `POST /digest/unsubscribe/{token}`, for whoever has the mail: without a session.
//!
//! Programs that look for malware open every link of a mail before anybody reads it. So opening the link changes nothing and
//! asks; what changes something is the `POST` that the page sends, and that readers of mail send for a click on their own
//! "Unsubscribe" (RFC 8058).

use linnet_contract::digest::Language;

use super::{page::Page, policy, wording};
use crate::{app::App, error::RequestError};

/// Asks whether they mean it.
///
/// # Errors
/// Only the server's own.
pub async fn ask_unsubscribe(app: &App, token: &str, accept_language: &str) -> Result<Page, RequestError> {
    Ok(match find(app, token).await? {
        Some(language) => Page::ask(language),
        None => Page::unknown(wording::preferred(accept_language)),
    })
}

/// Turns digests off. Once more changes nothing, and says the same.
///
/// # Errors
/// Only the server's own.
pub async fn unsubscribe(app: &App, token: &str, accept_language: &str) -> Result<Page, RequestError> {
    if let (Some(language), Some(bytes)) = (find(app, token).await?, policy::token(token))
        && app.store.digests_unsubscribe(&bytes).await?
    {
        return Ok(Page::stopped(language));
    }
    Ok(Page::unknown(wording::preferred(accept_language)))
}

async fn find(app: &App, token: &str) -> Result<Option<Language>, RequestError> {
    let Some(token) = policy::token(token) else {
        return Ok(None);
    };
    let choice = app.store.digests_by_token(&token).await?;
    Ok(choice.map(|choice| choice.language))
}
