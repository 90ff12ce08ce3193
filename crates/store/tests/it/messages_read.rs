//! Pages of history, undelivered and unread messages.

use linnet_contract::ConversationId;
use linnet_store::{Mark, Page, PageOf};

use crate::harness::{NOW, id, on_both, seq};

fn sequences(page: &PageOf) -> Vec<i64> {
    page.messages.iter().map(|message| message.sequence.get()).collect()
}

on_both! {
    async fn pages_go_both_ways_and_say_whether_there_is_more(db: Db) {
        let (alice, bob, direct) = db.alice_and_bob().await;
        let page = async |page, limit| {
            let found = db.store.messages_page(bob, direct, page, limit).await.unwrap().unwrap();
            (sequences(&found), found.more)
        };
        assert_eq!(page(Page::Latest, 10).await, (vec![], false));
        db.send_many(alice, direct, 10).await;
        assert_eq!(page(Page::Latest, 4).await, (vec![7, 8, 9, 10], true));
        assert_eq!(page(Page::Before(seq(7)), 4).await, (vec![3, 4, 5, 6], true));
        assert_eq!(page(Page::Before(seq(3)), 4).await, (vec![1, 2], false));
        assert_eq!(page(Page::Before(seq(5)), 4).await, (vec![1, 2, 3, 4], false));
        assert_eq!(page(Page::Before(seq(0)), 4).await, (vec![], false));
        assert_eq!(page(Page::Before(seq(99)), 2).await, (vec![9, 10], true));
        assert_eq!(page(Page::After(seq(0)), 4).await, (vec![1, 2, 3, 4], true));
        assert_eq!(page(Page::After(seq(6)), 4).await, (vec![7, 8, 9, 10], false));
        assert_eq!(page(Page::After(seq(10)), 4).await, (vec![], false));
        assert_eq!(page(Page::Around(seq(5)), 5).await, (vec![3, 4, 5, 6, 7], true));
        assert_eq!(page(Page::Around(seq(1)), 4).await, (vec![1, 2, 3], true));
        assert_eq!(page(Page::Around(seq(5)), 20).await, ((1..=10).collect(), false));
        assert_eq!(page(Page::Around(seq(9_007_199_254_740_991)), 4).await, (vec![9, 10], true));
        assert_eq!(page(Page::Latest, 10).await, ((1..=10).collect(), false));
    }

    async fn an_outsider_gets_no_page(db: Db) {
        let (alice, _, direct) = db.alice_and_bob().await;
        let outsider = db.person("Outsider").await.id;
        db.send(alice, direct, "hello").await;
        for page in [Page::Latest, Page::Before(seq(9)), Page::After(seq(0)), Page::Around(seq(1))] {
            assert_eq!(db.store.messages_page(outsider, direct, page, 10).await.unwrap(), None);
        }
        assert_eq!(db.store.messages_page(alice, ConversationId(id()), Page::Latest, 10).await.unwrap(), None);
        assert_eq!(db.store.messages_undelivered(outsider, direct, 10).await.unwrap(), []);
        assert_eq!(db.store.messages_unread(outsider, 100, 1000).await.unwrap(), []);
    }

    async fn undelivered_are_the_others_messages_beyond_the_mark(db: Db) {
        let (alice, bob, _) = db.alice_and_bob().await;
        let group = db.group(&[alice, bob]).await;
        db.send_many(alice, group, 5).await;
        let undelivered = async |limit| -> Vec<i64> {
            let messages = db.store.messages_undelivered(bob, group, limit).await.unwrap();
            messages.iter().map(|message| message.sequence.get()).collect()
        };
        assert_eq!(undelivered(3).await, [1, 2, 3]);
        let mark = Mark { user: bob, conversation: group, delivered: Some(seq(4)), read: None };
        db.store.members_mark(mark).await.unwrap();
        assert_eq!(undelivered(10).await, [5]);
        // What Bob writes on one device is not news to the others, and it says that he has what was before it.
        db.send(bob, group, "mine").await;
        db.send(alice, group, "after").await;
        assert_eq!(undelivered(10).await, [7]);
        assert_eq!(db.store.messages_undelivered(alice, group, 10).await.unwrap(), []);
    }

    async fn unread_is_the_newest_of_each_conversation_within_a_total(db: Db) {
        let (alice, bob, direct) = db.alice_and_bob().await;
        let group = db.group(&[alice, bob]).await;
        db.send_many(alice, direct, 5).await;
        let mut late = crate::harness::draft(alice, group, "late");
        late.now_ms = NOW + 1;
        db.append(vec![late]).await;
        let unread = async |per_conversation, total| -> Vec<(ConversationId, i64, Vec<i64>)> {
            let unread = db.store.messages_unread(bob, per_conversation, total).await.unwrap();
            let sequences = |messages: Vec<linnet_store::Message>| {
                messages.iter().map(|message| message.sequence.get()).collect()
            };
            unread.into_iter().map(|one| (one.conversation, one.unread, sequences(one.messages))).collect()
        };
        assert_eq!(unread(3, 100).await, [(group, 1, vec![1]), (direct, 5, vec![3, 4, 5])]);
        assert_eq!(unread(100, 3).await, [(group, 1, vec![1]), (direct, 5, vec![4, 5])]);
        assert_eq!(unread(100, 1).await, [(group, 1, vec![1]), (direct, 5, vec![])]);
        let mark = Mark { user: bob, conversation: direct, delivered: None, read: Some(seq(4)) };
        db.store.members_mark(mark).await.unwrap();
        assert_eq!(unread(100, 100).await, [(group, 1, vec![1]), (direct, 1, vec![5])]);
        assert_eq!(db.store.messages_unread(alice, 100, 100).await.unwrap(), []);
    }
}
