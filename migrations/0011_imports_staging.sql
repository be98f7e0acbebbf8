-- An import first stages its rows; posting then goes document by document.
CREATE TABLE imports_file (
    company_id {int} NOT NULL REFERENCES access_company (id),
    id {int} NOT NULL,
    kind {text} NOT NULL,
    name {text} NOT NULL,
    digest {text} NOT NULL,
    state {text} NOT NULL,
    header {text} NOT NULL,
    options {text} NOT NULL,
    summary {text} NOT NULL,
    created_at {instant} NOT NULL,
    created_by {int} NOT NULL,
    PRIMARY KEY (company_id, id)
){rowless};
CREATE INDEX imports_file_digest ON imports_file (company_id, kind, digest, id);

CREATE TABLE imports_document (
    company_id {int} NOT NULL,
    file_id {int} NOT NULL,
    position {int} NOT NULL,
    document_no {text} NOT NULL,
    -- staged, posted, known (already there), rejected
    state {text} NOT NULL,
    reason {text} NOT NULL,
    row_count {int} NOT NULL,
    total_minor {int} NOT NULL,
    PRIMARY KEY (company_id, file_id, position),
    FOREIGN KEY (company_id, file_id) REFERENCES imports_file (company_id, id)
){rowless};
CREATE INDEX imports_document_state ON imports_document (company_id, file_id, state, position);

CREATE TABLE imports_row (
    company_id {int} NOT NULL,
    file_id {int} NOT NULL,
    document_position {int} NOT NULL,
    row_no {int} NOT NULL,
    cells {text} NOT NULL,
    problem {text} NOT NULL,
    PRIMARY KEY (company_id, file_id, document_position, row_no),
    FOREIGN KEY (company_id, file_id) REFERENCES imports_file (company_id, id)
){rowless};

-- What was imported, by (file kind, document number): a repeat changes nothing.
CREATE TABLE imports_key (
    company_id {int} NOT NULL,
    kind {text} NOT NULL,
    document_no {text} NOT NULL,
    document_id {int} NOT NULL,
    PRIMARY KEY (company_id, kind, document_no)
){rowless};
