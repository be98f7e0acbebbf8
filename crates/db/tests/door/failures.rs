use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use db::testing::Cluster;
use db::{Db, Target, p};

use crate::{COUNT_NOTES, INSERT_NOTE, TITLES, company, options};

fn target() -> Target {
    Target::Postgres {
        url: Cluster::shared().empty_database(),
    }
}

const KILL: &str = "SELECT COUNT(*) FROM (SELECT pg_terminate_backend(pid) FROM pg_stat_activity \
     WHERE datname = current_database() AND pid <> pg_backend_pid()) killed";

#[tokio::test(flavor = "multi_thread")]
async fn killed_connections_lose_and_double_nothing() {
    let target = target();
    let db = Db::open(&target, options()).await.unwrap();
    let done = Arc::new(AtomicBool::new(false));
    let Target::Postgres { url } = &target else {
        unreachable!()
    };
    let (client, connection) = tokio_postgres::connect(url, tokio_postgres::NoTls).await.unwrap();
    tokio::spawn(connection);
    let killer = tokio::spawn({
        let done = Arc::clone(&done);
        let db = db.clone();
        async move {
            let mut kills = 0;
            let mut commits = db.on_commit();
            while !done.load(Ordering::Relaxed) && kills < 25 {
                // After a few commits, whatever is under way then.
                for _ in 0..3 {
                    let _ = commits.changed().await;
                }
                client.query(KILL, &[]).await.unwrap();
                kills += 1;
            }
            kills
        }
    });
    let mut clients = Vec::new();
    for client in 0..8_i64 {
        let db = db.clone();
        clients.push(tokio::spawn(async move {
            for round in 0..40_i64 {
                let write = db.write(company(client % 2 + 1), move |tx| {
                    let next = "INSERT INTO counter (company_id, name, value) VALUES ($1, 'n', 1) ON CONFLICT \
                         (company_id, name) DO UPDATE SET value = counter.value + 1 RETURNING value";
                    let number: i64 = tx.one(next, p![])?;
                    tx.push(INSERT_NOTE, p![number, format!("{client}/{round}")])
                });
                write.await.unwrap();
            }
        }));
    }
    for client in clients {
        client.await.unwrap();
    }
    done.store(true, Ordering::Relaxed);
    // One more commit for a killer that still waits.
    for id in 0..3_i64 {
        let unit = move |tx: &mut db::Tx<'_>| tx.exec(INSERT_NOTE, p![id, format!("{id}")]);
        db.write(company(3), unit).await.unwrap();
    }
    assert!(killer.await.unwrap() > 3);
    for of in [1, 2] {
        let count: i64 = db
            .read(company(of), |tx| tx.one(COUNT_NOTES, p![]))
            .await
            .unwrap();
        let value = "SELECT value FROM counter WHERE company_id = $1";
        let counter: i64 = db.read(company(of), move |tx| tx.one(value, p![])).await.unwrap();
        assert_eq!((count, counter), (160, 160), "company {of}");
    }
    db.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nodes_take_turns() {
    let target = target();
    let (one, two) = tokio::join!(Db::open(&target, options()), Db::open(&target, options()));
    let (one, two) = (one.unwrap(), two.unwrap());
    let mut answers = Vec::new();
    for number in 0..100 {
        let db = if number % 2 == 0 { &one } else { &two };
        answers.push(db.write(company(1), |tx| {
            // Reads before it writes: only the turn keeps this from losing an addition.
            let read = "SELECT value FROM counter WHERE company_id = $1 AND name = 'n'";
            let value = tx.opt::<i64>(read, p![])?.unwrap_or(0);
            let write = "INSERT INTO counter (company_id, name, value) VALUES ($1, 'n', $2) \
                 ON CONFLICT (company_id, name) DO UPDATE SET value = excluded.value";
            tx.push(write, p![value + 1])?;
            Ok(tx.next_id::<()>().raw())
        }));
    }
    let mut ids = Vec::new();
    for answer in answers {
        ids.push(answer.await.unwrap());
    }
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), 100, "nodes never give out the same identity");
    let read = "SELECT value FROM counter WHERE company_id = $1 AND name = 'n'";
    assert_eq!(
        one.read(company(1), move |tx| tx.one::<i64>(read, p![]))
            .await
            .unwrap(),
        100
    );
    one.close().await;
    two.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_interrupted_unit_is_run_again() {
    let target = target();
    let db = Db::open(&target, options()).await.unwrap();
    db.write(company(1), |tx| tx.exec(INSERT_NOTE, p![1, "before"]))
        .await
        .unwrap();
    let first = AtomicBool::new(true);
    let answer = db.write(company(1), move |tx| {
        tx.push(INSERT_NOTE, p![2, "after"])?;
        if first.swap(false, Ordering::Relaxed) {
            // Ends its own connection in the middle.
            tx.one::<bool>("SELECT pg_terminate_backend(pg_backend_pid()) WHERE $1 > 0", p![])?;
        }
        tx.all::<String>(TITLES, p![])
    });
    assert_eq!(answer.await.unwrap(), ["after", "before"]);
    db.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reader_survives_its_connection() {
    let target = target();
    let options = db::Options {
        readers: 1,
        ..options()
    };
    let db = Db::open(&target, options).await.unwrap();
    for _ in 0..3 {
        assert_eq!(
            db.read(company(1), |tx| tx.one::<i64>(COUNT_NOTES, p![]))
                .await
                .unwrap(),
            0
        );
        let kill = "SELECT pg_terminate_backend(pg_backend_pid())";
        let _ = db.system_read(move |tx| tx.one::<bool>(kill, p![])).await;
    }
    db.close().await;
}
