-- Published: what slices above may read. Made anew after every change of the schema.
CREATE VIEW sales_v_order AS SELECT company_id, id, origin, state, no, seq, customer_id,
    account_id, currency, order_date, salesperson_id, remark, total_minor, delivered_minor,
    exposure_minor, limit_minor, reason, version, created_at, created_by
FROM sales_order;
CREATE VIEW sales_v_order_line AS SELECT company_id, order_id, line_no, kind, product_id, code,
    name, unit, quantity_micro, price_micro, amount_minor, delivered_quantity_micro,
    delivered_minor, entry_id, added_on, added_at, added_by
FROM sales_order_line;
CREATE VIEW sales_v_delivery AS SELECT company_id, id, kind, state, no, seq, order_id, customer_id,
    account_id, currency, delivery_date, salesperson_id, remark, total_minor, line_count, entry_id,
    source_id, reversal_of, reversed_by, reason, exposure_minor, limit_minor, imported, version,
    created_at, created_by, posted_at
FROM sales_delivery;
CREATE VIEW sales_v_delivery_line AS SELECT company_id, delivery_id, line_no, order_line_no,
    source_line_no, product_id, code, name, unit, quantity_micro, price_micro, amount_minor
FROM sales_delivery_line;
