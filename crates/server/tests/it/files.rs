//! Files that nobody wants, on a clock of the test's own, and how they are kept on the disk.

use std::{collections::BTreeSet, fs, path::Path};

use http::{Method, StatusCode};
use linnet_server::features::files;
use serde_json::Value;

use crate::harness::{Answer, NOW, Person, Server, on_both};

const HOUR: i64 = 60 * 60 * 1_000;

async fn upload(person: &Person<'_>, name: &str, content: &str) -> Answer {
    let form = format!(
        "--x\r\ncontent-disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\r\n{content}\r\n--x--\r\n"
    );
    let kind = Some("multipart/form-data; boundary=x");
    person.send_raw(Method::POST, "/files", kind, form).await
}

async fn uploaded(person: &Person<'_>, name: &str, content: &str) -> String {
    let answer = upload(person, name, content).await;
    assert_eq!(answer.status, StatusCode::CREATED, "{answer}");
    answer.text("/id")
}

/// The names of all files in a folder, however deep.
fn names(folder: &Path) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for entry in fs::read_dir(folder).unwrap() {
        let entry = entry.unwrap();
        if entry.file_type().unwrap().is_dir() {
            found.extend(names(&entry.path()));
        } else {
            found.insert(entry.file_name().into_string().unwrap());
        }
    }
    found
}

fn data(server: &Server, folder: &str) -> std::path::PathBuf {
    server.program.app.config.storage.data_dir.join(folder)
}

async fn sweep(server: &Server) {
    files::gave_up(&server.program.app).await.unwrap();
    files::sweep(&server.program.app).await.unwrap();
}

on_both! {
    async fn what_no_message_carries_goes_after_a_day(server: Server) {
        let alice = server.signed_up("alice").await;
        let id = uploaded(&alice, "note.txt", "hello").await;
        assert_eq!(names(&data(server, "files")), BTreeSet::from([id.clone()]), "by its id, not by its name");
        server.clock.advance(23 * HOUR);
        sweep(server).await;
        // The tokens of the test are of a day ago.
        let alice = server.anonymous().logged_in("alice").await.bearer();
        let read = alice.get(&format!("/files/{id}")).await;
        assert_eq!((read.status, read.body.as_slice()), (StatusCode::OK, &b"hello"[..]));
        server.clock.advance(HOUR + 1);
        sweep(server).await;
        let alice = server.anonymous().logged_in("alice").await.bearer();
        assert_eq!(alice.get(&format!("/files/{id}")).await.status, StatusCode::NOT_FOUND);
        assert_eq!(names(&data(server, "files")), BTreeSet::new());
    }

    async fn what_an_end_left_half_way_goes_after_an_hour(server: Server) {
        let alice = server.signed_up("alice").await;
        let app = &server.program.app;
        let me: Value = alice.get("/users/me").await.json();
        let uploader = me["id"].as_str().unwrap().parse().unwrap();
        // Killed after the row, with the bytes in their place and something still in the folder of uploads.
        let id = linnet_contract::FileId(app.id());
        let file = linnet_store::Attachment {
            id,
            name: "half".to_owned(),
            media_type: "text/plain".to_owned(),
            size: 4,
            width: None,
            height: None,
            thumb_hash: None,
            thumbnail: None,
        };
        let new = linnet_store::NewFile { file, uploader, thumbnail_size: 0, now: NOW };
        assert!(app.store.files_begin(&new, 10_000).await.unwrap());
        let shelf = data(server, "files").join(&id.to_string()[34..]);
        fs::create_dir_all(&shelf).unwrap();
        fs::write(shelf.join(id.to_string()), "half").unwrap();
        fs::write(data(server, "uploads").join(format!("{id}.abc")), "ha").unwrap();
        assert_eq!(alice.get(&format!("/files/{id}")).await.status, StatusCode::NOT_FOUND);
        server.clock.advance(HOUR);
        sweep(server).await;
        assert_eq!((names(&data(server, "files")).len(), names(&data(server, "uploads")).len()), (1, 1));
        server.clock.advance(1);
        sweep(server).await;
        assert_eq!((names(&data(server, "files")).len(), names(&data(server, "uploads")).len()), (0, 0));
        assert_eq!(app.store.files_used(uploader).await.unwrap(), 0);
    }
}

#[tokio::test]
async fn a_place_that_cannot_be_written_is_a_clear_answer_and_takes_no_room() {
    let server = Server::new().await;
    let alice = server.signed_up("alice").await;
    fs::remove_dir_all(data(&server, "files")).unwrap();
    fs::write(data(&server, "files"), "a file stands where the folder should be").unwrap();
    let refused = upload(&alice, "a.txt", "hello").await;
    assert_eq!(
        (refused.status, refused.code().as_str()),
        (StatusCode::SERVICE_UNAVAILABLE, "unavailable")
    );
    assert!(refused.text("/detail").contains("cannot keep files"), "{refused}");
    fs::remove_file(data(&server, "files")).unwrap();
    fs::create_dir(data(&server, "files")).unwrap();
    assert_eq!(names(&data(&server, "uploads")).len(), 0);
    sweep(&server).await;
    uploaded(&alice, "a.txt", "hello").await;
}
