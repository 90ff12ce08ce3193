//! From settings to a running program, and back.
//!
//! Start: the database first, so that nobody is let in before there is somewhere to write; then the port. Stop: first
//! `/readyz` says no and nothing new is accepted, then the commits that wait are finished and acknowledged, then the
//! sockets are told to go. All of it within ten seconds; what has not gone by then is cut off.

use std::{io, net::SocketAddr, sync::Arc, time::Duration};

use axum::Router;
use linnet_store::{OpenOptions, Store};
use tokio::{task::JoinHandle, time::timeout};
use tokio_util::sync::CancellationToken;

use crate::{
    app::{App, Parts},
    clock::{Clock, SystemClock},
    config::Config,
    fanout::Fanout,
    features::{
        accounts::Pictures,
        connections::Turns,
        conversations::DirectConversations,
        digest::Digests,
        files::Files,
        messages,
        presence::{self, Presence},
        previews::Previews,
        push::{Push, Vapid},
        receipts,
        typing::Typists,
    },
    gateway::{
        arrivals::Arrivals,
        http::assets::Assets,
        limits::Limits,
        listen::{self, ListenError, Sockets},
    },
    jobs,
    only_one::OnlyOne,
    random::{Random, SystemRandom},
    session::{
        passwords::{Cost, Passwords},
        secret,
        tokens::Tokens,
    },
};

/// How long the commits that wait may take when the program stops.
const COMMIT_TIME: Duration = Duration::from_secs(5);
/// How long sockets may take to hear what was sent to them, and go.
const GOODBYE_TIME: Duration = Duration::from_secs(3);

/// What the program takes from outside. Tests bring their own.
pub struct Outside {
    /// The time of day.
    pub clock: Arc<dyn Clock>,
    /// Ids and secrets.
    pub random: Arc<dyn Random>,
    /// How expensive a password hash is.
    pub password_cost: Cost,
    /// The web client.
    pub assets: Assets,
}

impl Default for Outside {
    fn default() -> Self {
        Self {
            clock: Arc::new(SystemClock),
            random: Arc::new(SystemRandom),
            password_cost: Cost::OWASP,
            assets: Assets::embedded(),
        }
    }
}

/// Why the program did not start: one sentence for whoever started it.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The database cannot be used.
    #[error("The database cannot be used: {0}.")]
    Database(#[from] linnet_store::OpenError),
    /// The key of the access tokens can be neither read nor made.
    #[error("The key for access tokens cannot be kept in the data folder {folder}: {cause}.")]
    Secret {
        /// The data folder.
        folder: String,
        /// What the system says.
        cause: io::Error,
    },
    /// The key by which push services know the server can be neither read nor made.
    #[error("The key for push services cannot be kept in the data folder {folder}: {cause}.")]
    Vapid {
        /// The data folder.
        folder: String,
        /// What the system says.
        cause: io::Error,
    },
    /// Another program is at work there.
    #[error("The data folder {0} is in use by another Linnet. With SQLite there can be only one.")]
    Taken(String),
    /// The data folder cannot be used.
    #[error("The data folder {folder} cannot be used: {cause}.")]
    Folder {
        /// The data folder.
        folder: String,
        /// What the system says.
        cause: io::Error,
    },
    /// Files cannot be kept.
    #[error("Files cannot be kept: {0}.")]
    Files(io::Error),
    /// The port cannot be had.
    #[error(transparent)]
    Listen(#[from] ListenError),
}

/// The program, ready to listen.
pub struct Program {
    /// Its parts.
    pub app: App,
    /// Everything that it answers over HTTP.
    pub router: Router,
    sockets: Sockets,
    only_one: Option<OnlyOne>,
}

/// The program, listening.
pub struct Running {
    /// Where it listens.
    pub address: SocketAddr,
    /// Its parts.
    pub app: App,
    sockets: Sockets,
    serving: JoinHandle<io::Result<()>>,
    /// Held until the program has stopped.
    _only_one: Option<OnlyOne>,
}

impl Program {
    /// Opens the database and puts everything together.
    ///
    /// # Errors
    /// See [`StartError`].
    pub async fn prepare(config: Config, outside: Outside) -> Result<Self, StartError> {
        let only_one = only_one(&config)?;
        let store = Store::open(&config.storage.database_url(), OpenOptions::default()).await?;
        let assets = outside.assets.clone();
        let app = match assemble(config, outside, store.clone(), only_one.is_some()) {
            Ok(app) => app,
            Err(error) => {
                store.close().await;
                return Err(error);
            }
        };
        let sockets = Sockets::start(&app);
        let router = sockets.router(&app, assets);
        Ok(Self {
            app,
            router,
            sockets,
            only_one,
        })
    }

    /// Starts to listen.
    ///
    /// # Errors
    /// See [`StartError`].
    pub async fn listen(self) -> Result<Running, StartError> {
        let Self {
            app,
            router,
            sockets,
            only_one,
        } = self;
        match listen::bind(&app.config) {
            Ok((listener, address)) => {
                let serving = tokio::spawn(listen::serve(listener, router, app.clone()));
                jobs::start(&app);
                Ok(Running {
                    address,
                    app,
                    sockets,
                    serving,
                    _only_one: only_one,
                })
            }
            Err(error) => {
                app.store.close().await;
                Err(error.into())
            }
        }
    }
}

fn only_one(config: &Config) -> Result<Option<OnlyOne>, StartError> {
    if !config.storage.database_url().starts_with("sqlite:") {
        return Ok(None);
    }
    let folder = config.storage.data_dir.display().to_string();
    match OnlyOne::take(&config.storage.data_dir) {
        Ok(Some(only_one)) => Ok(Some(only_one)),
        Ok(None) => Err(StartError::Taken(folder)),
        Err(cause) => Err(StartError::Folder { folder, cause }),
    }
}

fn assemble(config: Config, outside: Outside, store: Store, alone: bool) -> Result<App, StartError> {
    let Outside {
        clock,
        random,
        password_cost,
        assets: _,
    } = outside;
    let secret = secret::load(&config, &*random).map_err(|cause| StartError::Secret {
        folder: config.storage.data_dir.display().to_string(),
        cause,
    })?;
    let vapid = Vapid::load(&config, &*random).map_err(|cause| StartError::Vapid {
        folder: config.storage.data_dir.display().to_string(),
        cause,
    })?;
    let files = Files::open(&config, alone).map_err(StartError::Files)?;
    let fanout = Arc::new(Fanout::default());
    let push = Arc::new(Push::new(&config, vapid));
    let previews = Arc::new(Previews::new(&config));
    let implied = Arc::new(receipts::Implied::default());
    let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let policy = config.messages.direct_policy();
    Ok(App::new(Parts {
        messages: messages::Writer::start(messages::Around {
            store: store.clone(),
            fanout: fanout.clone(),
            implied: implied.clone(),
            push: push.clone(),
            previews: previews.clone(),
            clock: clock.clone(),
            policy,
        }),
        marks: receipts::Writer::start(store.clone(), fanout.clone()),
        directs: DirectConversations::default(),
        presence: Presence::new(config.presence.grace_seconds * 1_000),
        previews,
        push,
        digests: Digests::new(&config),
        typists: Typists::default(),
        turns: Turns::default(),
        pictures: Pictures::default(),
        files,
        arrivals: Arrivals::default(),
        limits: Limits::new(&config, &clock),
        tokens: Tokens::new(&secret),
        passwords: Passwords::new(password_cost, cores, random.clone()),
        draining: CancellationToken::new(),
        config,
        store,
        fanout,
        implied,
        clock,
        random,
    }))
}

impl Running {
    /// Waits until serving ends by itself, which it does only when the listener breaks.
    ///
    /// # Errors
    /// What the system says.
    pub async fn failed(&mut self) -> io::Result<()> {
        (&mut self.serving)
            .await
            .unwrap_or_else(|error| Err(io::Error::other(error)))
    }

    /// Stops the program: see the module's head.
    pub async fn stop(mut self) {
        self.app.draining.cancel();
        let commits = async {
            self.app.messages.close().await;
            self.app.marks.close().await;
        };
        if timeout(COMMIT_TIME, commits).await.is_err() {
            tracing::warn!("not everything that waited was committed in time; its senders were not told that it was");
        }
        self.sockets.close(GOODBYE_TIME).await;
        if !self.serving.is_finished() && timeout(listen::REQUEST_TIME, &mut self.serving).await.is_err() {
            self.serving.abort();
        }
        presence::remember(&self.app).await;
        self.app.store.close().await;
    }
}
