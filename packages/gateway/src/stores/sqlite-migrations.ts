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
  `
  -- Kept requests in the order in which they were kept, which no clock changes. Wide columns last: a list reads none of their pages.
  CREATE TABLE kept (
    place                INTEGER PRIMARY KEY,           -- grows with each that is kept, and never comes again
    id                   TEXT    NOT NULL UNIQUE,
    gate                 TEXT    NOT NULL,
    provider             TEXT    NOT NULL,
    key_id               TEXT    NOT NULL,
    type                 TEXT,                          -- NULL: its provider names none
    received_ms          INTEGER NOT NULL,
    method               TEXT    NOT NULL,
    url                  TEXT    NOT NULL,
    destinations         INTEGER,                       -- how many it matched; NULL: its gate had none
    body_bytes           INTEGER NOT NULL,              -- as received
    encoding             TEXT,                          -- of body; NULL: as received
    identity             BLOB    CHECK (length(identity) = 16),
    claim_until_ms       INTEGER CHECK ((claim_until_ms IS NULL) = (identity IS NULL)),
    claim_fresh_until_ms INTEGER,
    verdict              TEXT,                          -- JSON object; NULL: unsigned, or from before this step
    erased               TEXT,                          -- JSON object: what is left of an erased one; NULL: it is whole
    forwarded            TEXT,                          -- JSON object; NULL: none
    withheld             TEXT,                          -- JSON array of lower-case names; NULL: none
    sealed               BLOB,                          -- their values, encrypted before they come here; NULL: not kept
    headers              TEXT    NOT NULL,              -- JSON array: names and values in turn
    body                 BLOB    NOT NULL
  ) STRICT;

  INSERT INTO kept (id, gate, provider, key_id, received_ms, method, url, body_bytes, identity, claim_until_ms,
      claim_fresh_until_ms, forwarded, withheld, sealed, headers, body)
    SELECT id, gate, provider, key_id, received_ms, method, url, length(body), identity, claim_until_ms,
      claim_fresh_until_ms, forwarded, withheld, sealed, headers, body
    FROM events ORDER BY id;
  DROP TABLE events;
  ALTER TABLE kept RENAME TO events;
  CREATE INDEX events_by_gate ON events (gate);       -- and by place, as every index is
  CREATE INDEX events_unmatched ON events (destinations) WHERE destinations = 0;
  CREATE INDEX events_unmatched_by_gate ON events (gate) WHERE destinations = 0;

  -- Events on their way to destinations, one row for each of the two.
  CREATE TABLE deliveries (
    place       INTEGER PRIMARY KEY,                    -- grows with each, and never comes again
    event_id    TEXT    NOT NULL,
    destination TEXT    NOT NULL,
    gate        TEXT    NOT NULL,
    state       TEXT    NOT NULL CHECK (state IN ('waiting', 'behind', 'delivered', 'dead', 'cancelled', 'muted')),
    attempts    INTEGER NOT NULL,                       -- ever
    round       INTEGER NOT NULL,                       -- attempts of this round, which a redrive begins
    began_ms    INTEGER NOT NULL,                       -- when this round began
    set_ms      INTEGER NOT NULL,                       -- when due_ms was set: later than now where the clock was set back
    due_ms      INTEGER NOT NULL,
    order_key   TEXT,                                   -- those of one key go one after the other; NULL: no order
    parks       INTEGER NOT NULL,                       -- 1: once dead, it lets the next of its key go
    blocks      INTEGER NOT NULL,                       -- 1: the next of its key waits for it
    code        TEXT                                    -- of the last attempt, or why it was cancelled
  ) STRICT;

  CREATE UNIQUE INDEX deliveries_of_event ON deliveries (event_id, destination);
  CREATE INDEX deliveries_due ON deliveries (destination, due_ms) WHERE state = 'waiting';
  CREATE INDEX deliveries_by_state ON deliveries (destination, state);
  CREATE INDEX deliveries_by_key ON deliveries (destination, order_key) WHERE blocks = 1 AND order_key IS NOT NULL;

  CREATE TABLE attempts (
    place       INTEGER PRIMARY KEY,
    delivery    INTEGER NOT NULL,
    number      INTEGER NOT NULL,                       -- of its delivery, from 1
    started_ms  INTEGER NOT NULL,
    took_ms     INTEGER NOT NULL,
    code        TEXT    NOT NULL,                       -- 'delivered', or why not
    status      INTEGER,
    problem     TEXT,
    answer      BLOB                                    -- its first bytes
  ) STRICT;

  CREATE INDEX attempts_of_delivery ON attempts (delivery);

  -- What was said of a destination, or came about, beside the configuration. No row: nothing.
  CREATE TABLE destinations (
    name       TEXT NOT NULL PRIMARY KEY,
    condition  TEXT NOT NULL                            -- JSON object
  ) STRICT;

  -- Counts, kept beside what they count: to count a table takes as long as it is.
  CREATE TABLE totals (
    kind   TEXT    NOT NULL,                            -- 'events' by gate, or 'deliveries' by destination
    name   TEXT    NOT NULL,
    state  TEXT    NOT NULL,                            -- of deliveries; '' of events
    number INTEGER NOT NULL,
    bytes  INTEGER NOT NULL,                            -- of bodies, as received
    PRIMARY KEY (kind, name, state)
  ) STRICT, WITHOUT ROWID;

  INSERT INTO totals SELECT 'events', gate, '', count(*), sum(body_bytes) FROM events GROUP BY gate;
  `,
  `
  -- The last places of rows that are gone: none comes again.
  CREATE TABLE places (
    name TEXT    NOT NULL PRIMARY KEY,                  -- of the table
    last INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  `,
  `
  -- Events that are being erased, until it is proved that nothing of them is left in the file.
  CREATE TABLE erasures (event_id TEXT NOT NULL PRIMARY KEY) STRICT, WITHOUT ROWID;
  `,
  `
  -- Who changed or saw what through the admin API. Each entry's MAC covers the entry and the MAC before it. The generated columns are for lists
  -- only: a text that is no JSON has none.
  CREATE TABLE audit (
    seq    INTEGER PRIMARY KEY CHECK (seq > 0),         -- without a gap, and never comes again
    key_id TEXT    NOT NULL,                            -- of the key that the MAC was made with
    mac    BLOB    NOT NULL CHECK (length(mac) = 32),
    entry  TEXT    NOT NULL,                            -- JSON object, as the MAC covers it
    kind   TEXT    AS (CASE WHEN json_valid(entry) THEN CAST(entry ->> '$.kind' AS TEXT) END) VIRTUAL,
    at_ms  INTEGER AS (CASE WHEN json_valid(entry) THEN CAST(entry ->> '$.at' AS INTEGER) END) VIRTUAL,
    ends   INTEGER AS (CASE WHEN json_valid(entry) THEN CAST(entry ->> '$.ends' AS INTEGER) END) VIRTUAL,
    who    TEXT    AS (CASE WHEN json_valid(entry) THEN CAST(entry ->> '$.who.name' AS TEXT) END) VIRTUAL,
    route  TEXT    AS (CASE WHEN json_valid(entry) THEN CAST(entry ->> '$.route' AS TEXT) END) VIRTUAL
  ) STRICT;

  CREATE INDEX audit_endings ON audit (ends) WHERE ends IS NOT NULL;
  CREATE INDEX audit_by_who ON audit (who) WHERE who IS NOT NULL;
  CREATE INDEX audit_by_route ON audit (route) WHERE route IS NOT NULL;
  CREATE INDEX audit_by_who_and_route ON audit (who, route) WHERE who IS NOT NULL;
  CREATE INDEX audit_prunings ON audit (kind) WHERE kind = 'pruned';
  `,
  `
  -- Failures of one kind as one line.
  CREATE TABLE issues (
    id              TEXT    NOT NULL PRIMARY KEY,
    place           INTEGER NOT NULL,                   -- grows with each opening
    gate            TEXT,                               -- or session, of refused requests; NULL: they led to none
    destination     TEXT,                               -- of failed deliveries
    reason          TEXT    NOT NULL,
    state           TEXT    NOT NULL CHECK (state IN ('open', 'acknowledged', 'closed')),
    first_ms        INTEGER NOT NULL,
    opened_ms       INTEGER NOT NULL,
    last_ms         INTEGER NOT NULL,
    count           INTEGER NOT NULL,                   -- failures ever
    returns         INTEGER NOT NULL,                   -- how often it was opened again
    changed_ms      INTEGER,                            -- when its state was changed last by other than a failure
    changed_by      TEXT,                               -- the operator who did
    note            TEXT,
    ending          TEXT,                               -- of a closed one: 'healed', 'quiet', 'operator'
    request_id      TEXT,                               -- the last that failed
    kept_request_id TEXT,                               -- the last that failed and was kept
    event_id        TEXT,
    causes          TEXT    NOT NULL,                   -- JSON array of objects
    minutes         TEXT    NOT NULL,                   -- JSON array: minute since the epoch and failures in turn
    hours           TEXT    NOT NULL                    -- the same by hours
  ) STRICT, WITHOUT ROWID;
  `,
  `
  -- Searches by type and by time of receipt, at any depth. And up to which place the events of a gate are in the full-text index, which is made when a gate first asks for it.
  CREATE INDEX events_by_type ON events (type) WHERE type IS NOT NULL;
  CREATE INDEX events_by_time ON events (received_ms);
  CREATE TABLE full_text (
    gate  TEXT    NOT NULL PRIMARY KEY,
    place INTEGER NOT NULL                              -- of the last event that is in it
  ) STRICT, WITHOUT ROWID;
`,
  `
  -- Whose key proved an event, where its gate looks keys up by tenant.
  ALTER TABLE events ADD COLUMN tenant TEXT;             -- NULL: keys are of no tenant, or it is erased
  `,
];
