-- Companies (sets of books), users, memberships, sessions, login throttling. System tables: no company scope.
CREATE TABLE access_company (
    id {int} NOT NULL PRIMARY KEY,
    code {text} NOT NULL,
    name {text} NOT NULL,
    currency {text} NOT NULL,
    zone {text} NOT NULL,
    language {text} NOT NULL,
    lock_date {day},
    created_at {instant} NOT NULL
){strict};
CREATE UNIQUE INDEX access_company_code ON access_company (code);

CREATE TABLE access_user (
    id {int} NOT NULL PRIMARY KEY,
    login {text} NOT NULL,
    name {text} NOT NULL,
    password_hash {text} NOT NULL,
    language {text} NOT NULL,
    active {int} NOT NULL,
    created_at {instant} NOT NULL
){strict};
CREATE UNIQUE INDEX access_user_login ON access_user (login);

CREATE TABLE access_membership (
    company_id {int} NOT NULL REFERENCES access_company (id),
    user_id {int} NOT NULL REFERENCES access_user (id),
    role {text} NOT NULL,
    PRIMARY KEY (company_id, user_id)
){rowless};
CREATE INDEX access_membership_user ON access_membership (user_id);

CREATE TABLE access_session (
    token_hash {text} NOT NULL PRIMARY KEY,
    user_id {int} NOT NULL REFERENCES access_user (id),
    company_id {int} REFERENCES access_company (id),
    csrf_token {text} NOT NULL,
    created_at {instant} NOT NULL,
    seen_at {instant} NOT NULL,
    expires_at {instant} NOT NULL
){rowless};
CREATE INDEX access_session_user ON access_session (user_id);

-- One row per throttled key (a login name, an address): failures since the window began.
CREATE TABLE access_throttle (
    key {text} NOT NULL PRIMARY KEY,
    failures {int} NOT NULL,
    window_start {instant} NOT NULL,
    blocked_until {instant}
){rowless};
