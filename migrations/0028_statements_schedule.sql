-- The rest of a cycle's version: the days on which the customer pays (text form of a cycle, empty while
-- unknown), how many days before them the statement must be out, where days off move a deadline or due
-- date and by which calendar, below which closing no statement is made (millionths of a currency unit)
-- and for how many months at most.
ALTER TABLE statements_cycle ADD COLUMN pay_run {text} NOT NULL DEFAULT '';
ALTER TABLE statements_cycle ADD COLUMN lead_days {int} NOT NULL DEFAULT 0;
ALTER TABLE statements_cycle ADD COLUMN shift {text} NOT NULL DEFAULT 'none';
ALTER TABLE statements_cycle ADD COLUMN holiday_calendar_id {int};
ALTER TABLE statements_cycle ADD COLUMN minimum_micro {int} NOT NULL DEFAULT 0;
ALTER TABLE statements_cycle ADD COLUMN carry_months {int} NOT NULL DEFAULT 3;

-- Who skipped a period, and when; its reason says why.
ALTER TABLE statements_period ADD COLUMN decided_by {int};
ALTER TABLE statements_period ADD COLUMN decided_at {instant};

-- The customer that got the goods, where another one pays; empty otherwise.
ALTER TABLE statements_line ADD COLUMN ship_to {text} NOT NULL DEFAULT '';
