-- Each published event with the endorsement it speaks of, and how often it was published.
-- Needs the outbox as the view temp.outbox (id, aggregatetype, aggregateid, type, payload).
--
-- The key comes from the store, or, for an endorsement that is gone, from wherever the payload mentions it.

SELECT
    o.type,
    COALESCE(s.policy_number, (
        SELECT j.atom FROM json_tree(CASE WHEN json_valid(o.payload) THEN o.payload ELSE 'null' END) AS j
        WHERE j.key = 'policy_number' AND j.atom IS NOT NULL LIMIT 1)) AS policy_number,
    COALESCE(s.version_number, (
        SELECT j.atom FROM json_tree(CASE WHEN json_valid(o.payload) THEN o.payload ELSE 'null' END) AS j
        WHERE j.key = 'version_number' AND j.atom IS NOT NULL LIMIT 1)) AS version_number,
    o.aggregateid,
    COUNT(DISTINCT o.id) AS published
FROM temp.outbox AS o
LEFT JOIN service.endorsement AS s ON s.id = o.aggregateid
WHERE o.type IN ('EndorsementRequested', 'EndorsementApproved')
GROUP BY o.type, o.aggregateid
ORDER BY 1, 2, 3;
