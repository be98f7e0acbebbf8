-- Named lists of days off. weekend: weekdays off every week, 1 = Monday, as "6,7".
CREATE TABLE ledger_holiday_calendar (
    company_id {int} NOT NULL REFERENCES access_company (id),
    id {int} NOT NULL,
    name {text} NOT NULL,
    weekend {text} NOT NULL,
    version {int} NOT NULL,
    created_at {instant} NOT NULL,
    created_by {int} NOT NULL,
    PRIMARY KEY (company_id, id)
){rowless};
CREATE UNIQUE INDEX ledger_holiday_calendar_name ON ledger_holiday_calendar (company_id, name);

-- A day off; working = 1: worked although it lies on the weekend.
CREATE TABLE ledger_holiday (
    company_id {int} NOT NULL,
    calendar_id {int} NOT NULL,
    day {day} NOT NULL,
    working {int} NOT NULL,
    name {text} NOT NULL,
    PRIMARY KEY (company_id, calendar_id, day),
    FOREIGN KEY (company_id, calendar_id) REFERENCES ledger_holiday_calendar (company_id, id)
){rowless};

-- The rest of the schedule that provisional due dates follow: the days on which the customer pays (text
-- form of a cycle, empty while unknown), how many days before them the statement must be out, and where
-- days off move a deadline or due date (none, following, preceding, modified_following).
ALTER TABLE ledger_account ADD COLUMN pay_run {text} NOT NULL DEFAULT '';
ALTER TABLE ledger_account ADD COLUMN lead_days {int} NOT NULL DEFAULT 0;
ALTER TABLE ledger_account ADD COLUMN shift {text} NOT NULL DEFAULT 'none';
ALTER TABLE ledger_account ADD COLUMN holiday_calendar_id {int};
-- The customer that got the goods, where another one pays.
ALTER TABLE ledger_entry ADD COLUMN ship_to_id {int};
