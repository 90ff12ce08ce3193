//! The settings, as people who start the program meet them.

use std::{collections::BTreeMap, fs, path::PathBuf};

use linnet_server::config::{Config, Sources, load, mistyped, sample, settings};

fn from_env(pairs: &[(&str, &str)]) -> Result<Config, String> {
    let env: BTreeMap<_, _> = pairs
        .iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
        .collect();
    let empty = tempfile::tempdir().unwrap();
    let folder = empty.path().to_str().unwrap().to_owned();
    let lookup = |name: &str| {
        env.get(name)
            .cloned()
            .or_else(|| (name == "LINNET_DATA_DIR").then(|| folder.clone()))
    };
    load(&Sources {
        file: None,
        env: &lookup,
    })
    .map_err(|error| error.to_string())
}

fn from_file(content: &str, env: &[(&str, &str)]) -> Result<Config, String> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("linnet.toml");
    fs::write(&path, content).unwrap();
    let env: BTreeMap<_, _> = env
        .iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
        .collect();
    let loaded = load(&Sources {
        file: Some(path.clone()),
        env: &|name| env.get(name).cloned(),
    });
    loaded.map_err(|error| error.to_string().replace(path.to_str().unwrap(), "linnet.toml"))
}

#[test]
fn the_sample_is_the_golden_file() {
    insta::with_settings!({ prepend_module_to_snapshot => false, omit_expression => true }, {
        insta::assert_snapshot!("config_sample", sample());
    });
}

#[test]
fn the_sample_changes_nothing_and_every_line_of_it_can_be_switched_on() {
    let defaults = format!("{:?}", Config::defaults());
    assert_eq!(format!("{:?}", from_file(&sample(), &[]).unwrap()), defaults);
    let sample = sample();
    let is_setting = |line: &str| settings().any(|setting| line.starts_with(&format!("{} = ", setting.key)));
    let switched_on = |line| {
        str::strip_prefix(line, "# ")
            .filter(|rest| is_setting(rest))
            .unwrap_or(line)
    };
    let on: Vec<&str> = sample.lines().map(switched_on).collect();
    let on = on.join("\n");
    assert_eq!(
        on.lines()
            .filter(|line| line.contains(" = ") && !line.starts_with('#'))
            .count(),
        settings().count()
    );
    assert_eq!(format!("{:?}", from_file(&on, &[]).unwrap()), defaults);
}

#[test]
fn the_environment_wins_over_the_file_and_the_file_over_the_default() {
    let file = "[server]\nport = 4000\nfrontend_url = [\"https://a.example\", \"https://b.example/\"]\n[messages]\nmessages_per_minute = 1_000\n";
    let config = from_file(file, &[("PORT", "5000"), ("LINNET_BIND", "")]).unwrap();
    assert_eq!(config.server.port, 5000);
    assert_eq!(config.messages.per_minute, 1_000);
    assert_eq!(
        config.server.frontend_origins,
        ["https://a.example", "https://b.example"]
    );
    assert_eq!(
        config.server.bind.to_string(),
        "127.0.0.1",
        "an empty variable is not set"
    );
    let config = from_env(&[("FRONTEND_URL", "http://localhost:5173, https://chat.example.org/")]).unwrap();
    assert_eq!(
        config.server.frontend_origins,
        ["http://localhost:5173", "https://chat.example.org"]
    );
}

#[test]
fn a_file_in_the_data_folder_is_found_by_itself() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("linnet.toml"), "[server]\nport = 4321\n").unwrap();
    let data = folder.path().to_str().unwrap().to_owned();
    let env = |name: &str| (name == "LINNET_DATA_DIR").then(|| data.clone());
    assert_eq!(load(&Sources { file: None, env: &env }).unwrap().server.port, 4321);
    let missing = load(&Sources {
        file: Some(PathBuf::from("/nowhere/linnet.toml")),
        env: &|_| None,
    });
    assert!(
        missing
            .unwrap_err()
            .to_string()
            .contains("/nowhere/linnet.toml cannot be read")
    );
}

#[test]
fn a_wrong_setting_is_one_sentence_that_names_it_and_where_it_came_from() {
    let mut sentences = String::new();
    for (name, value) in [
        ("PORT", "http"),
        ("PORT", "70000"),
        ("PORT", "-1"),
        ("LINNET_BIND", "localhost"),
        ("FRONTEND_URL", "chat.example.org"),
        ("FRONTEND_URL", "*"),
        ("FRONTEND_URL", "https://chat.example.org/app"),
        ("LINNET_PUBLIC_URL", "chat"),
        ("LINNET_TRUSTED_PROXIES", "10.0.0.0/40"),
        ("LINNET_MAX_CONNECTIONS", "0"),
        ("LINNET_MAX_QUEUE_BYTES", "1"),
        ("JWT_SECRET", "too short"),
        ("DATABASE_URL", "mysql://user:hunter2@host/db"),
        ("LINNET_REGISTRATION", "yes"),
        ("LINNET_DIRECT_MESSAGES", "friends"),
        ("LINNET_MESSAGE_MAX_CHARS", "a lot"),
        ("LINNET_MESSAGES_PER_MINUTE", "0"),
        ("LINNET_SECURE_COOKIES", "maybe"),
        ("LINNET_LOG_FORMAT", "xml"),
        ("LINNET_EVENTS_PER_SECOND", "1.5"),
    ] {
        let sentence = from_env(&[(name, value)]).unwrap_err();
        assert!(
            sentence.starts_with(name) && sentence.ends_with('.') && !sentence.contains('\n'),
            "{sentence}"
        );
        assert!(
            !sentence.contains("hunter2") && !sentence.contains("too short"),
            "a secret is not repeated: {sentence}"
        );
        sentences.push_str(&sentence);
        sentences.push('\n');
    }
    for file in [
        "[server]\nport = \"3000\"\n",
        "[server]\nport = 99999\n",
        "[server]\nbind = 5\n",
        "[server]\nprot = 3000\n",
        "[server]\nwholly_unknown_thing = 3000\n",
        "[sever]\nport = 3000\n",
        "port = 3000\n",
        "server = 3000\n",
        "[server\n",
        "[server]\nport = 1\nport = 2\n",
        "[server]\nfrontend_url = [5]\n",
        "[accounts]\njwt_secret = \"too short\"\n",
    ] {
        let sentence = from_file(file, &[]).unwrap_err();
        assert!(
            sentence.contains("linnet.toml") && sentence.contains("line ") && !sentence.contains('\n'),
            "{sentence}"
        );
        sentences.push_str(&sentence);
        sentences.push('\n');
    }
    insta::with_settings!({ prepend_module_to_snapshot => false, omit_expression => true }, {
        insta::assert_snapshot!("config_sentences", sentences);
    });
}

#[test]
fn settings_that_contradict_each_other_are_refused() {
    let both = [
        ("LINNET_PUBLIC_URL", "https://chat.example.org"),
        ("LINNET_SECURE_COOKIES", "never"),
    ];
    let sentence = from_env(&both).unwrap_err();
    assert_eq!(
        sentence,
        "LINNET_SECURE_COOKIES must not be never while LINNET_PUBLIC_URL is https."
    );
}

#[test]
fn secrets_are_not_printed_with_the_settings() {
    let config = from_env(&[("JWT_SECRET", "a very secret key with enough bytes in it")]).unwrap();
    assert!(!format!("{config:?}").contains("very secret"));
}

#[test]
fn a_mistyped_name_in_the_environment_is_noticed() {
    let names = [
        "LINNET_REGISTRATON",
        "LINNET_REGISTRATION",
        "LINNET_TEST_POSTGRES",
        "LINNET_BIN",
        "REGISTRATION",
        "HOME",
    ];
    let noticed = mistyped(names.map(str::to_owned).into_iter());
    assert_eq!(
        noticed[0],
        "LINNET_REGISTRATON in the environment is no setting. Did you mean LINNET_REGISTRATION?"
    );
    assert!(
        noticed.iter().all(|sentence| !sentence.starts_with("LINNET_TEST")),
        "{noticed:?}"
    );
}
