-- Decisions that are missing, should not be there, differ, or belong to no endorsement at all.
-- Run expected.sql first. Decisions of a missing or extra endorsement are counted too. No rows: all is well.

WITH held AS (
    SELECT s.policy_number, s.version_number, a.approval_no, a.decision, a.approver, a.decided_on
    FROM service.endorsement_approval AS a
    LEFT JOIN service.endorsement AS s ON s.id = a.endorsement_id
),
found AS (
    SELECT 'missing part' AS finding, e.policy_number, e.version_number, CAST(e.approval_no AS TEXT) AS field
    FROM temp.expected_approval AS e
    WHERE NOT EXISTS (
        SELECT 1 FROM service.endorsement AS s
        JOIN service.endorsement_approval AS a ON a.endorsement_id = s.id
        WHERE s.policy_number = e.policy_number AND s.version_number = e.version_number
            AND a.approval_no = e.approval_no)
    UNION ALL
    SELECT 'extra part', h.policy_number, h.version_number, CAST(h.approval_no AS TEXT)
    FROM held AS h
    WHERE NOT EXISTS (
        SELECT 1 FROM temp.expected_approval AS e
        WHERE e.policy_number = h.policy_number AND e.version_number = h.version_number
            AND e.approval_no = h.approval_no)
    UNION ALL
    SELECT 'different part', h.policy_number, h.version_number,
        CASE
            WHEN h.decision IS NOT e.decision THEN 'decision'
            WHEN h.approver IS NOT e.approver THEN 'approver'
            ELSE 'decided_on'
        END
    FROM held AS h
    JOIN temp.expected_approval AS e
        ON e.policy_number = h.policy_number AND e.version_number = h.version_number
            AND e.approval_no = h.approval_no
    WHERE h.decision IS NOT e.decision OR h.approver IS NOT e.approver OR h.decided_on IS NOT e.decided_on
)
SELECT finding, policy_number, version_number, field
FROM found
WHERE NOT EXISTS (
    SELECT 1 FROM temp.quarantined AS q
    WHERE q.policy_number = found.policy_number AND q.version_number = found.version_number)
ORDER BY 1, 2, 3, 4;
