-- Endorsements that are missing in the service, should not be there, or differ; one row for each differing
-- field. Run expected.sql first. Keys in `quarantined` are left out: they are set aside, not wrong. No rows:
-- all is well.

SELECT 'missing' AS finding, e.policy_number, e.version_number, NULL AS field
FROM temp.expected_endorsement AS e
WHERE NOT EXISTS (
        SELECT 1 FROM service.endorsement AS s
        WHERE s.policy_number = e.policy_number AND s.version_number = e.version_number)
    AND NOT EXISTS (
        SELECT 1 FROM temp.quarantined AS q
        WHERE q.policy_number = e.policy_number AND q.version_number = e.version_number)

UNION ALL
SELECT 'extra', s.policy_number, s.version_number, NULL
FROM service.endorsement AS s
WHERE NOT EXISTS (
        SELECT 1 FROM temp.expected_endorsement AS e
        WHERE e.policy_number = s.policy_number AND e.version_number = s.version_number)
    AND NOT EXISTS (
        SELECT 1 FROM temp.quarantined AS q
        WHERE q.policy_number = s.policy_number AND q.version_number = s.version_number)

UNION ALL
SELECT 'different', d.policy_number, d.version_number, d.field
FROM (
    SELECT e.policy_number, e.version_number, f.field
    FROM temp.expected_endorsement AS e
    JOIN service.endorsement AS s ON s.policy_number = e.policy_number AND s.version_number = e.version_number
    JOIN (
        SELECT 'country'
            AS field UNION ALL SELECT 'product' UNION ALL SELECT 'reason' UNION ALL SELECT 'reason_note'
        UNION ALL SELECT 'effective_on' UNION ALL SELECT 'status' UNION ALL SELECT 'premium_impact'
    ) AS f
    WHERE CASE f.field
        WHEN 'country' THEN s.country IS NOT e.country
        WHEN 'product' THEN s.product IS NOT e.product
        WHEN 'reason' THEN s.reason IS NOT e.reason
        WHEN 'reason_note' THEN s.reason_note IS NOT e.reason_note
        WHEN 'effective_on' THEN s.effective_on IS NOT e.effective_on
        WHEN 'status' THEN s.status IS NOT e.status
        ELSE CAST(ROUND(s.premium_impact * 100) AS INTEGER) IS NOT e.impact_cents
    END
) AS d
WHERE NOT EXISTS (
    SELECT 1 FROM temp.quarantined AS q
    WHERE q.policy_number = d.policy_number AND q.version_number = d.version_number)
ORDER BY 1, 2, 3, 4;
