//! Making an account.

use linnet_contract::UserId;

use super::{User, sql};
use crate::{
    Store,
    bulk::Column,
    db::{Tx, execute, fetch},
    error::{Conflict, StoreError, retry},
};

/// The account to make.
#[derive(Clone)]
pub struct NewUser {
    /// Its id.
    pub id: UserId,
    /// Unique; kept in lower case.
    pub username: String,
    /// What to show.
    pub display_name: String,
    /// The password's hash in PHC form; none for an account that signs in elsewhere.
    pub password_hash: Option<String>,
    /// Make it only if it is the first one: what a server that takes no new accounts still allows.
    pub first_only: bool,
    /// Now.
    pub now: i64,
}

impl Store {
    /// Makes an account. The first one on the server is its admin, which is decided where it cannot be decided twice.
    ///
    /// # Errors
    /// [`Conflict::UsernameTaken`], [`Conflict::NotFirst`].
    pub async fn users_create(&self, new: NewUser) -> Result<User, StoreError> {
        let user = User {
            id: new.id,
            username: new.username.to_lowercase(),
            display_name: new.display_name.clone(),
            avatar: None,
            admin: false,
            hides_receipts: false,
            hides_last_seen: false,
            created_at: new.now,
        };
        retry!(self.create_once(user.clone(), &new))?.map_err(StoreError::Conflict)
    }

    async fn create_once(&self, mut user: User, new: &NewUser) -> Result<Result<User, Conflict>, sqlx::Error> {
        let mut tx = self.db.write().await?;
        if !any(&mut tx).await? {
            let _: (i32,) = fetch!(one, tx, sql::TAKE_TURNS)?;
            user.admin = !any(&mut tx).await?;
        }
        if new.first_only && !user.admin {
            return Ok(Err(Conflict::NotFirst));
        }
        let (id, hash) = (user.id.0, new.password_hash.as_deref());
        let made = execute!(
            tx,
            sql::INSERT,
            id,
            user.username.as_str(),
            user.display_name.as_str(),
            hash,
            user.admin,
            user.created_at
        )?;
        if made == 0 {
            return Ok(Err(Conflict::UsernameTaken));
        }
        words_set(&mut tx, &user).await?;
        tx.commit().await?;
        Ok(Ok(user))
    }
}

async fn any(tx: &mut Tx) -> Result<bool, sqlx::Error> {
    let (count,): (i64,) = fetch!(one, tx, sql::ANY)?;
    Ok(count > 0)
}

/// Writes down what a search finds this person by.
pub(super) async fn words_set(tx: &mut Tx, user: &User) -> Result<(), sqlx::Error> {
    let words = || vec![Column::Texts(words(&user.username, &user.display_name))];
    execute!(tx, sql::WORDS_INSERT, user.id.0; words()).map(drop)
}

/// The username, and the display name from each of its words on, so that "ali", "smi" and "alice sm" all find Alice
/// Smith by a prefix.
fn words(username: &str, display_name: &str) -> Vec<String> {
    let name = display_name.to_lowercase();
    let name: Vec<&str> = name.split_whitespace().collect();
    let mut words: Vec<String> = (0..name.len()).map(|first| name[first..].join(" ")).collect();
    words.push(username.to_owned());
    words.sort_unstable();
    words.dedup();
    words
}
