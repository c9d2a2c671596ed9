export const transcodeRule = `
  CREATE TABLE transcode_rules (
    source_id TEXT PRIMARY KEY,
    enabled INTEGER NOT NULL,
    grace_ms INTEGER NOT NULL,
    message TEXT NOT NULL,
    cooldown_ms INTEGER NOT NULL,
    exempt TEXT NOT NULL
  ) STRICT, WITHOUT ROWID;

  -- What somebody let play: who, what and where, and until when.
  CREATE TABLE transcode_rule_spared (
    key TEXT PRIMARY KEY,
    until INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
`
