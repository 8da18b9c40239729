-- On PostgreSQL: The store of the billing service. Addresses are those of the day of the invoice.

CREATE TABLE invoice (
    number         INTEGER NOT NULL PRIMARY KEY,
    customer_id    INTEGER NOT NULL,
    customer_email TEXT NOT NULL,
    issued_on      DATE NOT NULL,
    line_count     INTEGER NOT NULL CHECK (line_count >= 0),
    street         TEXT,
    city           TEXT,
    region         TEXT,
    country        TEXT NOT NULL,
    postal_code    TEXT,
    total          NUMERIC(10,2) NOT NULL CHECK (total = round(total, 2))
);
CREATE INDEX invoice_by_customer ON invoice (customer_id, issued_on);

CREATE TABLE invoice_line (
    invoice_number INTEGER NOT NULL REFERENCES invoice (number) DEFERRABLE INITIALLY DEFERRED,
    line_no        INTEGER NOT NULL,
    track_id       INTEGER NOT NULL,
    track_name     TEXT NOT NULL CHECK (track_name <> ''),
    unit_price     NUMERIC(10,2) NOT NULL CHECK (unit_price >= 0 AND unit_price = round(unit_price, 2)),
    quantity       INTEGER NOT NULL CHECK (quantity > 0),
    amount         NUMERIC(12,2) NOT NULL CHECK (amount = round(amount, 2)),
    PRIMARY KEY (invoice_number, line_no)
);
