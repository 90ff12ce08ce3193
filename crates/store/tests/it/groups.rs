//! Groups and channels: what a change does, what it says, and who may not.

use std::time::Duration;

use linnet_contract::{
    ConversationId, ConversationKind, MessageId, MessageKind, Named, Posting, Role, SystemChange, UserId,
};
use linnet_store::{
    AppendError, ChangeRefused, Changed, DirectPolicy, GroupChange, NewGroup, Page, Standing, Store, What,
};

use crate::harness::{Db, NOW, draft, id, on_both};

const MOST: i64 = 5;

pub(crate) fn new(kind: ConversationKind, owner: UserId, members: &[UserId]) -> NewGroup {
    NewGroup {
        id: ConversationId(id()),
        kind,
        title: "Garden".to_owned(),
        topic: None,
        posting: Posting::All,
        owner,
        members: members.to_vec(),
        policy: DirectPolicy::Anyone,
        most: MOST,
        message: MessageId(id()),
        now: NOW,
    }
}

pub(crate) async fn made(db: &Db, kind: ConversationKind, owner: UserId, members: &[UserId]) -> ConversationId {
    let new = new(kind, owner, members);
    db.store.groups_create(&new).await.unwrap().unwrap();
    new.id
}

pub(crate) async fn change_as(
    store: &Store,
    conversation: ConversationId,
    actor: UserId,
    what: What,
    permit: fn(Standing) -> bool,
) -> Result<Changed, ChangeRefused> {
    let change = GroupChange {
        conversation,
        actor,
        what,
        ids: [MessageId(id()), MessageId(id()), MessageId(id())],
        now: NOW + 5,
    };
    store.groups_change(&change, &permit).await.unwrap()
}

pub(crate) async fn change(
    db: &Db,
    conversation: ConversationId,
    actor: UserId,
    what: What,
) -> Result<Changed, ChangeRefused> {
    change_as(&db.store, conversation, actor, what, |_| true).await
}

fn add(users: &[UserId]) -> What {
    What::Add {
        users: users.to_vec(),
        policy: DirectPolicy::Anyone,
        most: MOST,
    }
}

pub(crate) fn edit(title: &str) -> What {
    What::Edit {
        title: Some(title.to_owned()),
        topic: None,
        posting: None,
    }
}

const fn set(user: UserId, role: Role) -> What {
    What::SetRole { user, role }
}

pub(crate) fn join(invite: Option<&str>) -> What {
    What::Join {
        invite: invite.map(str::to_owned),
        most: MOST,
    }
}

pub(crate) fn says(changed: &Changed) -> Vec<(i64, i64, SystemChange)> {
    let said = |message: &linnet_store::Message| {
        assert_eq!((message.kind, message.body.as_str()), (MessageKind::System, ""));
        (
            message.sequence.get(),
            message.version.get(),
            message.system.clone().unwrap(),
        )
    };
    changed.messages.iter().map(said).collect()
}

pub(crate) async fn people<const N: usize>(db: &Db, names: [&str; N]) -> [UserId; N] {
    let mut ids = Vec::new();
    for name in names {
        ids.push(db.person(name).await.id);
    }
    ids.try_into().unwrap()
}

async fn roles(db: &Db, viewer: UserId, conversation: ConversationId) -> Vec<(UserId, Role)> {
    let summary = db.store.conversations_get(viewer, conversation).await.unwrap().unwrap();
    assert_eq!(
        summary.conversation.member_count,
        i64::try_from(summary.members.len()).unwrap()
    );
    summary
        .members
        .iter()
        .map(|member| (member.user, member.role))
        .collect()
}

fn named(id: UserId, name: &str) -> Named {
    Named {
        id,
        name: name.to_owned(),
    }
}

on_both! {
    async fn a_group_begins_with_a_message_that_says_so(db: Db) {
        let [alice, bob, carol] = people(db, ["Alice", "Bob", "Carol"]).await;
        let new = NewGroup { topic: Some("Tomatoes".to_owned()), ..new(ConversationKind::Group, alice, &[carol, bob, alice, bob]) };
        let changed = db.store.groups_create(&new).await.unwrap().unwrap();
        assert_eq!(changed.added, [alice, carol, bob]);
        let created = SystemChange::Created {
            title: "Garden".to_owned(),
            users: vec![named(carol, "Carol"), named(bob, "Bob")],
        };
        assert_eq!(says(&changed), [(1, 1, created)]);
        assert_eq!(roles(db, bob, new.id).await, [(alice, Role::Owner), (carol, Role::Member), (bob, Role::Member)]);
        let seen = db.store.conversations_get(bob, new.id).await.unwrap().unwrap();
        assert_eq!((seen.unread(), seen.conversation.topic.as_deref()), (1, Some("Tomatoes")));
        assert_eq!(seen.last_message.as_ref(), changed.messages.first());
        assert_eq!(db.store.conversations_get(alice, new.id).await.unwrap().unwrap().unread(), 0);
        let page = db.store.messages_page(bob, new.id, Page::Latest, 10).await.unwrap().unwrap();
        assert_eq!(page.messages, changed.messages);
    }

    async fn who_cannot_be_added_keeps_the_others_out(db: Db) {
        let [alice, bob, carol, dave] = people(db, ["Alice", "Bob", "Carol", "Dave"]).await;
        db.block(alice, carol).await;
        db.connect(alice, bob, "accepted").await;
        db.connect(alice, dave, "requested").await;
        let group = made(db, ConversationKind::Group, alice, &[]).await;
        assert_eq!(change(db, group, alice, add(&[bob, carol])).await, Err(ChangeRefused::Blocked("carol".to_owned())));
        assert_eq!(change(db, group, alice, add(&[bob, UserId(id())])).await, Err(ChangeRefused::NoSuchPerson));
        let only = |users: &[UserId]| What::Add { users: users.to_vec(), policy: DirectPolicy::Connections, most: MOST };
        assert_eq!(
            change(db, group, alice, only(&[bob, dave])).await,
            Err(ChangeRefused::NotConnected("dave".to_owned()))
        );
        assert_eq!(roles(db, alice, group).await, [(alice, Role::Owner)]);
        assert_eq!(change(db, group, alice, only(&[bob])).await.unwrap().added, [bob]);
        // Erin blocked Alice, who is not told.
        let [erin] = people(db, ["Erin"]).await;
        db.block(erin, alice).await;
        db.connect(alice, erin, "accepted").await;
        let refused = Err(ChangeRefused::NotConnected("erin".to_owned()));
        assert_eq!(change(db, group, alice, add(&[erin])).await, refused);
        // A group that is made goes the same way, and nothing of it stays.
        let refused = db.store.groups_create(&new(ConversationKind::Group, alice, &[bob, carol])).await.unwrap();
        assert_eq!(refused, Err(ChangeRefused::Blocked("carol".to_owned())));
        assert_eq!(db.store.conversations_of(alice).await.unwrap(), [group]);
    }

    async fn every_change_is_a_message_and_no_change_is_none(db: Db) {
        let [alice, bob, carol] = people(db, ["Alice", "Bob", "Carol"]).await;
        let group = made(db, ConversationKind::Group, alice, &[]).await;
        let everything = What::Edit {
            title: Some("Balcony".to_owned()),
            topic: Some("Herbs".to_owned()),
            posting: Some(Posting::Admins),
        };
        let changed = change(db, group, alice, everything.clone()).await.unwrap();
        assert_eq!(says(&changed), [
            (2, 2, SystemChange::TitleChanged { title: "Balcony".to_owned() }),
            (3, 3, SystemChange::TopicChanged { topic: Some("Herbs".to_owned()) }),
            (4, 4, SystemChange::PostingChanged { posting: Posting::Admins }),
        ]);
        assert_eq!(change(db, group, alice, everything).await.unwrap(), Changed::default());
        let added = change(db, group, alice, add(&[bob, carol, alice])).await.unwrap();
        assert_eq!(says(&added), [(5, 5, SystemChange::MembersAdded { users: vec![named(bob, "Bob"), named(carol, "Carol")] })]);
        assert_eq!(change(db, group, alice, add(&[bob])).await.unwrap(), Changed::default());
        let made = change(db, group, alice, set(bob, Role::Admin)).await.unwrap();
        assert_eq!(says(&made), [(6, 6, SystemChange::RoleChanged { user: named(bob, "Bob"), role: Role::Admin })]);
        assert_eq!(made.role_of, Some(bob));
        assert_eq!(change(db, group, alice, set(bob, Role::Admin)).await.unwrap(), Changed::default());
        let removed = change(db, group, bob, What::Remove { user: carol }).await.unwrap();
        assert_eq!(says(&removed), [(7, 7, SystemChange::MemberRemoved { user: named(carol, "Carol") })]);
        assert_eq!(removed.removed, [carol]);
        let left = change(db, group, bob, What::Remove { user: bob }).await.unwrap();
        assert_eq!(says(&left), [(8, 8, SystemChange::MemberLeft {})]);
        let taken = What::Edit { title: None, topic: Some(String::new()), posting: None };
        assert_eq!(says(&change(db, group, alice, taken).await.unwrap()), [(9, 9, SystemChange::TopicChanged { topic: None })]);
        let seen = db.store.conversations_get(alice, group).await.unwrap().unwrap();
        let conversation = &seen.conversation;
        assert_eq!((conversation.title.as_deref(), conversation.topic.as_deref()), (Some("Balcony"), None));
        assert_eq!((conversation.member_count, conversation.last_message_at, seen.unread()), (1, NOW + 5, 0));
        // And the message that a person writes next goes on counting.
        assert_eq!(db.send(alice, group, "alone").await.message.sequence.get(), 10);
    }

    async fn somebody_new_has_read_what_was_before(db: Db) {
        let [alice, bob] = people(db, ["Alice", "Bob"]).await;
        let group = made(db, ConversationKind::Group, alice, &[]).await;
        db.send_many(alice, group, 20).await;
        change(db, group, alice, add(&[bob])).await.unwrap();
        let seen = db.store.conversations_get(bob, group).await.unwrap().unwrap();
        assert_eq!((seen.unread(), seen.conversation.last_sequence.get()), (1, 22));
        // But it is there to be read.
        let page = db.store.messages_page(bob, group, Page::Latest, 100).await.unwrap().unwrap();
        assert_eq!(page.messages.len(), 22);
    }

    async fn outsiders_change_nothing_and_learn_nothing(db: Db) {
        let [alice, bob, outsider] = people(db, ["Alice", "Bob", "Outsider"]).await;
        let group = made(db, ConversationKind::Group, alice, &[bob]).await;
        let nowhere = ConversationId(id());
        for what in [edit("Mine"), add(&[outsider]), What::Remove { user: bob }, set(bob, Role::Admin), What::Delete] {
            assert_eq!(change(db, group, outsider, what.clone()).await, Err(ChangeRefused::NotMember));
            assert_eq!(change(db, nowhere, outsider, what.clone()).await, Err(ChangeRefused::NotMember));
            let refused = change_as(&db.store, group, bob, what, |_| false).await;
            assert_eq!(refused, Err(ChangeRefused::NotPermitted));
        }
        let refused = change_as(&db.store, group, outsider, join(None), |_| false).await;
        assert_eq!(refused, Err(ChangeRefused::NotMember));
        assert_eq!(change(db, group, alice, What::Remove { user: outsider }).await, Err(ChangeRefused::NoSuchPerson));
        assert_eq!(change(db, group, alice, set(outsider, Role::Admin)).await, Err(ChangeRefused::NoSuchPerson));
        assert_eq!(change(db, group, alice, set(UserId(id()), Role::Admin)).await, Err(ChangeRefused::NoSuchPerson));
        let seen = db.store.conversations_get(alice, group).await.unwrap().unwrap();
        assert_eq!(seen.conversation.version.get(), 1);
    }

    async fn the_caller_is_asked_with_what_is_true_under_the_lock(db: Db) {
        let [alice, bob, carol] = people(db, ["Alice", "Bob", "Carol"]).await;
        let group = made(db, ConversationKind::Group, alice, &[bob, carol]).await;
        change(db, group, alice, set(carol, Role::Admin)).await.unwrap();
        let asked = std::sync::Mutex::new(Vec::new());
        let permit = |standing: Standing| {
            asked.lock().unwrap().push(standing);
            false
        };
        for (actor, what) in [(bob, What::Remove { user: carol }), (carol, edit("x")), (alice, set(bob, Role::Owner))] {
            let ids = [MessageId(id()), MessageId(id()), MessageId(id())];
            let wanted = GroupChange { conversation: group, actor, what, ids, now: NOW };
            db.store.groups_change(&wanted, &permit).await.unwrap().unwrap_err();
        }
        let kind = ConversationKind::Group;
        assert_eq!(*asked.lock().unwrap(), [
            Standing { kind, role: Some(Role::Member), target: Some(Role::Admin) },
            Standing { kind, role: Some(Role::Admin), target: None },
            Standing { kind, role: Some(Role::Owner), target: Some(Role::Member) },
        ]);
    }

    async fn a_conversation_with_members_has_an_owner(db: Db) {
        let [alice, bob] = people(db, ["Alice", "Bob"]).await;
        let group = made(db, ConversationKind::Group, alice, &[bob]).await;
        let leave = |user| What::Remove { user };
        assert_eq!(change(db, group, alice, leave(alice)).await, Err(ChangeRefused::LastOwner));
        assert_eq!(change(db, group, alice, set(alice, Role::Member)).await, Err(ChangeRefused::LastOwner));
        change(db, group, alice, set(bob, Role::Owner)).await.unwrap();
        assert_eq!(change(db, group, alice, leave(alice)).await.unwrap().removed, [alice]);
        assert_eq!(change(db, group, bob, set(bob, Role::Admin)).await, Err(ChangeRefused::LastOwner));
        // The last one may go, and nothing is left.
        let gone = change(db, group, bob, leave(bob)).await.unwrap();
        assert_eq!((gone.removed, gone.messages), (vec![bob], vec![]));
        assert_eq!(change(db, group, bob, add(&[alice])).await, Err(ChangeRefused::NotMember));
    }

    async fn two_last_owners_do_not_both_leave(db: Db) {
        let [alice, bob, carol] = people(db, ["Alice", "Bob", "Carol"]).await;
        let other = db.another().await;
        for _ in 0..5 {
            let group = made(db, ConversationKind::Group, alice, &[bob, carol]).await;
            change(db, group, alice, set(bob, Role::Owner)).await.unwrap();
            let permit = |_| true;
            let leave = |store: Store, user| async move {
                change_as(&store, group, user, What::Remove { user }, permit).await
            };
            let both = async { tokio::join!(leave(db.store.clone(), alice), leave(other.clone(), bob)) };
            let (one, two) = tokio::time::timeout(Duration::from_mins(1), both).await.expect("nobody waits for ever");
            assert_eq!(usize::from(one.is_ok()) + usize::from(two.is_ok()), 1, "{one:?} {two:?}");
        }
        other.close().await;
    }

    async fn it_does_not_grow_beyond_its_bound(db: Db) {
        let crowd = people(db, ["Alice", "Bob", "Carol", "Dave", "Erin", "Farid"]).await;
        let [alice, bob, carol, dave, erin, farid] = crowd;
        let refused = db.store.groups_create(&new(ConversationKind::Group, alice, &crowd)).await.unwrap();
        assert_eq!(refused, Err(ChangeRefused::Full));
        let channel = made(db, ConversationKind::Channel, alice, &[bob, carol]).await;
        assert_eq!(change(db, channel, alice, add(&[dave, erin, farid])).await, Err(ChangeRefused::Full));
        change(db, channel, alice, add(&[dave])).await.unwrap();
        let other = db.another().await;
        let permit = |_| true;
        let both = async {
            tokio::join!(
                change_as(&db.store, channel, erin, join(None), permit),
                change_as(&other, channel, farid, join(None), permit)
            )
        };
        let (one, two) = tokio::time::timeout(Duration::from_mins(1), both).await.expect("nobody waits for ever");
        assert_eq!(usize::from(one.is_ok()) + usize::from(two.is_ok()), 1, "{one:?} {two:?}");
        assert_eq!(roles(db, alice, channel).await.len(), 5);
        other.close().await;
    }

    async fn where_only_admins_write_members_do_not(db: Db) {
        let [alice, bob, carol] = people(db, ["Alice", "Bob", "Carol"]).await;
        let new = NewGroup { posting: Posting::Admins, ..new(ConversationKind::Channel, alice, &[bob, carol]) };
        db.store.groups_create(&new).await.unwrap().unwrap();
        change(db, new.id, alice, set(carol, Role::Admin)).await.unwrap();
        let drafts = [alice, bob, carol].map(|sender| draft(sender, new.id, "hello")).to_vec();
        let answers: Vec<_> = db.append(drafts).await.into_iter().map(Result::err).collect();
        assert_eq!(answers, [None, Some(AppendError::NotAllowed), None]);
        let everybody = What::Edit { title: None, topic: None, posting: Some(Posting::All) };
        change(db, new.id, alice, everybody).await.unwrap();
        db.send(bob, new.id, "at last").await;
    }

    async fn a_conversation_is_seen_by_each_member_as_they_see_it(db: Db) {
        let [alice, bob, carol] = people(db, ["Alice", "Bob", "Carol"]).await;
        let group = made(db, ConversationKind::Group, alice, &[bob, carol]).await;
        db.send(bob, group, "hello").await;
        let seen = db.store.conversations_seen(group, 3, &[]).await.unwrap();
        for (viewer, summary) in [alice, bob, carol].iter().zip(&seen) {
            assert_eq!(Some(summary), db.store.conversations_get(*viewer, group).await.unwrap().as_ref());
        }
        assert_eq!(seen.len(), 3);
        let some = db.store.conversations_seen(group, 2, &[carol, UserId(id())]).await.unwrap();
        assert_eq!(some, seen[2..]);
    }

    /// Changes and messages at once, from two nodes: the numbers stay dense, and nobody waits for ever.
    async fn changes_and_messages_at_once_share_one_order(db: Db) {
        let [alice, bob, carol] = people(db, ["Alice", "Bob", "Carol"]).await;
        let group = made(db, ConversationKind::Group, alice, &[bob]).await;
        let other = db.another().await;
        let mut tasks = tokio::task::JoinSet::new();
        for turn in 0..4_usize {
            let store = if turn % 2 == 0 { db.store.clone() } else { other.clone() };
            tasks.spawn(async move {
                for step in 0..10_usize {
                    match turn {
                        0 => drop(change_as(&store, group, alice, edit(&format!("{step}")), |_| true).await.unwrap()),
                        1 => drop(change_as(&store, group, alice, add(&[carol]), |_| true).await.unwrap()),
                        2 => drop(change_as(&store, group, alice, What::Remove { user: carol }, |_| true).await),
                        _ => {
                            let drafts = vec![draft(bob, group, "x"), draft(carol, group, "y")];
                            store.messages_append(drafts, DirectPolicy::Anyone).await.unwrap()[0].as_ref().unwrap();
                        }
                    }
                }
            });
        }
        tokio::time::timeout(Duration::from_mins(2), tasks.join_all()).await.expect("nobody waits for ever");
        let messages = db.store.messages_page(alice, group, Page::Latest, 1_000).await.unwrap().unwrap().messages;
        for (place, message) in (1..).zip(&messages) {
            assert_eq!((message.sequence.get(), message.version.get()), (place, place));
        }
        assert!(messages.len() >= 21, "{}", messages.len());
        let members = roles(db, alice, group).await.len();
        let last = messages.iter().rev().find_map(|message| match &message.system {
            Some(SystemChange::MembersAdded { .. }) => Some(3),
            Some(SystemChange::MemberRemoved { .. }) => Some(2),
            _ => None,
        });
        assert_eq!(Some(members), last);
        other.close().await;
    }
}
