//! What units of work say to the database, noted for benchmarks: the same statements can then be played
//! over a bare driver. Only in builds with the feature `record`.

use std::sync::{Mutex, PoisonError};

use crate::value::Value;

/// One statement as it was run.
#[derive(Clone, Debug)]
pub struct Statement {
    pub sql: String,
    /// For `$1`, `$2` and so on; the company is among them.
    pub params: Vec<Value>,
}

/// The text that stands in the log where a group of units is committed.
pub const COMMIT: &str = "COMMIT";

static LOG: Mutex<Option<Vec<Statement>>> = Mutex::new(None);

/// Notes every statement of this process from now on.
pub fn start() {
    *LOG.lock().unwrap_or_else(PoisonError::into_inner) = Some(Vec::new());
}

/// What was noted since [`start`] or since the last call.
pub fn take() -> Vec<Statement> {
    let mut log = LOG.lock().unwrap_or_else(PoisonError::into_inner);
    log.as_mut().map(std::mem::take).unwrap_or_default()
}

/// Notes nothing any more.
pub fn stop() {
    *LOG.lock().unwrap_or_else(PoisonError::into_inner) = None;
}

pub(crate) fn note(sql: &str, company: Option<i64>, params: &[Value]) {
    let mut log = LOG.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(log) = log.as_mut() {
        let params = company
            .map(Value::Int)
            .into_iter()
            .chain(params.iter().cloned())
            .collect();
        log.push(Statement {
            sql: sql.to_owned(),
            params,
        });
    }
}
