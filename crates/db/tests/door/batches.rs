use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use base::{Id, Refusal};
use db::testing::both_with;
use db::{Db, Error, FaultKind, Options, Refused, Result, Sql, Tx, p};

use crate::{COUNT_NOTES, INSERT_LINE, INSERT_NOTE, TITLES, company, options};

const NEXT: Sql = Sql::new(
    "NEXT",
    "INSERT INTO counter (company_id, name, value) VALUES ($1, 'note', 1) \
     ON CONFLICT (company_id, name) DO UPDATE SET value = counter.value + 1 RETURNING value",
);
const ADD: Sql = Sql::new(
    "ADD",
    "INSERT INTO counter (company_id, name, value) VALUES ($1, 'sum', $2) \
     ON CONFLICT (company_id, name) DO UPDATE SET value = counter.value + excluded.value",
);
const EVIDENCE: Sql = Sql::new(
    "EVIDENCE",
    "INSERT INTO note (company_id, id, title, flag) VALUES ($1, $2, $3, 1)",
);

/// Takes a number, inserts a note with three lines, moves a sum; then ends as told.
fn post(tx: &mut Tx<'_>, amount: i64, end: u32) -> Result<i64> {
    let number: i64 = tx.one(NEXT, p![])?;
    let note: Id<()> = tx.next_id();
    tx.push(INSERT_NOTE, p![note, format!("number {number:05}")])?;
    let mut rows = Vec::new();
    for _ in 0..3 {
        rows.push(p![tx.next_id::<()>(), note, amount]);
    }
    tx.push_rows("INSERT INTO line (company_id, id, note_id, amount) VALUES", rows)?;
    tx.push(ADD, p![3 * amount])?;
    match end {
        0 => Ok(number),
        1 => Err(Error::fault("on purpose")),
        2 => {
            let refused = Refused::new(Refusal::rule("test.refused"));
            let evidence = p![tx.next_id::<()>(), format!("evidence {}", note.raw())];
            Err(refused.with_evidence(EVIDENCE, evidence).into())
        }
        3 => panic!("on purpose"),
        // A write whose failure shows only when it is waited for.
        _ => {
            let line: Id<()> = tx.next_id();
            tx.push(INSERT_LINE, p![line, note, 0]).map(|()| number)
        }
    }
}

async fn state(db: &Db, of: i64) -> (i64, i64, i64, i64) {
    let query = "SELECT (SELECT COUNT(*) FROM note WHERE company_id = $1 AND flag = 0), \
         COALESCE((SELECT value FROM counter WHERE company_id = $1 AND name = 'note'), 0), \
         (SELECT CAST(COALESCE(SUM(amount), 0) AS BIGINT) FROM line WHERE company_id = $1), \
         COALESCE((SELECT value FROM counter WHERE company_id = $1 AND name = 'sum'), 0)";
    db.read(company(of), move |tx| tx.one(query, p![])).await.unwrap()
}

#[test]
fn failing_units_leave_no_trace_in_their_group() {
    both_with(&options(), |db| async move {
        let mut answers = Vec::new();
        for number in 0..200_u32 {
            let of = i64::from(number % 2) + 1;
            let end = if number % 3 == 0 { 1 + number / 3 % 4 } else { 0 };
            answers.push((
                of,
                end,
                db.write(company(of), move |tx| post(tx, i64::from(number) + 1, end)),
            ));
        }
        let mut numbers = [Vec::new(), Vec::new()];
        let mut refusals = [0, 0];
        for (of, end, answer) in answers {
            match (end, answer.await) {
                (0, Ok(number)) => numbers[of as usize - 1].push(number),
                (2, Err(Error::Refused(refused))) => {
                    assert_eq!(refused.refusal.code, "test.refused");
                    refusals[of as usize - 1] += 1;
                }
                (3, Err(error)) => assert_eq!(error.as_fault().unwrap().kind(), &FaultKind::Panic),
                (4, Err(error)) => assert_eq!(
                    error.as_fault().unwrap().kind(),
                    &FaultKind::Constraint,
                    "{error}"
                ),
                (1, Err(Error::Fault(_))) => {}
                (end, answer) => panic!("unit that ends as {end} answered {answer:?}"),
            }
        }
        for of in [1, 2] {
            let mut numbers = numbers[of as usize - 1].clone();
            numbers.sort();
            let expected: Vec<i64> = (1..=numbers.len() as i64).collect();
            assert_eq!(numbers, expected, "no gap, none twice");
            let (notes, counter, lines, sum) = state(&db, of).await;
            assert_eq!((notes, counter), (expected.len() as i64, expected.len() as i64));
            assert_eq!(lines, sum);
            let evidence = "SELECT COUNT(*) FROM note WHERE company_id = $1 AND flag = 1";
            let kept: i64 = db
                .read(company(of), move |tx| tx.one(evidence, p![]))
                .await
                .unwrap();
            assert_eq!(kept, refusals[of as usize - 1]);
        }
    });
}

#[test]
fn failed_pushes_surface() {
    both_with(&options(), |db| async move {
        let twice = |tx: &mut Tx<'_>| {
            tx.push(INSERT_NOTE, p![1, "same"])?;
            tx.push(INSERT_NOTE, p![2, "same"])
        };
        let error = db.write(company(1), twice).await.unwrap_err();
        assert!(error.is_unique() && error.is_unique_in("note"), "{error:?}");
        // At the next read, as the first true error, named after its statement.
        let error = db
            .write(company(1), move |tx| {
                twice(tx)?;
                tx.push(INSERT_NOTE, p![3, "other"])?;
                tx.one::<i64>(COUNT_NOTES, p![])
            })
            .await
            .unwrap_err();
        assert!(error.is_unique_in("note"), "{error:?}");
        assert!(error.to_string().contains("INSERT_NOTE"), "{error}");
        // A refusal does not hide it.
        let error = db
            .write(company(1), move |tx| -> Result<()> {
                twice(tx)?;
                Err(Refusal::rule("test.no").into())
            })
            .await
            .unwrap_err();
        assert!(error.is_unique(), "{error:?}");
        assert_eq!(
            db.read(company(1), |tx| tx.one::<i64>(COUNT_NOTES, p![]))
                .await
                .unwrap(),
            0
        );
    });
}

#[test]
fn a_failed_statement_cannot_be_ignored() {
    both_with(&options(), |db| async move {
        let ignoring = |tx: &mut Tx<'_>| {
            tx.exec(INSERT_NOTE, p![1, "kept?"])?;
            assert!(tx.exec(INSERT_NOTE, p![1, "again"]).is_err());
            Ok(())
        };
        assert!(db.write(company(1), ignoring).await.is_err());
        // But it may become a refusal.
        let refusing = |tx: &mut Tx<'_>| {
            tx.exec(INSERT_NOTE, p![1, "kept?"])?;
            let again = tx.exec(INSERT_NOTE, p![1, "again"]);
            again.map_err(|error| {
                if error.is_unique() {
                    Refusal::conflict("test.taken").into()
                } else {
                    error
                }
            })
        };
        let error = db.write(company(1), refusing).await.unwrap_err();
        assert_eq!(error.refusal().map(|refusal| refusal.code), Some("test.taken"));
        // A value of the wrong kind never reaches the server, and is a fault all the same.
        let wrong = "INSERT INTO note (company_id, id, title, day) VALUES ($1, $2, $3, $4)";
        let pushing = move |tx: &mut Tx<'_>| tx.push(wrong, p![5, 6, 7]);
        if db.is_postgres() {
            assert!(db.write(company(1), pushing).await.is_err());
        }
        assert_eq!(
            db.read(company(1), |tx| tx.one::<i64>(COUNT_NOTES, p![]))
                .await
                .unwrap(),
            0
        );
    });
}

#[test]
fn evidence_that_cannot_be_written_is_a_fault() {
    both_with(&options(), |db| async move {
        db.write(company(1), |tx| tx.exec(INSERT_NOTE, p![1, "taken"]))
            .await
            .unwrap();
        let error = db
            .write(company(1), |tx| -> Result<()> {
                tx.exec(INSERT_NOTE, p![2, "undone"])?;
                let refused = Refused::new(Refusal::rule("test.no"));
                Err(refused.with_evidence(EVIDENCE, p![1, "evidence"]).into())
            })
            .await
            .unwrap_err();
        assert!(error.as_fault().is_some(), "{error:?}");
        let titles: Vec<String> = db.read(company(1), |tx| tx.all(TITLES, p![])).await.unwrap();
        assert_eq!(titles, ["taken"]);
    });
}

#[test]
fn previews_answer_and_keep_nothing() {
    both_with(&options(), |db| async move {
        assert_eq!(db.preview(company(1), |tx| post(tx, 5, 0)).await.unwrap(), 1);
        assert!(matches!(
            db.preview(company(1), |tx| post(tx, 5, 2)).await,
            Err(Error::Refused(_))
        ));
        assert!(db.preview(company(1), |tx| post(tx, 5, 4)).await.is_err());
        assert_eq!(state(&db, 1).await, (0, 0, 0, 0));
        let all: i64 = db.read(company(1), |tx| tx.one(COUNT_NOTES, p![])).await.unwrap();
        assert_eq!(all, 0, "a preview leaves no evidence");
    });
}

#[test]
fn rows_in_any_number() {
    both_with(&options(), |db| async move {
        let insert =
            "INSERT INTO note (company_id, id, title) VALUES ON CONFLICT (company_id, id) DO NOTHING";
        for (round, count) in [0_i64, 1, 7, 8, 73, 200].into_iter().enumerate() {
            let of = round as i64 + 1;
            let rows: Vec<_> = (0..count).map(|id| p![id, format!("note {id}")]).collect();
            db.write(company(of), move |tx| {
                tx.push_rows(insert, rows.clone())?;
                tx.push_rows(insert, rows.clone())
            })
            .await
            .unwrap();
            let found: i64 = db
                .read(company(of), |tx| tx.one(COUNT_NOTES, p![]))
                .await
                .unwrap();
            assert_eq!(found, count);
        }
    });
}

#[test]
fn readers_cannot_write() {
    both_with(&options(), |db| async move {
        assert!(
            db.read(company(1), |tx| tx.exec(INSERT_NOTE, p![1, "x"]))
                .await
                .is_err()
        );
        let ids = db
            .read(company(1), |tx| Ok(tx.next_id::<()>()))
            .await
            .unwrap_err();
        assert_eq!(ids.as_fault().unwrap().kind(), &FaultKind::Panic);
        assert_eq!(
            db.read(company(1), |tx| tx.one::<i64>(COUNT_NOTES, p![]))
                .await
                .unwrap(),
            0
        );
    });
}

#[test]
fn a_system_unit_can_step_into_a_company() {
    both_with(&options(), |db| async move {
        let unit = |tx: &mut db::SystemTx<'_>| {
            let id = tx.next_id();
            let mut inside = tx.in_company(id)?;
            inside.exec(INSERT_NOTE, p![1, "first"])?;
            Ok(id)
        };
        let id: base::CompanyId = db.system_write(unit).await.unwrap();
        let titles: Vec<String> = db.read(id, |tx| tx.all(TITLES, p![])).await.unwrap();
        assert_eq!(titles, ["first"]);
    });
}

#[test]
fn commits_are_announced_and_ids_grow() {
    let options = Options {
        first_id: 500,
        ..options()
    };
    both_with(&options, |db| async move {
        let mut seen = db.on_commit();
        assert!(!seen.has_changed().unwrap());
        let first: Id<()> = db.write(company(1), |tx| Ok(tx.next_id())).await.unwrap();
        assert_eq!(first.raw(), 500);
        seen.changed().await.unwrap();
        let second: Id<()> = db.write(company(2), |tx| Ok(tx.next_id())).await.unwrap();
        assert_eq!(second.raw(), 501);
    });
}

#[test]
fn units_share_commits() {
    both_with(&options(), |db| async move {
        let seen = db.on_commit();
        let runs = Arc::new(AtomicU32::new(0));
        let mut answers = Vec::new();
        for id in 0..100_i64 {
            let runs = Arc::clone(&runs);
            answers.push(db.write(company(1), move |tx| {
                runs.fetch_add(1, Ordering::Relaxed);
                tx.push(INSERT_NOTE, p![id, format!("note {id}")])
            }));
        }
        for answer in answers {
            answer.await.unwrap();
        }
        assert_eq!(runs.load(Ordering::Relaxed), 100, "nothing had to be run again");
        assert!(*seen.borrow() < 100, "{} commits", *seen.borrow());
    });
}

#[test]
fn a_part_may_be_refused_by_itself() {
    both_with(&options(), |db| async move {
        let unit = |tx: &mut Tx<'_>| {
            tx.push(INSERT_NOTE, p![1, "before"])?;
            let kept = tx.part(|tx| tx.push(INSERT_NOTE, p![2, "kept"]))?;
            assert!(kept.is_ok());
            let refused = tx.part(|tx| -> Result<()> {
                tx.push(INSERT_NOTE, p![3, "undone"])?;
                Err(Refusal::rule("test.no").into())
            })?;
            assert_eq!(refused.unwrap_err().refusal.code, "test.no");
            let taken = tx.part(|tx| {
                let done = tx.exec(INSERT_NOTE, p![4, "kept"]);
                done.map_err(|error| {
                    if error.is_unique() {
                        Refusal::conflict("test.taken").into()
                    } else {
                        error
                    }
                })
            })?;
            assert_eq!(taken.unwrap_err().refusal.code, "test.taken");
            tx.push(INSERT_NOTE, p![5, "after"])
        };
        db.write(company(1), unit).await.unwrap();
        let titles: Vec<String> = db.read(company(1), |tx| tx.all(TITLES, p![])).await.unwrap();
        assert_eq!(titles, ["after", "before", "kept"]);
        // A write that failed unnoticed in a refused part is a fault.
        let hidden = |tx: &mut Tx<'_>| {
            let _ = tx.part(|tx| -> Result<()> {
                tx.push(INSERT_NOTE, p![6, "kept"])?;
                Err(Refusal::rule("test.no").into())
            })?;
            Ok(())
        };
        assert!(db.write(company(1), hidden).await.unwrap_err().is_unique());
    });
}
