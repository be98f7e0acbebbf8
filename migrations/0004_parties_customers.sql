CREATE TABLE parties_customer (
    company_id {int} NOT NULL REFERENCES access_company (id),
    id {int} NOT NULL,
    code {text} NOT NULL,
    name {text} NOT NULL,
    name_key {text} NOT NULL,
    contact {text} NOT NULL,
    phone {text} NOT NULL,
    email {text} NOT NULL,
    address {text} NOT NULL,
    language {text} NOT NULL,
    currency {text} NOT NULL,
    salesperson_id {int},
    remark {text} NOT NULL,
    active {int} NOT NULL,
    version {int} NOT NULL,
    created_at {instant} NOT NULL,
    PRIMARY KEY (company_id, id)
){rowless};
CREATE UNIQUE INDEX parties_customer_code ON parties_customer (company_id, code);
CREATE INDEX parties_customer_name ON parties_customer (company_id, name_key, id);
CREATE INDEX parties_customer_created ON parties_customer (company_id, created_at, id);
CREATE INDEX parties_customer_salesperson ON parties_customer (company_id, salesperson_id, name_key, id);

-- Words, two-character grams and pinyin of each customer.
CREATE TABLE parties_search (
    company_id {int} NOT NULL,
    token {text} NOT NULL,
    id {int} NOT NULL,
    PRIMARY KEY (company_id, token, id)
){rowless};
CREATE INDEX parties_search_id ON parties_search (company_id, id);
