//! Pictures of people, groups and channels: small, made by the program, and never changed. Another picture is another id, so that whoever has
//! one may keep it for as long as they like.

pub(crate) mod sql;

use linnet_contract::UserId;
use uuid::Uuid;

use crate::{
    Store,
    db::{Tx, execute, fetch},
    error::{StoreError, retry},
    users::User,
};

/// A picture.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Avatar {
    /// Its media type.
    pub media_type: String,
    /// The file, of at most 512 KiB.
    pub bytes: Vec<u8>,
}

/// Where a picture is served. The part after the last slash is its id.
const PATH: &str = "/api/v1/avatars/";

impl Store {
    /// Gives a person a picture under this id, or takes theirs away. The one they had is gone. None: no such person.
    pub async fn avatars_set(&self, user: UserId, new: Option<(Uuid, Avatar)>) -> Result<Option<User>, StoreError> {
        Ok(retry!(self.avatar_set_once(user, new.as_ref()))?)
    }

    async fn avatar_set_once(&self, user: UserId, new: Option<&(Uuid, Avatar)>) -> Result<Option<User>, sqlx::Error> {
        let mut tx = self.db.write().await?;
        let before: Option<(Option<String>,)> = fetch!(optional, tx, sql::OF_LOCK, user.0)?;
        let Some((before,)) = before else { return Ok(None) };
        let path = replace(&mut tx, before.as_deref(), new).await?;
        let changed: Option<User> = fetch!(optional, tx, sql::SET, user.0, path.as_deref())?;
        tx.commit().await?;
        Ok(changed)
    }

    /// A picture.
    pub async fn avatars_get(&self, id: Uuid) -> Result<Option<Avatar>, StoreError> {
        Ok(self.avatar(id).await?)
    }

    async fn avatar(&self, id: Uuid) -> Result<Option<Avatar>, sqlx::Error> {
        let mut reader = self.db.reader().await?;
        fetch!(optional, reader, sql::GET, id)
    }
}

/// Puts one picture in the place of another, and says where the new one is served. Whoever shows it holds the lock of what
/// it is the picture of.
pub(crate) async fn replace(
    tx: &mut Tx,
    before: Option<&str>,
    new: Option<&(Uuid, Avatar)>,
) -> Result<Option<String>, sqlx::Error> {
    let before = before.and_then(|path| path.strip_prefix(PATH)?.parse::<Uuid>().ok());
    if let Some(before) = before {
        execute!(tx, sql::DELETE, before)?;
    }
    let Some((id, avatar)) = new else { return Ok(None) };
    execute!(
        tx,
        sql::INSERT,
        *id,
        avatar.media_type.as_str(),
        avatar.bytes.as_slice()
    )?;
    Ok(Some(format!("{PATH}{id}")))
}
