//! Finding messages, with the same answers on both databases.

use std::fmt::Write as _;

use linnet_contract::{ConversationId, MessageId, UserId};
use linnet_store::{DirectPolicy, HitPage, MessageChange, Searched, Sought, Store, ToMessage};

use crate::harness::{Db, NOW, draft, id, on_both};

fn words(query: &str) -> Searched {
    Searched {
        sought: Sought::words(query),
        ..Searched::default()
    }
}

fn phrase(query: &str) -> Searched {
    Searched {
        sought: Sought::phrase(query).into_iter().collect(),
        ..Searched::default()
    }
}

fn bodies(page: &HitPage) -> Vec<&str> {
    page.hits.iter().map(|hit| hit.message.body.as_str()).collect()
}

async fn search(store: &Store, user: UserId, searched: &Searched) -> HitPage {
    store.search_messages(user, searched, 20).await.unwrap()
}

async fn found(store: &Store, user: UserId, query: &str) -> Vec<String> {
    let page = search(store, user, &words(query)).await;
    bodies(&page).into_iter().map(str::to_owned).collect()
}

async fn change(db: &Db, actor: UserId, place: (ConversationId, MessageId), what: ToMessage) {
    let change = MessageChange {
        message: place.1,
        conversation: place.0,
        actor,
        what,
        now: NOW,
    };
    let done = db
        .store
        .messages_change(&[change], DirectPolicy::Anyone, &|_, _, _| true)
        .await
        .unwrap();
    assert!(done[0].as_ref().unwrap().changed);
}

/// The index as a fresh installation has it after it was taken away: an old database, to the program.
async fn forget_the_index(db: &Db) {
    db.raw("UPDATE messages SET doc = NULL; UPDATE search_state SET after_id = NULL, format = 0;")
        .await;
    let delete = match db.store.kind() {
        linnet_store::DatabaseKind::Sqlite => "INSERT INTO message_words (message_words) VALUES ('delete-all')",
        linnet_store::DatabaseKind::Postgres => "DELETE FROM message_words",
    };
    db.raw(delete).await;
}

async fn index_all(store: &Store, portion: i64) -> usize {
    let mut steps = 0;
    while store.search_index_step(portion).await.unwrap().is_some() {
        steps += 1;
    }
    steps
}

on_both! {
    async fn words_parts_of_words_and_phrases_are_found_the_newest_first(db: Db) {
        let (alice, bob, direct) = db.alice_and_bob().await;
        for body in ["the blackbird sings", "A Black bird, or two", "crème brûlée", "明日は東京都庁で", "bird black"] {
            db.send(alice, direct, body).await;
        }
        assert_eq!(found(&db.store, bob, "black").await, ["bird black", "A Black bird, or two", "the blackbird sings"]);
        assert_eq!(found(&db.store, bob, "BIRD two").await, ["A Black bird, or two"]);
        assert_eq!(found(&db.store, bob, "lackbir").await, ["the blackbird sings"]);
        assert_eq!(found(&db.store, bob, "creme").await, ["crème brûlée"]);
        assert_eq!(found(&db.store, bob, "東京").await, ["明日は東京都庁で"]);
        assert_eq!(found(&db.store, bob, "京").await, ["明日は東京都庁で"]);
        assert_eq!(found(&db.store, bob, "a").await, ["A Black bird, or two"]);
        assert_eq!(found(&db.store, bob, "bl").await, ["bird black", "A Black bird, or two", "the blackbird sings"]);
        assert_eq!(found(&db.store, bob, "ir").await, Vec::<String>::new(), "two letters are how a word begins");
        assert_eq!(found(&db.store, bob, "nightingale").await, Vec::<String>::new());
        assert_eq!(bodies(&search(&db.store, bob, &phrase("black bird")).await), ["A Black bird, or two"]);
        let page = search(&db.store, bob, &words("bir lack")).await;
        assert_eq!(page.hits[2].highlights, [(5, 12)], "ranges that touch are one");
        assert_eq!((page.hits[0].conversation_title.as_str(), page.cursor), ("Alice", None));
    }

    async fn long_words_and_odd_ones_do_no_harm(db: Db) {
        let (alice, bob, direct) = db.alice_and_bob().await;
        let long = "abcdefghij".repeat(3_000);
        let chinese = "天地玄黄宇宙洪荒".repeat(4_000);
        for body in [long.as_str(), &chinese, "\" * OR ' & | !:", "👍", "x\u{300}\u{301} y"] {
            db.send(alice, direct, body).await;
        }
        assert_eq!(found(&db.store, bob, "cdefghijabc").await, std::slice::from_ref(&long));
        assert_eq!(found(&db.store, bob, "洪荒天地").await, [chinese]);
        assert_eq!(found(&db.store, bob, "x y").await, ["x\u{300}\u{301} y"]);
        assert_eq!(found(&db.store, bob, "' or").await, ["\" * OR ' & | !:"]);
    }

    async fn only_what_one_may_read_is_found(db: Db) {
        let (alice, bob, direct) = db.alice_and_bob().await;
        let outsider = db.person("Outsider").await.id;
        let group = db.group(&[alice, bob, outsider]).await;
        db.send(alice, direct, "secret garden").await;
        db.send(outsider, group, "open garden").await;
        assert_eq!(found(&db.store, outsider, "garden").await, ["open garden"]);
        assert_eq!(found(&db.store, bob, "garden").await, ["open garden", "secret garden"]);
        let there = Searched { conversation: Some(direct), ..words("garden") };
        assert_eq!(bodies(&search(&db.store, outsider, &there).await), Vec::<&str>::new());
        db.block(bob, outsider).await;
        assert_eq!(found(&db.store, bob, "garden").await, ["secret garden"]);
        db.leave(group, outsider).await;
        assert_eq!(found(&db.store, outsider, "garden").await, Vec::<String>::new());
        assert_eq!(found(&db.store, alice, "garden").await, ["open garden", "secret garden"]);
    }

    async fn an_edit_is_found_by_what_it_says_now_and_a_deleted_message_not_at_all(db: Db) {
        let (alice, bob, direct) = db.alice_and_bob().await;
        let message = db.send(alice, direct, "meet at noon").await.message.id;
        let edit = ToMessage::Edit { body: "meet at dawn".to_owned(), names: Vec::new(), link: None };
        change(db, alice, (direct, message), edit).await;
        assert_eq!(found(&db.store, bob, "noon").await, Vec::<String>::new());
        assert_eq!(found(&db.store, bob, "dawn").await, ["meet at dawn"]);
        let react = ToMessage::React { emoji: "👍".to_owned(), on: true };
        change(db, bob, (direct, message), react).await;
        assert_eq!(found(&db.store, bob, "dawn").await, ["meet at dawn"]);
        change(db, alice, (direct, message), ToMessage::Delete).await;
        assert_eq!(found(&db.store, bob, "dawn").await, Vec::<String>::new());
        let all = search(&db.store, bob, &Searched { conversation: Some(direct), ..Searched::default() }).await;
        assert_eq!(bodies(&all), Vec::<&str>::new());
    }

    async fn who_where_and_when(db: Db) {
        let (alice, bob, direct) = db.alice_and_bob().await;
        let group = db.group(&[alice, bob]).await;
        let late = linnet_store::Draft { now_ms: NOW + 1_000, ..draft(bob, group, "apples too") };
        db.append(vec![draft(alice, direct, "apples"), draft(bob, direct, "pears"), draft(alice, group, "plums"), late])
            .await;
        let of = async |searched: Searched| -> Vec<String> {
            let page = search(&db.store, bob, &searched).await;
            bodies(&page).into_iter().map(str::to_owned).collect()
        };
        assert_eq!(of(Searched { from: Some(bob), ..Searched::default() }).await, ["apples too", "pears"]);
        assert_eq!(of(Searched { from_name: Some("alice".into()), ..Searched::default() }).await, ["plums", "apples"]);
        assert_eq!(of(Searched { from_name: Some("nobody".into()), ..Searched::default() }).await, Vec::<String>::new());
        let both = Searched { from_name: Some("alice".into()), from: Some(bob), ..Searched::default() };
        assert_eq!(of(both).await, Vec::<String>::new());
        assert_eq!(of(Searched { within: Some("GARD".into()), ..words("app") }).await, ["apples too"]);
        assert_eq!(of(Searched { within: Some("alice".into()), ..Searched::default() }).await, ["pears", "apples"]);
        assert_eq!(of(Searched { within: Some("nowhere".into()), ..Searched::default() }).await, Vec::<String>::new());
        assert_eq!(of(Searched { from_ms: Some(NOW + 1), ..Searched::default() }).await, ["apples too"]);
        assert_eq!(of(Searched { before_ms: Some(NOW + 1), ..words("apples") }).await, ["apples"]);
        assert_eq!(of(Searched { has_file: true, ..Searched::default() }).await, Vec::<String>::new());
    }

    async fn pages_follow_one_another_and_new_messages_do_not_disturb(db: Db) {
        let (alice, bob, direct) = db.alice_and_bob().await;
        let group = db.group(&[alice, bob]).await;
        let drafts = (1..=45).map(|n| draft(alice, if n % 2 == 0 { group } else { direct }, &format!("plum {n}")));
        db.append(drafts.collect()).await;
        let (mut all, mut cursor) = (Vec::new(), None);
        for pages in 1.. {
            let page = search(&db.store, bob, &Searched { cursor, ..words("plum") }).await;
            all.extend(page.hits.iter().map(|hit| hit.message.body.clone()));
            cursor = page.cursor;
            db.send(alice, direct, "a later plum").await;
            if cursor.is_none() {
                assert_eq!(pages, 3);
                break;
            }
        }
        assert_eq!(all, (1..=45).rev().map(|n| format!("plum {n}")).collect::<Vec<_>>());
        let nowhere = Searched { cursor: Some(MessageId(id())), ..words("plum") };
        assert_eq!(bodies(&search(&db.store, bob, &nowhere).await), Vec::<&str>::new());
    }

    async fn a_rare_word_is_found_among_many(db: Db) {
        let (alice, bob, direct) = db.alice_and_bob().await;
        db.send(alice, direct, "needle in the hay").await;
        let hay = (0..3_000).map(|n| draft(bob, direct, &format!("hay {n}"))).collect::<Vec<_>>();
        for batch in hay.chunks(500) {
            db.append(batch.to_vec()).await;
        }
        assert_eq!(found(&db.store, bob, "hay needle").await, ["needle in the hay"]);
        let from_alice = Searched { from: Some(alice), ..Searched::default() };
        assert_eq!(bodies(&search(&db.store, bob, &from_alice).await), ["needle in the hay"]);
    }

    async fn a_time_is_found_among_many(db: Db) {
        const MINUTE: i64 = 60 * 1_000;
        let (alice, bob, direct) = db.alice_and_bob().await;
        // A clock that was half an hour slow for one of them.
        let written = |n: i64| NOW + (if n == 1_700 { n - 30 } else { n }) * MINUTE;
        let at = |n| linnet_store::Draft { now_ms: written(n), ..draft(alice, direct, &format!("hay {n}")) };
        let hay = (0..3_000).map(at).collect::<Vec<_>>();
        for batch in hay.chunks(500) {
            db.append(batch.to_vec()).await;
        }
        for query in ["", "hay"] {
            let between = |from: i64, before: i64| Searched {
                from_ms: Some(NOW + from * MINUTE),
                before_ms: Some(NOW + before * MINUTE),
                ..words(query)
            };
            let of = async |from, before| -> Vec<String> {
                bodies(&search(&db.store, bob, &between(from, before)).await).into_iter().map(str::to_owned).collect()
            };
            assert_eq!(of(2_000, 2_002).await, ["hay 2001", "hay 2000"]);
            assert_eq!(of(1_669, 1_671).await, ["hay 1700", "hay 1670", "hay 1669"]);
            assert_eq!(of(-5, 1).await, ["hay 0"]);
            assert_eq!(of(2_999, 9_000).await, ["hay 2999"]);
            assert_eq!(of(3_000, 9_000).await, Vec::<String>::new());
            assert_eq!(of(-9_000, 0).await, Vec::<String>::new());
        }
    }

    async fn what_was_there_before_the_index_is_found_once_its_turn_came(db: Db) {
        let (alice, bob, direct) = db.alice_and_bob().await;
        assert_eq!(index_all(&db.store, 3).await, 1);
        for n in 1..=7 {
            db.send(alice, direct, &format!("old plum {n}")).await;
        }
        let message = db.send(alice, direct, "gone plum").await.message.id;
        change(db, alice, (direct, message), ToMessage::Delete).await;
        forget_the_index(db).await;
        db.send(alice, direct, "new plum").await;
        let page = search(&db.store, bob, &words("plum")).await;
        assert_eq!((bodies(&page), page.complete), (vec!["new plum"], false));
        assert_eq!(db.store.search_index_step(3).await, Ok(Some(3)));
        // The program ends here and starts again.
        assert_eq!(index_all(&db.another().await, 3).await, 2, "it goes on where it was");
        let page = search(&db.store, bob, &words("plum")).await;
        assert_eq!((bodies(&page)[0], page.hits.len(), page.complete), ("new plum", 8, true));
    }

    async fn building_again_leaves_everything_found_meanwhile(db: Db) {
        let (alice, bob, direct) = db.alice_and_bob().await;
        for n in 1..=9 {
            db.send(alice, direct, &format!("plum {n}")).await;
        }
        let before = found(&db.store, bob, "plum").await;
        index_all(&db.store, 4).await;
        db.store.search_index_begin().await.unwrap();
        let page = search(&db.store, bob, &words("plum")).await;
        assert_eq!((bodies(&page), page.complete), (before.iter().map(String::as_str).collect(), false));
        assert_eq!(db.store.search_index_step(4).await, Ok(Some(4)));
        assert_eq!(found(&db.store, bob, "plum").await, before);
        index_all(&db.store, 4).await;
        assert_eq!(found(&db.store, bob, "plum").await, before);
        assert_eq!(db.store.search_index_size().await, Ok(9));
    }
}

/// Texts in many scripts, and queries cut out of them: each query finds the same on both databases.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn both_databases_find_the_same() {
    let texts = [
        "the quick brown fox",
        "Quick, quicker, quickest!",
        "naïve café façade",
        "Привет, как дела?",
        "Ελληνικά ς σ",
        "السلام عليكم ورحمة الله",
        "שלום עולם",
        "नमस्ते दुनिया",
        "สวัสดีครับ ทุกคน",
        "안녕하세요 세계",
        "明日は東京で会いましょう",
        "東京都と京都",
        "カタカナとｶﾀｶﾅ",
        "don't can’t",
        "v1.2.3-rc4 a_b x@y.example",
        "ẞ ß SS",
        "İstanbul ısı",
        "a b c ab bc",
        "e\u{301}te\u{301} été",
        "🇩🇪 flag 👩‍👩‍👧 family",
        "ﬁne ﬂow Ⅷ ②",
        "0123456789 98765",
    ];
    let dbs = [Db::sqlite().await, Db::postgres().await];
    let mut report = [String::new(), String::new()];
    for (db, report) in dbs.iter().zip(&mut report) {
        let (alice, bob, direct) = db.alice_and_bob().await;
        for text in texts {
            db.send(alice, direct, text).await;
        }
        for text in texts {
            let letters: Vec<char> = text.chars().collect();
            for (from, length) in (0..letters.len())
                .step_by(3)
                .flat_map(|from| [1, 2, 3, 6].map(|length| (from, length)))
            {
                let query: String = letters.iter().skip(from).take(length).collect();
                for searched in [words(&query), phrase(&query)] {
                    if searched.sought.is_empty() {
                        continue;
                    }
                    let page = search(&db.store, bob, &searched).await;
                    let hits = page
                        .hits
                        .iter()
                        .map(|hit| (hit.message.sequence.get(), &hit.highlights));
                    let hits: Vec<_> = hits.collect();
                    writeln!(report, "{query:?} {} {hits:?}", searched.sought.len()).unwrap();
                }
            }
        }
    }
    assert_eq!(report[0], report[1]);
    assert!(
        report[0].lines().filter(|line| !line.ends_with("[]")).count() > 200,
        "{}",
        report[0].lines().count()
    );
    let [_, postgres] = dbs;
    postgres.remove().await;
}
