CREATE TABLE catalog_product (
    company_id {int} NOT NULL REFERENCES access_company (id),
    id {int} NOT NULL,
    code {text} NOT NULL,
    name {text} NOT NULL,
    name_key {text} NOT NULL,
    unit {text} NOT NULL,
    price_micro {int} NOT NULL,
    barcode {text} NOT NULL,
    -- goods, or virtual (bad debt): a virtual product cannot be sold or added by hand
    kind {text} NOT NULL,
    active {int} NOT NULL,
    version {int} NOT NULL,
    created_at {instant} NOT NULL,
    PRIMARY KEY (company_id, id)
){rowless};
CREATE UNIQUE INDEX catalog_product_code ON catalog_product (company_id, code);
CREATE INDEX catalog_product_name ON catalog_product (company_id, name_key, id);
CREATE INDEX catalog_product_price ON catalog_product (company_id, price_micro, id);

CREATE TABLE catalog_search (
    company_id {int} NOT NULL,
    token {text} NOT NULL,
    id {int} NOT NULL,
    PRIMARY KEY (company_id, token, id)
){rowless};
CREATE INDEX catalog_search_id ON catalog_search (company_id, id);
