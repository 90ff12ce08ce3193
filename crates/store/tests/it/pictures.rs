//! Pictures of people and of groups.

use linnet_contract::{ConversationKind, SystemChange, UserId};
use linnet_store::{Avatar, Changed, What};
use uuid::Uuid;

use crate::{
    groups::{change, edit, made, people, says},
    harness::{id, on_both},
};

on_both! {
    async fn a_picture_takes_the_place_of_the_one_before(db: Db) {
        let alice = db.person("Alice").await.id;
        let picture = |byte| Avatar { media_type: "image/webp".to_owned(), bytes: vec![byte; 10] };
        let (first, second) = (id(), id());
        let set = async |id: Uuid, byte| db.store.avatars_set(alice, Some((id, picture(byte)))).await.unwrap().unwrap();
        assert_eq!(set(first, 1).await.avatar, Some(format!("/api/v1/avatars/{first}")));
        assert_eq!(db.store.avatars_get(first).await.unwrap(), Some(picture(1)));
        assert_eq!(set(second, 2).await.avatar, Some(format!("/api/v1/avatars/{second}")));
        assert_eq!(db.store.avatars_get(first).await.unwrap(), None);
        assert_eq!(db.store.avatars_get(second).await.unwrap(), Some(picture(2)));
        assert_eq!(db.store.users_by_id(alice).await.unwrap().unwrap().avatar, Some(format!("/api/v1/avatars/{second}")));
        assert_eq!(db.store.avatars_set(alice, None).await.unwrap().unwrap().avatar, None);
        assert_eq!(db.store.avatars_get(second).await.unwrap(), None);
        assert_eq!(db.store.avatars_set(UserId(id()), Some((id(), picture(1)))).await.unwrap(), None);
    }

    async fn of_many_pictures_at_once_one_is_left(db: Db) {
        let other = db.another().await;
        let alice = db.person("Alice").await.id;
        let ids: Vec<Uuid> = (0..8).map(|_| id()).collect();
        let mut tasks = tokio::task::JoinSet::new();
        for (number, id) in ids.iter().copied().enumerate() {
            let store = if number % 2 == 0 { db.store.clone() } else { other.clone() };
            let picture = Avatar { media_type: "image/webp".to_owned(), bytes: vec![7] };
            tasks.spawn(async move { store.avatars_set(alice, Some((id, picture))).await.unwrap() });
        }
        tasks.join_all().await;
        let mut left = Vec::new();
        for id in ids {
            if db.store.avatars_get(id).await.unwrap().is_some() {
                left.push(format!("/api/v1/avatars/{id}"));
            }
        }
        let shown = db.store.users_by_id(alice).await.unwrap().unwrap().avatar.unwrap();
        assert_eq!(left, [shown]);
        other.close().await;
    }

    async fn a_picture_is_a_change_and_goes_with_its_conversation(db: Db) {
        let [alice] = people(db, ["Alice"]).await;
        let group = made(db, ConversationKind::Group, alice, &[]).await;
        let picture = |byte| Avatar { media_type: "image/webp".to_owned(), bytes: vec![byte; 10] };
        let put = |id: Uuid| What::Picture { new: Some((id, picture(1))) };
        let (first, second) = (id(), id());
        let path = |id: Uuid| Some(format!("/api/v1/avatars/{id}"));
        let changed = change(db, group, alice, put(first)).await.unwrap();
        assert_eq!(says(&changed), [(2, 2, SystemChange::AvatarChanged { avatar_url: path(first) })]);
        change(db, group, alice, put(second)).await.unwrap();
        assert_eq!(db.store.avatars_get(first).await.unwrap(), None);
        assert_eq!(db.store.avatars_get(second).await.unwrap(), Some(picture(1)));
        assert_eq!(db.store.conversations_get(alice, group).await.unwrap().unwrap().conversation.avatar, path(second));
        // What else is changed leaves it alone.
        change(db, group, alice, edit("Balcony")).await.unwrap();
        assert_eq!(db.store.conversations_get(alice, group).await.unwrap().unwrap().conversation.avatar, path(second));
        let taken = change(db, group, alice, What::Picture { new: None }).await.unwrap();
        assert_eq!(says(&taken), [(5, 5, SystemChange::AvatarChanged { avatar_url: None })]);
        assert_eq!(change(db, group, alice, What::Picture { new: None }).await.unwrap(), Changed::default());
        assert_eq!(db.store.avatars_get(second).await.unwrap(), None);
        change(db, group, alice, put(first)).await.unwrap();
        change(db, group, alice, What::Delete).await.unwrap();
        assert_eq!(db.store.avatars_get(first).await.unwrap(), None);
    }
}
