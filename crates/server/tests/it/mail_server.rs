//! A mail server that stands in for one, as far as tests with a clock of their own need it; `e2e` has a real one.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex},
};

use linnet_server::config::{Config, Security, Smtp};
use tokio::{
    io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader},
    net::{TcpListener, TcpStream},
};

/// A mail that was taken.
#[derive(Clone)]
pub(crate) struct Mail {
    pub(crate) to: String,
    /// As it came, but for soft line breaks.
    pub(crate) text: String,
}

impl Mail {
    /// What a header says.
    pub(crate) fn header(&self, name: &str) -> &str {
        let line = self.text.lines().take_while(|line| !line.is_empty());
        let mut found = line.filter_map(|line| line.split_once(": ").filter(|(key, _)| *key == name));
        found.next().map_or("", |(_, value)| value)
    }

    /// The code in it.
    pub(crate) fn code(&self) -> String {
        let mut lines = self.text.lines().map(|line| line.replace(' ', ""));
        let code = lines.find(|line| line.len() == 8 && line.bytes().all(|byte| byte.is_ascii_digit()));
        code.unwrap_or_else(|| panic!("no code in {}", self.text))
    }

    /// The path that unsubscribes, below the API.
    pub(crate) fn unsubscribe(&self) -> String {
        let link = self.header("List-Unsubscribe");
        let path = link
            .strip_prefix("<https://chat.example.org/api/v1")
            .and_then(|link| link.strip_suffix('>'));
        path.unwrap_or_else(|| panic!("{link:?}")).to_owned()
    }
}

/// What the server does with the next mail instead of taking it.
#[derive(Clone, Copy)]
pub(crate) enum Trouble {
    /// Answers this to the recipient.
    Says(&'static str),
    /// Takes it, and hangs up without having said so.
    HangsUp,
}

#[derive(Default)]
struct Shelf {
    mails: Vec<Mail>,
    troubles: VecDeque<Trouble>,
    away: bool,
}

/// The server.
pub(crate) struct MailServer {
    port: u16,
    shelf: Arc<Mutex<Shelf>>,
}

impl MailServer {
    pub(crate) async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let shelf = Arc::<Mutex<Shelf>>::default();
        let taken = shelf.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(talk(stream, taken.clone()));
            }
        });
        Self { port, shelf }
    }

    /// Settings that name it.
    pub(crate) fn set(&self, config: &mut Config) {
        config.server.public_url = Some("https://chat.example.org".to_owned());
        config.mail.from = Some("Chat <chat@example.org>".parse().unwrap());
        config.mail.smtp = Some(Smtp {
            security: Security::Plain,
            host: "127.0.0.1".to_owned(),
            port: self.port,
            credentials: None,
        });
    }

    /// So it does with the next mails.
    pub(crate) fn trouble(&self, troubles: impl IntoIterator<Item = Trouble>) {
        self.shelf.lock().unwrap().troubles.extend(troubles);
    }

    /// Whether it answers at all.
    pub(crate) fn away(&self, away: bool) {
        self.shelf.lock().unwrap().away = away;
    }

    /// What came since it was last asked, in the order of the addresses.
    pub(crate) fn mails(&self) -> Vec<Mail> {
        let mut mails = std::mem::take(&mut self.shelf.lock().unwrap().mails);
        mails.sort_by(|a, b| a.to.cmp(&b.to));
        mails
    }
}

async fn talk(stream: TcpStream, shelf: Arc<Mutex<Shelf>>) -> std::io::Result<()> {
    let mut stream = BufReader::new(stream);
    let (mut line, mut to, mut trouble) = (String::new(), String::new(), None);
    stream.write_all(b"220 ready\r\n").await?;
    loop {
        line.clear();
        if stream.read_line(&mut line).await? == 0 || shelf.lock().unwrap().away {
            return Ok(());
        }
        let answer = match line.get(..4).unwrap_or_default() {
            "RCPT" => {
                to = line
                    .trim_end()
                    .trim_start_matches("RCPT TO:<")
                    .trim_end_matches('>')
                    .to_owned();
                trouble = shelf.lock().unwrap().troubles.pop_front();
                match trouble {
                    Some(Trouble::Says(answer)) => answer,
                    _ => "250 ok",
                }
            }
            "DATA" => {
                stream.write_all(b"354 go on\r\n").await?;
                let mut text = String::new();
                while !text.ends_with("\r\n.\r\n") {
                    stream.read_line(&mut text).await?;
                }
                let text = text.replace("=\r\n", "").replace("=3D", "=");
                shelf.lock().unwrap().mails.push(Mail { to: to.clone(), text });
                if matches!(trouble, Some(Trouble::HangsUp)) {
                    return Ok(());
                }
                "250 taken"
            }
            "QUIT" => return stream.write_all(b"221 bye\r\n").await,
            _ => "250 ok",
        };
        stream.write_all(format!("{answer}\r\n").as_bytes()).await?;
    }
}
