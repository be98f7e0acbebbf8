//! The server with its socket.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::Path;

use db::Target;
use server::ServeOptions;
use tokio::sync::oneshot;

fn options(folder: &Path, listen: &str) -> ServeOptions {
    ServeOptions {
        listen: listen.to_owned(),
        target: Target::Sqlite {
            dir: folder.to_owned(),
        },
        data_dir: folder.to_owned(),
        public_url: None,
        behind_proxy: false,
    }
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .unwrap()
}

fn health(address: std::net::SocketAddr) -> String {
    let mut stream = TcpStream::connect(address).unwrap();
    stream
        .write_all(b"GET /health HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n")
        .unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

#[test]
fn it_listens_answers_and_stops() {
    let folder = tempfile::tempdir().unwrap();
    let options = options(folder.path(), "127.0.0.1:0");
    runtime().block_on(async {
        let listening = server::bind(&options).await.unwrap();
        let address = listening.address;
        assert_ne!(address.port(), 0);
        let (stop, stopped) = oneshot::channel::<()>();
        let running = tokio::spawn(listening.run(async { drop(stopped.await) }));
        let answer = tokio::task::spawn_blocking(move || health(address))
            .await
            .unwrap();
        assert!(answer.starts_with("HTTP/1.1 200 OK"), "{answer}");

        let second = server::bind(&options)
            .await
            .err()
            .expect("a second writer is refused");
        let refusal = second.refusal().expect("a refusal");
        assert_eq!(refusal.code, "db.locked");
        assert!(
            refusal
                .params
                .iter()
                .any(|(_, value)| value.contains(&address.to_string())),
            "{refusal}"
        );

        stop.send(()).unwrap();
        running.await.unwrap().unwrap();
        let third = server::bind(&options).await.expect("the data was let go");
        third.app.db.clone().close().await;
    });
}

#[test]
fn plain_http_on_a_public_address_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    runtime().block_on(async {
        let refused = server::bind(&options(folder.path(), "0.0.0.0:0"))
            .await
            .err()
            .unwrap();
        assert_eq!(refused.refusal().unwrap().code, "server.plain_http");
        let unreadable = server::bind(&options(folder.path(), "nonsense"))
            .await
            .err()
            .unwrap();
        assert_eq!(unreadable.refusal().unwrap().code, "server.unreadable_address");
        let mut proxied = options(folder.path(), "0.0.0.0:0");
        proxied.behind_proxy = true;
        let listening = server::bind(&proxied).await.expect("behind a proxy it may");
        listening.app.db.clone().close().await;
    });
}
