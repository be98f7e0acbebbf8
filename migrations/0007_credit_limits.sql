-- Limit NULL: unlimited. Limit 0: cash only. ord and shp are caches of credit_commitment.
CREATE TABLE credit_account (
    company_id {int} NOT NULL,
    account_id {int} NOT NULL,
    limit_minor {int},
    policy {text} NOT NULL,
    ord_minor {int} NOT NULL,
    shp_minor {int} NOT NULL,
    version {int} NOT NULL,
    PRIMARY KEY (company_id, account_id),
    FOREIGN KEY (company_id, account_id) REFERENCES ledger_account (company_id, id)
){rowless};

-- What is promised or on its way and not yet in the ledger: kind order or shipment.
CREATE TABLE credit_commitment (
    company_id {int} NOT NULL,
    kind {text} NOT NULL,
    document_id {int} NOT NULL,
    account_id {int} NOT NULL,
    amount_minor {int} NOT NULL CHECK (amount_minor > 0),
    PRIMARY KEY (company_id, kind, document_id),
    FOREIGN KEY (company_id, account_id) REFERENCES ledger_account (company_id, id)
){rowless};
CREATE INDEX credit_commitment_account ON credit_commitment (company_id, account_id, kind, amount_minor);

-- Evidence of every check: inputs, limit, result.
CREATE TABLE credit_decision (
    company_id {int} NOT NULL,
    id {int} NOT NULL,
    account_id {int} NOT NULL,
    at {instant} NOT NULL,
    actor {int} NOT NULL,
    event {text} NOT NULL,
    document_kind {text} NOT NULL,
    document_id {int} NOT NULL,
    document_version {int} NOT NULL,
    amount_minor {int} NOT NULL,
    ord_minor {int} NOT NULL,
    shp_minor {int} NOT NULL,
    ar_minor {int} NOT NULL,
    pdc_minor {int} NOT NULL,
    cr_minor {int} NOT NULL,
    exposure_minor {int} NOT NULL,
    limit_minor {int},
    policy {text} NOT NULL,
    result {text} NOT NULL,
    reasons {text} NOT NULL,
    account_version {int} NOT NULL,
    PRIMARY KEY (company_id, id)
){rowless};
CREATE INDEX credit_decision_account ON credit_decision (company_id, account_id, id);
CREATE INDEX credit_decision_document ON credit_decision (company_id, document_kind, document_id, id);
