//! Random batches against a model that is simple enough to be right by reading it.

use std::collections::HashMap;

use linnet_contract::{ConversationId, MessageId, UserId};
use linnet_store::{AppendError, DirectPolicy, Draft, Page};
use proptest::{collection::vec, prelude::*, test_runner::TestRunner};

use crate::harness::{Db, draft};

/// One draft of a random batch: who, where, under which name, and which message of which conversation it answers.
#[derive(Debug, Clone)]
struct Intent {
    sender: usize,
    conversation: usize,
    temp_id: Option<u8>,
    reply: Option<(usize, usize)>,
}

fn intent() -> impl Strategy<Value = Intent> {
    let reply = proptest::option::weighted(0.2, (0..4_usize, 0..6_usize));
    (0..4_usize, 0..4_usize, proptest::option::of(0..6_u8), reply).prop_map(|(sender, conversation, temp_id, reply)| {
        Intent {
            sender,
            conversation,
            temp_id,
            reply,
        }
    })
}

/// What a conversation should hold, and what was acknowledged under each name.
#[derive(Default)]
struct Model {
    conversations: [Vec<MessageId>; 4],
    named: HashMap<(usize, u8), (usize, usize)>,
}

/// Who is in which conversation: 0 is the direct one of the first two people, 1 one of the last two of whom the third
/// blocked the fourth, 2 a group of the first three, 3 a group of all.
const MEMBERS: [&[usize]; 4] = [&[0, 1], &[2, 3], &[0, 1, 2], &[0, 1, 2, 3]];
const BLOCKED: usize = 1;

impl Model {
    /// (conversation, place, duplicate) of the message, or why there is none.
    fn append(&mut self, intent: &Intent, draft: &Draft) -> Result<(usize, usize, bool), AppendError> {
        let name = intent.temp_id.map(|temp_id| (intent.sender, temp_id));
        if let Some((conversation, place)) = name.and_then(|name| self.named.get(&name)) {
            return Ok((*conversation, *place, true));
        }
        if !MEMBERS[intent.conversation].contains(&intent.sender) {
            return Err(AppendError::NotMember);
        }
        if intent.conversation == BLOCKED {
            let by_blocker = intent.sender == MEMBERS[BLOCKED][0];
            return Err(if by_blocker {
                AppendError::Blocked
            } else {
                AppendError::NotConnected
            });
        }
        if let Some(reply) = draft.reply_to
            && !self.conversations[intent.conversation].contains(&reply)
        {
            return Err(AppendError::BadReply);
        }
        let messages = &mut self.conversations[intent.conversation];
        messages.push(draft.id);
        let place = messages.len();
        if let Some(name) = name {
            self.named.insert(name, (intent.conversation, place));
        }
        Ok((intent.conversation, place, false))
    }
}

async fn check(db: &Db, batches: &[Vec<Intent>]) -> Result<(), TestCaseError> {
    let mut people = Vec::new();
    for number in 0..4 {
        let name = format!("p{number}-{}", crate::harness::id().simple());
        people.push(db.person(&name[..30]).await.id);
    }
    let (first_two, last_two) = (
        db.direct(people[0], people[1]).await,
        db.direct(people[2], people[3]).await,
    );
    db.block(people[2], people[3]).await;
    let groups = [
        first_two,
        last_two,
        db.group(&people[..3]).await,
        db.group(&people).await,
    ];
    let mut model = Model::default();
    for batch in batches {
        let drafts: Vec<Draft> = batch
            .iter()
            .map(|intent| intended(intent, &model, &people, &groups))
            .collect();
        // A reply is checked against what was there before the batch: nobody knows the id of a message that is not
        // acknowledged yet.
        let answers = db
            .store
            .messages_append(drafts.clone(), DirectPolicy::Anyone)
            .await
            .unwrap();
        prop_assert_eq!(answers.len(), drafts.len());
        for ((intent, draft), answer) in batch.iter().zip(&drafts).zip(answers) {
            let expected = model.append(intent, draft);
            let got = answer.map(|appended| {
                let message = appended.message;
                let conversation = groups.iter().position(|group| *group == message.conversation).unwrap();
                assert_eq!(message.sequence.get(), message.version.get());
                (
                    conversation,
                    usize::try_from(message.sequence.get()).unwrap(),
                    appended.duplicate,
                )
            });
            prop_assert_eq!(got, expected);
        }
    }
    for (conversation, expected) in model.conversations.iter().enumerate() {
        let member = people[MEMBERS[conversation][0]];
        let page = db
            .store
            .messages_page(member, groups[conversation], Page::Latest, 10_000)
            .await
            .unwrap()
            .unwrap();
        let stored: Vec<MessageId> = page.messages.iter().map(|message| message.id).collect();
        prop_assert_eq!(&stored, expected);
        let numbers: Vec<i64> = page.messages.iter().map(|message| message.sequence.get()).collect();
        prop_assert_eq!(
            numbers,
            (1..=i64::try_from(expected.len()).unwrap()).collect::<Vec<_>>()
        );
        // Unread is what came after the member's own last message.
        let summary = db
            .store
            .conversations_get(member, groups[conversation])
            .await
            .unwrap()
            .unwrap();
        let after = page
            .messages
            .iter()
            .rev()
            .take_while(|message| message.sender != member)
            .count();
        prop_assert_eq!(summary.unread(), i64::try_from(after).unwrap());
    }
    Ok(())
}

fn intended(intent: &Intent, model: &Model, people: &[UserId], groups: &[ConversationId]) -> Draft {
    let mut draft = draft(people[intent.sender], groups[intent.conversation], "text");
    draft.temp_id = intent.temp_id.map(|name| name.to_string());
    draft.reply_to = intent
        .reply
        .and_then(|(conversation, place)| model.conversations[conversation].get(place).copied());
    draft
}

fn run(open: impl AsyncFn() -> Db, remove: bool) {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .unwrap();
    let db = runtime.block_on(open());
    let mut runner = TestRunner::new(ProptestConfig {
        cases: 40,
        failure_persistence: None,
        ..ProptestConfig::default()
    });
    let batches = vec(vec(intent(), 1..12), 1..8);
    runner
        .run(&batches, |batches| runtime.block_on(check(&db, &batches)))
        .unwrap();
    if remove {
        runtime.block_on(db.remove());
    }
}

#[test]
fn random_batches_on_sqlite_are_as_the_model_says() {
    run(Db::sqlite, false);
}

#[test]
fn random_batches_on_postgres_are_as_the_model_says() {
    run(Db::postgres, true);
}
