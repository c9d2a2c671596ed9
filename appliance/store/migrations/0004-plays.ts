/** Names stand once, in tables of their own; a play is a row of numbers, so that a million of them fit on a card. */
export const plays = `
  CREATE TABLE play_sources (
    id INTEGER PRIMARY KEY,
    source_id TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL
  ) STRICT;

  CREATE TABLE play_viewers (
    id INTEGER PRIMARY KEY,
    source INTEGER NOT NULL REFERENCES play_sources (id),
    key TEXT NOT NULL,
    name TEXT NOT NULL,
    fold TEXT NOT NULL,
    UNIQUE (source, key)
  ) STRICT;

  -- A film or a series, the same one over all servers; year 0 = unknown, or a series.
  CREATE TABLE play_titles (
    id INTEGER PRIMARY KEY,
    media_type TEXT NOT NULL,
    fold TEXT NOT NULL,
    year INTEGER NOT NULL,
    name TEXT NOT NULL,
    UNIQUE (media_type, fold, year)
  ) STRICT;

  CREATE TABLE play_items (
    id INTEGER PRIMARY KEY,
    source INTEGER NOT NULL REFERENCES play_sources (id),
    key TEXT NOT NULL,
    title INTEGER NOT NULL REFERENCES play_titles (id),
    year INTEGER,
    subtitle TEXT,
    fold TEXT NOT NULL,
    UNIQUE (source, key)
  ) STRICT;

  -- Any three letters of a title or subtitle, so that a search need not read them all.
  CREATE VIRTUAL TABLE play_words USING fts5 (
    fold, content = 'play_items', content_rowid = 'id', tokenize = 'trigram case_sensitive 1'
  );
  CREATE TRIGGER play_items_made AFTER INSERT ON play_items BEGIN
    INSERT INTO play_words (rowid, fold) VALUES (new.id, new.fold);
  END;
  CREATE TRIGGER play_items_gone AFTER DELETE ON play_items BEGIN
    INSERT INTO play_words (play_words, rowid, fold) VALUES ('delete', old.id, old.fold);
  END;
  CREATE TRIGGER play_items_renamed AFTER UPDATE OF fold ON play_items WHEN old.fold <> new.fold BEGIN
    INSERT INTO play_words (play_words, rowid, fold) VALUES ('delete', old.id, old.fold);
    INSERT INTO play_words (rowid, fold) VALUES (new.id, new.fold);
  END;

  CREATE TABLE play_libraries (
    id INTEGER PRIMARY KEY,
    fold TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL
  ) STRICT;

  CREATE TABLE play_clients (
    id INTEGER PRIMARY KEY,
    fold TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL
  ) STRICT;

  CREATE TABLE play_devices (
    id INTEGER PRIMARY KEY,
    source INTEGER NOT NULL REFERENCES play_sources (id),
    key TEXT NOT NULL,
    name TEXT NOT NULL,
    client INTEGER NOT NULL REFERENCES play_clients (id),
    platform TEXT NOT NULL,
    UNIQUE (source, key)
  ) STRICT;

  CREATE TABLE play_streams (
    id INTEGER PRIMARY KEY,
    body TEXT NOT NULL UNIQUE
  ) STRICT;

  -- What history is narrowed by: each combination that there is.
  CREATE TABLE play_facets (
    id INTEGER PRIMARY KEY,
    source INTEGER NOT NULL REFERENCES play_sources (id),
    media_type TEXT NOT NULL,
    decision TEXT NOT NULL,
    UNIQUE (source, media_type, decision)
  ) STRICT;

  -- Points to the tables above without REFERENCES: each would need an index more.
  CREATE TABLE plays (
    id INTEGER PRIMARY KEY,
    started_at INTEGER NOT NULL,
    ended_at INTEGER NOT NULL,
    played_ms INTEGER NOT NULL,
    duration_ms INTEGER,
    facet INTEGER NOT NULL,
    viewer INTEGER NOT NULL,
    item INTEGER NOT NULL,
    library INTEGER,
    device INTEGER NOT NULL,
    stream INTEGER NOT NULL,
    bitrate_kbps INTEGER,
    location TEXT,
    address TEXT
  ) STRICT;
  CREATE INDEX plays_by_start ON plays (started_at);
  CREATE INDEX plays_by_facet ON plays (facet, started_at);
  CREATE INDEX plays_by_viewer ON plays (viewer, started_at, facet);
  CREATE INDEX plays_by_item ON plays (item, started_at, facet);

  -- Sums of whole days and whole months in UTC: a period is a day's number since 1970, or minus the month's number.
  CREATE TABLE play_sums (
    period INTEGER NOT NULL,
    dimension INTEGER NOT NULL,
    source INTEGER NOT NULL,
    ref INTEGER NOT NULL,
    plays INTEGER NOT NULL,
    played_ms INTEGER NOT NULL,
    sized INTEGER NOT NULL,
    finished INTEGER NOT NULL,
    hardware INTEGER NOT NULL,
    software INTEGER NOT NULL,
    audio INTEGER NOT NULL,
    PRIMARY KEY (period, dimension, source, ref)
  ) STRICT, WITHOUT ROWID;

  -- Quarters of an hour: every time zone's hours and days are made of them.
  CREATE TABLE play_quarters (
    quarter INTEGER NOT NULL,
    source INTEGER NOT NULL,
    plays INTEGER NOT NULL,
    played_ms INTEGER NOT NULL,
    PRIMARY KEY (quarter, source)
  ) STRICT, WITHOUT ROWID;

  -- What runs now, as far as it was written down: what a power cut leaves of it.
  CREATE TABLE plays_running (
    id TEXT PRIMARY KEY,
    data TEXT NOT NULL
  ) STRICT, WITHOUT ROWID;
`
