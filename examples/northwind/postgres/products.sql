-- On PostgreSQL: The store of the product service.

CREATE TABLE product (
    id            INTEGER NOT NULL PRIMARY KEY,
    name          TEXT NOT NULL CHECK (name <> ''),
    category      TEXT NOT NULL,
    supplier      TEXT NOT NULL,
    package       TEXT,
    availability  TEXT NOT NULL CHECK (availability IN ('available', 'discontinued')),
    price         NUMERIC(10,2) NOT NULL CHECK (price >= 0 AND price = round(price, 2)),
    in_stock      INTEGER NOT NULL CHECK (in_stock >= 0),
    on_order      INTEGER NOT NULL CHECK (on_order >= 0),
    needs_reorder BOOLEAN NOT NULL
);
