-- On PostgreSQL: The store of the customer service.

CREATE TABLE customer (
    code            TEXT NOT NULL PRIMARY KEY CHECK (code <> ''),
    name            TEXT NOT NULL CHECK (name <> ''),
    contact         TEXT,
    phone           TEXT,
    fax             TEXT,
    street          TEXT,
    city            TEXT,
    region          TEXT NOT NULL,
    postal_code     TEXT,
    country         TEXT NOT NULL,
    order_count     INTEGER NOT NULL CHECK (order_count >= 0),
    has_open_orders BOOLEAN NOT NULL,
    CHECK (order_count > 0 OR NOT has_open_orders)
);
