-- What the service should hold, worked out from the old tables alone.
--
-- Written against the documents of the policy administration and independent of plan.yaml: it must not be
-- derived from it, or a mistake there would be repeated here. Needs the databases attached as `legacy` and
-- `service`. Makes: expected_endorsement, expected_approval, untranslatable, quarantined (empty: fill it with
-- the keys set aside).

DROP TABLE IF EXISTS temp.quarantined;
CREATE TEMP TABLE quarantined (policy_number TEXT, version_number INTEGER);
CREATE INDEX temp.quarantined_key ON quarantined (policy_number, version_number);

DROP TABLE IF EXISTS temp.reading;
CREATE TEMP TABLE reading AS
SELECT
    v.version_id,
    v.policy_no AS policy_number,
    v.version_no AS version_number,
    p.country_cd AS country,
    CASE
        WHEN p.prod_cd = 'AU' THEN 'auto'
        WHEN p.prod_cd = 'HO' THEN 'home'
        WHEN p.prod_cd = 'LI' THEN 'liability'
        WHEN p.prod_cd = 'LE' THEN 'legal_protection'
    END AS product,
    CASE
        WHEN v.reason_cd IS NULL THEN 'unspecified'
        WHEN v.reason_cd = 'ADDR' THEN 'address_change'
        WHEN v.reason_cd = 'DRVR' THEN 'named_driver'
        WHEN v.reason_cd = 'VEHI' THEN 'vehicle_change'
        WHEN v.reason_cd = 'COVR' THEN 'coverage_change'
        WHEN v.reason_cd = 'SUMI' THEN 'sum_insured'
        WHEN v.reason_cd = 'PAYM' THEN 'payment_terms'
    END AS reason,
    v.reason_text AS reason_note,
    substr(v.eff_dt, 1, 4) || '-' || substr(v.eff_dt, 5, 2) || '-' || substr(v.eff_dt, 7, 2) AS effective_on,
    CAST(ROUND(v.prem_amt * 100) AS INTEGER) - CAST(ROUND(v.prior_prem_amt * 100) AS INTEGER) AS impact_cents
FROM legacy.policy_version AS v
LEFT JOIN legacy.policy AS p ON p.policy_no = v.policy_no
WHERE v.txn_code = 'EN' OR v.txn_code = 'EA';

-- What no careful reader could turn into an endorsement, and the reason.
DROP TABLE IF EXISTS temp.untranslatable;
CREATE TEMP TABLE untranslatable AS
SELECT version_id, policy_number, version_number,
    CASE
        WHEN policy_number IS NULL THEN 'no policy number'
        WHEN country IS NULL THEN 'no policy'
        WHEN product IS NULL THEN 'unknown product'
        WHEN reason IS NULL THEN 'unknown reason'
        WHEN impact_cents IS NULL THEN 'no amount'
        ELSE 'impossible date'
    END AS why
FROM temp.reading
WHERE policy_number IS NULL OR country IS NULL OR product IS NULL OR reason IS NULL OR impact_cents IS NULL
    OR effective_on IS NOT date(effective_on, '+0 days');
CREATE UNIQUE INDEX temp.untranslatable_id ON untranslatable (version_id);

DROP TABLE IF EXISTS temp.expected_endorsement;
CREATE TEMP TABLE expected_endorsement AS
SELECT r.*,
    CASE (SELECT COUNT(*) FROM legacy.approval AS a WHERE a.version_id = r.version_id AND a.flag = 'Y')
        WHEN 0 THEN 'requested'
        ELSE 'approved'
    END AS status
FROM temp.reading AS r
WHERE r.version_id NOT IN (SELECT version_id FROM temp.untranslatable);
CREATE UNIQUE INDEX temp.expected_endorsement_key ON expected_endorsement (policy_number, version_number);
CREATE UNIQUE INDEX temp.expected_endorsement_id ON expected_endorsement (version_id);

DROP TABLE IF EXISTS temp.expected_approval;
CREATE TEMP TABLE expected_approval AS
SELECT
    e.policy_number,
    e.version_number,
    a.approval_id AS approval_no,
    CASE a.flag WHEN 'Y' THEN 'approved' ELSE 'refused' END AS decision,
    a.approved_by AS approver,
    substr(a.approved_at, 1, 4) || '-' || substr(a.approved_at, 5, 2) || '-' || substr(a.approved_at, 7,
        2) AS decided_on
FROM temp.expected_endorsement AS e
JOIN legacy.approval AS a ON a.version_id = e.version_id
WHERE a.flag = 'Y' OR a.flag = 'N';
CREATE UNIQUE INDEX temp.expected_approval_key ON expected_approval (policy_number, version_number,
    approval_no);
