-- Every change of a company's lock date. access_company.lock_date is the one in force.
CREATE TABLE access_lock (
    company_id {int} NOT NULL REFERENCES access_company (id),
    seq {int} NOT NULL,
    -- NULL: nothing is locked
    lock_date {day},
    lock_date_before {day},
    reason {text} NOT NULL,
    set_at {instant} NOT NULL,
    set_by {int} NOT NULL,
    PRIMARY KEY (company_id, seq)
){rowless};
