use base::{Day, Id, Instant};
use db::testing::both_with;
use db::{FaultKind, Result, Value, p};

use crate::{INSERT_NOTE, company, options};

const INSERT: &str = "INSERT INTO note (company_id, id, title, body, day, at, data, flag) \
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
const SELECT: &str =
    "SELECT id, title, body, day, at, data, flag FROM note WHERE company_id = $1 ORDER BY id";

#[derive(Clone, Debug, PartialEq)]
struct Note {
    id: Id<Note>,
    title: String,
    body: Option<String>,
    day: Option<Day>,
    at: Option<Instant>,
    data: Option<Vec<u8>>,
    flag: bool,
}
db::from_row! { struct Note { id, title, body, day, at, data, flag } }

#[test]
fn values_come_back_as_they_went() {
    both_with(&options(), |db| async move {
        let full = |id: i64, title: &str, day: &str, micros: i64| Note {
            id: Id::new(id),
            title: title.to_owned(),
            body: Some(String::new()),
            day: day.parse().ok(),
            at: Some(Instant::from_micros(micros)),
            data: Some(vec![0, 255, 7]),
            flag: true,
        };
        let empty = Note {
            body: None,
            day: None,
            at: None,
            data: None,
            flag: false,
            ..full(4, "ö", "", 0)
        };
        let notes = vec![
            full(1, "𠮷野家 🧾 ' \" \\ %", "2026-02-28", 1_700_000_000_123_456),
            full(2, "早", "0001-01-01", -1),
            full(3, "", "9999-12-31", 946_684_800_000_000),
            empty,
            full(i64::MAX, "large", "2000-01-01", 0),
        ];
        let wanted = notes.clone();
        db.write(company(7), move |tx| {
            for note in notes.clone() {
                let Note {
                    id,
                    title,
                    body,
                    day,
                    at,
                    data,
                    flag,
                } = note;
                tx.push(INSERT, p![id, title, body, day, at, data, flag])?;
            }
            Ok(())
        })
        .await
        .unwrap();
        assert_eq!(
            db.read(company(7), |tx| tx.all::<Note>(SELECT, p![]))
                .await
                .unwrap(),
            wanted
        );
        // Days and instants compare as such, and text by its bytes.
        let day: Day = "2000-01-01".parse().unwrap();
        let later = "SELECT COUNT(*) FROM note WHERE company_id = $1 AND day > $2 AND at > $3";
        let at = Instant::from_micros(946_684_799_999_999);
        assert_eq!(
            db.read(company(7), move |tx| tx.one::<i64>(later, p![day, at]))
                .await
                .unwrap(),
            2
        );
        let sorted = "SELECT title FROM note WHERE company_id = $1 AND title < $2 ORDER BY title";
        let titles = db
            .read(company(7), move |tx| tx.all::<String>(sorted, p!["早"]))
            .await
            .unwrap();
        assert_eq!(titles, ["", "large", "ö"]);
    });
}

#[test]
fn parameters_go_by_their_number() {
    both_with(&options(), |db| async move {
        let query = "SELECT $3, $2, title FROM note WHERE company_id = $1 AND title <> $2 AND title = $3";
        db.write(company(1), |tx| tx.exec(INSERT_NOTE, p![1, "second"]))
            .await
            .unwrap();
        type Found = (String, String, String);
        let found = db
            .read(company(1), move |tx| {
                tx.one::<Found>(query, p!["first", "second"])
            })
            .await
            .unwrap();
        assert_eq!(
            found,
            ("second".to_owned(), "first".to_owned(), "second".to_owned())
        );
        let system = |tx: &mut db::SystemTx<'_>| {
            tx.one::<(i64, i64)>("SELECT CAST($2 AS BIGINT), CAST($1 AS BIGINT)", p![1, 2])
        };
        assert_eq!(db.system_read(system).await.unwrap(), (2, 1));
    });
}

#[test]
fn integers_are_wide_beside_literals() {
    both_with(&options(), |db| async move {
        let query = "SELECT COALESCE($2, 0), CASE WHEN $1 = 0 THEN 1 ELSE 2 END";
        let found = db
            .read(company(1), move |tx| tx.one::<(i64, i64)>(query, p![1_i64 << 60]))
            .await;
        assert_eq!(found.unwrap(), (1 << 60, 2));
    });
}

#[test]
fn sums_compare_with_whole_parameters() {
    both_with(&options(), |db| async move {
        let insert = "INSERT INTO counter (company_id, name, value) VALUES";
        let rows = vec![
            p!["a", i64::MAX],
            p!["b", i64::MIN],
            p!["c", 9_999],
            p!["d", 10_000],
            p!["e", 0],
        ];
        db.write(company(1), move |tx| tx.push_rows(insert, rows.clone()))
            .await
            .unwrap();
        let query = "SELECT name FROM counter WHERE company_id = $1 GROUP BY name HAVING SUM(value) = $2";
        for (name, value) in [
            ("a", i64::MAX),
            ("b", i64::MIN),
            ("c", 9_999),
            ("d", 10_000),
            ("e", 0),
        ] {
            let found = db
                .read(company(1), move |tx| tx.opt::<String>(query, p![value]))
                .await
                .unwrap();
            assert_eq!(found.as_deref(), Some(name));
        }
        let uncast = "SELECT CAST(COUNT(*) AS BIGINT), name FROM counter WHERE company_id = $1 GROUP BY name";
        assert_eq!(
            db.read(company(1), move |tx| tx.all::<(i64, String)>(uncast, p![]))
                .await
                .unwrap()
                .len(),
            5
        );
    });
}

#[test]
fn mistakes_are_faults() {
    both_with(&options(), |db| async move {
        let mismatch = |result: Result<i64>| {
            let error = result.expect_err("a mistake");
            assert_eq!(
                error.as_fault().map(|fault| fault.kind().clone()),
                Some(FaultKind::Mismatch),
                "{error}"
            );
        };
        let one = |sql: &'static str, params: Vec<Value>| {
            db.read(company(1), move |tx| tx.one::<i64>(sql, params.clone()))
        };
        mismatch(one("SELECT COUNT(*) FROM note WHERE company_id = $1", p![1]).await);
        mismatch(
            one(
                "SELECT COUNT(*) FROM note WHERE company_id = $1 AND id = $2",
                p![],
            )
            .await,
        );
        mismatch(one("SELECT 'text' WHERE $1 > 0", p![]).await);
        mismatch(one("SELECT NULL WHERE $1 > 0", p![]).await);
        mismatch(one("SELECT 1 WHERE $1 > 0 UNION ALL SELECT 2", p![]).await);
        // A statement that does not name its company does not run.
        mismatch(one("SELECT 1", p![]).await);
        assert!(
            one("SELECT COUNT(*) FROM note WHERE id = $2", p![1])
                .await
                .is_err()
        );
        let none = one("SELECT id FROM note WHERE company_id = $1", p![])
            .await
            .unwrap_err();
        assert_eq!(none.as_fault().unwrap().kind(), &FaultKind::NoRow);
    });
}
