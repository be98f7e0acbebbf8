-- Published: what slices above may read. Made anew after every change of the schema.
CREATE VIEW credit_v_account AS SELECT company_id, account_id, limit_minor, policy, ord_minor,
    shp_minor, pdc_minor, version
FROM credit_account;
CREATE VIEW credit_v_decision AS SELECT company_id, id, account_id, at, actor, event,
    document_kind, document_id, document_version, amount_minor, ord_minor, shp_minor, ar_minor,
    pdc_minor, cr_minor, exposure_minor, limit_minor, policy, result, reasons, account_version
FROM credit_decision;
