-- What a receipt is for: payment, or deposit or guarantee, which is held apart.
ALTER TABLE receivables_receipt ADD COLUMN purpose {text} NOT NULL DEFAULT 'payment';

-- An acceptance bill or post-dated cheque behind a receipt. state: held, cleared, bounced, reversed.
CREATE TABLE receivables_instrument (
    company_id {int} NOT NULL,
    receipt_id {int} NOT NULL,
    no {text} NOT NULL,
    drawer {text} NOT NULL,
    due_date {day} NOT NULL,
    state {text} NOT NULL,
    -- cleared or returned on
    settled_on {day},
    PRIMARY KEY (company_id, receipt_id),
    FOREIGN KEY (company_id, receipt_id) REFERENCES receivables_receipt (company_id, id)
){rowless};
CREATE INDEX receivables_instrument_due ON receivables_instrument (company_id, due_date, receipt_id);
CREATE INDEX receivables_instrument_held ON receivables_instrument (company_id, due_date, receipt_id) WHERE state = 'held';
