//! Looking names up. Whoever owns a name decides how long that takes, and this machine's resolver cannot be told to stop: a thread
//! stays with it for half a minute. So there are only so many of these threads; and they are their own, for the program ends
//! without them.

use std::{
    io,
    net::{SocketAddr, ToSocketAddrs as _},
    sync::Arc,
    thread,
    time::Duration,
};

use tokio::{
    sync::{Semaphore, oneshot},
    time::timeout,
};

/// How long a name may take.
const TIME: Duration = Duration::from_secs(3);
/// Names that are looked up at once. More than one person's previews can keep at it, as two are asked at a time.
const AT_ONCE: usize = 32;

type Find = dyn Fn(&str) -> io::Result<Vec<SocketAddr>> + Send + Sync;

/// What knows the addresses of names.
#[derive(Clone)]
pub struct Names {
    find: Arc<Find>,
    places: Arc<Semaphore>,
    time: Duration,
}

impl Default for Names {
    /// Those that this machine's resolver knows.
    fn default() -> Self {
        Self::by(|name| (name, 0).to_socket_addrs().map(Iterator::collect))
    }
}

impl Names {
    pub(super) fn by(find: impl Fn(&str) -> io::Result<Vec<SocketAddr>> + Send + Sync + 'static) -> Self {
        Self {
            find: Arc::new(find),
            places: Arc::new(Semaphore::new(AT_ONCE)),
            time: TIME,
        }
    }

    /// The addresses that a name has now; none where it has none, or they are not known in time.
    pub(super) async fn look_up(&self, name: &str) -> Option<Vec<SocketAddr>> {
        timeout(self.time, self.find(name)).await.ok().flatten()
    }

    async fn find(&self, name: &str) -> Option<Vec<SocketAddr>> {
        let place = self.places.clone().acquire_owned().await.ok()?;
        let (answer, answered) = oneshot::channel();
        let (find, name) = (self.find.clone(), name.to_owned());
        let thread = thread::Builder::new().name("lookup".to_owned()).spawn(move || {
            // Until the resolver is done, also where nobody waits for it any more.
            let _place = place;
            let _ = answer.send(find(&name));
        });
        thread.ok()?;
        answered.await.ok()?.ok()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{Mutex, mpsc};

    use super::*;

    #[tokio::test]
    async fn names_that_nobody_answers_for_keep_only_so_many_threads() {
        let (begun, begins) = mpsc::channel();
        let (release, released) = mpsc::channel::<()>();
        let released = Mutex::new(released);
        let names = Names {
            time: Duration::from_millis(200),
            ..Names::by(move |name| {
                if name == "silent.example" {
                    begun.send(()).unwrap();
                    // Ends when nobody can release it any more.
                    let _ = released.lock().unwrap().recv();
                }
                Ok(vec!["192.0.2.1:0".parse().unwrap()])
            })
        };
        let waiting = (0..2 * AT_ONCE).map(|_| names.look_up("silent.example"));
        assert!(
            futures_util::future::join_all(waiting)
                .await
                .iter()
                .all(Option::is_none)
        );
        assert_eq!(names.look_up("quick.example").await, None, "there is no place for it");
        for _ in 0..AT_ONCE {
            begins.recv_timeout(TIME).unwrap();
        }
        assert!(begins.try_recv().is_err(), "no other began");
        drop(release);
        let patient = Names { time: TIME, ..names };
        assert!(patient.look_up("quick.example").await.is_some());
    }
}
