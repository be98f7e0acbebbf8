-- Where a dispute was raised, and who looks after it.
CREATE TABLE statements_dispute (
    company_id {int} NOT NULL,
    dispute_id {int} NOT NULL,
    statement_id {int} NOT NULL,
    line_no {int} NOT NULL,
    -- phone, paper, message, visit
    channel {text} NOT NULL,
    -- who at the customer said so
    person {text} NOT NULL,
    owner_id {int},
    PRIMARY KEY (company_id, dispute_id),
    FOREIGN KEY (company_id, dispute_id) REFERENCES ledger_dispute (company_id, id),
    FOREIGN KEY (company_id, statement_id) REFERENCES statements_statement (company_id, id)
){rowless};
CREATE INDEX statements_dispute_statement ON statements_dispute (company_id, statement_id, dispute_id);
