-- Published: what slices above may read. Made anew after every change of the schema.
CREATE VIEW credit_v_account AS SELECT company_id, account_id, limit_minor, policy, ord_minor,
    shp_minor, pdc_minor, limit_until, group_id, manual_hold, cleared_minor, version
FROM credit_account;
CREATE VIEW credit_v_decision AS SELECT company_id, id, account_id, at, actor, event,
    document_kind, document_id, document_version, amount_minor, ord_minor, shp_minor, ar_minor,
    pdc_minor, cr_minor, exposure_minor, limit_minor, policy, result, reasons, account_version, apart_minor,
    figures, override_id, tolerance_minor, prepaid, stands
FROM credit_decision;
CREATE VIEW credit_v_hold AS SELECT company_id, id, account_id, document_kind, document_id,
    document_no, document_version, step, amount_minor, rise_minor, priority, state, held_at, held_by,
    decision_id, ended_at, ended_by, note
FROM credit_hold;
