//! The binary: its arguments, its one line, its signals.

use std::{
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::{TcpListener, TcpStream},
    path::Path,
    process::{Child, Command, Output, Stdio},
    time::{Duration, Instant},
};

/// The program with nothing of this machine's settings.
fn linnet(arguments: &[&str], data: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_linnet"));
    command
        .args(arguments)
        .env_clear()
        .env("LINNET_DATA_DIR", data.join("data"))
        .env("PORT", "0")
        .current_dir(data)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command
}

fn run(arguments: &[&str], env: &[(&str, &str)]) -> Output {
    let folder = tempfile::tempdir().unwrap();
    linnet(arguments, folder.path())
        .envs(env.iter().copied())
        .output()
        .unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

/// A program that is ended with the test, also when the test fails.
struct Started {
    child: Child,
    address: String,
    lines: BufReader<std::process::ChildStdout>,
}

impl Drop for Started {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Started {
    fn new(mut command: Command) -> Self {
        let mut child = command.spawn().unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap());
        let mut line = String::new();
        lines.read_line(&mut line).unwrap();
        let address = line
            .trim()
            .strip_prefix("Linnet is listening on http://")
            .unwrap_or_else(|| {
                let mut errors = String::new();
                let _ = child.stderr.take().unwrap().read_to_string(&mut errors);
                panic!("{line:?} is not the line; stderr: {errors}");
            });
        Self {
            address: address.to_owned(),
            child,
            lines,
        }
    }

    fn connect(&self) -> TcpStream {
        let stream = TcpStream::connect(&self.address).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
        stream
    }

    fn get(&self, path: &str) -> String {
        let mut stream = self.connect();
        write!(
            stream,
            "GET {path} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n\r\n",
            self.address
        )
        .unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer
    }

    /// Begins a request whose body is to follow: the server has called for it when this returns, so the request is under way.
    fn begin(&self, path: &str, length: usize) -> TcpStream {
        let mut stream = self.connect();
        write!(
            stream,
            "POST {path} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: {length}\r\n\
             Expect: 100-continue\r\n\r\n"
        )
        .unwrap();
        let call = b"HTTP/1.1 100 Continue\r\n\r\n";
        let mut said = vec![0; call.len()];
        stream.read_exact(&mut said).unwrap();
        assert_eq!(said, call);
        stream
    }

    fn signal(&self, name: &str) {
        // Every shell has a `kill` of its own; the program of that name is a package that may be missing.
        let kill = format!("kill -s {name} {}", self.child.id());
        let done = Command::new("/bin/sh").args(["-c", &kill]).status().unwrap();
        assert!(done.success());
    }

    /// Waits until the program has begun to stop.
    fn stops_listening(&self) {
        let deadline = Instant::now() + Duration::from_secs(5);
        while TcpStream::connect(&self.address).is_ok() {
            assert!(Instant::now() < deadline, "it goes on listening");
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// The exit code, waited for at most this long.
    fn ended(&mut self, within: Duration) -> Option<i32> {
        let deadline = Instant::now() + within;
        loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                return status.code();
            }
            assert!(Instant::now() < deadline, "the program did not end in {within:?}");
            std::thread::sleep(Duration::from_millis(20));
        }
    }
}

#[test]
fn config_prints_the_sample() {
    let output = run(&["config"], &[]);
    assert!(output.status.success());
    assert_eq!(text(&output.stdout), linnet_server::config::sample());
    assert_eq!(text(&output.stderr), "");
}

#[test]
fn help_names_the_commands_and_a_wrong_argument_is_refused() {
    let help = run(&["--help"], &[]);
    assert!(help.status.success());
    assert!(text(&help.stdout).contains("serve") && text(&help.stdout).contains("config"));
    let version = run(&["--version"], &[]);
    assert_eq!(text(&version.stdout), format!("linnet {}\n", env!("CARGO_PKG_VERSION")));
    assert_eq!(run(&["sevre"], &[]).status.code(), Some(2));
    assert_eq!(run(&[], &[]).status.code(), Some(2));
}

#[test]
fn a_wrong_setting_ends_with_one_sentence_and_code_2() {
    let output = run(&["serve"], &[("LINNET_MESSAGE_MAX_CHARS", "a lot")]);
    assert_eq!(output.status.code(), Some(2));
    assert_eq!(text(&output.stdout), "");
    assert_eq!(
        text(&output.stderr),
        "LINNET_MESSAGE_MAX_CHARS must be a whole number from 1 to 100000, not \"a lot\" (from the environment).\n"
    );
}

#[test]
fn a_port_in_use_or_a_database_that_is_none_is_one_sentence() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let output = run(&["serve"], &[("PORT", &port)]);
    assert_eq!(output.status.code(), Some(1));
    let said =
        format!("Port {port} on 127.0.0.1 is in use by another program. Set PORT to a free one, or to 0 for any.\n");
    assert!(text(&output.stderr).ends_with(&said), "{}", text(&output.stderr));

    let output = run(&["serve"], &[("DATABASE_URL", "sqlite:///proc/nowhere/linnet.db")]);
    assert_eq!(output.status.code(), Some(1));
    assert!(
        text(&output.stderr).contains("The database cannot be used: "),
        "{}",
        text(&output.stderr)
    );
}

#[test]
fn it_listens_keeps_its_key_and_stops_when_told() {
    let folder = tempfile::tempdir().unwrap();
    let mut server = Started::new(linnet(&["serve"], folder.path()));
    assert!(server.address.starts_with("127.0.0.1:"));
    assert!(server.get("/healthz").starts_with("HTTP/1.1 200"));
    assert!(server.get("/readyz").starts_with("HTTP/1.1 200"));
    assert!(server.get("/api/v1/server").contains("\"empty\":true"));
    let key = std::fs::read_to_string(folder.path().join("data/jwt_secret")).unwrap();

    // A connection that does nothing does not hold the program.
    let _idle = server.connect();
    server.signal("TERM");
    assert_eq!(server.ended(Duration::from_secs(10)), Some(0));
    let mut rest = String::new();
    server.lines.read_to_string(&mut rest).unwrap();
    assert_eq!(rest, "", "one line and no more");

    let again = Started::new(linnet(&["serve"], folder.path()));
    assert_eq!(
        std::fs::read_to_string(folder.path().join("data/jwt_secret")).unwrap(),
        key
    );
    drop(again);
}

#[test]
fn logs_are_lines_of_json_and_hold_no_secret() {
    let folder = tempfile::tempdir().unwrap();
    let mut command = linnet(&["serve"], folder.path());
    command
        .env("LINNET_LOG_FORMAT", "json")
        .env("RUST_LOG", "debug")
        .env("LINNET_REGISTRATON", "closed");
    let mut server = Started::new(command);
    let body = r#"{"username":"alice","password":"correct horse battery"}"#;
    let mut alice = server.connect();
    write!(
        alice,
        "POST /api/v1/auth/register?password=correct+horse HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\
         Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    )
    .unwrap();
    let mut answer = String::new();
    alice.read_to_string(&mut answer).unwrap();
    let (_, json) = answer.split_once("\r\n\r\n").unwrap();
    let json: serde_json::Value = serde_json::from_str(json).unwrap();
    server.signal("TERM");
    assert_eq!(server.ended(Duration::from_secs(10)), Some(0));

    let mut log = String::new();
    server.child.stderr.take().unwrap().read_to_string(&mut log).unwrap();
    assert!(
        log.contains("an account was made") && log.contains("/api/v1/auth/register"),
        "{log}"
    );
    assert!(log.contains("Did you mean LINNET_REGISTRATION?"), "{log}");
    for line in log.lines() {
        assert!(serde_json::from_str::<serde_json::Value>(line).is_ok(), "{line}");
    }
    let key = std::fs::read_to_string(folder.path().join("data/jwt_secret")).unwrap();
    let tokens = ["accessToken", "refreshToken"].map(|name| json[name].as_str().unwrap().to_owned());
    for secret in [
        "correct horse",
        "correct+horse",
        &tokens[0],
        &tokens[1],
        key.trim(),
        "$argon2id",
    ] {
        assert!(!log.contains(secret), "{secret} is in the log");
    }
}

#[test]
fn a_request_under_way_is_answered_before_the_program_ends() {
    let folder = tempfile::tempdir().unwrap();
    let mut server = Started::new(linnet(&["serve"], folder.path()));
    let body = r#"{"username":"alice","password":"correct horse battery"}"#;
    let mut slow = server.begin("/api/v1/auth/register", body.len());
    let (first, rest) = body.split_at(10);
    slow.write_all(first.as_bytes()).unwrap();
    server.signal("TERM");
    server.stops_listening();
    slow.write_all(rest.as_bytes()).unwrap();
    let mut answer = String::new();
    let _ = slow.read_to_string(&mut answer);
    assert!(answer.starts_with("HTTP/1.1 201"), "{answer}");
    assert_eq!(server.ended(Duration::from_secs(10)), Some(0));
}

#[test]
fn a_log_that_cannot_be_written_does_not_end_the_program() {
    let folder = tempfile::tempdir().unwrap();
    let full = std::fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
    let mut command = linnet(&["serve"], folder.path());
    command.env("RUST_LOG", "debug").stderr(full);
    let mut started = Started::new(command);
    assert!(started.get("/healthz").starts_with("HTTP/1.1 200"));
    started.signal("TERM");
    assert_eq!(started.ended(Duration::from_secs(10)), Some(0));
}

#[test]
fn a_second_signal_ends_it_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let mut server = Started::new(linnet(&["serve"], folder.path()));
    let _stuck = server.begin("/api/v1/auth/login", 9);
    server.signal("INT");
    server.stops_listening();
    server.signal("INT");
    // Less than what a stop waits for requests under way.
    assert_eq!(server.ended(Duration::from_secs(5)), Some(0));
}

#[test]
fn the_demonstration_is_filled_and_leaves_nothing_behind() {
    let folder = tempfile::tempdir().unwrap();
    let temporary = folder.path().join("tmp");
    std::fs::create_dir(&temporary).unwrap();
    let mut command = linnet(&["serve", "--demo"], folder.path());
    command.env("TMPDIR", &temporary);
    let mut server = Started::new(command);
    let mut introduction = String::new();
    server.lines.read_line(&mut introduction).unwrap();
    assert!(
        introduction.contains("alice") && introduction.contains("linnet-demo"),
        "{introduction}"
    );
    assert!(server.get("/api/v1/server").contains("\"empty\":false"));
    assert_eq!(std::fs::read_dir(&temporary).unwrap().count(), 1);
    assert!(!folder.path().join("data").exists(), "the real data is not touched");
    server.signal("TERM");
    assert_eq!(server.ended(Duration::from_secs(10)), Some(0));
    assert_eq!(std::fs::read_dir(&temporary).unwrap().count(), 0);
}
