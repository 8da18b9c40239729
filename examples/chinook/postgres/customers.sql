-- On PostgreSQL: The store of the customer service.

CREATE TABLE customer (
    id          INTEGER NOT NULL PRIMARY KEY,
    first_name  TEXT NOT NULL CHECK (first_name <> ''),
    last_name   TEXT NOT NULL CHECK (last_name <> ''),
    company     TEXT CHECK (company <> ''),
    email       TEXT NOT NULL UNIQUE CHECK (email LIKE '_%@_%'),
    phone       TEXT,
    street      TEXT,
    city        TEXT,
    region      TEXT,
    country     TEXT NOT NULL CHECK (country <> ''),
    postal_code TEXT,
    support_rep TEXT CHECK (support_rep <> '')
);

CREATE TABLE staff (
    id         INTEGER NOT NULL PRIMARY KEY,
    full_name  TEXT NOT NULL CHECK (full_name <> ''),
    title      TEXT NOT NULL,
    reports_to TEXT,
    team_size  INTEGER NOT NULL CHECK (team_size >= 0),
    hired_on   DATE
);
