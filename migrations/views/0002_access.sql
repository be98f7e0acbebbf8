-- Published: what slices above may read. Made anew after every change of the schema.
CREATE VIEW access_v_company AS SELECT id AS company_id, lock_date FROM access_company;
CREATE VIEW access_v_member AS SELECT m.company_id, m.user_id, u.name, u.active, m.role
FROM access_membership m JOIN access_user u ON u.id = m.user_id;
