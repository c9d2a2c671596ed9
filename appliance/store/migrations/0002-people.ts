export const people = `
  CREATE TABLE people (
    id TEXT PRIMARY KEY,
    username TEXT NOT NULL,
    name_key TEXT NOT NULL UNIQUE,
    email TEXT,
    email_key TEXT UNIQUE,
    role TEXT NOT NULL CHECK (role IN ('admin', 'staff', 'support', 'member', 'viewer')),
    grants TEXT NOT NULL,
    password_hash TEXT,
    password_long INTEGER NOT NULL DEFAULT 0,
    must_change_password INTEGER NOT NULL DEFAULT 0,
    disabled INTEGER NOT NULL DEFAULT 0,
    admin_since INTEGER,
    totp_secret_id TEXT REFERENCES secrets (id),
    totp_confirmed INTEGER NOT NULL DEFAULT 0,
    totp_last_step INTEGER NOT NULL DEFAULT 0,
    created_at INTEGER NOT NULL,
    last_sign_in_at INTEGER
  ) STRICT;

  CREATE TABLE people_facts (
    name TEXT PRIMARY KEY,
    value TEXT NOT NULL
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE sign_ins (
    id TEXT PRIMARY KEY,
    person_id TEXT NOT NULL REFERENCES people (id) ON DELETE CASCADE,
    created_at INTEGER NOT NULL,
    last_used_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    address TEXT NOT NULL,
    agent TEXT NOT NULL,
    method TEXT NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX sign_ins_of_person ON sign_ins (person_id, created_at);

  CREATE TABLE refresh_tokens (
    hash TEXT PRIMARY KEY,
    sign_in_id TEXT NOT NULL REFERENCES sign_ins (id) ON DELETE CASCADE,
    created_at INTEGER NOT NULL,
    used_at INTEGER
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX refresh_tokens_of_sign_in ON refresh_tokens (sign_in_id, created_at);

  CREATE TABLE recovery_codes (
    hash TEXT PRIMARY KEY,
    person_id TEXT NOT NULL REFERENCES people (id) ON DELETE CASCADE
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX recovery_codes_of_person ON recovery_codes (person_id);

  CREATE TABLE passkeys (
    id TEXT PRIMARY KEY,
    person_id TEXT NOT NULL REFERENCES people (id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    public_key BLOB NOT NULL,
    counter INTEGER NOT NULL,
    transports TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    last_used_at INTEGER
  ) STRICT;
  CREATE INDEX passkeys_of_person ON passkeys (person_id);

  CREATE TABLE api_keys (
    id TEXT PRIMARY KEY,
    hash TEXT NOT NULL UNIQUE,
    person_id TEXT NOT NULL REFERENCES people (id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    prefix TEXT NOT NULL,
    read_only INTEGER NOT NULL,
    grants TEXT,
    created_at INTEGER NOT NULL,
    expires_at INTEGER,
    last_used_at INTEGER
  ) STRICT;
  CREATE INDEX api_keys_of_person ON api_keys (person_id);

  -- What is shown and searched is computed from the two texts that the chain covers, so that neither can lie alone.
  CREATE TABLE audit_log (
    id INTEGER PRIMARY KEY,
    opened TEXT NOT NULL,
    closed TEXT,
    closed_seq INTEGER,
    at INTEGER AS (json_extract(opened, '$.at')),
    actor_id TEXT AS (coalesce(json_extract(closed, '$.actor.id'), json_extract(opened, '$.actor.id'))),
    actor_name TEXT AS (coalesce(json_extract(closed, '$.actor.name'), json_extract(opened, '$.actor.name'))),
    action TEXT AS (json_extract(opened, '$.action')),
    target_kind TEXT AS (coalesce(json_extract(closed, '$.target.kind'), json_extract(opened, '$.target.kind'))),
    target_id TEXT AS (coalesce(json_extract(closed, '$.target.id'), json_extract(opened, '$.target.id'))),
    target_name TEXT AS (coalesce(json_extract(closed, '$.target.name'), json_extract(opened, '$.target.name'))),
    outcome TEXT AS (coalesce(json_extract(closed, '$.outcome'), 'requested')),
    completed_at INTEGER AS (json_extract(closed, '$.at'))
  ) STRICT;

  CREATE TABLE audit_chain (
    seq INTEGER PRIMARY KEY,
    entry_id INTEGER NOT NULL,
    hash TEXT NOT NULL
  ) STRICT;

  CREATE TABLE audit_marks (
    name TEXT PRIMARY KEY CHECK (name IN ('anchor', 'head')),
    seq INTEGER NOT NULL,
    hash TEXT NOT NULL,
    mac TEXT NOT NULL
  ) STRICT, WITHOUT ROWID;
`
