//! `GET /search`.

use std::time::Duration;

use linnet_contract::{
    ConversationId, MessageId, UserId, limits,
    search::{Highlight, SearchHit, SearchHits, SearchPlace},
};
use linnet_store::{Hit, Searched};
use serde::Deserialize;
use tokio::time::timeout;

use super::query::{self, Typed};
use crate::{app::Ctx, error::RequestError, features::messages};

/// Hits of a page when nobody says how many.
const PAGE: usize = 20;
/// The index bounds what a search reads; a disk that stalls must not keep people waiting for ever.
const PATIENCE: Duration = Duration::from_secs(10);

/// What is asked for: what somebody typed, and what their client knows beside it.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Asked {
    q: Option<String>,
    conversation_id: Option<ConversationId>,
    from_user_id: Option<UserId>,
    before: Option<String>,
    after: Option<String>,
    cursor: Option<MessageId>,
    limit: Option<usize>,
}

/// One page of hits.
pub async fn search(ctx: &Ctx, asked: Asked) -> Result<SearchHits, RequestError> {
    let limit = asked.limit.unwrap_or(PAGE);
    if !(1..=limits::SEARCH_PAGE).contains(&limit) {
        return Err(RequestError::malformed(format!(
            "limit must be between 1 and {}.",
            limits::SEARCH_PAGE
        )));
    }
    let searched = searched(ctx, asked)?;
    ctx.limits.searches.check(ctx.session.user)?;
    let finding = ctx.store.search_messages(ctx.session.user, &searched, limit);
    let page = timeout(PATIENCE, finding)
        .await
        .map_err(|_| RequestError::unavailable())??;
    Ok(SearchHits {
        hits: page.hits.into_iter().map(hit).collect(),
        next_cursor: page.cursor.map(|cursor| cursor.0.to_string()),
        complete: page.complete,
    })
}

fn searched(ctx: &Ctx, asked: Asked) -> Result<Searched, RequestError> {
    let Typed {
        sought,
        from,
        within,
        has_file,
        before_ms,
        after_ms,
    } = query::parse(asked.q.as_deref().unwrap_or_default())?;
    let is_me = from.as_deref() == Some("me");
    let moment = |name, text: Option<String>| text.map(|text| query::moment(name, &text)).transpose();
    let (before, after) = (moment("before", asked.before)?, moment("after", asked.after)?);
    let me = is_me.then_some(ctx.session.user);
    if let (Some(me), Some(other)) = (me, asked.from_user_id)
        && me != other
    {
        return Err(RequestError::malformed(
            "from:me and fromUserId are two different people.",
        ));
    }
    let searched = Searched {
        sought,
        from: me.or(asked.from_user_id),
        from_name: from.filter(|_| !is_me),
        conversation: asked.conversation_id,
        within,
        has_file,
        // Both hold where both are given.
        from_ms: after_ms.max(after),
        before_ms: before_ms.into_iter().chain(before).min(),
        cursor: None,
    };
    if searched == Searched::default() {
        return Err(RequestError::malformed(
            "Say what to search for: a word with letters or digits.",
        ));
    }
    Ok(Searched {
        cursor: asked.cursor,
        ..searched
    })
}

fn hit(hit: Hit) -> SearchHit {
    SearchHit {
        conversation: SearchPlace {
            kind: hit.conversation_kind,
            title: hit.conversation_title,
        },
        highlights: hit
            .highlights
            .into_iter()
            .map(|(from, to)| Highlight { from, to })
            .collect(),
        message: messages::message(hit.message),
    }
}
