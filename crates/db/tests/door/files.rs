use db::testing::Place;
use db::{Db, FaultKind, p};

use crate::{COUNT_NOTES, INSERT_NOTE, company, options};

#[tokio::test]
async fn a_second_writer_is_refused_by_name() {
    let place = Place::sqlite();
    let db = place.open_with(options()).await;
    db.announce("http://127.0.0.1:4711").unwrap();
    let error = Db::open(place.target(), options())
        .await
        .err()
        .expect("a second writer");
    let refusal = error.refusal().expect("a refusal");
    assert_eq!(refusal.code, "db.locked");
    assert!(
        refusal.params.contains(&("pid", std::process::id().to_string())),
        "{refusal}"
    );
    assert!(
        refusal
            .params
            .contains(&("address", "http://127.0.0.1:4711".to_owned())),
        "{refusal}"
    );
    db.close().await;
    place.open_with(options()).await.close().await;
}

#[tokio::test]
async fn reading_beside_the_writer_and_without_it() {
    let place = Place::sqlite();
    let missing = Db::open_read_only(place.target(), options())
        .await
        .err()
        .expect("nothing is there");
    assert_eq!(missing.refusal().map(|refusal| refusal.code), Some("db.missing"));
    let db = place.open_with(options()).await;
    db.write(company(1), |tx| tx.exec(INSERT_NOTE, p![1, "one"]))
        .await
        .unwrap();
    let count = |db: &Db| db.read(company(1), |tx| tx.one::<i64>(COUNT_NOTES, p![]));
    let beside = Db::open_read_only(place.target(), options()).await.unwrap();
    assert_eq!(count(&beside).await.unwrap(), 1);
    db.write(company(1), |tx| tx.exec(INSERT_NOTE, p![2, "two"]))
        .await
        .unwrap();
    assert_eq!(count(&beside).await.unwrap(), 2);
    let refused = beside
        .write(company(1), |tx| tx.exec(INSERT_NOTE, p![3, "three"]))
        .await
        .unwrap_err();
    assert_eq!(refused.as_fault().unwrap().kind(), &FaultKind::Closed);
    db.close().await;
    assert_eq!(count(&beside).await.unwrap(), 2);
    beside.close().await;
    let alone = Db::open_read_only(place.target(), options()).await.unwrap();
    assert_eq!(count(&alone).await.unwrap(), 2);
    // Whoever reads does not keep the next writer out.
    let again = place.open_with(options()).await;
    again
        .write(company(1), |tx| tx.exec(INSERT_NOTE, p![3, "three"]))
        .await
        .unwrap();
    assert_eq!(count(&alone).await.unwrap(), 3);
    alone.close().await;
    again.close().await;
}

#[tokio::test]
async fn closing_does_what_is_queued() {
    let place = Place::sqlite();
    let db = place.open_with(options()).await;
    let answers: Vec<_> = (0..50_i64)
        .map(|id| {
            db.write(company(1), move |tx| {
                tx.push(INSERT_NOTE, p![id, format!("{id}")])
            })
        })
        .collect();
    let clone = db.clone();
    db.close().await;
    for answer in answers {
        answer.await.unwrap();
    }
    let late = clone
        .write(company(1), |tx| tx.exec(INSERT_NOTE, p![99, "late"]))
        .await
        .unwrap_err();
    assert_eq!(late.as_fault().unwrap().kind(), &FaultKind::Closed);
}

#[test]
fn everything_works_without_a_runtime() {
    for place in [Place::sqlite(), Place::postgres_empty()] {
        let db = Db::open_blocking(place.target(), options()).unwrap();
        db.write_blocking(company(1), |tx| tx.exec(INSERT_NOTE, p![1, "one"]))
            .unwrap();
        db.preview_blocking(company(1), |tx| tx.exec(INSERT_NOTE, p![2, "two"]))
            .unwrap();
        let count = |db: &Db| {
            db.read_blocking(company(1), |tx| tx.one::<i64>(COUNT_NOTES, p![]))
                .unwrap()
        };
        assert_eq!(count(&db), 1);
        let reading = Db::open_read_only_blocking(place.target(), options()).unwrap();
        assert_eq!(count(&reading), 1);
        reading.close_blocking();
        db.close_blocking();
    }
}

#[tokio::test]
async fn a_unit_that_takes_the_transaction_down_is_left_out() {
    let place = Place::sqlite();
    let db = place.open_with(options()).await;
    db.write(company(1), |tx| tx.exec(INSERT_NOTE, p![0, "taken"]))
        .await
        .unwrap();
    let answers: Vec<_> = (1..40_i64)
        .map(|id| {
            db.write(company(1), move |tx| {
                if id % 7 == 0 {
                    let fatal = "INSERT OR ROLLBACK INTO note (company_id, id, title) VALUES ($1, $2, $3)";
                    return tx.push(fatal, p![id, "taken"]);
                }
                tx.push(INSERT_NOTE, p![id, format!("{id}")])
            })
        })
        .collect();
    for (answer, id) in answers.into_iter().zip(1..) {
        match answer.await {
            Ok(()) => assert_ne!(id % 7, 0),
            Err(error) => assert!(id % 7 == 0 && error.is_unique_in("note"), "{id}: {error}"),
        }
    }
    let count: i64 = db.read(company(1), |tx| tx.one(COUNT_NOTES, p![])).await.unwrap();
    assert_eq!(count, 40 - 5);
    db.close().await;
}

#[tokio::test]
async fn a_full_disk_refuses_writes_and_nothing_else() {
    let place = Place::sqlite();
    let db = place.open_with(options()).await;
    let limit = |pages: i64| {
        // A PRAGMA takes no parameters; the limit stands for the end of the disk.
        db.system_write(move |tx| tx.one::<i64>(format!("PRAGMA max_page_count = {pages}"), p![]))
    };
    let page_count = limit(1).await.unwrap();
    let large = |id: i64| {
        db.write(company(1), move |tx| {
            tx.push(INSERT_NOTE, p![id, "x".repeat(100_000)])?;
            tx.one::<i64>(COUNT_NOTES, p![])
        })
    };
    let error = large(1).await.unwrap_err();
    assert!(error.is_full(), "{error:?} with {page_count} pages");
    assert_eq!(
        db.read(company(1), |tx| tx.one::<i64>(COUNT_NOTES, p![]))
            .await
            .unwrap(),
        0
    );
    limit(1_000_000).await.unwrap();
    assert_eq!(large(2).await.unwrap(), 1, "it goes on without a restart");
    db.close().await;
}
