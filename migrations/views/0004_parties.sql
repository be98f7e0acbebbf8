-- Published: what slices above may read. Made anew after every change of the schema.
CREATE VIEW parties_v_customer AS SELECT company_id, id, code, name, name_key, contact, phone,
    email, address, language, currency, salesperson_id, remark, active, version, created_at, payer_id
FROM parties_customer;
CREATE VIEW parties_v_search AS SELECT company_id, token, id FROM parties_search;
