-- On PostgreSQL: The store of the order service. An amount is an amount: two digits, never a binary fraction.

CREATE TABLE purchase_order (
    number           INTEGER NOT NULL PRIMARY KEY,
    customer         TEXT CHECK (customer <> ''),
    customer_name    TEXT NOT NULL CHECK (customer_name <> ''),
    taken_by         TEXT NOT NULL,
    ordered_on       DATE,
    required_by      DATE,
    positions        INTEGER NOT NULL CHECK (positions >= 0),
    status           TEXT NOT NULL CHECK (status IN ('open', 'shipped')),
    shipped_on       DATE,
    carrier          TEXT NOT NULL,
    freight          NUMERIC(10,2) NOT NULL CHECK (freight >= 0 AND freight = round(freight, 2)),
    ship_name        TEXT,
    ship_street      TEXT,
    ship_city        TEXT,
    ship_region      TEXT NOT NULL,
    ship_postal_code TEXT,
    ship_country     TEXT NOT NULL,
    CHECK ((status = 'shipped') = (shipped_on IS NOT NULL))
);

CREATE TABLE order_position (
    order_number INTEGER NOT NULL REFERENCES purchase_order (number) DEFERRABLE INITIALLY DEFERRED,
    product_id   INTEGER NOT NULL,
    product      TEXT NOT NULL CHECK (product <> ''),
    unit_price   NUMERIC(10,2) NOT NULL CHECK (unit_price >= 0 AND unit_price = round(unit_price, 2)),
    quantity     INTEGER NOT NULL CHECK (quantity > 0),
    discount     NUMERIC(4,3) NOT NULL CHECK (discount BETWEEN 0 AND 1),
    PRIMARY KEY (order_number, product_id)
);
