-- What the door to the data needs for itself. `db_migration` is made by the runner before this file.

-- Batches that were committed (PostgreSQL): after a lost connection the row decides whether the batch counts.
CREATE TABLE db_batch (
    id {int} NOT NULL,
    created_at {instant} NOT NULL,
    PRIMARY KEY (id)
){rowless};

-- The next identity that nobody has reserved; one row with id 1.
CREATE TABLE id_block (
    id {int} NOT NULL,
    next_id {int} NOT NULL,
    PRIMARY KEY (id)
){rowless};

-- One row a company, 0 for the installation: who locks it may write for that company.
CREATE TABLE company_writer (
    company_id {int} NOT NULL,
    batches {int} NOT NULL,
    PRIMARY KEY (company_id)
){rowless};
