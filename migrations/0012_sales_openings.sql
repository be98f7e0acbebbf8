-- An opening document keeps the number it came with; the same one twice is the same debt twice.
CREATE UNIQUE INDEX sales_opening_no ON sales_order (company_id, no) WHERE origin = 'opening';
