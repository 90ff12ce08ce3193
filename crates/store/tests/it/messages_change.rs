//! Edits, deletions and reactions: who may, what they do, and how it shows everywhere.

use MessageRefused::{Blocked, Deleted, NotAllowed, NotConnected, NotFound, NotPermitted, System, TooManyReactions};
use linnet_contract::{ConversationId, ConversationKind, MessageId, Posting, Role, UserId, Version};
use linnet_store::{
    ChangedMessage, DirectPolicy, Draft, Message, MessageChange, MessageRefused, Page, Standing, Store, SyncLimits,
    ToMessage, What,
};

use crate::{
    groups::{change, made, people},
    harness::{Db, NOW, draft, id, named, on_both, seq},
};

pub(crate) fn edit(body: &str) -> ToMessage {
    ToMessage::Edit {
        body: body.to_owned(),
        names: Vec::new(),
        link: None,
    }
}

pub(crate) fn react(emoji: &str, on: bool) -> ToMessage {
    ToMessage::React {
        emoji: emoji.to_owned(),
        on,
    }
}

fn permit(what: &ToMessage, own: bool, standing: Standing) -> bool {
    match what {
        ToMessage::Edit { .. } | ToMessage::Preview { .. } | ToMessage::RemovePreview => own,
        ToMessage::Delete => own || standing.role != Some(Role::Member),
        ToMessage::React { .. } => true,
    }
}

fn to(actor: UserId, message: &Message, what: ToMessage) -> MessageChange {
    MessageChange {
        message: message.id,
        conversation: message.conversation,
        actor,
        what,
        now: NOW + 10,
    }
}

pub(crate) async fn touch(
    store: &Store,
    actor: UserId,
    message: &Message,
    what: ToMessage,
) -> Result<ChangedMessage, MessageRefused> {
    let changes = [to(actor, message, what)];
    let mut answers = store
        .messages_change(&changes, DirectPolicy::Anyone, &permit)
        .await
        .unwrap();
    answers.remove(0)
}

async fn history(db: &Db, user: UserId, conversation: ConversationId) -> Vec<Message> {
    let page = db.store.messages_page(user, conversation, Page::Latest, 1000).await;
    page.unwrap().unwrap().messages
}

async fn version(db: &Db, user: UserId, conversation: ConversationId) -> i64 {
    let summary = db.store.conversations_get(user, conversation).await.unwrap().unwrap();
    summary.conversation.version.get()
}

fn reactions(message: &Message) -> Vec<(&str, i64, Vec<UserId>)> {
    let shown = |it: &linnet_store::Reaction| (it.count, it.users.clone());
    let all = message.reactions.iter().map(|it| (it.emoji.as_str(), shown(it)));
    all.map(|(emoji, (count, users))| (emoji, count, users)).collect()
}

on_both! {
    async fn an_edit_is_a_change_with_the_next_version(db: Db) {
        let (alice, bob, direct) = db.alice_and_bob().await;
        let first = db.send(alice, direct, "helo").await.message;
        db.send(alice, direct, "second").await;
        let edited = touch(&db.store, alice, &first, edit("hello")).await.unwrap();
        assert!(edited.changed);
        let expected = Message {
            body: "hello".to_owned(),
            version: Version::try_from(3).unwrap(),
            edited_at: Some(NOW + 10),
            ..first.clone()
        };
        assert_eq!(edited.message, expected);
        assert_eq!(history(db, bob, direct).await[0], expected);
        let summary = db.store.conversations_get(bob, direct).await.unwrap().unwrap();
        assert_eq!((summary.conversation.version.get(), summary.conversation.last_sequence), (3, seq(2)));
        assert_eq!((summary.unread(), summary.conversation.last_message_at), (2, NOW));
        // The same text again is no change.
        let again = touch(&db.store, alice, &first, edit("hello")).await.unwrap();
        assert_eq!((again.message, again.changed), (expected, false));
        assert_eq!(version(db, bob, direct).await, 3);
        // What comes next goes on from there.
        assert_eq!(db.send(bob, direct, "third").await.message.version.get(), 4);
        assert_eq!(touch(&db.store, alice, &first, edit("hallo")).await.unwrap().message.version.get(), 5);
    }

    async fn a_deletion_leaves_the_place_and_nothing_else(db: Db) {
        let (alice, bob, direct) = db.alice_and_bob().await;
        let first = db.send(alice, direct, "to be regretted").await.message;
        touch(&db.store, bob, &first, react("👍", true)).await.unwrap();
        touch(&db.store, alice, &first, edit("still regretted")).await.unwrap();
        let deleted = touch(&db.store, alice, &first, ToMessage::Delete).await.unwrap();
        let tombstone = Message {
            body: String::new(),
            version: Version::try_from(4).unwrap(),
            deleted_at: Some(NOW + 10),
            ..first.clone()
        };
        assert_eq!((deleted.message, deleted.changed), (tombstone.clone(), true));
        assert_eq!(history(db, bob, direct).await, std::slice::from_ref(&tombstone));
        let again = touch(&db.store, alice, &first, ToMessage::Delete).await.unwrap();
        assert_eq!((again.message, again.changed), (tombstone.clone(), false));
        for what in [edit("back"), react("👍", true), react("👍", false)] {
            assert_eq!(touch(&db.store, alice, &first, what).await, Err(Deleted));
        }
        let summary = db.store.conversations_get(bob, direct).await.unwrap().unwrap();
        assert_eq!((summary.unread(), summary.last_message), (1, Some(tombstone.clone())));
        let unread = db.store.messages_unread(bob, 10, 10).await.unwrap();
        assert_eq!((unread[0].unread, &unread[0].messages), (1, &vec![tombstone.clone()]));
        assert_eq!(db.store.messages_undelivered(bob, direct, 10).await.unwrap(), [tombstone]);
        // What stood beside it is gone from the disk too.
        let left = "CREATE TABLE left_over (n BIGINT CHECK (n = 0))";
        db.raw(&format!("{left}; INSERT INTO left_over SELECT COUNT(*) FROM reactions")).await;
    }

    async fn reactions_stand_in_the_order_of_first_use_and_count_once(db: Db) {
        let (alice, bob, direct) = db.alice_and_bob().await;
        let message = db.send(alice, direct, "news").await.message;
        for (who, emoji) in [(bob, "🎉"), (alice, "👍"), (alice, "🎉")] {
            assert!(touch(&db.store, who, &message, react(emoji, true)).await.unwrap().changed);
        }
        let now = touch(&db.store, bob, &message, react("🎉", true)).await.unwrap();
        assert!(!now.changed, "twice is once");
        assert_eq!(reactions(&now.message), [("🎉", 2, vec![bob, alice]), ("👍", 1, vec![alice])]);
        assert_eq!((now.message.version.get(), now.message.edited_at), (4, None));
        let off = touch(&db.store, bob, &message, react("🎉", false)).await.unwrap();
        assert_eq!(reactions(&off.message), [("🎉", 1, vec![alice]), ("👍", 1, vec![alice])]);
        assert!(!touch(&db.store, bob, &message, react("🎉", false)).await.unwrap().changed);
        touch(&db.store, alice, &message, react("🎉", false)).await.unwrap();
        let last = touch(&db.store, bob, &message, react("🎉", true)).await.unwrap().message;
        assert_eq!(reactions(&last), [("👍", 1, vec![alice]), ("🎉", 1, vec![bob])]);
        assert_eq!(history(db, bob, direct).await, [last]);
        // An edit keeps them.
        let edited = touch(&db.store, alice, &message, edit("old news")).await.unwrap().message;
        assert_eq!(edited.reactions.len(), 2);
    }

    async fn a_message_has_at_most_twenty_different_emoji(db: Db) {
        let (alice, bob, direct) = db.alice_and_bob().await;
        let message = db.send(alice, direct, "news").await.message;
        for number in 0..20 {
            touch(&db.store, alice, &message, react(&format!("e{number}"), true)).await.unwrap();
        }
        assert_eq!(touch(&db.store, bob, &message, react("one more", true)).await, Err(TooManyReactions));
        assert!(touch(&db.store, bob, &message, react("e7", true)).await.unwrap().changed);
        touch(&db.store, alice, &message, react("e0", false)).await.unwrap();
        assert!(touch(&db.store, bob, &message, react("one more", true)).await.unwrap().changed);
    }

    async fn whoever_looks_is_among_the_many_who_reacted(db: Db) {
        let mut crowd = Vec::new();
        for number in 0..56 {
            crowd.push(db.person(&format!("Fan {number}")).await.id);
        }
        let (star, late, silent) = (crowd[0], crowd[54], crowd[55]);
        let group = db.group(&crowd).await;
        let message = db.send(star, group, "I am back").await.message;
        for fan in &crowd[1..55] {
            touch(&db.store, *fan, &message, react("🎉", true)).await.unwrap();
        }
        let first: Vec<UserId> = crowd[1..51].to_vec();
        let with = |who: UserId| [first.clone(), vec![who]].concat();
        let limits = SyncLimits::default();
        for (who, expected) in [(late, with(late)), (silent, first.clone()), (crowd[1], first.clone())] {
            let shown = |message: &Message| {
                assert_eq!(message.reactions[0].count, 54);
                assert_eq!(message.reactions[0].users, expected);
            };
            shown(&history(db, who, group).await[0]);
            let around = db.store.messages_page(who, group, Page::Around(seq(1)), 5).await.unwrap().unwrap();
            shown(&around.messages[0]);
            shown(&db.store.messages_unread(who, 5, 5).await.unwrap()[0].messages[0]);
            shown(&db.store.messages_undelivered(who, group, 5).await.unwrap()[0]);
            let synced = db.store.sync(who, &std::collections::BTreeMap::new(), None, limits).await.unwrap();
            shown(&synced.conversations[0].messages[0]);
            shown(synced.conversations[0].summary.last_message.as_ref().unwrap());
            let summary = db.store.conversations_get(who, group).await.unwrap().unwrap();
            shown(summary.last_message.as_ref().unwrap());
            let seen = db.store.conversations_seen(group, 100, &[]).await.unwrap();
            let seen = seen.into_iter().find(|seen| seen.viewer.user == who).unwrap();
            shown(seen.last_message.as_ref().unwrap());
        }
        // What everybody is told names the first; the place of one who leaves is taken by who came next.
        let told = touch(&db.store, crowd[3], &message, react("🎉", false)).await.unwrap().message;
        let expected: Vec<UserId> = crowd[1..52].iter().copied().filter(|fan| *fan != crowd[3]).collect();
        assert_eq!(reactions(&told), [("🎉", 53, expected)]);
        let told = touch(&db.store, crowd[3], &message, react("🎉", true)).await.unwrap().message;
        assert_eq!((told.reactions[0].count, told.reactions[0].users.len()), (54, 50));
        assert!(!told.reactions[0].users.contains(&crowd[3]), "who comes back comes last");
    }

    async fn who_may_not_changes_nothing(db: Db) {
        let [alice, bob, carol, outsider] = people(db, ["Alice", "Bob", "Carol", "Outsider"]).await;
        let group = made(db, ConversationKind::Group, alice, &[bob, carol]).await;
        let system = history(db, alice, group).await.remove(0);
        let bobs = db.send(bob, group, "mine").await.message;
        let before = version(db, alice, group).await;
        let nowhere = Message { id: MessageId(id()), ..bobs.clone() };
        let elsewhere = Message { conversation: db.group(&[bob]).await, ..bobs.clone() };
        for what in [edit("x"), ToMessage::Delete, react("👍", true)] {
            for message in [&nowhere, &elsewhere] {
                assert_eq!(touch(&db.store, bob, message, what.clone()).await, Err(NotFound));
            }
            assert_eq!(touch(&db.store, outsider, &bobs, what.clone()).await, Err(NotFound));
            assert_eq!(touch(&db.store, alice, &system, what.clone()).await, Err(System));
        }
        assert_eq!(touch(&db.store, alice, &bobs, edit("not yours")).await, Err(NotPermitted));
        assert_eq!(touch(&db.store, carol, &bobs, ToMessage::Delete).await, Err(NotPermitted));
        assert_eq!(db.store.messages_find(nowhere.id).await.unwrap(), None);
        assert_eq!(db.store.messages_find(bobs.id).await.unwrap(), Some(group));
        assert_eq!(version(db, alice, group).await, before);
        assert_eq!(history(db, alice, group).await.last(), Some(&bobs));
        // An owner deletes anybody's.
        assert!(touch(&db.store, alice, &bobs, ToMessage::Delete).await.unwrap().changed);
        // Whoever was removed is nobody there any more, not even to their own words.
        let carols = db.send(carol, group, "mine").await.message;
        change(db, group, alice, What::Remove { user: carol }).await.unwrap();
        for what in [edit("x"), ToMessage::Delete, react("👍", true)] {
            assert_eq!(touch(&db.store, carol, &carols, what).await, Err(NotFound));
        }
    }

    async fn an_edit_needs_the_right_to_write_and_taking_back_does_not(db: Db) {
        let [alice, bob] = people(db, ["Alice", "Bob"]).await;
        let channel = made(db, ConversationKind::Channel, alice, &[bob]).await;
        let bobs = db.send(bob, channel, "mine").await.message;
        let admins_only = What::Edit { title: None, topic: None, posting: Some(Posting::Admins) };
        change(db, channel, alice, admins_only).await.unwrap();
        assert_eq!(touch(&db.store, bob, &bobs, edit("x")).await, Err(NotAllowed));
        assert!(touch(&db.store, bob, &bobs, react("👍", true)).await.unwrap().changed);
        assert!(touch(&db.store, bob, &bobs, ToMessage::Delete).await.unwrap().changed);

        let direct = db.direct(alice, bob).await;
        let (alices, bobs) = (db.send(alice, direct, "a").await.message, db.send(bob, direct, "b").await.message);
        // Where only connected people write, only they edit; what was said may still be reacted to.
        let strictly = async |actor, message, what| {
            let changes = [to(actor, message, what)];
            let answers = db.store.messages_change(&changes, DirectPolicy::Connections, &permit).await;
            answers.unwrap().remove(0).map(|changed| changed.changed)
        };
        assert_eq!(strictly(bob, &bobs, edit("x")).await, Err(NotConnected));
        assert_eq!(strictly(bob, &alices, react("👍", true)).await, Ok(true));
        db.connect(alice, bob, "accepted").await;
        assert_eq!(strictly(bob, &bobs, edit("x")).await, Ok(true));
        db.block(alice, bob).await;
        for message in [&alices, &bobs] {
            assert_eq!(touch(&db.store, alice, message, react("🎉", true)).await, Err(Blocked));
            assert_eq!(touch(&db.store, bob, message, react("🎉", true)).await, Err(NotConnected));
        }
        assert_eq!(touch(&db.store, alice, &alices, edit("y")).await, Err(Blocked));
        assert_eq!(touch(&db.store, bob, &bobs, edit("y")).await, Err(NotConnected));
        assert!(touch(&db.store, bob, &bobs, ToMessage::Delete).await.unwrap().changed);
        assert!(touch(&db.store, alice, &alices, ToMessage::Delete).await.unwrap().changed);
    }

    async fn a_batch_is_decided_one_after_the_other(db: Db) {
        let (alice, bob, direct) = db.alice_and_bob().await;
        let group = db.group(&[alice, bob]).await;
        let (one, two) = (db.send(alice, direct, "one").await.message, db.send(bob, group, "two").await.message);
        let changes = [
            to(alice, &one, edit("uno")),
            to(bob, &two, react("👍", true)),
            to(bob, &one, edit("not mine")),
            to(bob, &one, react("👍", true)),
            to(alice, &one, ToMessage::Delete),
            to(bob, &one, react("🎉", true)),
            to(alice, &two, react("👍", true)),
        ];
        let answers = db.store.messages_change(&changes, DirectPolicy::Anyone, &permit).await.unwrap();
        let numbers: Vec<_> = answers.iter().map(|answer| answer.as_ref().map(|it| it.message.version.get())).collect();
        let expected = [Ok(2), Ok(2), Err(&NotPermitted), Ok(3), Ok(4), Err(&Deleted), Ok(3)];
        assert_eq!(numbers, expected);
        assert_eq!(reactions(&answers[3].as_ref().unwrap().message), [("👍", 1, vec![bob])]);
        assert_eq!((version(db, bob, direct).await, version(db, bob, group).await), (4, 3));
        assert_eq!(reactions(&history(db, bob, group).await[0]), [("👍", 2, vec![bob, alice])]);
        assert_eq!(db.store.messages_change(&[], DirectPolicy::Anyone, &permit).await.unwrap(), []);
    }

    async fn a_retry_gets_the_first_acknowledgement_whatever_became_of_the_message(db: Db) {
        let (alice, bob, direct) = db.alice_and_bob().await;
        let drafts = || vec![named("edited", draft(alice, direct, "one")), named("deleted", draft(alice, direct, "two"))];
        let first: Vec<_> = db.append(drafts()).await.into_iter().map(|it| it.unwrap().message).collect();
        touch(&db.store, alice, &first[0], edit("uno")).await.unwrap();
        touch(&db.store, alice, &first[1], ToMessage::Delete).await.unwrap();
        for (first, again) in first.iter().zip(db.append(drafts()).await) {
            let again = again.unwrap();
            assert!(again.duplicate);
            let ack = |it: &Message| (it.id, it.sequence, it.version, it.created_at, it.temp_id.clone());
            assert_eq!(ack(&again.message), ack(first));
        }
        assert_eq!((version(db, bob, direct).await, history(db, bob, direct).await.len()), (4, 2));
    }

    async fn members_are_mentioned_and_answers_know_their_place(db: Db) {
        let [alice, bob, carol, outsider] = people(db, ["Alice", "Bob", "Carol", "Outsider"]).await;
        let group = db.group(&[alice, bob, carol]).await;
        let naming = |names: &[&str], draft: Draft| Draft {
            names: names.iter().map(|name| (*name).to_owned()).collect(),
            ..draft
        };
        let question = db.send(alice, group, "well?").await.message;
        let stored = named("stored", draft(alice, group, "before"));
        db.append(vec![stored.clone()]).await;
        let drafts = || vec![
            naming(&["bob", "outsider", "nobody", "carol", "bob"], draft(alice, group, "@bob @outsider @nobody @carol")),
            Draft { reply_to: Some(question.id), ..naming(&["carol"], draft(bob, group, "@carol knows")) },
            draft(carol, group, "no"),
        ];
        // Both ways that a batch may go.
        let plain = db.append(drafts()).await;
        let general = db.append([drafts(), vec![stored]].concat()).await;
        for answers in [&plain, &general] {
            let messages: Vec<&Message> = answers.iter().map(|answer| &answer.as_ref().unwrap().message).collect();
            assert_eq!(messages[0].mentions, [bob, carol]);
            assert_eq!((&messages[1].mentions, messages[1].reply_sequence), (&vec![carol], Some(seq(1))));
            assert_eq!((&messages[2].mentions, messages[2].reply_sequence), (&vec![], None));
        }
        let told = plain.iter().chain(&general[..3]).map(|answer| answer.as_ref().unwrap().message.clone());
        let told: Vec<Message> = told.collect();
        assert_eq!(history(db, carol, group).await[2..], told);
        // An edit names others; somebody who came in since can be named, and the place that it answers stays.
        change(db, group, alice, What::SetRole { user: alice, role: Role::Owner }).await.unwrap();
        let added = What::Add { users: vec![outsider], policy: DirectPolicy::Anyone, most: 10 };
        change(db, group, alice, added).await.unwrap();
        let what = ToMessage::Edit { body: "@outsider knows".to_owned(), names: vec!["outsider".to_owned(), "x".to_owned()], link: None };
        let edited = touch(&db.store, bob, &told[1], what).await.unwrap().message;
        assert_eq!((edited.mentions.clone(), edited.reply_sequence), (vec![outsider], Some(seq(1))));
        let deleted = touch(&db.store, alice, &told[0], ToMessage::Delete).await.unwrap().message;
        assert_eq!(deleted.mentions, []);
        // That the question is gone changes nothing about where it stood.
        touch(&db.store, alice, &question, ToMessage::Delete).await.unwrap();
        assert!(history(db, carol, group).await.contains(&edited));
    }

    async fn a_text_of_nothing_but_names_mentions_fifty(db: Db) {
        let mut crowd = Vec::new();
        for number in 0..55 {
            crowd.push(db.person(&format!("fan{number}")).await.id);
        }
        let group = db.group(&crowd).await;
        let names = (0..55).map(|number| format!("fan{number}")).collect();
        let message = db.append(vec![Draft { names, ..draft(crowd[0], group, "all") }]).await.remove(0).unwrap();
        assert_eq!(message.message.mentions, crowd[..50]);
    }
}
