-- When the statement was first given to the customer, and the day on which silence counts as consent.
ALTER TABLE statements_statement ADD COLUMN sent_at {instant};
ALTER TABLE statements_statement ADD COLUMN deem_on {day};
UPDATE statements_statement SET sent_at = (SELECT MIN(k.created_at) FROM statements_link k
    WHERE k.company_id = statements_statement.company_id AND k.statement_id = statements_statement.id)
WHERE delivery <> 'none';
CREATE INDEX statements_statement_answer ON statements_statement (company_id, answer, to_day, id);
CREATE INDEX statements_statement_deem ON statements_statement (company_id, deem_on, id) WHERE deem_on IS NOT NULL;
-- A version that takes the place of another has its number.
DROP INDEX statements_statement_seq;
CREATE UNIQUE INDEX statements_statement_seq ON statements_statement (company_id, seq, version);

-- Append-only: what is known of a statement's way to the customer.
CREATE TABLE statements_delivery (
    company_id {int} NOT NULL,
    id {int} NOT NULL,
    statement_id {int} NOT NULL,
    -- sent, failed, delivered, viewed
    kind {text} NOT NULL,
    -- copy, chat, print, post, visit, other; link for what is seen of a link
    channel {text} NOT NULL,
    link_id {int},
    at {instant} NOT NULL,
    -- nobody of ours where the customer opened a link
    by_user {int},
    text {text} NOT NULL,
    PRIMARY KEY (company_id, id),
    FOREIGN KEY (company_id, statement_id) REFERENCES statements_statement (company_id, id)
){rowless};
CREATE INDEX statements_delivery_statement ON statements_delivery (company_id, statement_id, id);

-- Append-only: what the customer says of a version, named by its digest.
CREATE TABLE statements_answer (
    company_id {int} NOT NULL,
    id {int} NOT NULL,
    statement_id {int} NOT NULL,
    -- confirmed, part_disputed, disputed, deemed
    kind {text} NOT NULL,
    -- phone, paper, message, visit; deadline where nobody said anything
    channel {text} NOT NULL,
    person {text} NOT NULL,
    hash {text} NOT NULL,
    at {instant} NOT NULL,
    by_user {int} NOT NULL,
    text {text} NOT NULL,
    PRIMARY KEY (company_id, id),
    FOREIGN KEY (company_id, statement_id) REFERENCES statements_statement (company_id, id)
){rowless};
CREATE INDEX statements_answer_statement ON statements_answer (company_id, statement_id, id);

-- What a company decided on its statements; no row: nothing is deemed, a week for everything else.
CREATE TABLE statements_setting (
    company_id {int} NOT NULL,
    -- so many days after it was given to the customer silence counts as consent; never where absent
    deem_days {int},
    -- after so many days without an answer, or with an undecided dispute, it is a case of the guard page
    answer_days {int} NOT NULL,
    dispute_days {int} NOT NULL,
    PRIMARY KEY (company_id)
){rowless};
