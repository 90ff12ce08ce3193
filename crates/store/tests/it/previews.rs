//! Previews of links: shown once, taken away for good, and gone with their link.

use linnet_contract::UserId;
use linnet_store::{DirectPolicy, Message, MessageChange, MessageRefused, Preview, PreviewCard, ToMessage};

use crate::{
    groups::people,
    harness::{Db, NOW, draft, on_both},
};

const LINK: &str = "https://example.org/";

fn card(title: &str) -> PreviewCard {
    PreviewCard {
        title: title.to_owned(),
        description: Some("About".to_owned()),
        site_name: None,
    }
}

fn found(body: &str, title: &str) -> ToMessage {
    ToMessage::Preview {
        body: body.to_owned(),
        link: LINK.to_owned(),
        card: card(title),
    }
}

fn edit(body: &str, link: Option<&str>) -> ToMessage {
    ToMessage::Edit {
        body: body.to_owned(),
        names: Vec::new(),
        link: link.map(str::to_owned),
    }
}

/// The message as it is then, and whether something changed.
async fn touch(db: &Db, actor: UserId, to: &Message, what: ToMessage) -> Result<(Message, bool), MessageRefused> {
    let change = MessageChange {
        message: to.id,
        conversation: to.conversation,
        actor,
        what,
        now: NOW,
    };
    let (changes, store) = ([change], &db.store);
    let answers = store
        .messages_change(&changes, DirectPolicy::Anyone, &|_, own, _| own)
        .await;
    let answer = answers.unwrap().remove(0)?;
    Ok((answer.message, answer.changed))
}

on_both! {
    async fn a_preview_is_shown_once_and_taken_away_for_good(db: Db) {
        let [alice, bob] = people(db, ["alice", "bob"]).await;
        let group = db.group(&[alice, bob]).await;
        let body = format!("see {LINK}");
        let sent = db.append(vec![linnet_store::Draft { body: body.clone(), ..draft(alice, group, "one") }]).await;
        let sent = sent.into_iter().next().unwrap().unwrap().message;
        assert_eq!(sent.preview, None);
        let (shown, changed) = touch(db, alice, &sent, found(&body, "Title")).await.unwrap();
        assert!(changed && shown.version > sent.version);
        assert_eq!(shown.preview, Some(Preview { link: LINK.to_owned(), card: Some(card("Title")) }));
        assert!(!touch(db, alice, &sent, found(&body, "Another")).await.unwrap().1, "it has one");
        // An edit that keeps the link keeps the preview, and a retry of the first send shows it.
        let (kept, _) = touch(db, alice, &sent, edit("look: https://example.org/", Some(LINK))).await.unwrap();
        assert_eq!(kept.preview, shown.preview);
        assert_eq!(touch(db, bob, &sent, ToMessage::RemovePreview).await, Err(MessageRefused::NotPermitted));
        let (hidden, changed) = touch(db, alice, &sent, ToMessage::RemovePreview).await.unwrap();
        assert!(changed);
        assert_eq!(hidden.preview, Some(Preview { link: LINK.to_owned(), card: None }));
        assert!(!touch(db, alice, &sent, ToMessage::RemovePreview).await.unwrap().1);
        assert!(!touch(db, alice, &sent, found(&kept.body, "Back")).await.unwrap().1, "it does not come back");
    }

    async fn a_preview_goes_with_its_link_and_its_message(db: Db) {
        let [alice, bob] = people(db, ["alice", "bob"]).await;
        let group = db.group(&[alice, bob]).await;
        let sent = db.append(vec![draft(alice, group, "one")]).await.remove(0).unwrap().message;
        // The text was edited while its page was asked.
        assert!(!touch(db, alice, &sent, found("what it was before", "Title")).await.unwrap().1);
        touch(db, alice, &sent, found(&sent.body, "Title")).await.unwrap();
        touch(db, alice, &sent, ToMessage::RemovePreview).await.unwrap();
        let (other, _) = touch(db, alice, &sent, edit("another", Some("https://example.com/"))).await.unwrap();
        assert_eq!(other.preview, None);
        assert!(touch(db, alice, &sent, found("another", "Title")).await.unwrap().1, "another link has another preview");
        let (none, _) = touch(db, alice, &sent, edit("none", None)).await.unwrap();
        assert_eq!(none.preview, None);
        touch(db, alice, &sent, found("none", "Title")).await.unwrap();
        let (gone, _) = touch(db, alice, &sent, ToMessage::Delete).await.unwrap();
        assert_eq!(gone.preview, None);
        assert_eq!(touch(db, alice, &sent, found("", "Title")).await, Err(MessageRefused::Deleted));
    }

    async fn pages_are_remembered_for_a_time_and_not_too_many_of_them(db: Db) {
        let store = &db.store;
        store.previews_keep("a", Some(&card("A")), NOW + 1, 3).await.unwrap();
        store.previews_keep("b", None, NOW + 2, 3).await.unwrap();
        assert_eq!(store.previews_get("a", NOW).await.unwrap().unwrap().card, Some(card("A")));
        assert_eq!(store.previews_get("b", NOW).await.unwrap().unwrap().card, None);
        assert_eq!(store.previews_get("a", NOW + 1).await.unwrap(), None, "it expired");
        store.previews_keep("a", Some(&card("Again")), NOW + 3, 3).await.unwrap();
        assert_eq!(store.previews_get("a", NOW).await.unwrap().unwrap().card, Some(card("Again")));
        for (link, expires) in [("c", NOW + 4), ("d", NOW + 5)] {
            store.previews_keep(link, None, expires, 3).await.unwrap();
        }
        assert_eq!(store.previews_get("b", NOW).await.unwrap(), None, "the first to expire made room");
        assert!(store.previews_get("a", NOW).await.unwrap().is_some());
        assert_eq!(store.previews_sweep(NOW + 4).await.unwrap(), 2);
        assert!(store.previews_get("d", NOW).await.unwrap().is_some());
    }
}
