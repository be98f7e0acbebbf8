-- Every receivable belongs to an order. origin: order (entered), direct (made by a delivery without
-- an order; its goods lines are the delivery's), opening, charge.
CREATE TABLE sales_order (
    company_id {int} NOT NULL REFERENCES access_company (id),
    id {int} NOT NULL,
    origin {text} NOT NULL,
    state {text} NOT NULL,
    no {text},
    seq {int},
    customer_id {int} NOT NULL,
    account_id {int} NOT NULL,
    currency {text} NOT NULL,
    order_date {day} NOT NULL,
    salesperson_id {int},
    remark {text} NOT NULL,
    -- goods lines; never changed by settlement lines
    total_minor {int} NOT NULL,
    delivered_minor {int} NOT NULL,
    -- exposure and limit at confirmation
    exposure_minor {int},
    limit_minor {int},
    -- why the rest was cancelled; empty while nothing was
    reason {text} NOT NULL,
    version {int} NOT NULL,
    created_at {instant} NOT NULL,
    created_by {int} NOT NULL,
    PRIMARY KEY (company_id, id),
    FOREIGN KEY (company_id, customer_id) REFERENCES parties_customer (company_id, id),
    FOREIGN KEY (company_id, account_id) REFERENCES ledger_account (company_id, id)
){rowless};
-- Lists show entered orders only; the many direct ones stay out of the indexes and carry the
-- number of their delivery.
CREATE UNIQUE INDEX sales_order_no ON sales_order (company_id, no) WHERE origin = 'order' AND no IS NOT NULL;
CREATE INDEX sales_order_date ON sales_order (company_id, order_date, id) WHERE origin = 'order';
CREATE INDEX sales_order_customer ON sales_order (company_id, customer_id, order_date, id) WHERE origin = 'order';
CREATE INDEX sales_order_state ON sales_order (company_id, state, order_date, id) WHERE origin = 'order';
CREATE INDEX sales_order_total ON sales_order (company_id, total_minor, id) WHERE origin = 'order';

-- kind: goods, bad_debt, bad_debt_recovery. Settlement lines carry actor, time and ledger entry.
CREATE TABLE sales_order_line (
    company_id {int} NOT NULL,
    order_id {int} NOT NULL,
    line_no {int} NOT NULL,
    kind {text} NOT NULL,
    product_id {int} NOT NULL,
    code {text} NOT NULL,
    name {text} NOT NULL,
    unit {text} NOT NULL,
    quantity_micro {int} NOT NULL,
    price_micro {int} NOT NULL,
    amount_minor {int} NOT NULL,
    -- moved on to released or posted deliveries
    delivered_quantity_micro {int} NOT NULL,
    delivered_minor {int} NOT NULL,
    entry_id {int},
    added_on {day},
    added_at {instant},
    added_by {int},
    PRIMARY KEY (company_id, order_id, line_no),
    FOREIGN KEY (company_id, order_id) REFERENCES sales_order (company_id, id),
    FOREIGN KEY (company_id, product_id) REFERENCES catalog_product (company_id, id)
){rowless};

-- kind: delivery or return. Posted ones never change; a reversal is a document of its own.
-- Quantities and amounts are signed as they count for the customer's debt: negative in a return.
CREATE TABLE sales_delivery (
    company_id {int} NOT NULL REFERENCES access_company (id),
    id {int} NOT NULL,
    kind {text} NOT NULL,
    state {text} NOT NULL,
    no {text},
    seq {int},
    order_id {int},
    customer_id {int} NOT NULL,
    account_id {int} NOT NULL,
    currency {text} NOT NULL,
    delivery_date {day} NOT NULL,
    salesperson_id {int},
    remark {text} NOT NULL,
    total_minor {int} NOT NULL,
    line_count {int} NOT NULL,
    entry_id {int},
    -- the delivery that a return takes back, or the document that this one reverses
    source_id {int},
    reversal_of {int},
    reversed_by {int},
    reason {text} NOT NULL,
    -- exposure after and limit at release
    exposure_minor {int},
    limit_minor {int},
    imported {int} NOT NULL,
    version {int} NOT NULL,
    created_at {instant} NOT NULL,
    created_by {int} NOT NULL,
    posted_at {instant},
    PRIMARY KEY (company_id, id),
    FOREIGN KEY (company_id, customer_id) REFERENCES parties_customer (company_id, id),
    FOREIGN KEY (company_id, account_id) REFERENCES ledger_account (company_id, id),
    FOREIGN KEY (company_id, order_id) REFERENCES sales_order (company_id, id)
){rowless};
CREATE UNIQUE INDEX sales_delivery_no ON sales_delivery (company_id, no) WHERE no IS NOT NULL;
CREATE INDEX sales_delivery_date ON sales_delivery (company_id, kind, delivery_date, id);
CREATE INDEX sales_delivery_customer ON sales_delivery (company_id, customer_id, kind, delivery_date, id);
CREATE INDEX sales_delivery_state ON sales_delivery (company_id, kind, state, delivery_date, id) WHERE state <> 'posted';
CREATE INDEX sales_delivery_total ON sales_delivery (company_id, kind, total_minor, id);
CREATE INDEX sales_delivery_order ON sales_delivery (company_id, order_id);
CREATE INDEX sales_delivery_reversed ON sales_delivery (company_id, reversed_by) WHERE reversed_by IS NOT NULL;
CREATE INDEX sales_delivery_source ON sales_delivery (company_id, source_id) WHERE source_id IS NOT NULL;

CREATE TABLE sales_delivery_line (
    company_id {int} NOT NULL,
    delivery_id {int} NOT NULL,
    line_no {int} NOT NULL,
    order_line_no {int},
    source_line_no {int},
    product_id {int} NOT NULL,
    code {text} NOT NULL,
    name {text} NOT NULL,
    unit {text} NOT NULL,
    quantity_micro {int} NOT NULL,
    price_micro {int} NOT NULL,
    amount_minor {int} NOT NULL,
    PRIMARY KEY (company_id, delivery_id, line_no),
    FOREIGN KEY (company_id, delivery_id) REFERENCES sales_delivery (company_id, id),
    FOREIGN KEY (company_id, product_id) REFERENCES catalog_product (company_id, id)
){rowless};
