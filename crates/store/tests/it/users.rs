//! Accounts.

use linnet_contract::UserId;
use linnet_store::{Conflict, NewUser, StoreError};

use crate::harness::{NOW, id, on_both};

fn new(username: &str) -> NewUser {
    NewUser {
        id: UserId(id()),
        username: username.to_owned(),
        display_name: username.to_owned(),
        password_hash: Some("$argon2id$secret".to_owned()),
        first_only: false,
        now: NOW,
    }
}

on_both! {
    async fn the_first_account_is_the_admin_and_a_name_is_taken_once(db: Db) {
        assert!(!db.store.users_any().await.unwrap());
        let alice = db.store.users_create(new("Alice")).await.unwrap();
        assert!(alice.admin);
        assert_eq!(alice.username, "alice");
        assert_eq!(alice.display_name, "Alice");
        assert!(!db.store.users_create(new("bob")).await.unwrap().admin);
        let again = db.store.users_create(new("aLICE")).await;
        assert_eq!(again, Err(StoreError::Conflict(Conflict::UsernameTaken)));
        assert_eq!(db.store.users_count().await.unwrap(), 2);
        assert!(db.store.users_any().await.unwrap());
        let late = db.store.users_create(NewUser { first_only: true, ..new("carol") }).await;
        assert_eq!(late, Err(StoreError::Conflict(Conflict::NotFirst)));
        assert_eq!(db.store.users_count().await.unwrap(), 2);
    }

    async fn of_many_first_accounts_at_once_one_is_the_admin(db: Db) {
        let other = db.another().await;
        let mut tasks = tokio::task::JoinSet::new();
        for number in 0..8 {
            let store = if number % 2 == 0 { db.store.clone() } else { other.clone() };
            tasks.spawn(async move { store.users_create(new(&format!("person{number}"))).await.unwrap() });
        }
        let users = tasks.join_all().await;
        assert_eq!(users.iter().filter(|user| user.admin).count(), 1);
        other.close().await;
    }

    async fn found_by_id_and_by_username_and_the_hash_is_not_shown(db: Db) {
        let alice = db.store.users_create(new("Alice")).await.unwrap();
        let bob = db.store.users_create(new("bob")).await.unwrap();
        assert_eq!(db.store.users_by_id(alice.id).await.unwrap(), Some(alice.clone()));
        assert_eq!(db.store.users_by_id(UserId(id())).await.unwrap(), None);
        let mut found = db.store.users_by_ids(&[bob.id, UserId(id()), alice.id]).await.unwrap();
        found.sort_by(|one, other| one.username.cmp(&other.username));
        assert_eq!(found, [alice.clone(), bob]);
        assert_eq!(db.store.users_by_ids(&[]).await.unwrap(), []);
        let credentials = db.store.users_by_username("ALICE").await.unwrap().unwrap();
        assert_eq!(credentials.user, alice);
        assert_eq!(credentials.password_hash.as_deref(), Some("$argon2id$secret"));
        assert!(!format!("{credentials:?}").contains("secret"));
        assert_eq!(db.store.users_by_username("nobody").await.unwrap(), None);
        assert_eq!(db.store.users_by_username("alice\0").await.unwrap(), None);
    }

    async fn search_finds_the_beginning_of_any_word_and_nothing_else(db: Db) {
        let asker = db.person("Asker").await.id;
        for name in ["Alice Smith", "Älice Møller", "Malice", "al_ice", "al%x", "Bob von Alt"] {
            db.person(name).await;
        }
        let search = async |query: &str| -> Vec<String> {
            let found = db.store.users_search(query, asker, 20).await.unwrap();
            found.into_iter().map(|user| user.display_name).collect()
        };
        assert_eq!(search("AL").await, ["al%x", "al_ice", "Alice Smith", "Bob von Alt"]);
        assert_eq!(search("smi").await, ["Alice Smith"]);
        assert_eq!(search("  alice   smi ").await, ["Alice Smith"]);
        assert_eq!(search("MØL").await, ["Älice Møller"]);
        assert_eq!(search("älice").await, ["Älice Møller"]);
        assert_eq!(search("lice").await, Vec::<String>::new());
        assert_eq!(search("al_").await, ["al_ice"]);
        assert_eq!(search("al%").await, ["al%x"]);
        assert_eq!(search("%").await, Vec::<String>::new());
        assert_eq!(search("").await, Vec::<String>::new());
        assert_eq!(search(" \u{0} ").await, Vec::<String>::new());
        assert_eq!(search("ask").await, Vec::<String>::new());
        assert_eq!(db.store.users_search("a", asker, 2).await.unwrap().len(), 2);
        // The exact username comes first, whatever sorts before it.
        db.person("al").await;
        assert_eq!(search("al").await[0], "al");
    }

    async fn renaming_changes_what_a_search_finds(db: Db) {
        let (asker, alice) = (db.person("Asker").await.id, db.person("Alice").await);
        let renamed = db.store.users_rename(alice.id, "Alice Jones").await.unwrap().unwrap();
        assert_eq!(renamed.display_name, "Alice Jones");
        assert_eq!(db.store.users_search("jon", asker, 20).await.unwrap(), std::slice::from_ref(&renamed));
        db.store.users_rename(alice.id, "Ms A").await.unwrap();
        assert_eq!(db.store.users_search("jon", asker, 20).await.unwrap(), []);
        assert_eq!(db.store.users_search("alice", asker, 20).await.unwrap().len(), 1);
        assert_eq!(db.store.users_rename(UserId(id()), "Nobody").await.unwrap(), None);
        assert!(db.store.users_password_set(alice.id, "new").await.unwrap());
        assert!(!db.store.users_password_set(UserId(id()), "new").await.unwrap());
        let credentials = db.store.users_by_username("alice").await.unwrap().unwrap();
        assert_eq!(credentials.password_hash.as_deref(), Some("new"));
    }
}
