-- One row for each aggregate and part: what it should hold, and what is missing, too much or different. After expected.sql.

SELECT 'album' AS what, (SELECT count(*) FROM expected_album) AS expected,
       (SELECT count(*) FROM expected_album WHERE k NOT IN (SELECT k FROM actual_album)) AS missing,
       (SELECT count(*) FROM actual_album WHERE k NOT IN (SELECT k FROM expected_album)) AS extra,
       (SELECT count(*) FROM (SELECT * FROM expected_album EXCEPT SELECT * FROM actual_album)
        WHERE k IN (SELECT k FROM actual_album)) AS different
UNION ALL
SELECT 'track' AS what, (SELECT count(*) FROM expected_track) AS expected,
       (SELECT count(*) FROM expected_track WHERE k NOT IN (SELECT k FROM actual_track)) AS missing,
       (SELECT count(*) FROM actual_track WHERE k NOT IN (SELECT k FROM expected_track)) AS extra,
       (SELECT count(*) FROM (SELECT * FROM expected_track EXCEPT SELECT * FROM actual_track)
        WHERE k IN (SELECT k FROM actual_track)) AS different
UNION ALL
SELECT 'customer' AS what, (SELECT count(*) FROM expected_customer) AS expected,
       (SELECT count(*) FROM expected_customer WHERE k NOT IN (SELECT k FROM actual_customer)) AS missing,
       (SELECT count(*) FROM actual_customer WHERE k NOT IN (SELECT k FROM expected_customer)) AS extra,
       (SELECT count(*) FROM (SELECT * FROM expected_customer EXCEPT SELECT * FROM actual_customer)
        WHERE k IN (SELECT k FROM actual_customer)) AS different
UNION ALL
SELECT 'staff' AS what, (SELECT count(*) FROM expected_staff) AS expected,
       (SELECT count(*) FROM expected_staff WHERE k NOT IN (SELECT k FROM actual_staff)) AS missing,
       (SELECT count(*) FROM actual_staff WHERE k NOT IN (SELECT k FROM expected_staff)) AS extra,
       (SELECT count(*) FROM (SELECT * FROM expected_staff EXCEPT SELECT * FROM actual_staff)
        WHERE k IN (SELECT k FROM actual_staff)) AS different
UNION ALL
SELECT 'invoice' AS what, (SELECT count(*) FROM expected_invoice) AS expected,
       (SELECT count(*) FROM expected_invoice WHERE k NOT IN (SELECT k FROM actual_invoice)) AS missing,
       (SELECT count(*) FROM actual_invoice WHERE k NOT IN (SELECT k FROM expected_invoice)) AS extra,
       (SELECT count(*) FROM (SELECT * FROM expected_invoice EXCEPT SELECT * FROM actual_invoice)
        WHERE k IN (SELECT k FROM actual_invoice)) AS different
UNION ALL
SELECT 'line' AS what, (SELECT count(*) FROM expected_line) AS expected,
       (SELECT count(*) FROM expected_line WHERE k NOT IN (SELECT k FROM actual_line)) AS missing,
       (SELECT count(*) FROM actual_line WHERE k NOT IN (SELECT k FROM expected_line)) AS extra,
       (SELECT count(*) FROM (SELECT * FROM expected_line EXCEPT SELECT * FROM actual_line)
        WHERE k IN (SELECT k FROM actual_line)) AS different;
