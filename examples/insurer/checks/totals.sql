-- Number of endorsements and sum of their premium impact by country and product, on both sides.
-- Run expected.sql first. Quarantined keys count on neither side. No rows: all is well.

WITH old_side AS (
    SELECT e.country, e.product, COUNT(*) AS endorsements, SUM(e.impact_cents) AS cents
    FROM temp.expected_endorsement AS e
    WHERE NOT EXISTS (
        SELECT 1 FROM temp.quarantined AS q
        WHERE q.policy_number = e.policy_number AND q.version_number = e.version_number)
    GROUP BY e.country, e.product
),
new_side AS (
    SELECT s.country, s.product, COUNT(*) AS endorsements, SUM(CAST(ROUND(s.premium_impact * 100)
        AS INTEGER)) AS cents
    FROM service.endorsement AS s
    WHERE NOT EXISTS (
        SELECT 1 FROM temp.quarantined AS q
        WHERE q.policy_number = s.policy_number AND q.version_number = s.version_number)
    GROUP BY s.country, s.product
)
SELECT 'total' AS finding, o.country || ' ' || o.product AS policy_number, NULL AS version_number,
    CASE WHEN o.endorsements IS NOT n.endorsements THEN 'count' ELSE 'premium impact' END AS field
FROM old_side AS o
LEFT JOIN new_side AS n ON n.country = o.country AND n.product = o.product
WHERE o.endorsements IS NOT n.endorsements OR o.cents IS NOT n.cents
UNION ALL
SELECT 'total', n.country || ' ' || n.product, NULL, 'count'
FROM new_side AS n
WHERE NOT EXISTS (SELECT 1 FROM old_side AS o WHERE o.country = n.country AND o.product = n.product)
ORDER BY 2;
