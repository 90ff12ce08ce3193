//! Previews of links: what a message keeps of one, and the pages that were asked lately.

pub(crate) mod sql;

use serde::{Deserialize, Serialize};

use crate::{
    Store,
    db::{execute, fetch},
    error::{StoreError, retry},
};

/// What a page says of itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PreviewCard {
    /// Its title.
    pub title: String,
    /// What it is about.
    pub description: Option<String>,
    /// What the site calls itself.
    pub site_name: Option<String>,
}

/// What a message keeps of its first link.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Preview {
    /// The link.
    pub link: String,
    /// What is behind it; none: the sender took the preview away, and it does not come back.
    pub card: Option<PreviewCard>,
}

/// A page that was asked lately.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownPage {
    /// What is behind it; none: nothing that can be shown.
    pub card: Option<PreviewCard>,
}

/// The column of the message.
#[derive(sqlx::Type)]
#[sqlx(transparent)]
pub(crate) struct MaybePreview(Option<String>);

impl From<MaybePreview> for Option<Preview> {
    /// What this program cannot read is nothing: one odd row must not keep anybody from a whole page of history.
    fn from(json: MaybePreview) -> Self {
        serde_json::from_str(&json.0?).ok()
    }
}

/// As the column of the message holds it.
pub(crate) fn preview_json(preview: Option<&Preview>) -> Option<String> {
    preview.map(|preview| serde_json::json!(preview).to_string())
}

impl Store {
    /// What was found behind a link, if that was lately.
    pub async fn previews_get(&self, link: &str, now: i64) -> Result<Option<KnownPage>, StoreError> {
        Ok(self.known_page(link, now).await?)
    }

    async fn known_page(&self, link: &str, now: i64) -> Result<Option<KnownPage>, sqlx::Error> {
        let mut reader = self.db.reader().await?;
        let found: Option<(Option<String>,)> = fetch!(optional, reader, sql::GET, link, now)?;
        Ok(found.map(|(card,)| KnownPage {
            card: card.and_then(|card| serde_json::from_str(&card).ok()),
        }))
    }

    /// Remembers what was found behind a link until `expires`, and of all links only the `most` that expire last.
    pub async fn previews_keep(
        &self,
        link: &str,
        card: Option<&PreviewCard>,
        expires: i64,
        most: i64,
    ) -> Result<(), StoreError> {
        let card = card.map(|card| serde_json::json!(card).to_string());
        Ok(retry!(self.keep_page_once(link, card.as_deref(), expires, most))?)
    }

    async fn keep_page_once(&self, link: &str, card: Option<&str>, expires: i64, most: i64) -> Result<(), sqlx::Error> {
        let mut tx = self.db.write().await?;
        execute!(tx, sql::KEEP, link, card, expires)?;
        execute!(tx, sql::BOUND, most)?;
        tx.commit().await
    }

    /// Forgets what expired.
    pub async fn previews_sweep(&self, now: i64) -> Result<u64, StoreError> {
        Ok(retry!(self.sweep_pages_once(now))?)
    }

    async fn sweep_pages_once(&self, now: i64) -> Result<u64, sqlx::Error> {
        let mut tx = self.db.write().await?;
        let swept = execute!(tx, sql::SWEEP, now)?;
        tx.commit().await?;
        Ok(swept)
    }
}
