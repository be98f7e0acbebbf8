//! Every statement of the program, read by both databases.

use db::Sql;
use db::testing::both;

/// Statements inside a company, by slice.
fn company_statements() -> Vec<Sql> {
    let slices: [&[&[Sql]]; 10] = [
        kit::STATEMENTS,
        parties::STATEMENTS,
        catalog::STATEMENTS,
        ledger::STATEMENTS,
        credit::STATEMENTS,
        sales::STATEMENTS,
        receivables::STATEMENTS,
        statements::STATEMENTS,
        reports::STATEMENTS,
        collection::STATEMENTS,
    ];
    slices
        .iter()
        .flat_map(|slice| slice.iter())
        .flat_map(|module| module.iter())
        .copied()
        .collect()
}

fn built_statements() -> Vec<String> {
    [
        parties::list_statements(),
        catalog::list_statements(),
        credit::list_statements(),
        sales::list_statements(),
        receivables::list_statements(),
        statements::list_statements(),
    ]
    .concat()
}

fn system_statements() -> Vec<Sql> {
    [
        access::SYSTEM_STATEMENTS,
        kit::job::SYSTEM_STATEMENTS,
        statements::SYSTEM_STATEMENTS,
    ]
    .concat()
}

/// The beginning of a multi-row insert; the layer adds the rows.
fn is_prefix(sql: &str) -> bool {
    sql.trim_end().ends_with("VALUES") || sql.contains("VALUES ON CONFLICT")
}

#[test]
fn every_statement_is_understood_by_both_databases() {
    both(|db| async move {
        let system = db.system_read(|tx| {
            for sql in system_statements() {
                tx.prepare(sql).map_err(|error| error.context(sql.name()))?;
            }
            for sql in company_statements().iter().filter(|sql| !is_prefix(sql.text())) {
                tx.prepare(sql).map_err(|error| error.context(sql.name()))?;
            }
            for sql in built_statements() {
                tx.prepare(&sql).map_err(|error| error.context(&sql))?;
            }
            Ok(())
        });
        system.await.unwrap_or_else(|error| panic!("{error}"));
    });
}

#[test]
fn every_business_statement_names_its_company() {
    let mut without = built_statements();
    without.extend(company_statements().iter().map(|sql| sql.text().to_owned()));
    without.retain(|text| {
        let inserts = text.trim_start().starts_with("INSERT INTO") && text.contains("(company_id");
        !inserts && !text.contains("company_id = $1")
    });
    assert!(
        without.is_empty(),
        "no row is reached without its company:\n{}",
        without.join("\n")
    );
}
