/** The SQLite store’s schema, as the ordered steps that made it. A step that was released is never changed. */

/** In the file’s header: says that the file is ours. ASCII `Csgn`. */
export const APPLICATION_ID = 0x4373676e;

/** In `until_ms` of a record that never expires: the latest time that a double holds to the millisecond. */
export const NEVER_MS: number = Number.MAX_SAFE_INTEGER;

/** Step n brings a file from `user_version` n to n + 1. */
export const MIGRATIONS: readonly string[] = [
  `
  -- Kept requests, byte-exact. Wide columns last: a list reads none of their pages.
  CREATE TABLE events (
    id             TEXT    NOT NULL PRIMARY KEY,  -- in order of time
    gate           TEXT    NOT NULL,
    provider       TEXT    NOT NULL,
    key_id         TEXT    NOT NULL,
    received_ms    INTEGER NOT NULL,
    method         TEXT    NOT NULL,
    url            TEXT    NOT NULL,
    identity       BLOB    CHECK (length(identity) = 16),
    claim_until_ms INTEGER CHECK ((claim_until_ms IS NULL) = (identity IS NULL)),
    headers        TEXT    NOT NULL,              -- JSON array: names and values in turn
    body           BLOB    NOT NULL
  ) STRICT;

  CREATE INDEX events_by_gate ON events (gate, id);

  -- Held claims, in the order in which they were taken. Each is held by one row at a time, which the index in
  -- memory finds; a second row of the same claim may remain from before it expired. Row numbers only grow.
  CREATE TABLE claims (
    row      INTEGER PRIMARY KEY,
    gate     TEXT    NOT NULL,
    identity BLOB    NOT NULL CHECK (length(identity) = 16),
    until_ms INTEGER NOT NULL,
    event_id TEXT                                 -- NULL: remembered without an event
  ) STRICT;

  CREATE INDEX claims_by_until ON claims (until_ms);
  `,
  `
  -- What the gateway must have again after a restart and nobody else may read. Encrypted before it comes here.
  CREATE TABLE secrets (
    name   TEXT NOT NULL PRIMARY KEY,
    sealed BLOB NOT NULL
  ) STRICT;
  `,
  `
  -- Small states that gateways share: sessions, approvals, leases. Each write is a new row with a version of its own.
  CREATE TABLE records (
    version  INTEGER PRIMARY KEY AUTOINCREMENT,
    space    TEXT    NOT NULL,
    key      TEXT    NOT NULL,
    until_ms INTEGER NOT NULL,                    -- expired from then on
    bytes    BLOB    NOT NULL,
    UNIQUE (space, key)
  ) STRICT;

  CREATE INDEX records_by_until ON records (until_ms);
  `,
  `
  -- Secrets among an event's headers, whose values are empty there: the fields' names, and the values, encrypted before they come here.
  ALTER TABLE events ADD COLUMN withheld TEXT;  -- JSON array of lower-case names; NULL: none
  ALTER TABLE events ADD COLUMN sealed BLOB;    -- NULL: not kept
  `,
  `
  -- Scheme and host that the client spoke to, in the words of a trusted proxy.
  ALTER TABLE events ADD COLUMN forwarded TEXT;  -- JSON object; NULL: none
  `,
  `
  -- A secret is a record that never expires; what it was sealed for, its name, is its key.
  INSERT INTO records (space, key, until_ms, bytes) SELECT 'token', name, 9007199254740991, sealed FROM secrets;
  DROP TABLE secrets;
  `,
  `
  -- What a start reads of claims in place of their rows. Each row up to the largest last_row that is still there is in one of the pieces.
  CREATE TABLE claim_pieces (
    last_row INTEGER PRIMARY KEY,
    entries  BLOB NOT NULL CHECK (length(entries) % 16 = 0)  -- a key of the claim and its row in turn, as little-endian doubles
  ) STRICT;

  ALTER TABLE claims ADD COLUMN answer BLOB;  -- The first answer, for repeats, encrypted before it comes here. NULL: none
  `,
  `
  -- Until when a copy of the request is fresh; from then on the claim may be given up for want of room. NULL: as long as it is held.
  ALTER TABLE claims ADD COLUMN fresh_until_ms INTEGER;
  ALTER TABLE events ADD COLUMN claim_fresh_until_ms INTEGER;
  `,
  `
  -- Refused requests, for a while. Encrypted before they come here. Wide columns last: a list reads none of the bodies.
  CREATE TABLE refused (
    place       INTEGER PRIMARY KEY AUTOINCREMENT,  -- in the order in which they were kept; never comes again
    id          TEXT    NOT NULL UNIQUE,
    gate        TEXT    NOT NULL,
    received_ms INTEGER NOT NULL,
    until_ms    INTEGER NOT NULL,                   -- not there any more from then on
    bytes       INTEGER NOT NULL,                   -- of head and body
    head        BLOB    NOT NULL,
    body        BLOB    NOT NULL
  ) STRICT;

  -- What a gate holds is added up by it alone.
  CREATE INDEX refused_by_gate ON refused (gate, place, bytes);
  CREATE INDEX refused_by_until ON refused (until_ms);
  `,
  `
  -- When a claim was taken: what a repeat repeats. NULL: before this step.
  ALTER TABLE claims ADD COLUMN taken_ms INTEGER;
  `,
];
