-- An import first stages its documents, each with its rows as one text, and changes no book.
-- state: staging, staged, posting, done. layout and options say how to read and post the rows.
CREATE TABLE imports_file (
    company_id {int} NOT NULL REFERENCES access_company (id),
    id {int} NOT NULL,
    kind {text} NOT NULL,
    name {text} NOT NULL,
    digest {text} NOT NULL,
    state {text} NOT NULL,
    layout {text} NOT NULL,
    options {text} NOT NULL,
    summary {text} NOT NULL,
    created_at {instant} NOT NULL,
    created_by {int} NOT NULL,
    finished_at {instant},
    PRIMARY KEY (company_id, id)
){rowless};
CREATE INDEX imports_file_digest ON imports_file (company_id, kind, digest, id);

-- state: staged, posted, known (already there), rejected. Once posted, the rows are let go.
CREATE TABLE imports_document (
    company_id {int} NOT NULL,
    file_id {int} NOT NULL,
    position {int} NOT NULL,
    number {text} NOT NULL,
    state {text} NOT NULL,
    row_count {int} NOT NULL,
    -- CSV: the line of the file, then its cells
    cells {text} NOT NULL,
    problems {text} NOT NULL,
    PRIMARY KEY (company_id, file_id, position),
    FOREIGN KEY (company_id, file_id) REFERENCES imports_file (company_id, id)
){rowless};
CREATE INDEX imports_document_state ON imports_document (company_id, file_id, state, position, row_count);

-- What was imported, by (kind of file, number): a repeat changes nothing, and says what differs.
CREATE TABLE imports_key (
    company_id {int} NOT NULL,
    kind {text} NOT NULL,
    number {text} NOT NULL,
    document_id {int} NOT NULL,
    row_count {int} NOT NULL,
    total_minor {int} NOT NULL,
    PRIMARY KEY (company_id, kind, number)
){rowless};
