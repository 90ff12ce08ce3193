//! The way to the mail server.

use std::time::{Duration, UNIX_EPOCH};

use lettre::{
    AsyncSmtpTransport, AsyncTransport as _, Message, Tokio1Executor,
    message::{
        Mailbox, MultiPart,
        header::{HeaderName, HeaderValue},
    },
    transport::smtp::{PoolConfig, authentication::Credentials, extension::ClientId},
};
use tokio::sync::Semaphore;

use super::letter::Letter;
use crate::{
    app::Parts,
    config::{Config, Security, Smtp},
};

/// Mails on their way at once, and connections kept for the next ones.
pub(super) const AT_ONCE: usize = 4;
/// How long the mail server may take for each step.
const STEP_TIME: Duration = Duration::from_secs(15);
/// How long a whole mail may take.
const MAIL_TIME: Duration = Duration::from_mins(1);

/// What became of a mail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Outcome {
    /// The mail server has it.
    Taken,
    /// The mail server said that it does not take it now.
    Later,
    /// The mail server said that it does not take it.
    Refused,
    /// The connection broke, and nobody knows whether the mail server has it.
    Unknown,
}

/// Sends mail.
pub struct Mailer {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: Mailbox,
    /// The address of this server in links.
    pub(super) origin: String,
    /// The same without the scheme: what the mail calls it.
    pub(super) host: String,
    /// Mails that somebody waits for.
    pub(super) places: Semaphore,
}

impl Mailer {
    /// None: the settings name no mail server, or it cannot be spoken to safely.
    pub(super) fn new(config: &Config) -> Option<Self> {
        let smtp = config.mail.smtp.as_ref()?;
        // The settings were checked: both are there where a mail server is.
        let (from, origin) = (config.mail.from.clone()?, config.server.public_url.clone()?);
        let host = origin
            .split_once("://")
            .map_or(origin.as_str(), |(_, host)| host)
            .to_owned();
        let transport = match transport(smtp, &host) {
            Ok(transport) => transport,
            Err(error) => {
                tracing::warn!(%error, "no mail can be sent: install the certificates of authorities (ca-certificates)");
                return None;
            }
        };
        Some(Self {
            transport,
            from,
            origin,
            host,
            places: Semaphore::new(AT_ONCE),
        })
    }

    /// Whether the mail server can be spoken to. What it says may have our name in it, never the password.
    pub(super) async fn reachable(&self) -> bool {
        match tokio::time::timeout(MAIL_TIME, self.transport.test_connection()).await {
            Ok(Ok(true)) => true,
            Ok(Ok(false)) => {
                tracing::warn!("the mail server does not answer");
                false
            }
            Ok(Err(error)) => {
                tracing::warn!(%error, "the mail server was not reached");
                false
            }
            Err(_) => {
                tracing::warn!("the mail server takes too long to answer");
                false
            }
        }
    }

    /// Sends a letter.
    pub(super) async fn send(&self, parts: &Parts, letter: Letter) -> Outcome {
        let message = match self.message(parts, letter) {
            Ok(message) => message,
            Err(error) => {
                tracing::warn!(%error, "a mail could not be written");
                return Outcome::Refused;
            }
        };
        let error = match tokio::time::timeout(MAIL_TIME, self.transport.send(message)).await {
            Ok(Ok(_)) => return Outcome::Taken,
            Ok(Err(error)) => error,
            Err(_) => {
                tracing::warn!("the mail server took too long for a mail");
                return Outcome::Unknown;
            }
        };
        tracing::warn!(%error, "the mail server did not take a mail");
        if error.is_transient() {
            Outcome::Later
        } else if error.is_permanent() {
            Outcome::Refused
        } else {
            Outcome::Unknown
        }
    }

    fn message(&self, parts: &Parts, letter: Letter) -> Result<Message, lettre::error::Error> {
        let now = Duration::from_millis(u64::try_from(parts.now_ms()).unwrap_or(0));
        let mut builder = Message::builder()
            .from(self.from.clone())
            .to(Mailbox::new(None, letter.to))
            .date(UNIX_EPOCH + now)
            .message_id(Some(format!("<{}@{}>", parts.id(), self.host.replace(':', "."))))
            .subject(letter.subject)
            // Nobody's "I am away" is to answer (RFC 3834).
            .raw_header(header("Auto-Submitted", "auto-generated".to_owned()));
        if let Some(link) = letter.unsubscribe {
            builder = builder
                .raw_header(header("List-Unsubscribe", format!("<{link}>")))
                .raw_header(header("List-Unsubscribe-Post", "List-Unsubscribe=One-Click".to_owned()));
        }
        builder.multipart(MultiPart::alternative_plain_html(letter.plain, letter.html))
    }
}

/// A header whose value is ours and all ASCII. It is given as it stands, since readers of `List-Unsubscribe` do not decode.
fn header(name: &'static str, value: String) -> HeaderValue {
    HeaderValue::dangerous_new_pre_encoded(HeaderName::new_from_ascii_str(name), value.clone(), value)
}

fn transport(smtp: &Smtp, hello: &str) -> Result<AsyncSmtpTransport<Tokio1Executor>, lettre::transport::smtp::Error> {
    let builder = match smtp.security {
        Security::Tls => AsyncSmtpTransport::<Tokio1Executor>::relay(&smtp.host)?,
        Security::StartTls => AsyncSmtpTransport::<Tokio1Executor>::starttls_relay(&smtp.host)?,
        Security::Plain => AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(&smtp.host),
    };
    let pool = PoolConfig::new().max_size(u32::try_from(AT_ONCE).unwrap_or(1));
    let name = hello.split(':').next().unwrap_or(hello).to_owned();
    let mut builder = builder
        .port(smtp.port)
        .timeout(Some(STEP_TIME))
        .hello_name(ClientId::Domain(name))
        .pool_config(pool);
    if let Some((name, secret)) = &smtp.credentials {
        let password = String::from_utf8_lossy(&secret.0).into_owned();
        builder = builder.credentials(Credentials::new(name.clone(), password));
    }
    Ok(builder.build())
}
