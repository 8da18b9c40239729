-- The policy administration of an insurer, as it grew, on PostgreSQL: the system that is migrated away from.
--
-- Dates are text of eight digits (YYYYMMDD), time stamps of fourteen. Amounts are NUMERIC(12,2). Codes are a
-- few capital letters. Foreign keys were dropped one night, because they were in the way, and never came back.
-- Every row that a clerk, a program or the nightly batch has changed says how often (rev_no) and by which
-- operation last (last_op).

CREATE TABLE agent (
    agent_no    INTEGER PRIMARY KEY,
    agent_name  VARCHAR(60) NOT NULL,
    branch_cd   CHAR(3) NOT NULL
);

-- One contract. policy_no is text with leading zeros; a number can come back after its policy was purged.
CREATE TABLE policy (
    policy_no   VARCHAR(16) NOT NULL PRIMARY KEY,
    country_cd  CHAR(2) NOT NULL,               -- DE, AT, CH
    prod_cd     CHAR(2) NOT NULL,               -- AU auto, HO home, LI liability, LE legal protection
    region      VARCHAR(4),                     -- padded with spaces where the old screens wrote it
    holder_name VARCHAR(60) NOT NULL,
    street      VARCHAR(60),
    house_no    VARCHAR(8),
    postcode    VARCHAR(10),
    city        VARCHAR(40),
    agent_no    INTEGER,
    incept_dt   CHAR(8),
    cancel_dt   CHAR(8),                        -- 99991231: not cancelled
    status_cd   CHAR(1) NOT NULL DEFAULT 'A',
    rev_no      INTEGER NOT NULL DEFAULT 0,
    last_op     VARCHAR(40)
);
CREATE INDEX policy_by_holder ON policy (holder_name);
CREATE INDEX policy_by_region ON policy (country_cd, region, prod_cd);

-- One state of a contract for each transaction that was booked on it.
CREATE TABLE policy_version (
    version_id     INTEGER PRIMARY KEY,
    policy_no      VARCHAR(16),                 -- NULL: typed in before the number was known
    version_no     INTEGER NOT NULL,
    txn_code       CHAR(2) NOT NULL,            -- NB new business, EN/EA endorsement, RN renewal,
                                                -- TC technical correction, CN cancellation, RI reinstatement
    reason_cd      CHAR(4),                     -- why; region NW writes reason_text instead
    reason_text    VARCHAR(200),
    eff_dt         CHAR(8) NOT NULL,            -- from when; often before booked_at
    booked_at      CHAR(14) NOT NULL,
    prem_amt       NUMERIC(12,2),
    prior_prem_amt NUMERIC(12,2),               -- the yearly premium before it; NULL for new business
    source_ref     VARCHAR(20),                 -- the broker's reference: NULL, '' or '-' if missing
    entered_by     VARCHAR(12),
    rev_no         INTEGER NOT NULL DEFAULT 0,
    last_op        VARCHAR(40),
    UNIQUE (policy_no, version_no)
);
CREATE INDEX policy_version_by_reason ON policy_version (reason_cd, eff_dt);

-- Who decided on a version. Several rows when it was refused first; none when nobody has looked yet.
CREATE TABLE approval (
    approval_id INTEGER PRIMARY KEY,
    version_id  INTEGER NOT NULL,
    flag        CHAR(1) NOT NULL,               -- P pending, Y approved, N refused
    approved_by VARCHAR(12),                    -- NULL: decided by the rules, not by a person
    approved_at CHAR(8),                        -- NULL while pending; the time of day was never kept
    rev_no      INTEGER NOT NULL DEFAULT 0,
    last_op     VARCHAR(40)
);
CREATE INDEX approval_by_version ON approval (version_id);

-- Policies that were deleted, for the statutory period; the number may be in use again.
CREATE TABLE policy_purged (
    policy_no   VARCHAR(16) NOT NULL,
    purged_dt   CHAR(8) NOT NULL,
    holder_name VARCHAR(60) NOT NULL,
    PRIMARY KEY (policy_no, purged_dt)
);

-- What the migration does not touch, but the monolith keeps writing.

CREATE TABLE premium_booking (
    policy_no VARCHAR(16) NOT NULL,
    due_dt    CHAR(8) NOT NULL,
    seq_no    INTEGER NOT NULL,
    amt       NUMERIC(12,2) NOT NULL,
    paid_dt   CHAR(8),
    PRIMARY KEY (policy_no, due_dt, seq_no)
);

CREATE TABLE claim (
    claim_no    INTEGER PRIMARY KEY,
    policy_no   VARCHAR(16) NOT NULL,
    loss_dt     CHAR(8) NOT NULL,
    reserve_amt NUMERIC(12,2)
);
CREATE INDEX claim_by_policy ON claim (policy_no);

-- The next free number of each kind, taken inside the transaction that uses it. TXN numbers the committed
-- transactions.
CREATE TABLE number_range (
    range_nm VARCHAR(12) NOT NULL PRIMARY KEY,
    next_val INTEGER NOT NULL
);

CREATE TABLE batch_run (
    run_id    INTEGER PRIMARY KEY,
    batch_nm  VARCHAR(20) NOT NULL,
    run_dt    CHAR(8) NOT NULL,
    rows_done INTEGER NOT NULL
);

-- Asked for by the migration, whose endorsements join these tables: a change must say where its row belonged
-- before. `banyan run` names the statement for each table that needs it.
ALTER TABLE policy REPLICA IDENTITY FULL;
ALTER TABLE policy_version REPLICA IDENTITY FULL;
ALTER TABLE approval REPLICA IDENTITY FULL;
