use db::testing::{Cluster, Place, both_with};
use db::{Db, FaultKind, Migrations, Options, Target, p};

use crate::{COUNT_NOTES, INSERT_NOTE, company, options, schema, step};

fn with(migrations: Migrations) -> Options {
    Options {
        migrations: Some(migrations),
        ..Options::default()
    }
}

/// A place of each kind without any table.
fn targets() -> Vec<(Target, Option<Place>)> {
    let sqlite = Place::sqlite();
    let postgres = Target::Postgres {
        url: Cluster::shared().empty_database(),
    };
    vec![(sqlite.target().clone(), Some(sqlite)), (postgres, None)]
}

async fn refused(target: &Target, migrations: Migrations) -> String {
    let error = Db::open(target, with(migrations))
        .await
        .err()
        .expect("a schema that does not fit");
    assert_eq!(
        error.as_fault().map(|fault| fault.kind()),
        Some(&FaultKind::Schema),
        "{error}"
    );
    error.to_string()
}

#[tokio::test(flavor = "multi_thread")]
async fn changed_newer_and_older_schemas() {
    for (target, _place) in targets() {
        let db = Db::open(&target, options()).await.unwrap();
        db.write(company(1), |tx| tx.exec(INSERT_NOTE, p![1, "stays"]))
            .await
            .unwrap();
        db.close().await;

        let mut changed = schema();
        changed.steps[1].text.push_str("\n-- an afterthought\n");
        assert!(refused(&target, changed).await.contains("was changed"));

        let mut older = schema();
        older.steps.pop();
        assert!(refused(&target, older).await.contains("newer than this program"));

        let mut late = schema();
        late.steps
            .insert(1, step(5, "CREATE TABLE late (id {int} NOT NULL);"));
        assert!(refused(&target, late).await.contains("already run"));

        let mut newer = schema();
        newer.steps.push(step(
            9002,
            "ALTER TABLE note ADD COLUMN more {int};\nUPDATE note SET more = 5;",
        ));
        newer.views = vec!["CREATE VIEW note_v_more AS SELECT company_id, more FROM note;".to_owned()];
        let reading = Db::open_read_only(&target, with(newer.clone()))
            .await
            .err()
            .expect("older");
        assert!(
            reading.to_string().contains("older than this program"),
            "{reading}"
        );

        let db = Db::open(&target, with(newer.clone())).await.unwrap();
        let more = "SELECT more FROM note_v_more WHERE company_id = $1";
        assert_eq!(
            db.read(company(1), move |tx| tx.one::<i64>(more, p![]))
                .await
                .unwrap(),
            5
        );
        assert_eq!(
            db.schema().await.unwrap().views.keys().collect::<Vec<_>>(),
            ["note_v_more"]
        );
        db.close().await;
        Db::open_read_only(&target, with(newer))
            .await
            .unwrap()
            .close()
            .await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_upgrade_keeps_the_published_views() {
    let now = Migrations::embedded();
    let in_steps = now.steps.iter().filter(|step| step.text.contains("CREATE VIEW"));
    let in_steps: Vec<&str> = in_steps.map(|step| step.name.as_str()).collect();
    assert!(
        in_steps.is_empty(),
        "views belong into migrations/views: {in_steps:?}"
    );
    let mut next = now.clone();
    next.steps
        .push(step(9001, "CREATE TABLE later (id {int} NOT NULL);"));
    for (target, _place) in targets() {
        let mut views = Vec::new();
        for migrations in [&now, &next] {
            let db = Db::open(&target, with(migrations.clone())).await.unwrap();
            views.push(db.schema().await.unwrap().views);
            db.close().await;
        }
        assert!(!views[0].is_empty());
        assert_eq!(views[0], views[1]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_broken_step_leaves_nothing_behind() {
    for (target, _place) in targets() {
        let mut broken = schema();
        broken.steps.push(step(
            9002,
            "CREATE TABLE half (id {int} NOT NULL);\nCREATE TABLE note (id {int});",
        ));
        let error = Db::open(&target, with(broken))
            .await
            .err()
            .expect("a table that is there already");
        assert!(error.to_string().contains("9002_test"), "{error}");
        let db = Db::open(&target, options()).await.unwrap();
        assert!(!db.schema().await.unwrap().tables.contains_key("half"));
        assert_eq!(
            db.read(company(1), |tx| tx.one::<i64>(COUNT_NOTES, p![]))
                .await
                .unwrap(),
            0
        );
        db.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn both_databases_have_the_same_tables() {
    let mut schemas = Vec::new();
    for place in [Place::sqlite(), Place::postgres()] {
        let db = place.open().await;
        schemas.push(db.schema().await.unwrap());
        db.close().await;
    }
    let (sqlite, postgres) = (&schemas[0], &schemas[1]);
    assert!(sqlite.tables.contains_key("company_writer"));
    assert_eq!(
        sqlite.tables.keys().collect::<Vec<_>>(),
        postgres.tables.keys().collect::<Vec<_>>()
    );
    for (name, table) in &sqlite.tables {
        assert_eq!(
            table, &postgres.tables[name],
            "{name}: SQLite left, PostgreSQL right"
        );
    }
    assert_eq!(sqlite.views, postgres.views);
}

#[test]
fn schemas_are_described_in_full() {
    let postgres = Target::Postgres {
        url: Cluster::shared().empty_database(),
    };
    let sqlite = Place::sqlite();
    for target in [sqlite.target(), &postgres] {
        let db = Db::open_blocking(target, options()).unwrap();
        let schema = db.schema_blocking().unwrap();
        let line = &schema.tables["line"];
        assert_eq!(line.primary_key, ["company_id", "id"]);
        let key = line.foreign_keys.first().expect("a foreign key");
        assert_eq!(key.table, "note");
        let columns = [
            ("company_id".to_owned(), "company_id".to_owned()),
            ("note_id".to_owned(), "id".to_owned()),
        ];
        assert_eq!(key.columns, columns);
        let note = &schema.tables["note"];
        assert!(
            note.indexes["note_title"].unique
                && !note.columns["body"].not_null
                && note.columns["id"].not_null
        );
        assert!(note.columns["flag"].has_default);
        db.close_blocking();
    }
}

#[test]
fn statements_are_read_without_being_run() {
    both_with(&Options::default(), |db| async move {
        let good = "SELECT version FROM db_migration WHERE version = $1";
        db.system_read(move |tx| tx.prepare(good)).await.unwrap();
        let bad = "SELECT nothing FROM db_migration";
        let error = db.system_read(move |tx| {
            assert!(tx.prepare(bad).is_err());
            tx.prepare(good)
        });
        error.await.unwrap();
    });
}
