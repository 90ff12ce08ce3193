//! Channels and invite links: what there is to join, and by what.

use std::time::Duration;

use linnet_contract::{ConversationKind, SystemChange};
use linnet_store::{AppendError, ChangeRefused, Changed, InviteRefused, NewGroup, NewInvite, Page, Standing, What};

use crate::{
    groups::{change, change_as, join, made, new, people, says},
    harness::{NOW, draft, on_both},
};

on_both! {
    async fn a_deleted_conversation_is_gone_for_everybody_and_then_from_the_disk(db: Db) {
        let [alice, bob] = people(db, ["Alice", "Bob"]).await;
        let channel = made(db, ConversationKind::Channel, alice, &[bob]).await;
        let kept = made(db, ConversationKind::Channel, alice, &[bob]).await;
        db.send_many(bob, channel, 30).await;
        let mut removed = change(db, channel, alice, What::Delete).await.unwrap().removed;
        removed.sort();
        let mut both = vec![alice, bob];
        both.sort();
        assert_eq!(removed, both);
        assert_eq!(db.store.conversations_get(bob, channel).await.unwrap(), None);
        assert_eq!(db.append(vec![draft(bob, channel, "hello?")]).await[0], Err(AppendError::NotMember));
        assert_eq!(change(db, channel, bob, join(None)).await, Err(ChangeRefused::NotMember));
        let listed = db.store.channels_list(bob, "", None, 10).await.unwrap();
        assert_eq!(listed.channels.iter().map(|channel| channel.id).collect::<Vec<_>>(), [kept]);
        let mut portions = 0;
        while db.store.conversations_purge(10).await.unwrap() {
            portions += 1;
            assert!(portions < 10);
        }
        assert_eq!(portions, 5, "31 messages, and then the conversation");
        assert_eq!(db.store.messages_page(bob, kept, Page::Latest, 10).await.unwrap().unwrap().messages.len(), 1);
    }

    async fn channels_are_listed_by_title_and_found_by_any_part_of_it(db: Db) {
        let [alice, bob] = people(db, ["Alice", "Bob"]).await;
        for title in ["Ärger", "books", "Cooking 100%", "Books of 1984", "cooking_basics"] {
            let new = NewGroup { title: title.to_owned(), ..new(ConversationKind::Channel, alice, &[]) };
            db.store.groups_create(&new).await.unwrap().unwrap();
        }
        made(db, ConversationKind::Group, alice, &[bob]).await;
        let titles = async |query: &str| -> Vec<String> {
            let page = db.store.channels_list(bob, query, None, 10).await.unwrap();
            assert_eq!(page.next, None);
            page.channels.into_iter().map(|channel| channel.title).collect()
        };
        assert_eq!(titles("").await, ["books", "Books of 1984", "Cooking 100%", "cooking_basics", "Ärger"]);
        assert_eq!(titles("BOOK").await, ["books", "Books of 1984"]);
        assert_eq!(titles("ärg").await, ["Ärger"]);
        assert_eq!(titles("%").await, ["Cooking 100%"]);
        assert_eq!(titles("_").await, ["cooking_basics"]);
        assert_eq!(titles("garden").await, [""; 0], "a group is not for everybody's eyes");
        assert_eq!(titles("\0").await, [""; 0]);
        let (mut cursor, mut seen) = (None, Vec::new());
        loop {
            let page = db.store.channels_list(alice, "", cursor, 2).await.unwrap();
            assert!(page.channels.iter().all(|channel| channel.joined && channel.member_count == 1));
            seen.extend(page.channels.into_iter().map(|channel| channel.title));
            assert!(seen.len() <= 5);
            // It goes to a client as a text and comes back.
            match page.next {
                Some(next) => cursor = Some(next.to_string().parse().unwrap()),
                None => break,
            }
        }
        assert_eq!(seen, titles("").await);
    }

    async fn anybody_joins_a_channel_once(db: Db) {
        let [alice, bob] = people(db, ["Alice", "Bob"]).await;
        let channel = made(db, ConversationKind::Channel, alice, &[]).await;
        let joined = change(db, channel, bob, join(None)).await.unwrap();
        assert_eq!(says(&joined), [(2, 2, SystemChange::MemberJoined { invited: false })]);
        assert_eq!(joined.added, [bob]);
        assert_eq!(db.store.conversations_get(bob, channel).await.unwrap().unwrap().unread(), 0);
        assert_eq!(change(db, channel, bob, join(None)).await.unwrap(), Changed::default());
        change(db, channel, bob, What::Remove { user: bob }).await.unwrap();
        assert_eq!(change(db, channel, bob, join(None)).await.unwrap().added, [bob]);
    }

    async fn an_invite_is_used_as_often_as_it_says_and_not_after_its_time(db: Db) {
        let [alice, bob, carol, dave] = people(db, ["Alice", "Bob", "Carol", "Dave"]).await;
        let group = made(db, ConversationKind::Group, alice, &[]).await;
        let permit: fn(Standing) -> bool = |_| true;
        let invite = |code: &str, max_uses, expires_at| NewInvite {
            code: code.to_owned(), conversation: group, actor: alice, expires_at, max_uses, most: 2, now: NOW,
        };
        db.store.invites_create(&invite("once", Some(1), NOW + 1_000), &permit).await.unwrap().unwrap();
        let found = db.store.invites_find(bob, "once", NOW).await.unwrap().unwrap();
        assert_eq!((found.id, found.joined, found.member_count), (group, false, 1));
        // Whoever is in already uses nothing up.
        assert_eq!(change(db, group, alice, join(Some("once"))).await.unwrap(), Changed::default());
        let other = db.another().await;
        let both = async {
            tokio::join!(
                change_as(&db.store, group, bob, join(Some("once")), permit),
                change_as(&other, group, carol, join(Some("once")), permit)
            )
        };
        let (one, two) = tokio::time::timeout(Duration::from_mins(1), both).await.expect("nobody waits for ever");
        let refused = one.as_ref().err().or(two.as_ref().err()).cloned();
        assert_eq!((usize::from(one.is_ok()) + usize::from(two.is_ok()), refused), (1, Some(ChangeRefused::BadInvite)));
        other.close().await;
        assert_eq!(db.store.invites_find(dave, "once", NOW).await.unwrap(), None);
        assert_eq!(change(db, group, dave, join(Some("never"))).await, Err(ChangeRefused::BadInvite));

        db.store.invites_create(&invite("late", None, NOW + 5), &permit).await.unwrap().unwrap();
        assert_eq!(change(db, group, dave, join(Some("late"))).await, Err(ChangeRefused::BadInvite));
        db.store.invites_create(&invite("long", None, NOW + 6), &permit).await.unwrap().unwrap();
        assert_eq!(
            db.store.invites_create(&invite("more", None, NOW + 6), &permit).await.unwrap(),
            Err(InviteRefused::TooMany)
        );
        let listed = db.store.invites_list(group, alice, NOW + 5, &permit).await.unwrap().unwrap();
        assert_eq!(listed.iter().map(|invite| invite.code.as_str()).collect::<Vec<_>>(), ["long"]);
        for (actor, permit, refused) in [
            (dave, permit, InviteRefused::NotFound),
            (alice, |_| false, InviteRefused::NotPermitted),
        ] {
            assert_eq!(db.store.invites_list(group, actor, NOW, &permit).await.unwrap(), Err(refused));
            assert_eq!(db.store.invites_revoke(group, actor, "long", &permit).await.unwrap(), Err(refused));
            let invite = NewInvite { actor, ..invite("mine", None, NOW + 9) };
            assert_eq!(db.store.invites_create(&invite, &permit).await.unwrap(), Err(refused));
        }
        db.store.invites_revoke(group, alice, "long", &permit).await.unwrap().unwrap();
        assert_eq!(db.store.invites_revoke(group, alice, "long", &permit).await.unwrap(), Err(InviteRefused::NotFound));
        assert_eq!(change(db, group, dave, join(Some("long"))).await, Err(ChangeRefused::BadInvite));
        // A link to one conversation opens no other.
        let elsewhere = made(db, ConversationKind::Group, alice, &[]).await;
        db.store.invites_create(&NewInvite { now: NOW + 7, ..invite("here", None, NOW + 99) }, &permit).await.unwrap().unwrap();
        assert_eq!(change(db, elsewhere, dave, join(Some("here"))).await, Err(ChangeRefused::BadInvite));
    }

    async fn members_are_listed_in_pages_for_members_only(db: Db) {
        let [alice, bob, carol, outsider] = people(db, ["Alice", "Bob", "Carol", "Outsider"]).await;
        let group = made(db, ConversationKind::Group, alice, &[bob, carol]).await;
        let first = db.store.members_list(bob, group, "", 0, 2).await.unwrap().unwrap();
        assert_eq!(first.members.iter().map(|member| member.user).collect::<Vec<_>>(), [alice, bob]);
        let rest = db.store.members_list(bob, group, "", first.next.unwrap(), 2).await.unwrap().unwrap();
        assert_eq!((rest.members[0].user, rest.members.len(), rest.next), (carol, 1, None));
        assert_eq!(db.store.members_list(bob, group, "", 99, 2).await.unwrap().unwrap().members, []);
        assert_eq!(db.store.members_list(outsider, group, "", 0, 2).await.unwrap(), None);
    }

    async fn members_are_found_by_name_among_members_only(db: Db) {
        let [alice, anna, bob, outsider] = people(db, ["Alice", "Lena Anna", "Bob", "Anton"]).await;
        let group = made(db, ConversationKind::Group, alice, &[anna, bob]).await;
        let found = async |asker, query: &str, after, limit| {
            let page = db.store.members_list(asker, group, query, after, limit).await.unwrap()?;
            Some((page.members.iter().map(|member| member.user).collect::<Vec<_>>(), page.next))
        };
        assert_eq!(found(bob, " AN", 0, 9).await, Some((vec![anna], None)));
        assert_eq!(found(bob, "lena an", 0, 9).await, Some((vec![anna], None)));
        assert_eq!(found(bob, "ena", 0, 9).await, Some((vec![], None)));
        assert_eq!(found(bob, "a\0", 0, 9).await, Some((vec![], None)));
        assert_eq!(found(outsider, "a", 0, 9).await, None);
        let (first, next) = found(bob, "a", 0, 1).await.unwrap();
        assert_eq!((first, next.is_some()), (vec![alice], true));
        assert_eq!(found(bob, "a", next.unwrap(), 1).await, Some((vec![anna], None)));
    }
}
