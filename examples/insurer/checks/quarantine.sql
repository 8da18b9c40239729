-- Whether exactly those rows were set aside that nobody could have translated. Run expected.sql first and
-- fill `quarantined`. No rows: all is well.
--
-- A key waits in quarantine behind an earlier change of its own, so a translatable row can be there for a
-- moment; once nothing moves any more it should not.

SELECT 'not quarantined' AS finding, u.policy_number, u.version_number, u.why AS field
FROM temp.untranslatable AS u
WHERE u.policy_number IS NOT NULL
    AND NOT EXISTS (
        SELECT 1 FROM temp.quarantined AS q
        WHERE q.policy_number = u.policy_number AND q.version_number = u.version_number)

UNION ALL
SELECT 'wrongly quarantined', q.policy_number, q.version_number, NULL
FROM (SELECT DISTINCT policy_number, version_number FROM temp.quarantined) AS q
WHERE q.policy_number IS NOT NULL
    AND NOT EXISTS (
        SELECT 1 FROM temp.untranslatable AS u
        WHERE u.policy_number = q.policy_number AND u.version_number = q.version_number)
ORDER BY 1, 2, 3;
