use std::sync::Arc;

use access::{Company, Permission, Role};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::IntoResponse;
use base::{Day, Instant, Refusal, UserId};
use db::{Db, Tx, p};
use i18n::Lang;
use serde::Serialize;

use crate::{AppState, Problem, audit};

db::statements! {
    LOCK_DATE = "SELECT lock_date FROM access_v_company WHERE company_id = $1";
    // One look for the kept answer and the lock date that counts for this unit.
    FIND_ANSWER = "SELECT c.lock_date, k.fingerprint, k.status, k.answer FROM access_v_company c \
        LEFT JOIN kit_idempotency k ON k.company_id = c.company_id AND k.user_id = $2 AND k.key = $3 \
        WHERE c.company_id = $1";
    FORGET_ANSWERS = "DELETE FROM kit_idempotency WHERE company_id = $1 AND created_at < $2";
    KEEP_ANSWER = "INSERT INTO kit_idempotency \
        (company_id, user_id, key, fingerprint, status, answer, created_at) \
        VALUES ($1, $2, $3, $4, $5, $6, $7)";
}

/// Who acts, in which set of books, and when. Every command takes it; none reads a clock.
#[derive(Clone, Debug)]
pub struct Meta {
    pub company: Arc<Company>,
    pub user: UserId,
    pub now: Instant,
    /// The company's civil day of `now`.
    pub today: Day,
    pub lang: Lang,
}

impl Meta {
    pub fn new(company: Arc<Company>, user: UserId, now: Instant, lang: Lang) -> Meta {
        let today = now.day_in(&company.zone);
        Meta {
            company,
            user,
            now,
            today,
            lang,
        }
    }

    /// The same with the lock date as it counts inside this transaction: it may have been set since the
    /// company was read.
    pub fn at(&self, tx: &mut Tx<'_>) -> db::Result<Meta> {
        let lock_date = tx.one(LOCK_DATE, p![])?;
        Ok(self.under(lock_date))
    }

    fn under(&self, lock_date: Option<Day>) -> Meta {
        let mut meta = self.clone();
        if meta.company.lock_date != lock_date {
            Arc::make_mut(&mut meta.company).lock_date = lock_date;
        }
        meta
    }
}

/// The context of a call: who, in which company, with what right, at what moment, and the door.
#[derive(Clone)]
pub struct Ctx {
    pub app: AppState,
    pub db: Db,
    pub company: Arc<Company>,
    pub user: UserId,
    pub user_name: String,
    pub role: Role,
    pub lang: Lang,
    pub now: Instant,
    pub idempotency_key: Option<String>,
    /// Digest of method, route and body: what an idempotency key stands for.
    pub fingerprint: String,
}

impl Ctx {
    pub fn meta(&self) -> Meta {
        Meta::new(self.company.clone(), self.user, self.now, self.lang)
    }

    pub fn today(&self) -> Day {
        self.now.day_in(&self.company.zone)
    }

    /// For what a route's one permission does not say: a field that only some roles may see or set.
    pub fn may(&self, permission: Permission) -> bool {
        self.role.may(permission)
    }

    pub fn problem(&self, error: db::Error) -> Problem {
        Problem::new(error, self.lang)
    }

    /// Reads in one snapshot.
    pub async fn read<T: Send + 'static>(
        &self,
        query: impl Fn(&mut Tx<'_>) -> db::Result<T> + Send + 'static,
    ) -> Result<T, Problem> {
        self.db
            .read(self.company.id, query)
            .await
            .map_err(|error| self.problem(error))
    }

    /// Runs a command: the answer kept under its idempotency key if there is one, else the unit,
    /// its audit row and the kept answer, all in one commit. A refusal keeps nothing but its
    /// evidence and audit row, so the same key may try again.
    pub async fn command<T: Serialize>(
        &self,
        act: Act,
        unit: impl Fn(&mut Tx<'_>, &Meta) -> db::Result<T> + Send + 'static,
    ) -> Result<Answer, Problem> {
        if act.money && self.idempotency_key.is_none() {
            let refusal = Refusal::invalid("kit.idempotency_key_required").on("Idempotency-Key");
            return Err(self.problem(refusal.into()));
        }
        let meta = self.meta();
        let key = self.idempotency_key.clone();
        let fingerprint = self.fingerprint.clone();
        let pipeline = move |tx: &mut Tx<'_>| {
            let meta = match &key {
                None => meta.at(tx)?,
                Some(key) => match kept_answer(tx, &meta, key, &fingerprint)? {
                    Door::Known(kept) => return Ok(kept),
                    Door::New(meta) => meta,
                },
            };
            match unit(tx, &meta).and_then(|done| written(&act, &done)) {
                Ok(answer) => {
                    let row = audit::row(tx, &meta, act.name, act.subject, "done", "");
                    tx.push(audit::INSERT, row)?;
                    if let Some(key) = &key {
                        let status = i64::from(answer.status.as_u16());
                        let kept = p![meta.user, key, &fingerprint, status, &answer.body, meta.now];
                        tx.push(KEEP_ANSWER, kept)?;
                    }
                    Ok(answer)
                }
                Err(db::Error::Refused(refused)) => {
                    let detail = refused.refusal.to_string();
                    let row = audit::row(tx, &meta, act.name, act.subject, "refused", &detail);
                    Err(refused.with_evidence(audit::INSERT, row).into())
                }
                Err(fault) => Err(fault),
            }
        };
        self.db
            .write(self.company.id, pipeline)
            .await
            .map_err(|error| self.problem(error))
    }

    /// The command, rolled back: what would happen.
    pub async fn preview<T: Send + 'static>(
        &self,
        unit: impl Fn(&mut Tx<'_>, &Meta) -> db::Result<T> + Send + 'static,
    ) -> Result<T, Problem> {
        let meta = self.meta();
        let run = move |tx: &mut Tx<'_>| {
            let meta = meta.at(tx)?;
            unit(tx, &meta)
        };
        self.db
            .preview(self.company.id, run)
            .await
            .map_err(|error| self.problem(error))
    }
}

/// How long an answer is kept under its idempotency key: nobody repeats a request after that.
const KEPT_SECONDS: i64 = 30 * 86_400;

/// Forgets the kept answers that nobody will ask for again.
pub fn forget_answers(tx: &mut Tx<'_>, now: Instant) -> db::Result<()> {
    tx.push(FORGET_ANSWERS, p![now.plus_seconds(-KEPT_SECONDS)])
}

/// What a key is met with: the answer kept under it, or the context of a request that is new.
enum Door {
    Known(Answer),
    New(Meta),
}

fn kept_answer(tx: &mut Tx<'_>, meta: &Meta, key: &str, fingerprint: &str) -> db::Result<Door> {
    type Kept = (Option<Day>, Option<String>, Option<i64>, Option<String>);
    let (lock_date, known, status, body): Kept = tx.one(FIND_ANSWER, p![meta.user, key])?;
    let (Some(known), Some(status), Some(body)) = (known, status, body) else {
        return Ok(Door::New(meta.under(lock_date)));
    };
    if known != fingerprint {
        return Err(Refusal::invalid("kit.idempotency_key_reused")
            .on("Idempotency-Key")
            .into());
    }
    let status = u16::try_from(status)
        .ok()
        .and_then(|code| StatusCode::from_u16(code).ok());
    Ok(Door::Known(Answer {
        status: status.unwrap_or(StatusCode::OK),
        body,
        replayed: true,
    }))
}

fn written<T: Serialize>(act: &Act, done: &T) -> db::Result<Answer> {
    let body = serde_json::to_string(done).map_err(db::Error::fault)?;
    Ok(Answer {
        status: act.status,
        body,
        replayed: false,
    })
}

/// What is done, for the audit trail, and whether it moves money.
#[derive(Clone, Debug)]
pub struct Act {
    name: &'static str,
    money: bool,
    status: StatusCode,
    subject: (&'static str, i64),
}

impl Act {
    /// A write: an idempotency key is accepted.
    pub const fn new(name: &'static str) -> Act {
        Act {
            name,
            money: false,
            status: StatusCode::OK,
            subject: ("", 0),
        }
    }

    /// A money act: an idempotency key is required.
    pub const fn money(name: &'static str) -> Act {
        Act {
            name,
            money: true,
            status: StatusCode::OK,
            subject: ("", 0),
        }
    }

    /// Answers 201 instead of 200.
    pub const fn created(mut self) -> Act {
        self.status = StatusCode::CREATED;
        self
    }

    /// What it is done to, where that exists before the act.
    pub const fn on(mut self, kind: &'static str, id: i64) -> Act {
        self.subject = (kind, id);
        self
    }
}

/// The answer of a command: exactly what is kept under the idempotency key.
#[derive(Clone, Debug)]
pub struct Answer {
    pub status: StatusCode,
    pub body: String,
    /// Whether it was kept from an earlier request with the same key.
    pub replayed: bool,
}

impl IntoResponse for Answer {
    fn into_response(self) -> axum::response::Response {
        let mut response = (self.status, self.body).into_response();
        let json = HeaderValue::from_static("application/json");
        response.headers_mut().insert(header::CONTENT_TYPE, json);
        if self.replayed {
            response
                .headers_mut()
                .insert("idempotent-replay", HeaderValue::from_static("true"));
        }
        response
    }
}
