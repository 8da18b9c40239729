-- One row for each aggregate and part: what it should hold, and what is missing, too much or different. After expected.sql.

SELECT 'order' AS what, (SELECT count(*) FROM expected_order) AS expected,
       (SELECT count(*) FROM expected_order WHERE k NOT IN (SELECT k FROM actual_order)) AS missing,
       (SELECT count(*) FROM actual_order WHERE k NOT IN (SELECT k FROM expected_order)) AS extra,
       (SELECT count(*) FROM (SELECT * FROM expected_order EXCEPT SELECT * FROM actual_order)
        WHERE k IN (SELECT k FROM actual_order)) AS different
UNION ALL
SELECT 'position' AS what, (SELECT count(*) FROM expected_position) AS expected,
       (SELECT count(*) FROM expected_position WHERE k NOT IN (SELECT k FROM actual_position)) AS missing,
       (SELECT count(*) FROM actual_position WHERE k NOT IN (SELECT k FROM expected_position)) AS extra,
       (SELECT count(*) FROM (SELECT * FROM expected_position EXCEPT SELECT * FROM actual_position)
        WHERE k IN (SELECT k FROM actual_position)) AS different
UNION ALL
SELECT 'customer' AS what, (SELECT count(*) FROM expected_customer) AS expected,
       (SELECT count(*) FROM expected_customer WHERE k NOT IN (SELECT k FROM actual_customer)) AS missing,
       (SELECT count(*) FROM actual_customer WHERE k NOT IN (SELECT k FROM expected_customer)) AS extra,
       (SELECT count(*) FROM (SELECT * FROM expected_customer EXCEPT SELECT * FROM actual_customer)
        WHERE k IN (SELECT k FROM actual_customer)) AS different
UNION ALL
SELECT 'product' AS what, (SELECT count(*) FROM expected_product) AS expected,
       (SELECT count(*) FROM expected_product WHERE k NOT IN (SELECT k FROM actual_product)) AS missing,
       (SELECT count(*) FROM actual_product WHERE k NOT IN (SELECT k FROM expected_product)) AS extra,
       (SELECT count(*) FROM (SELECT * FROM expected_product EXCEPT SELECT * FROM actual_product)
        WHERE k IN (SELECT k FROM actual_product)) AS different;
