//! Mail, and the digest that goes by it.

use std::time::Duration;

use lettre::message::Mailbox;
use percent_encoding::percent_decode_str;
use url::Url;

use super::{
    Secret, Server, parse,
    setting::{ConfigError, Setting, Shape},
};

/// The section `[mail]`.
#[derive(Debug, Clone, Default)]
pub struct Mail {
    /// The server that takes mail. None: this one sends none.
    pub smtp: Option<Smtp>,
    /// Who mail comes from.
    pub from: Option<Mailbox>,
    /// How long something must have been unread before it is told.
    pub digest_after: Duration,
}

/// A server that takes mail, and how it knows us.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Smtp {
    /// How the connection is protected.
    pub security: Security,
    /// Its name, which its certificate must have.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// Who we are, and how we show it.
    pub credentials: Option<(String, Secret)>,
}

/// How a connection to a mail server is protected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Security {
    /// TLS from its first byte.
    Tls,
    /// TLS from STARTTLS on; nothing is said to a server that does not offer it.
    StartTls,
    /// Not at all.
    Plain,
}

pub(super) const SETTINGS: &[Setting] = &[
    Setting {
        env: "LINNET_SMTP_URL",
        section: "mail",
        key: "smtp_url",
        default: "",
        shape: Shape::Secret,
        doc: "The server that takes this server's mail: smtp://name:password@mail.example.org is port 587 and refuses to go \
              on without STARTTLS, smtps://... is port 465 and TLS from the start. smtp+plain://... is port 25 without TLS \
              and without a password, for a server on this machine. What is no letter or digit in the name and the \
              password is percent-encoded. When empty, no mail is sent, and nobody is offered any.",
        set: |config, text| {
            config.mail.smtp = (!text.is_empty()).then(|| smtp(text)).transpose()?;
            Ok(())
        },
    },
    Setting {
        env: "LINNET_MAIL_FROM",
        section: "mail",
        key: "from",
        default: "",
        shape: Shape::Text,
        doc: "Who mail comes from: chat@example.org, or \"Our chat <chat@example.org>\". Needed where LINNET_SMTP_URL is set, \
              as is LINNET_PUBLIC_URL, to which the links in a mail lead.",
        set: |config, text| {
            let wrong =
                || format!("must be an address such as chat@example.org or Our chat <chat@example.org>, not {text:?}");
            let from = (!text.is_empty())
                .then(|| text.parse().map_err(|_| wrong()))
                .transpose()?;
            config.mail.from = from;
            Ok(())
        },
    },
    Setting {
        env: "LINNET_DIGEST_AFTER_SECONDS",
        section: "mail",
        key: "digest_after_seconds",
        default: "14400",
        shape: Shape::Number,
        doc: "How long a message stays unread before whoever wants it is told by mail, once a day at most: 1 second to 7 days.",
        set: |config, text| {
            config.mail.digest_after = Duration::from_secs(parse::number(text, 1..=7 * 24 * 60 * 60)?);
            Ok(())
        },
    },
];

/// It never repeats what it was given, which may have a password in it.
fn smtp(text: &str) -> Result<Smtp, String> {
    let wrong = || {
        "must be smtp://name:password@host:port, smtps://name:password@host:port or smtp+plain://host:port".to_owned()
    };
    let url = Url::parse(text).map_err(|_| wrong())?;
    let (security, port) = match url.scheme() {
        "smtps" => (Security::Tls, 465),
        "smtp" => (Security::StartTls, 587),
        "smtp+plain" => (Security::Plain, 25),
        _ => return Err(wrong()),
    };
    let decoded = |part: &str| percent_decode_str(part).decode_utf8().map(String::from);
    let host = url.host_str().and_then(|host| decoded(host).ok()).unwrap_or_default();
    let whole = matches!(url.path(), "" | "/") && url.query().is_none() && url.fragment().is_none();
    if host.is_empty() || !whole || url.port() == Some(0) {
        return Err(wrong());
    }
    let name = decoded(url.username()).map_err(|_| wrong())?;
    let password = url.password().map(decoded).transpose().map_err(|_| wrong())?;
    let credentials = match (name, password) {
        (name, None) if name.is_empty() => None,
        (name, Some(password)) if !name.is_empty() => Some((name, Secret(password.into_bytes()))),
        _ => return Err("must have both a name and a password, or neither".to_owned()),
    };
    if security == Security::Plain && credentials.is_some() {
        return Err("must not send a password without TLS: use smtp:// or smtps://".to_owned());
    }
    Ok(Smtp {
        security,
        host,
        port: url.port().unwrap_or(port),
        credentials,
    })
}

impl Mail {
    /// Rules between these settings and those of the server.
    pub(super) fn validate(&self, server: &Server) -> Result<(), ConfigError> {
        let missing = [
            (self.from.is_none(), "LINNET_MAIL_FROM"),
            (server.public_url.is_none(), "LINNET_PUBLIC_URL"),
        ];
        match missing.iter().find(|(missing, _)| *missing) {
            Some((_, name)) if self.smtp.is_some() => {
                Err(ConfigError(format!("{name} must be set where LINNET_SMTP_URL is.")))
            }
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mail_server_is_spoken_to_in_private_unless_it_is_said_not_to() {
        let read = |text: &str| {
            let Smtp {
                security,
                host,
                port,
                credentials,
            } = smtp(text).unwrap();
            let credentials = credentials.map(|(name, Secret(password))| (name, String::from_utf8(password).unwrap()));
            (security, host, port, credentials)
        };
        let known = |name: &str, password: &str| Some((name.to_owned(), password.to_owned()));
        let host = || "mail.example.org".to_owned();
        assert_eq!(
            read("smtp://chat%40example.org:p%40ss%2Fw@mail.example.org"),
            (Security::StartTls, host(), 587, known("chat@example.org", "p@ss/w"))
        );
        assert_eq!(
            read("smtps://a:b@mail.example.org:2465/"),
            (Security::Tls, host(), 2_465, known("a", "b"))
        );
        assert_eq!(
            read("smtp+plain://mail.example.org"),
            (Security::Plain, host(), 25, None)
        );
    }

    #[test]
    fn what_is_wrong_is_said_without_the_password() {
        for text in [
            "mail.example.org",
            "http://a:hunter2@mail.example.org",
            "smtp://",
            "smtp://a:hunter2@",
            "smtp://a@mail.example.org",
            "smtp://:hunter2@mail.example.org",
            "smtp://a:hunter2@mail.example.org/x",
            "smtp://a:hunter2@mail.example.org?tls=none",
            "smtp://a:hunter2@mail.example.org:0",
            "smtp://a:hunter2@mail.example.org:99999",
            "smtp+plain://a:hunter2@mail.example.org",
            "smtp://a:hunter2%ff@mail.example.org",
        ] {
            let said = smtp(text).expect_err(text);
            assert!(!said.contains("hunter2"), "{said}");
        }
    }
}
