-- Document numbers without gaps: the row is locked by the update that takes a number.
CREATE TABLE kit_number (
    company_id {int} NOT NULL REFERENCES access_company (id),
    series {text} NOT NULL,
    last {int} NOT NULL,
    PRIMARY KEY (company_id, series)
){rowless};

-- Answers of finished commands by idempotency key.
CREATE TABLE kit_idempotency (
    company_id {int} NOT NULL,
    user_id {int} NOT NULL,
    key {text} NOT NULL,
    fingerprint {text} NOT NULL,
    status {int} NOT NULL,
    answer {text} NOT NULL,
    created_at {instant} NOT NULL,
    PRIMARY KEY (company_id, user_id, key)
){rowless};
CREATE INDEX kit_idempotency_age ON kit_idempotency (company_id, created_at);

-- Who did what: one row per command, refusals included.
CREATE TABLE kit_audit (
    company_id {int} NOT NULL,
    id {int} NOT NULL,
    at {instant} NOT NULL,
    user_id {int} NOT NULL,
    act {text} NOT NULL,
    subject_kind {text} NOT NULL,
    subject_id {int} NOT NULL,
    outcome {text} NOT NULL,
    detail {text} NOT NULL,
    PRIMARY KEY (company_id, id)
){rowless};
CREATE INDEX kit_audit_subject ON kit_audit (company_id, subject_kind, subject_id, id);

-- Work owed after a commit. Done rows are deleted with their effect.
CREATE TABLE kit_job (
    company_id {int} NOT NULL,
    id {int} NOT NULL,
    kind {text} NOT NULL,
    dedupe_key {text} NOT NULL,
    user_id {int} NOT NULL,
    payload {text} NOT NULL,
    run_at {instant} NOT NULL,
    attempts {int} NOT NULL,
    lease_until {instant},
    fence {int} NOT NULL,
    last_error {text},
    PRIMARY KEY (company_id, id)
){rowless};
CREATE UNIQUE INDEX kit_job_dedupe ON kit_job (company_id, kind, dedupe_key);
CREATE INDEX kit_job_due ON kit_job (run_at);

-- Long work that a person started: progress and result stay findable.
CREATE TABLE kit_run (
    company_id {int} NOT NULL,
    id {int} NOT NULL,
    kind {text} NOT NULL,
    state {text} NOT NULL,
    total {int} NOT NULL,
    done {int} NOT NULL,
    failed {int} NOT NULL,
    detail {text} NOT NULL,
    started_by {int} NOT NULL,
    started_at {instant} NOT NULL,
    finished_at {instant},
    PRIMARY KEY (company_id, id)
){rowless};
CREATE INDEX kit_run_kind ON kit_run (company_id, kind, id);
