//! Questions to other nodes, and what came back so far.

use std::{collections::HashMap, time::Duration};

use parking_lot::Mutex;
use tokio::sync::oneshot;

use super::{node::Node, outbox::Item};
use crate::{Acknowledged, AdapterError, Args, RemoteSocket, codec::cluster::Answer};

/// Questions at a time.
const MAX_PENDING: usize = 10_000;
/// Bytes of the acknowledgements of one event.
const MAX_ACK_BYTES: usize = 64 << 20;

#[derive(Default)]
pub(super) struct Pending {
    questions: Mutex<HashMap<String, Question>>,
}

struct Question {
    /// How many nodes were asked.
    nodes: usize,
    /// How many have answered.
    answered: usize,
    gathered: Gathered,
    /// Told when everything is there, dropped when nothing will come any more.
    complete: Option<oneshot::Sender<()>>,
}

enum Gathered {
    Sockets(Vec<RemoteSocket>),
    Acks {
        /// How many sockets were asked.
        expected: usize,
        responses: Vec<Args>,
        bytes: usize,
    },
}

impl Pending {
    pub(super) fn knows(&self, id: &str) -> bool {
        self.questions.lock().contains_key(id)
    }

    /// Takes in what a node answered. Answers how many sockets in it could not be understood.
    pub(super) fn answered(&self, id: &str, answer: Answer) -> usize {
        let mut questions = self.questions.lock();
        let Some(question) = questions.get_mut(id) else {
            return 0;
        };
        let mut unreadable = 0;
        match (&mut question.gathered, answer) {
            (Gathered::Sockets(sockets), Answer::Sockets(more, lost)) => {
                question.answered += 1;
                sockets.extend(more);
                unreadable = lost;
            }
            (Gathered::Acks { expected, .. }, Answer::ClientCount(count)) => {
                question.answered += 1;
                *expected = expected.saturating_add(usize::try_from(count).unwrap_or(usize::MAX));
            }
            (Gathered::Acks { responses, bytes, .. }, Answer::Ack(args)) => {
                // Each takes its place even if it is empty.
                *bytes += args.weight() + size_of::<Args>();
                if *bytes <= MAX_ACK_BYTES {
                    responses.push(args);
                }
            }
            _ => {}
        }
        if question.is_complete()
            && let Some(complete) = question.complete.take()
        {
            // Whoever waits for it may have given up.
            let _ = complete.send(());
        }
        unreadable
    }

    /// Nothing will come any more.
    pub(super) fn fail_all(&self) {
        for question in self.questions.lock().values_mut() {
            question.complete = None;
        }
    }
}

impl Question {
    fn is_complete(&self) -> bool {
        self.answered >= self.nodes
            && match &self.gathered {
                Gathered::Sockets(_) => true,
                Gathered::Acks {
                    expected, responses, ..
                } => responses.len() >= *expected,
            }
    }
}

/// A question that is asked. Dropped, it is forgotten.
struct Asked<'a> {
    pending: &'a Pending,
    id: String,
    complete: oneshot::Receiver<()>,
}

impl<'a> Asked<'a> {
    fn new(pending: &'a Pending, id: String, nodes: usize, gathered: Gathered) -> Result<Self, AdapterError> {
        let (sender, complete) = oneshot::channel();
        let mut questions = pending.questions.lock();
        if questions.len() >= MAX_PENDING {
            return Err(AdapterError::TooMany);
        }
        questions.insert(
            id.clone(),
            Question {
                nodes,
                answered: 0,
                gathered,
                complete: Some(sender),
            },
        );
        Ok(Self { pending, id, complete })
    }

    fn take(&self) -> Option<Question> {
        self.pending.questions.lock().remove(&self.id)
    }
}

impl Drop for Asked<'_> {
    fn drop(&mut self) {
        self.take();
    }
}

/// How many other nodes there are.
async fn other_nodes(node: &Node, channel: &str) -> Result<usize, AdapterError> {
    let mut connection = node.connection()?;
    let counting = redis::cmd("PUBSUB").arg("NUMSUB").arg(channel).to_owned();
    match counting.query_async::<(String, usize)>(&mut connection).await {
        Ok((_, nodes)) => Ok(nodes.saturating_sub(1)),
        Err(error) => Err(AdapterError::Unreachable(error.to_string())),
    }
}

fn send(node: &Node, channel: &str, payload: Vec<u8>) -> Result<(), AdapterError> {
    node.reachable()?;
    node.push(Item::Message {
        channel: channel.to_owned(),
        payload,
        published: None,
    })
}

/// Asks for sockets.
pub(super) async fn fetch(
    node: &Node,
    namespace: &str,
    id: String,
    request: Vec<u8>,
) -> Result<Vec<RemoteSocket>, AdapterError> {
    node.reachable()?;
    let channel = &node.of(namespace)?.request;
    let nodes = other_nodes(node, channel).await?;
    if nodes == 0 {
        return Ok(Vec::new());
    }
    let mut asked = Asked::new(&node.pending, id, nodes, Gathered::Sockets(Vec::new()))?;
    send(node, channel, request)?;
    let waited = tokio::time::timeout(node.config.request_timeout, &mut asked.complete).await;
    let question = asked.take();
    match (waited, question) {
        (
            Ok(Ok(())),
            Some(Question {
                gathered: Gathered::Sockets(sockets),
                ..
            }),
        ) => Ok(sockets),
        (Err(_), Some(question)) => Err(AdapterError::Timeout {
            answered: question.answered,
            expected: nodes,
        }),
        _ => Err(AdapterError::Unreachable("Redis went away".to_owned())),
    }
}

/// Asks for acknowledgements. What came in time is the answer, whatever else happens.
pub(super) async fn ask(
    node: &Node,
    namespace: &str,
    id: String,
    request: Vec<u8>,
    timeout: Duration,
) -> Result<Acknowledged, AdapterError> {
    let channel = &node.of(namespace)?.request;
    let nodes = other_nodes(node, channel).await?;
    if nodes == 0 {
        return Ok(Acknowledged::default());
    }
    let gathered = Gathered::Acks {
        expected: 0,
        responses: Vec::new(),
        bytes: 0,
    };
    let mut asked = Asked::new(&node.pending, id, nodes, gathered)?;
    send(node, channel, request)?;
    // An elapsed timeout, or a link that is gone, is seen in what is missing.
    let _ = tokio::time::timeout(timeout, &mut asked.complete).await;
    let silent = Acknowledged {
        silent_nodes: nodes,
        ..Acknowledged::default()
    };
    Ok(match asked.take() {
        Some(Question {
            answered,
            gathered: Gathered::Acks {
                expected, responses, ..
            },
            ..
        }) => Acknowledged {
            responses,
            expected,
            silent_nodes: nodes.saturating_sub(answered),
        },
        _ => silent,
    })
}
