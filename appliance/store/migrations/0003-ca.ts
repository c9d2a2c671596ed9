export const ca = `
  CREATE TABLE certificates (
    id TEXT PRIMARY KEY,
    kind TEXT NOT NULL CHECK (kind IN ('root', 'issuing', 'server')),
    issuer_id TEXT REFERENCES certificates (id),
    names TEXT NOT NULL DEFAULT '[]',
    pem TEXT NOT NULL,
    secret_id TEXT NOT NULL REFERENCES secrets (id),
    not_before INTEGER NOT NULL,
    not_after INTEGER NOT NULL,
    CHECK ((kind = 'root') = (issuer_id IS NULL))
  ) STRICT;

  CREATE INDEX certificates_by_kind ON certificates (kind, not_before);
`
