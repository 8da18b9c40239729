-- The store of the endorsement service, in the service's own words, on PostgreSQL.
--
-- It holds nothing that the service does not mean: every value has a rule, every rule is written here.

CREATE TABLE endorsement (
    id             UUID NOT NULL PRIMARY KEY,
    policy_number  TEXT NOT NULL CHECK (policy_number <> ''),
    version_number INTEGER NOT NULL CHECK (version_number > 0),
    country        TEXT NOT NULL CHECK (country IN ('DE', 'AT', 'CH')),
    product        TEXT NOT NULL CHECK (product IN ('auto', 'home', 'liability', 'legal_protection')),
    reason         TEXT NOT NULL CHECK (reason IN (
                       'address_change', 'named_driver', 'vehicle_change', 'coverage_change', 'sum_insured',
                       'payment_terms', 'unspecified')),
    reason_note    TEXT,
    effective_on   DATE NOT NULL,
    status         TEXT NOT NULL CHECK (status IN ('requested', 'approved')),
    premium_impact NUMERIC(12,2) NOT NULL,
    UNIQUE (policy_number, version_number)
);
CREATE INDEX endorsement_by_slice ON endorsement (country, product, reason);

-- The decisions on an endorsement: part of it, never without it.
CREATE TABLE endorsement_approval (
    endorsement_id UUID NOT NULL REFERENCES endorsement (id),
    approval_no    INTEGER NOT NULL,
    decision       TEXT NOT NULL CHECK (decision IN ('approved', 'refused')),
    approver       TEXT CHECK (approver <> ''),
    decided_on     DATE NOT NULL,
    PRIMARY KEY (endorsement_id, approval_no)
);
