-- Money that came in ahead: so much of what is open on a credit waits for what an order will owe.
-- A row is made smaller as deliveries of the order use it up, and deleted when nothing is left.
CREATE TABLE ledger_reservation (
    company_id {int} NOT NULL,
    order_id {int} NOT NULL,
    credit_entry_id {int} NOT NULL,
    account_id {int} NOT NULL,
    amount_minor {int} NOT NULL CHECK (amount_minor > 0),
    reserved_on {day} NOT NULL,
    PRIMARY KEY (company_id, order_id, credit_entry_id),
    FOREIGN KEY (company_id, credit_entry_id) REFERENCES ledger_entry (company_id, id)
){rowless};
CREATE INDEX ledger_reservation_account ON ledger_reservation (company_id, account_id, credit_entry_id, amount_minor);

-- Cache: the sum of the account's reservations.
ALTER TABLE ledger_account ADD COLUMN reserved_credit_minor {int} NOT NULL DEFAULT 0;
