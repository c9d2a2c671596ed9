export const foundation = `
  CREATE TABLE secrets (
    id TEXT PRIMARY KEY,
    context TEXT NOT NULL,
    sealed TEXT NOT NULL
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE settings (
    name TEXT PRIMARY KEY,
    value TEXT NOT NULL
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE sources (
    id TEXT PRIMARY KEY,
    kind TEXT NOT NULL,
    name TEXT NOT NULL,
    url TEXT NOT NULL,
    secret_id TEXT NOT NULL REFERENCES secrets (id),
    fingerprint TEXT,
    options TEXT NOT NULL DEFAULT '{}',
    enabled INTEGER NOT NULL DEFAULT 1,
    identity TEXT,
    version TEXT,
    created_at INTEGER NOT NULL
  ) STRICT;

  CREATE TABLE vitals (
    at INTEGER PRIMARY KEY,
    data TEXT NOT NULL
  ) STRICT;
`
