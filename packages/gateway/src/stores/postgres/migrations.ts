/** The PostgreSQL store’s schema, as the ordered steps that made it. A step that was released is never changed. */

/** All of it stands in a schema of its own; a database holds one store. */
export const SCHEMA = 'countersign';

/** In `until_ms` of what never expires: the latest time that a double holds to the millisecond. */
export const NEVER_MS: number = Number.MAX_SAFE_INTEGER;

export interface Migration {
  readonly sql: string;
  /**
   * The oldest version of the schema whose gateways still work with it once this step is made: those run on while a newer one
   * starts beside them. A step that only adds leaves it where it was.
   */
  readonly servesFrom: number;
}

/** Step n brings a schema from version n to n + 1. */
export const MIGRATIONS: readonly Migration[] = [
  {
    servesFrom: 1,
    sql: `
  -- Without a cache, or a place drawn later could be less than one drawn before. The first that it gives is 1.
  CREATE SEQUENCE countersign.places AS bigint CACHE 1 MINVALUE 0;
  SELECT nextval('countersign.places');

  -- Kept requests, byte-exact, a partition a day: ids are UUIDv7, and so in order of time. There is no default partition: each that is
  -- attached would wait for whoever reads that, and read all of it.
  CREATE TABLE countersign.events (
    id                   text   COLLATE "C" NOT NULL PRIMARY KEY,
    place                bigint NOT NULL,               -- grows with each event; committed in another order: see places.ts
    gate                 text   COLLATE "C" NOT NULL,
    tenant               text   COLLATE "C",            -- NULL: its gate has none
    provider             text   COLLATE "C" NOT NULL,
    key_id               text   COLLATE "C" NOT NULL,
    type                 text   COLLATE "C",            -- NULL: its provider names none
    received_ms          bigint NOT NULL,
    method               text   COLLATE "C" NOT NULL,
    url                  text   COLLATE "C" NOT NULL,
    destinations         integer,                       -- how many it matched; NULL: its gate had none
    body_bytes           integer NOT NULL,              -- as received
    encoding             text   COLLATE "C",            -- of body; NULL: as received
    identity             bytea,
    claim_until_ms       bigint,
    claim_fresh_until_ms bigint,
    verdict              text,                          -- JSON object; NULL: unsigned
    refused              text   COLLATE "C",            -- the reason in it; NULL: it was accepted
    erased               text,                          -- JSON object: what is left of an erased one; NULL: it is whole
    forwarded            text,                          -- JSON object; NULL: none
    withheld             text,                          -- JSON array of lower-case names; NULL: none
    sealed               bytea,                         -- their values, encrypted before they come here; NULL: not kept
    headers              text   NOT NULL,               -- JSON array: names and values in turn
    body                 bytea  NOT NULL
  ) PARTITION BY RANGE (id);
  CREATE INDEX events_by_place ON countersign.events (place);
  CREATE INDEX events_by_gate ON countersign.events (gate, place);
  -- A type is the sender’s text, and may be longer than an index takes.
  CREATE INDEX events_by_type ON countersign.events (hashtextextended(type, 0), place) WHERE type IS NOT NULL;
  CREATE INDEX events_by_time ON countersign.events (received_ms, place);
  CREATE INDEX events_unmatched ON countersign.events (place) WHERE destinations = 0;
  CREATE INDEX events_unmatched_by_gate ON countersign.events (gate, place) WHERE destinations = 0;
  -- Bodies are compressed before they come here, where that pays.
  ALTER TABLE countersign.events ALTER COLUMN body SET STORAGE EXTERNAL, ALTER COLUMN sealed SET STORAGE EXTERNAL;

  -- Held claims. Not by time: one identity must be one row, whenever its claim ends.
  CREATE TABLE countersign.claims (
    gate           text   COLLATE "C" NOT NULL,
    identity       bytea  NOT NULL CHECK (length(identity) = 16),
    until_ms       bigint NOT NULL,
    fresh_until_ms bigint,
    taken_ms       bigint,                              -- NULL: nobody has noted it
    event_id       text   COLLATE "C",                  -- NULL: remembered without an event
    answer         bytea,
    owner          text   COLLATE "C",                  -- of a lease: only who knows it ends or renews it. NULL: nobody has one
    leased_until_ms bigint,                             -- by the gateways' clocks. NULL: no lease was begun since it was committed; until_ms is 0 until it is
    attempts       integer NOT NULL DEFAULT 0,          -- leases that came to nothing, and the one that runs
    PRIMARY KEY (gate, identity)
  ) WITH (fillfactor = 90, autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_insert_scale_factor = 0.1);
  CREATE INDEX claims_by_until ON countersign.claims (until_ms) WHERE leased_until_ms IS NULL;
  CREATE INDEX claims_by_lease ON countersign.claims (greatest(leased_until_ms, until_ms)) WHERE leased_until_ms IS NOT NULL;

  -- Events on their way to destinations, one row for each of the two; in partitions as their events are.
  CREATE TABLE countersign.deliveries (
    event_id       text    COLLATE "C" NOT NULL,
    destination    text    COLLATE "C" NOT NULL,
    place          bigint  NOT NULL,                    -- grows with each
    gate           text    COLLATE "C" NOT NULL,
    state          text    COLLATE "C" NOT NULL CHECK (state IN ('waiting', 'behind', 'delivered', 'dead', 'cancelled', 'muted')),
    attempts       integer NOT NULL DEFAULT 0,          -- ever
    round          integer NOT NULL DEFAULT 0,          -- attempts of this round, which a redrive begins
    began_ms       bigint  NOT NULL,                    -- when this round began
    set_ms         bigint  NOT NULL,                    -- when due_ms was set: later than now where a clock was set back
    due_ms         bigint  NOT NULL,
    order_key      text    COLLATE "C",                 -- those of one key go one after the other; NULL: no order
    order_hash     bigint,                              -- of order_key: that may be long
    parks          boolean NOT NULL,                    -- once dead, it lets the next of its key go
    blocks         boolean NOT NULL,                    -- the next of its key waits for it
    code           text    COLLATE "C",                 -- of the last attempt, or why it was cancelled
    lease          bigint  NOT NULL DEFAULT 0,          -- grows with each time it is taken
    leased_until_ms bigint,                             -- by the server's clock; NULL: nobody has it
    PRIMARY KEY (event_id, destination)
  ) PARTITION BY RANGE (event_id);
  CREATE INDEX deliveries_by_place ON countersign.deliveries (place);
  CREATE INDEX deliveries_due ON countersign.deliveries (destination, due_ms, place) WHERE state = 'waiting';
  -- Not of the column itself: what is due must be found by deliveries_due, which begins past the remains of what was delivered.
  CREATE INDEX deliveries_by_state ON countersign.deliveries (destination, (state || ''), place);
  CREATE INDEX deliveries_by_key ON countersign.deliveries (destination, order_hash, place) WHERE blocks AND order_hash IS NOT NULL;

  CREATE TABLE countersign.attempts (
    event_id       text    COLLATE "C" NOT NULL,
    delivery       bigint  NOT NULL,                    -- its place
    number         integer NOT NULL,                    -- of its delivery, from 1
    started_ms     bigint  NOT NULL,
    took_ms        integer NOT NULL,
    code           text    COLLATE "C" NOT NULL,        -- 'delivered', or why not
    status         integer,
    problem        text,
    answer         bytea,                               -- its first bytes
    PRIMARY KEY (event_id, delivery, number)
  ) PARTITION BY RANGE (event_id);

  -- What was said of a destination, or came about, beside the configuration. No row: nothing.
  CREATE TABLE countersign.destinations (
    name           text COLLATE "C" NOT NULL PRIMARY KEY,
    condition      text NOT NULL                        -- JSON object
  );

  -- Counts, kept beside what they count: to count a table takes as long as it is. Each commit adds rows, so that no two wait for one
  -- another; they are added up from time to time, by one gateway.
  CREATE TABLE countersign.totals (
    kind           text   COLLATE "C" NOT NULL,         -- 'events' by gate, or 'deliveries' by destination
    name           text   COLLATE "C" NOT NULL,
    state          text   COLLATE "C" NOT NULL,         -- of deliveries; '' of events
    day            text   COLLATE "C" NOT NULL,         -- the suffix of the partition
    number         bigint NOT NULL,
    bytes          bigint NOT NULL,
    first_place    bigint,                              -- of those that were added; NULL: none were, or they are anywhere
    last_place     bigint,
    first_ms       bigint,                              -- when those were received that are events
    last_ms        bigint
  );
  CREATE INDEX totals_by_name ON countersign.totals (kind, name, state, day);

  -- The partitions of events, deliveries and attempts: bounds of ids, the second outside.
  CREATE TABLE countersign.days (
    day            text COLLATE "C" NOT NULL PRIMARY KEY, -- as the partitions' names end, e.g. '20250131'
    from_id        text COLLATE "C" NOT NULL,
    until_id       text COLLATE "C" NOT NULL
  );

  -- What gates keep no longer, as their last sweeps said: a day that is older than all say goes as a whole.
  CREATE TABLE countersign.retention (
    gate           text   COLLATE "C" NOT NULL PRIMARY KEY,
    before_ms      bigint NOT NULL,
    noted          timestamptz NOT NULL                 -- by the server's clock
  );

  -- Small states that gateways share: sessions, approvals, leases, keys. Each write has a version of its own.
  CREATE TABLE countersign.records (
    space          text   COLLATE "C" NOT NULL,         -- with the escapes of JSON, as is the key
    key            text   COLLATE "C" NOT NULL,
    version        bigint NOT NULL DEFAULT nextval('countersign.places'),
    until_ms       bigint NOT NULL,
    bytes          bytea  NOT NULL,
    PRIMARY KEY (space, key)
  );
  CREATE INDEX records_by_until ON countersign.records (until_ms);

  -- Refused requests, for a while. Encrypted before they come here.
  CREATE TABLE countersign.refused (
    place          bigint  NOT NULL PRIMARY KEY DEFAULT nextval('countersign.places'),
    id             text    COLLATE "C" NOT NULL UNIQUE,
    gate           text    COLLATE "C" NOT NULL,
    received_ms    bigint  NOT NULL,
    until_ms       bigint  NOT NULL,
    bytes          integer NOT NULL,                    -- of head and body
    head           bytea   NOT NULL,
    body           bytea   NOT NULL
  );
  CREATE INDEX refused_by_gate ON countersign.refused (gate, place) INCLUDE (bytes);
  CREATE INDEX refused_by_until ON countersign.refused (until_ms);

  -- Events that are being erased, until nothing of them is left in the files of the tables.
  CREATE TABLE countersign.erasures (event_id text COLLATE "C" NOT NULL PRIMARY KEY);

  -- Who changed or saw what through the admin API. Each entry's MAC covers the entry and the MAC before it. What stands beside is for lists only.
  CREATE TABLE countersign.audit (
    seq            bigint NOT NULL PRIMARY KEY CHECK (seq > 0), -- without a gap
    key_id         text   COLLATE "C" NOT NULL,
    mac            bytea  NOT NULL CHECK (length(mac) = 32),
    entry          text   NOT NULL,                     -- JSON object, as the MAC covers it
    kind           text   COLLATE "C",
    at_ms          bigint,
    ends           bigint,
    who            text   COLLATE "C",                  -- as an index takes it, as is route
    route          text   COLLATE "C"
  );
  CREATE INDEX audit_endings ON countersign.audit (ends) WHERE ends IS NOT NULL;
  CREATE INDEX audit_by_who ON countersign.audit (who, seq) WHERE who IS NOT NULL;
  CREATE INDEX audit_by_route ON countersign.audit (route, seq) WHERE route IS NOT NULL;
  CREATE INDEX audit_by_who_and_route ON countersign.audit (who, route, seq) WHERE who IS NOT NULL;
  CREATE INDEX audit_prunings ON countersign.audit (seq) WHERE kind = 'pruned';

  -- Keys of the audit log that others have followed: nothing is written under them, whoever still has them.
  CREATE TABLE countersign.ended_keys (key_id text COLLATE "C" NOT NULL PRIMARY KEY);

  -- How far a move from SQLite has come: one row while one is under way.
  CREATE TABLE countersign.move (
    one            boolean NOT NULL DEFAULT true PRIMARY KEY CHECK (one),
    source         text    NOT NULL,
    now_ms         bigint  NOT NULL,
    at_table       integer NOT NULL,
    at_row         bigint  NOT NULL
  );

  -- Failures of one kind as one line.
  CREATE TABLE countersign.issues (
    id             text   COLLATE "C" NOT NULL PRIMARY KEY,
    place          bigint NOT NULL,                     -- grows with each opening
    revision       bigint NOT NULL DEFAULT nextval('countersign.places'), -- grows with each write; committed in that order
    state          text   COLLATE "C" NOT NULL CHECK (state IN ('open', 'acknowledged', 'closed')),
    count          bigint NOT NULL,                     -- failures ever
    issue          text   NOT NULL                      -- JSON object
  );
  CREATE INDEX issues_by_place ON countersign.issues (place);
  CREATE INDEX issues_by_revision ON countersign.issues (revision);

  -- Words of events, of gates that are to have them searched; in partitions as their events are.
  CREATE TABLE countersign.words (
    event_id       text     COLLATE "C" NOT NULL PRIMARY KEY,
    words          tsvector NOT NULL                    -- see lexemes.ts
  ) PARTITION BY RANGE (event_id);
  -- What is pending is read through by each search.
  CREATE INDEX words_by_word ON countersign.words USING gin (words) WITH (gin_pending_list_limit = 256);

  -- Ids of days before 2020 and from 2100 on, and what begins as none does.
  CREATE TABLE countersign.events_early PARTITION OF countersign.events FOR VALUES FROM (MINVALUE) TO ('016f5e66-e800');
  CREATE TABLE countersign.events_late PARTITION OF countersign.events FOR VALUES FROM ('03bb2cc3-d800') TO (MAXVALUE);
  CREATE TABLE countersign.deliveries_early PARTITION OF countersign.deliveries FOR VALUES FROM (MINVALUE) TO ('016f5e66-e800');
  CREATE TABLE countersign.deliveries_late PARTITION OF countersign.deliveries FOR VALUES FROM ('03bb2cc3-d800') TO (MAXVALUE);
  CREATE TABLE countersign.attempts_early PARTITION OF countersign.attempts FOR VALUES FROM (MINVALUE) TO ('016f5e66-e800');
  CREATE TABLE countersign.attempts_late PARTITION OF countersign.attempts FOR VALUES FROM ('03bb2cc3-d800') TO (MAXVALUE);
  CREATE TABLE countersign.words_early PARTITION OF countersign.words FOR VALUES FROM (MINVALUE) TO ('016f5e66-e800');
  CREATE TABLE countersign.words_late PARTITION OF countersign.words FOR VALUES FROM ('03bb2cc3-d800') TO (MAXVALUE);

  -- See unsampled.ts. A partition does not get it from its table.
  ALTER TABLE countersign.events ALTER key_id SET STATISTICS 0, ALTER type SET STATISTICS 0, ALTER url SET STATISTICS 0, ALTER verdict SET STATISTICS 0, ALTER forwarded SET STATISTICS 0, ALTER withheld SET STATISTICS 0, ALTER sealed SET STATISTICS 0, ALTER headers SET STATISTICS 0, ALTER body SET STATISTICS 0;
  ALTER TABLE countersign.deliveries ALTER order_key SET STATISTICS 0;
  ALTER TABLE countersign.attempts ALTER problem SET STATISTICS 0, ALTER answer SET STATISTICS 0;
  ALTER TABLE countersign.words ALTER words SET STATISTICS 0;
  ALTER TABLE countersign.events_early ALTER key_id SET STATISTICS 0, ALTER type SET STATISTICS 0, ALTER url SET STATISTICS 0, ALTER verdict SET STATISTICS 0, ALTER forwarded SET STATISTICS 0, ALTER withheld SET STATISTICS 0, ALTER sealed SET STATISTICS 0, ALTER headers SET STATISTICS 0, ALTER body SET STATISTICS 0;
  ALTER TABLE countersign.deliveries_early ALTER order_key SET STATISTICS 0;
  ALTER TABLE countersign.attempts_early ALTER problem SET STATISTICS 0, ALTER answer SET STATISTICS 0;
  ALTER TABLE countersign.words_early ALTER words SET STATISTICS 0;
  ALTER TABLE countersign.events_late ALTER key_id SET STATISTICS 0, ALTER type SET STATISTICS 0, ALTER url SET STATISTICS 0, ALTER verdict SET STATISTICS 0, ALTER forwarded SET STATISTICS 0, ALTER withheld SET STATISTICS 0, ALTER sealed SET STATISTICS 0, ALTER headers SET STATISTICS 0, ALTER body SET STATISTICS 0;
  ALTER TABLE countersign.deliveries_late ALTER order_key SET STATISTICS 0;
  ALTER TABLE countersign.attempts_late ALTER problem SET STATISTICS 0, ALTER answer SET STATISTICS 0;
  ALTER TABLE countersign.words_late ALTER words SET STATISTICS 0;

  -- Up to which place the events of a gate are among them. That of '' stands for an index that is being thrown away.
  CREATE TABLE countersign.full_text (
    gate           text   COLLATE "C" NOT NULL PRIMARY KEY,
    place          bigint NOT NULL,
    asked          timestamptz NOT NULL DEFAULT now()   -- when a gateway asked for it, to the minute, by the server's clock
  );
`,
  },
];
