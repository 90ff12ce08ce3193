//! Files: whose they are, which message carries them, and what is left of those that none does.

use linnet_contract::{ConversationId, ConversationKind, FileId, UserId};
use linnet_store::{AppendError, Attachment, Draft, NewFile, Page, SyncLimits, Thumbnail, ToMessage, What};

use crate::{
    groups::{change, made, people},
    harness::{Db, NOW, draft, id, named, on_both},
    messages_change::{edit, touch},
};

const QUOTA: i64 = 1_000_000;

fn picture(name: &str, size: i64) -> Attachment {
    Attachment {
        id: FileId(id()),
        name: name.to_owned(),
        media_type: "image/png".to_owned(),
        size,
        width: Some(640),
        height: Some(480),
        thumb_hash: Some("1QcSHQRnh493V4dIh4eXh1h4kJUI".to_owned()),
        thumbnail: Some(Thumbnail::Jpeg),
    }
}

fn coming(uploader: UserId, file: Attachment) -> NewFile {
    NewFile {
        file,
        uploader,
        thumbnail_size: 100,
        now: NOW,
    }
}

/// A file that somebody uploaded and that no message carries.
async fn uploaded(db: &Db, uploader: UserId, name: &str) -> Attachment {
    let file = picture(name, 1_000);
    assert!(
        db.store
            .files_begin(&coming(uploader, file.clone()), QUOTA)
            .await
            .unwrap()
    );
    assert!(db.store.files_keep(file.id).await.unwrap());
    file
}

fn carrying(files: &[&Attachment], draft: Draft) -> Draft {
    Draft {
        files: files.iter().map(|file| file.id).collect(),
        ..draft
    }
}

async fn reads(db: &Db, user: UserId, file: &Attachment) -> bool {
    let found = db.store.files_get(user, file.id).await.unwrap();
    assert!(found.is_none() || found.as_ref() == Some(file), "{found:?}");
    found.is_some()
}

async fn in_history(db: &Db, user: UserId, conversation: ConversationId) -> Vec<Vec<Attachment>> {
    let page = db.store.messages_page(user, conversation, Page::Latest, 100).await;
    page.unwrap()
        .unwrap()
        .messages
        .into_iter()
        .map(|message| message.files)
        .collect()
}

on_both! {
    async fn a_file_is_its_uploaders_until_a_message_carries_it(db: Db) {
        let (alice, bob, direct) = db.alice_and_bob().await;
        let outsider = db.person("Outsider").await.id;
        let file = picture("Grüße – 写真.png", 1_000);
        assert!(db.store.files_begin(&coming(alice, file.clone()), QUOTA).await.unwrap());
        assert!(!reads(db, alice, &file).await, "its bytes are not there yet");
        assert!(db.store.files_keep(file.id).await.unwrap());
        assert!(!db.store.files_keep(file.id).await.unwrap());
        assert!(reads(db, alice, &file).await);
        assert!(!reads(db, bob, &file).await);

        let second = uploaded(db, alice, "second.png").await;
        let sent = db.append(vec![carrying(&[&second, &file], draft(alice, direct, ""))]).await.remove(0).unwrap();
        assert_eq!(sent.message.files, [second.clone(), file.clone()], "in the order in which they were given");
        assert_eq!(in_history(db, bob, direct).await, [vec![second.clone(), file.clone()]]);
        let synced = db.store.sync(bob, &std::collections::BTreeMap::new(), None, SyncLimits::default()).await.unwrap();
        assert_eq!(synced.conversations[0].messages[0].files, [second, file.clone()]);
        for (who, may) in [(alice, true), (bob, true), (outsider, false)] {
            assert_eq!(reads(db, who, &file).await, may);
        }
        db.leave(direct, alice).await;
        assert!(!reads(db, alice, &file).await, "who is not in the conversation any more, uploader or not");
        assert!(!db.store.files_remove(alice, file.id).await.unwrap(), "it is the message's now");
        assert!(reads(db, bob, &file).await);
    }

    async fn only_what_is_ones_own_and_there_and_free_can_be_sent(db: Db) {
        let (alice, bob, direct) = db.alice_and_bob().await;
        let (own, other, foreign) = (uploaded(db, alice, "1").await, uploaded(db, alice, "2").await, uploaded(db, bob, "3").await);
        let unfinished = picture("4", 10);
        assert!(db.store.files_begin(&coming(alice, unfinished.clone()), QUOTA).await.unwrap());
        let removed = uploaded(db, alice, "5").await;
        assert!(db.store.files_remove(alice, removed.id).await.unwrap());
        let nothing = picture("6", 10);
        for wrong in [vec![&foreign], vec![&own, &unfinished], vec![&removed], vec![&nothing], vec![&own, &own]] {
            let refused = db.append(vec![carrying(&wrong, draft(alice, direct, "x"))]).await.remove(0);
            assert_eq!(refused, Err(AppendError::BadFile));
        }
        // In one batch: the first that names it has it, and nobody gets another's file because its owner sends it too.
        let answers = db.append(vec![
            carrying(&[&own], draft(bob, direct, "not mine")),
            carrying(&[&own], draft(alice, direct, "first")),
            carrying(&[&own, &other], draft(alice, direct, "again")),
            carrying(&[&own], draft(bob, direct, "still not mine")),
            draft(alice, direct, "second"),
        ]).await;
        let accepted: Vec<_> = answers.iter().map(|answer| answer.as_ref().map(|it| it.message.sequence.get())).collect();
        let bad = Err(&AppendError::BadFile);
        assert_eq!(accepted, [bad, Ok(1), bad, bad, Ok(2)]);
        let refused = db.append(vec![carrying(&[&own], draft(alice, direct, "x"))]).await.remove(0);
        assert_eq!(refused, Err(AppendError::BadFile), "it is in a message");
        assert!(db.append(vec![carrying(&[&other], draft(alice, direct, "x"))]).await.remove(0).is_ok());
    }

    async fn a_message_sent_again_with_its_files_is_the_first_one(db: Db) {
        let (alice, _, direct) = db.alice_and_bob().await;
        let file = uploaded(db, alice, "1").await;
        let message = || carrying(&[&file], named("t1", draft(alice, direct, "look")));
        let both = db.append(vec![message(), message()]).await;
        let [first, twin] = [0, 1].map(|at| both[at].clone().unwrap());
        assert!(!first.duplicate && twin.duplicate);
        let again = db.append(vec![Draft { id: linnet_contract::MessageId(id()), ..message() }]).await.remove(0).unwrap();
        assert!(again.duplicate);
        assert_eq!((&again.message, &twin.message), (&first.message, &first.message));
        assert_eq!(first.message.files, [file]);
    }

    async fn an_edit_keeps_the_files_and_a_deletion_takes_them(db: Db) {
        let (alice, bob, direct) = db.alice_and_bob().await;
        let file = uploaded(db, alice, "1").await;
        let sent = db.append(vec![carrying(&[&file], draft(alice, direct, "look"))]).await.remove(0).unwrap().message;
        let edited = touch(&db.store, alice, &sent, edit("look here")).await.unwrap();
        assert_eq!(edited.message.files, std::slice::from_ref(&file));
        assert_eq!(in_history(db, bob, direct).await, [vec![file.clone()]]);
        assert!(reads(db, bob, &file).await);
        let deleted = touch(&db.store, alice, &sent, ToMessage::Delete).await.unwrap();
        assert_eq!(deleted.message.files, []);
        assert_eq!(in_history(db, bob, direct).await, [vec![]]);
        assert!(!reads(db, bob, &file).await && !reads(db, alice, &file).await);
        assert_eq!(db.store.files_gone(10).await.unwrap(), [file.id]);
        assert_eq!(db.store.files_used(alice).await.unwrap(), 0, "it takes nothing of what one has");
        db.store.files_forget(&[file.id]).await.unwrap();
        assert_eq!(db.store.files_gone(10).await.unwrap(), []);
    }

    async fn what_one_has_is_bounded_however_many_come_at_once(db: Db) {
        let other = db.another().await;
        let alice = db.person("Alice").await.id;
        let each = 10_000 + 100 + 1_024;
        let mut tasks = tokio::task::JoinSet::new();
        for number in 0..12 {
            let store = if number % 2 == 0 { db.store.clone() } else { other.clone() };
            tasks.spawn(async move { store.files_begin(&coming(alice, picture("x", 10_000)), 5 * each).await.unwrap() });
        }
        assert_eq!(tasks.join_all().await.into_iter().filter(|begun| *begun).count(), 5);
        assert_eq!(db.store.files_used(alice).await.unwrap(), 5 * each);
        let bob = db.person("Bob").await.id;
        assert!(db.store.files_begin(&coming(bob, picture("x", 10_000)), 5 * each).await.unwrap());
        other.close().await;
    }

    async fn what_no_message_carries_is_given_up_after_a_while(db: Db) {
        let (alice, _, direct) = db.alice_and_bob().await;
        let (kept, sent, removed) = (uploaded(db, alice, "1").await, uploaded(db, alice, "2").await, uploaded(db, alice, "3").await);
        let unfinished = picture("4", 10);
        assert!(db.store.files_begin(&coming(alice, unfinished.clone()), QUOTA).await.unwrap());
        db.append(vec![carrying(&[&sent], draft(alice, direct, ""))]).await.remove(0).unwrap();
        assert!(db.store.files_remove(alice, removed.id).await.unwrap());
        assert!(!db.store.files_remove(alice, removed.id).await.unwrap());
        assert_eq!(db.store.files_expire(NOW, NOW).await.unwrap(), 0);
        assert_eq!(db.store.files_expire(NOW, NOW + 1).await.unwrap(), 1, "what was still coming");
        assert!(!db.store.files_keep(unfinished.id).await.unwrap(), "too late");
        assert!(reads(db, alice, &kept).await);
        assert_eq!(db.store.files_expire(NOW + 1, NOW + 1).await.unwrap(), 1);
        assert!(!reads(db, alice, &kept).await && reads(db, alice, &sent).await);
        let mut gone = db.store.files_gone(10).await.unwrap();
        let mut expected = [removed.id, unfinished.id, kept.id];
        gone.sort();
        expected.sort();
        assert_eq!(gone, expected);
        db.store.files_forget(&[kept.id, sent.id]).await.unwrap();
        assert!(reads(db, alice, &sent).await, "what somebody reads is not forgotten");
        assert_eq!(db.store.files_gone(10).await.unwrap().len(), 2);
    }

    async fn the_files_of_a_deleted_conversation_go_with_its_messages(db: Db) {
        let [alice] = people(db, ["Alice"]).await;
        let group = made(db, ConversationKind::Group, alice, &[]).await;
        let mut files = Vec::new();
        for name in ["1", "2", "3"] {
            let file = uploaded(db, alice, name).await;
            db.append(vec![carrying(&[&file], draft(alice, group, ""))]).await.remove(0).unwrap();
            files.push(file.id);
        }
        change(db, group, alice, What::Delete).await.unwrap();
        assert!(db.store.files_get(alice, files[0]).await.unwrap().is_none());
        let mut rounds = 0;
        while db.store.conversations_purge(2).await.unwrap() {
            rounds += 1;
            assert!(rounds < 10);
        }
        let mut gone = db.store.files_gone(10).await.unwrap();
        gone.sort();
        files.sort();
        assert_eq!(gone, files);
    }
}
