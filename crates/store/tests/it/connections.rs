//! Requests, their answers and blocks, as each of the two sees them, and when everybody acts at once.

use ConnectionState::{Accepted, None as Nothing, Received, Requested};
use linnet_contract::{ConnectionState, UserId};
use linnet_store::{
    AppendError, Asked, Blocked, Change, ConnectionBounds, DirectPolicy, Mark, PeopleCursor, Store, SyncLimits,
    SyncMarks,
};

use crate::harness::{Db, NOW, draft, id, on_both, seq};

const BOUNDS: ConnectionBounds = ConnectionBounds {
    requested: 100,
    received: 1_000,
    accepted: 5_000,
};

async fn ask(store: &Store, asker: UserId, other: UserId) -> Asked {
    store.connections_request(asker, other, NOW, BOUNDS).await.unwrap()
}

async fn accept(store: &Store, user: UserId, other: UserId) -> Asked {
    store.connections_accept(user, other, NOW, BOUNDS).await.unwrap()
}

async fn block(store: &Store, user: UserId, other: UserId) -> Change {
    match store.blocks_add(user, other, NOW, 5_000).await.unwrap() {
        Blocked::Done(change) => change,
        refused => panic!("{refused:?}"),
    }
}

fn done(asked: Asked) -> Change {
    match asked {
        Asked::Done(change) => change,
        refused => panic!("{refused:?}"),
    }
}

/// What the first saw and sees, what the other saw and sees.
fn steps(change: Change) -> [ConnectionState; 4] {
    [change.before, change.now, change.other_before, change.other_now]
}

/// How each of the two sees it, read back.
async fn seen(db: &Db, one: UserId, other: UserId) -> (ConnectionState, ConnectionState) {
    let state = async |user, of| db.store.connections_states(user, &[of]).await.unwrap()[&of];
    (state(one, other).await, state(other, one).await)
}

async fn listed(db: &Db, user: UserId, only: Option<ConnectionState>) -> Vec<(UserId, ConnectionState)> {
    let page = db.store.connections_list(user, only, None, 100).await.unwrap();
    assert_eq!(page.next, None);
    page.connections
        .into_iter()
        .map(|one| (one.user.id, one.state))
        .collect()
}

async fn three(db: &Db) -> (UserId, UserId, UserId) {
    (
        db.person("Alice").await.id,
        db.person("Bob").await.id,
        db.person("Carol").await.id,
    )
}

on_both! {
    async fn asked_accepted_and_ended(db: Db) {
        let (alice, bob, carol) = three(db).await;
        assert_eq!(seen(db, alice, bob).await, (Nothing, Nothing));
        let asked = done(ask(&db.store, alice, bob).await);
        assert_eq!(steps(asked), [Nothing, Requested, Nothing, Received]);
        assert_eq!(asked.since, NOW);
        // Again changes nothing, and does not make it newer.
        let again = done(db.store.connections_request(alice, bob, NOW + 1, BOUNDS).await.unwrap());
        assert_eq!((steps(again), again.since), ([Requested, Requested, Received, Received], NOW));
        assert!(!again.is_seen() && !again.is_seen_by_other());
        assert_eq!(seen(db, alice, bob).await, (Requested, Received));
        // Nobody accepts their own request, or one that was not made.
        assert_eq!(accept(&db.store, alice, bob).await, Asked::NotFound);
        assert_eq!(accept(&db.store, carol, alice).await, Asked::NotFound);
        let accepted = done(db.store.connections_accept(bob, alice, NOW + 5, BOUNDS).await.unwrap());
        assert_eq!((steps(accepted), accepted.since), ([Received, Accepted, Requested, Accepted], NOW + 5));
        assert!(!done(accept(&db.store, bob, alice).await).is_seen());
        assert!(!done(accept(&db.store, alice, bob).await).is_seen());
        assert!(!done(ask(&db.store, alice, bob).await).is_seen());
        assert!(db.store.connections_between(alice, bob).await.unwrap().connected);
        let ended = db.store.connections_end(alice, bob).await.unwrap().unwrap();
        assert_eq!(steps(ended), [Accepted, Nothing, Accepted, Nothing]);
        assert_eq!(db.store.connections_end(alice, bob).await.unwrap(), None);
        assert_eq!(seen(db, alice, bob).await, (Nothing, Nothing));
    }

    async fn a_request_is_declined_or_taken_back(db: Db) {
        let (alice, bob, _) = three(db).await;
        ask(&db.store, alice, bob).await;
        let declined = db.store.connections_end(bob, alice).await.unwrap().unwrap();
        assert_eq!(steps(declined), [Received, Nothing, Requested, Nothing]);
        ask(&db.store, alice, bob).await;
        let cancelled = db.store.connections_end(alice, bob).await.unwrap().unwrap();
        assert_eq!(steps(cancelled), [Requested, Nothing, Received, Nothing]);
        assert_eq!(accept(&db.store, bob, alice).await, Asked::NotFound);
    }

    async fn nobody_is_connected_with_nobody_or_with_themselves(db: Db) {
        let alice = db.person("Alice").await.id;
        for other in [alice, UserId(id())] {
            assert_eq!(ask(&db.store, alice, other).await, Asked::NotFound);
            assert_eq!(accept(&db.store, alice, other).await, Asked::NotFound);
            assert_eq!(db.store.connections_end(alice, other).await.unwrap(), None);
            assert_eq!(db.store.blocks_add(alice, other, NOW, 10).await.unwrap(), Blocked::NotFound);
            assert_eq!(db.store.blocks_remove(alice, other).await.unwrap(), None);
        }
        assert!(db.store.connections_states(alice, &[]).await.unwrap().is_empty());
    }

    async fn requests_that_cross_are_a_connection(db: Db) {
        let (alice, bob, _) = three(db).await;
        ask(&db.store, alice, bob).await;
        assert_eq!(steps(done(ask(&db.store, bob, alice).await)), [Received, Accepted, Requested, Accepted]);
    }

    async fn both_ask_at_once_on_two_nodes_and_are_connected(db: Db) {
        let other = db.another().await;
        for round in 0..15 {
            let (alice, bob) = (db.person(&format!("Alice {round}")).await.id, db.person(&format!("Bob {round}")).await.id);
            let mut tasks = tokio::task::JoinSet::new();
            for number in 0..6 {
                let store = if number % 2 == 0 { db.store.clone() } else { other.clone() };
                let (asker, whom) = if number < 3 { (alice, bob) } else { (bob, alice) };
                tasks.spawn(async move { done(ask(&store, asker, whom).await) });
            }
            let changes = tasks.join_all().await;
            assert_eq!(seen(db, alice, bob).await, (Accepted, Accepted));
            // Each step happened once, so that each is told once.
            let to = |state| changes.iter().filter(|change| change.is_seen() && change.now == state).count();
            assert_eq!((to(Requested), to(Accepted)), (1, 1));
        }
        other.close().await;
    }

    async fn bounds_hold_however_many_ask_at_once(db: Db) {
        let other = db.another().await;
        let (alice, bob, _) = three(db).await;
        let few = ConnectionBounds { requested: 5, received: 7, accepted: 2 };
        let mut crowd = Vec::new();
        for number in 0..20 {
            crowd.push(db.person(&format!("Person {number}")).await.id);
        }
        let mut tasks = tokio::task::JoinSet::new();
        for (number, person) in crowd.iter().copied().enumerate() {
            let store = if number % 2 == 0 { db.store.clone() } else { other.clone() };
            tasks.spawn(async move {
                let own = store.connections_request(alice, person, NOW, few).await.unwrap();
                let theirs = store.connections_request(person, bob, NOW, few).await.unwrap();
                (own, theirs)
            });
        }
        let answers = tasks.join_all().await;
        let full = |full: &dyn Fn(&(Asked, Asked)) -> bool| answers.iter().filter(|both| full(both)).count();
        assert_eq!(full(&|both| both.0 == Asked::TooMany), 15);
        assert_eq!(full(&|both| both.1 == Asked::TooMany), 13);
        assert_eq!(listed(db, alice, None).await.len(), 5);
        let waiting = listed(db, bob, Some(Received)).await;
        assert_eq!(waiting.len(), 7);
        // Connections have a bound too, for whoever accepts and for whoever asked.
        let accept = async |user, other| db.store.connections_accept(user, other, NOW, few).await.unwrap();
        for (person, _) in &waiting[..2] {
            done(accept(bob, *person).await);
        }
        assert_eq!(accept(bob, waiting[2].0).await, Asked::TooMany);
        assert_eq!(seen(db, bob, waiting[2].0).await, (Received, Requested));
        // With one gone there is room again.
        db.store.connections_end(waiting[0].0, bob).await.unwrap().unwrap();
        done(accept(bob, waiting[2].0).await);
        other.close().await;
    }

    async fn pages_of_connections_are_the_latest_first_and_of_one_state(db: Db) {
        let (alice, bob, carol) = three(db).await;
        let dave = db.person("Dave").await.id;
        done(db.store.connections_request(alice, bob, NOW, BOUNDS).await.unwrap());
        done(db.store.connections_request(carol, alice, NOW + 1, BOUNDS).await.unwrap());
        done(db.store.connections_request(dave, alice, NOW + 2, BOUNDS).await.unwrap());
        done(db.store.connections_accept(alice, carol, NOW + 3, BOUNDS).await.unwrap());
        assert_eq!(listed(db, alice, None).await, [(carol, Accepted), (dave, Received), (bob, Requested)]);
        assert_eq!(listed(db, alice, Some(Accepted)).await, [(carol, Accepted)]);
        assert_eq!(listed(db, alice, Some(Requested)).await, [(bob, Requested)]);
        assert_eq!(listed(db, alice, Some(Received)).await, [(dave, Received)]);
        assert_eq!(listed(db, bob, None).await, [(alice, Received)]);
        let (mut cursor, mut all) = (None, Vec::new());
        for _ in 0..3 {
            let page = db.store.connections_list(alice, None, cursor, 1).await.unwrap();
            all.extend(page.connections.into_iter().map(|one| one.user.id));
            // As a client gives it back.
            cursor = page.next.map(|next| next.to_string().parse::<PeopleCursor>().unwrap());
        }
        assert_eq!((all, cursor), (vec![carol, dave, bob], None));
        assert!("".parse::<PeopleCursor>().is_err() && "1.x".parse::<PeopleCursor>().is_err());
        let mut peers = db.store.connections_peers(alice).await.unwrap();
        peers.sort();
        let mut expected = [bob, carol, dave];
        expected.sort();
        assert_eq!(peers, expected);
    }

    async fn a_block_ends_what_was_and_tells_nobody(db: Db) {
        let (alice, bob, carol) = three(db).await;
        ask(&db.store, alice, bob).await;
        accept(&db.store, bob, alice).await;
        let blocked = block(&db.store, alice, bob).await;
        assert_eq!(steps(blocked), [Accepted, ConnectionState::Blocked, Accepted, Nothing]);
        let again = block(&db.store, alice, bob).await;
        assert!(!again.is_seen() && !again.is_seen_by_other());
        assert_eq!(listed(db, alice, None).await, []);
        // Bob asks again, and sees what anybody sees whom nobody answers.
        assert_eq!(steps(done(ask(&db.store, bob, alice).await)), [Nothing, Requested, ConnectionState::Blocked, ConnectionState::Blocked]);
        assert_eq!(listed(db, bob, None).await, [(alice, Requested)]);
        assert_eq!(listed(db, alice, None).await, []);
        assert_eq!(listed(db, alice, Some(Received)).await, []);
        // Whoever blocks cannot ask, accept, or decline what they do not see.
        assert_eq!(ask(&db.store, alice, bob).await, Asked::Blocked);
        assert_eq!(accept(&db.store, alice, bob).await, Asked::Blocked);
        assert_eq!(db.store.connections_end(alice, bob).await.unwrap(), None);
        assert_eq!(listed(db, bob, None).await, [(alice, Requested)]);
        // Unblocked, the request is there.
        let unblocked = db.store.blocks_remove(alice, bob).await.unwrap().unwrap();
        assert_eq!(steps(unblocked), [ConnectionState::Blocked, Received, Requested, Requested]);
        assert_eq!(db.store.blocks_remove(alice, bob).await.unwrap(), None);
        done(accept(&db.store, alice, bob).await);
        // A block of strangers is seen by nobody but whoever made it.
        assert_eq!(steps(block(&db.store, carol, bob).await), [Nothing, ConnectionState::Blocked, Nothing, Nothing]);
        let page = db.store.blocks_list(carol, None, 10).await.unwrap();
        assert_eq!(page.blocks.iter().map(|block| (block.user.id, block.since)).collect::<Vec<_>>(), [(bob, NOW)]);
        assert_eq!(db.store.blocks_list(bob, None, 10).await.unwrap().blocks, []);
    }

    async fn people_who_blocked_each_other_unblock_one_by_one(db: Db) {
        let (alice, bob, _) = three(db).await;
        block(&db.store, alice, bob).await;
        assert_eq!(steps(block(&db.store, bob, alice).await)[2..], [ConnectionState::Blocked; 2]);
        db.store.blocks_remove(alice, bob).await.unwrap().unwrap();
        assert_eq!(seen(db, alice, bob).await, (Nothing, ConnectionState::Blocked));
        assert!(db.store.connections_between(alice, bob).await.unwrap().blocked);
        db.store.blocks_remove(bob, alice).await.unwrap().unwrap();
        assert!(!db.store.connections_between(alice, bob).await.unwrap().blocked);
    }

    async fn blocks_have_a_bound_and_pages(db: Db) {
        let (alice, bob, carol) = three(db).await;
        let dave = db.person("Dave").await.id;
        for (place, person) in (0..).zip([bob, carol]) {
            assert!(matches!(db.store.blocks_add(alice, person, NOW + place, 2).await.unwrap(), Blocked::Done(_)));
        }
        assert_eq!(db.store.blocks_add(alice, dave, NOW, 2).await.unwrap(), Blocked::TooMany);
        assert!(matches!(db.store.blocks_add(alice, bob, NOW, 2).await.unwrap(), Blocked::Done(_)));
        let first = db.store.blocks_list(alice, None, 1).await.unwrap();
        assert_eq!(first.blocks[0].user.id, carol);
        let second = db.store.blocks_list(alice, first.next, 1).await.unwrap();
        assert_eq!((second.blocks[0].user.id, second.next), (bob, None));
    }

    async fn a_block_holds_receipts_back_until_it_ends(db: Db) {
        let (alice, bob, direct) = db.alice_and_bob().await;
        db.send_many(alice, direct, 5).await;
        let mark = async |user, read| {
            let mark = Mark { user, conversation: direct, delivered: None, read: Some(seq(read)) };
            db.store.members_mark(mark).await.unwrap().unwrap()
        };
        assert!(!mark(bob, 2).await.kept_back);
        block(&db.store, alice, bob).await;
        let marked = mark(bob, 4).await;
        assert!(marked.kept_back && marked.changed);
        let marks = async |viewer: UserId| {
            let summary = db.store.conversations_get(viewer, direct).await.unwrap().unwrap();
            let member = summary.members.iter().find(|member| member.user == bob).unwrap();
            (member.read.get(), summary.unread())
        };
        assert_eq!(marks(alice).await, (2, 0));
        assert_eq!(marks(bob).await, (4, 1), "his own devices go on");
        // Sync compares what each of the two sees: nothing has changed for alice.
        let claimed = async |viewer, sum: i64| {
            let versions = [(direct, 5.try_into().unwrap())].into();
            let marks = [(direct, seq(sum))].into();
            let synced = db.store.sync(viewer, &versions, Some(SyncMarks::Everybodys(&marks)), SyncLimits::default()).await.unwrap();
            synced.conversations.len()
        };
        assert_eq!((claimed(alice, 10 + 4).await, claimed(alice, 10 + 8).await), (0, 1));
        assert_eq!((claimed(bob, 10 + 8).await, claimed(bob, 10 + 4).await), (0, 1));
        db.store.blocks_remove(alice, bob).await.unwrap().unwrap();
        assert_eq!(marks(alice).await, (4, 0));
        assert!(!mark(bob, 5).await.kept_back);
        assert_eq!(claimed(alice, 10 + 4).await, 1);
    }

    async fn from_a_block_on_nothing_is_written(db: Db) {
        let other = db.another().await;
        for round in 0..10 {
            let (alice, bob) = (db.person(&format!("Alice {round}")).await.id, db.person(&format!("Bob {round}")).await.id);
            let direct = db.direct(alice, bob).await;
            ask(&db.store, alice, bob).await;
            accept(&db.store, bob, alice).await;
            let (started, mut ready) = tokio::sync::mpsc::channel(1);
            let store = other.clone();
            let writing = tokio::spawn(async move {
                for number in 0.. {
                    let drafts = vec![draft(bob, direct, &number.to_string())];
                    let answer = store.messages_append(drafts, DirectPolicy::Connections).await.unwrap().remove(0);
                    if number == 3 {
                        started.send(()).await.unwrap();
                    }
                    if let Err(error) = answer {
                        return error;
                    }
                }
                unreachable!()
            });
            ready.recv().await.unwrap();
            // A block, or the end of a connection: both must not be overtaken by what was about to be written.
            if round % 2 == 0 {
                block(&db.store, alice, bob).await;
            } else {
                db.store.connections_end(alice, bob).await.unwrap().unwrap();
            }
            let last = async || db.store.conversations_get(alice, direct).await.unwrap().unwrap().conversation.last_sequence;
            let written = last().await;
            assert_eq!(writing.await.unwrap(), AppendError::NotConnected);
            assert_eq!(last().await, written, "round {round}");
        }
        other.close().await;
    }
}
