-- On PostgreSQL: The store of the catalogue service.

CREATE TABLE album (
    id                 INTEGER NOT NULL PRIMARY KEY,
    title              TEXT NOT NULL CHECK (title <> ''),
    artist             TEXT NOT NULL CHECK (artist <> ''),
    track_count        INTEGER NOT NULL CHECK (track_count >= 0),
    names_composers BOOLEAN NOT NULL
);
CREATE INDEX album_by_artist ON album (artist);

-- What is on an album; a track is on one album only.
CREATE TABLE album_track (
    album_id   INTEGER NOT NULL REFERENCES album (id) DEFERRABLE INITIALLY DEFERRED,
    track_id   INTEGER NOT NULL UNIQUE,
    title      TEXT NOT NULL,
    composer   TEXT,
    genre      TEXT NOT NULL CHECK (genre <> ''),
    media_type TEXT NOT NULL CHECK (media_type <> ''),
    length_ms  INTEGER NOT NULL CHECK (length_ms > 0),
    price      NUMERIC(10,2) NOT NULL CHECK (price >= 0 AND price = round(price, 2)),
    PRIMARY KEY (album_id, track_id)
);
