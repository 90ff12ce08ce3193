//! The two connections to Redis.

use std::{sync::Arc, time::Duration};

use redis::{AsyncConnectionConfig, PushInfo, PushKind, RedisError, Value, aio::MultiplexedConnection};
use tokio::{
    sync::Notify,
    time::{Instant, MissedTickBehavior},
};

use super::{meters::count, node::Node, outbox::Item};
use crate::codec::cluster;

/// The pause after the first attempt that failed; each further one is twice as long.
const FIRST_PAUSE: Duration = Duration::from_millis(100);

struct Link {
    /// Hears what other nodes publish.
    listener: MultiplexedConnection,
    /// Notified when that connection ends.
    lost: Arc<Notify>,
    sender: MultiplexedConnection,
}

/// Keeps the connections until the queue is closed.
pub(super) async fn run(node: Arc<Node>) {
    let mut pause = FIRST_PAUSE;
    loop {
        let connecting = tokio::select! {
            connecting = connect(&node) => connecting,
            () = node.outbox.closed() => return,
        };
        let error = match connecting {
            Ok(mut link) => {
                pause = FIRST_PAUSE;
                node.up(link.sender.clone());
                tracing::info!("connected to Redis");
                match work(&node, &mut link).await {
                    Ok(()) => {
                        node.leave();
                        return;
                    }
                    Err(error) => error,
                }
            }
            Err(error) => error,
        };
        node.down();
        // Not so many nodes at once, when Redis is back.
        let jittered = pause.mul_f64(rand::random_range(0.5..1.0));
        tracing::warn!(%error, again_in = ?jittered, "no connection to Redis");
        tokio::select! {
            () = tokio::time::sleep(jittered) => {}
            () = node.outbox.closed() => return,
        }
        pause = (pause * 2).min(node.config.longest_pause);
    }
}

async fn connect(node: &Arc<Node>) -> Result<Link, RedisError> {
    let config = AsyncConnectionConfig::new()
        .set_connection_timeout(Some(node.config.connect_timeout))
        .set_response_timeout(Some(node.config.response_timeout));
    let sender = node
        .client
        .get_multiplexed_async_connection_with_config(&config)
        .await?;
    let lost = Arc::new(Notify::new());
    let hear = {
        let (node, lost) = (Arc::downgrade(node), Arc::clone(&lost));
        move |push: PushInfo| {
            if push.kind == PushKind::Disconnection {
                lost.notify_one();
            } else if let Some(node) = node.upgrade() {
                super::incoming::hear(&node, push);
            }
            Ok::<(), redis::aio::SendError>(())
        }
    };
    let config = config.set_push_sender(hear);
    let mut listener = node
        .client
        .get_multiplexed_async_connection_with_config(&config)
        .await?;
    let channels = node.all_channels();
    let patterns: Vec<&str> = channels.iter().map(|channels| channels.pattern.as_str()).collect();
    let requests: Vec<&str> = channels
        .iter()
        .flat_map(|channels| [&*channels.request, &*channels.response, &*channels.own_response])
        .collect();
    if !channels.is_empty() {
        listener.psubscribe(patterns).await?;
        listener.subscribe(requests).await?;
    }
    Ok(Link { listener, lost, sender })
}

/// Publishes what comes, until the queue is closed and empty or a connection fails.
async fn work(node: &Node, link: &mut Link) -> Result<(), RedisError> {
    let interval = node.config.ping_interval;
    let mut pings = tokio::time::interval_at(Instant::now() + interval, interval);
    pings.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            biased;
            () = link.lost.notified() => {
                return Err(std::io::Error::from(std::io::ErrorKind::ConnectionReset).into());
            }
            _ = pings.tick() => {
                let (mut listener, mut sender) = (link.listener.clone(), link.sender.clone());
                let ping = redis::cmd("PING");
                let (hears, sends) = tokio::join!(
                    ping.query_async::<()>(&mut listener),
                    ping.query_async::<()>(&mut sender),
                );
                hears?;
                sends?;
            }
            batch = node.outbox.next() => match batch {
                Some(batch) => publish(node, &mut link.sender, batch).await?,
                None => return Ok(()),
            },
        }
    }
}

/// Publishes a batch in one write.
async fn publish(node: &Node, sender: &mut MultiplexedConnection, batch: Vec<Item>) -> Result<(), RedisError> {
    let mut pipeline = redis::Pipeline::with_capacity(batch.len());
    let mut tell = Vec::with_capacity(batch.len());
    for item in batch {
        let (channel, payload, published) = match item {
            Item::Message {
                channel,
                payload,
                published,
            } => (channel, payload, published),
            Item::Event {
                namespace,
                target,
                event,
            } => {
                let Some(channels) = node.all_channels().get(namespace) else {
                    continue;
                };
                match cluster::encode_broadcast(&node.uid, &channels.name, &target, &event) {
                    Ok(payload) => (channels.of(&target), payload, None),
                    Err(error) => {
                        tracing::warn!(%error, "an event that cannot be sent to other nodes");
                        node.lost(1);
                        continue;
                    }
                }
            }
        };
        pipeline.cmd("PUBLISH").arg(channel).arg(payload);
        tell.push(published);
    }
    if tell.is_empty() {
        return Ok(());
    }
    let answers = sender.send_packed_commands(&pipeline, 0, tell.len()).await;
    let answers = answers.inspect_err(|_| node.lost(tell.len()))?;
    count(&node.meters.batches, 1);
    for (answer, published) in answers.into_iter().zip(tell) {
        if let Value::ServerError(error) = answer {
            tracing::warn!(?error, "Redis does not publish");
            node.lost(1);
            continue;
        }
        count(&node.meters.published, 1);
        if let Some(published) = published {
            // Whoever waits for it may have given up.
            let _ = published.send(());
        }
    }
    node.flowing();
    Ok(())
}
