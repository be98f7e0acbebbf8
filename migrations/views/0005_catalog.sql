-- Published: what slices above may read. Made anew after every change of the schema.
CREATE VIEW catalog_v_product AS SELECT company_id, id, code, name, name_key, unit, price_micro,
    barcode, kind, active, version, created_at
FROM catalog_product;
