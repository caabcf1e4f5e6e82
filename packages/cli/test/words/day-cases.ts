/** Command lines of events, deliveries and the store that cannot be followed. None of them opens anything. */
import { ROUTES } from '@countersign/api';
import { REFUSALS } from '@countersign/core';
import type { UsageCase } from './usage-cases.ts';

const ID = '01890000-0000-7000-8000-000000000001';
const TIMES =
  'Give a time with its zone, e.g. 2026-11-27T09:00:00Z, a date, or how long ago: 90s, 15m, 2h, 3d.';
const FORMS = 'Write text=TEXT, id=ID, header:NAME=VALUE or member:PATH=VALUE.';
const EVENTS = 'Use one of list, refused, show, search, follow, resend, erase, test.';
const LIST_OPTIONS =
  'It has --gate, --type, --tenant, --verdict, --words, --id, --reason, --since, --until, --member, --header, --unmatched, --limit, --before, --config, --admin, --json, --help, --no-color; `countersign events list --help` says what they do.';
const RESTORE =
  'Stop the gateway, put the backup in the place of the store’s file, and delete the -wal file beside it: https://github.com/countersign/countersign/blob/main/docs/operate.md#backup-and-restore says more.';

const CODES =
  'delivered, status, too-many-requests, gone, aborted-by-receiver, timeout, unreachable, address-refused, connection-lost, exit-code, killed, process-ended, not-started, not-written, not-stored, action-failed, body-not-kept, event-damaged, transform-threw, transform-late, transform-wrong, not-signed, skipped, cancelled, cancelled-by-operator, skipped-by-operator, event-dropped, event-erased';
const REASONS = Object.keys(REFUSALS).join(', ');

export const dayCases: readonly UsageCase[] = [
  {
    args: ['events'],
    says: 'no sub-command of countersign events is given',
    remedy: EVENTS,
  },
  {
    args: ['events', 'lst'],
    says: 'there is no command countersign events lst',
    remedy: `Did you mean list? ${EVENTS}`,
  },
  {
    args: ['events', 'list', '--to', 'x'],
    says: 'there is no option --to',
    remedy: LIST_OPTIONS,
  },
  {
    args: ['events', 'list', '--colour', 'x'],
    says: 'there is no option --colour',
    remedy: LIST_OPTIONS,
  },
  {
    args: ['store', '--config', 'x', 'stats', '--out', 'x'],
    says: 'there is no option --out',
    remedy:
      'It has --store, --config, --admin, --json, --help, --no-color; `countersign store stats --help` says what they do.',
  },
  {
    args: ['issues', 'list', '--state', 'opn'],
    says: 'no issue has the state "opn"',
    remedy: 'Did you mean open? One of open, acknowledged, closed.',
  },
  {
    args: ['audit', 'list', '--kind', 'revel'],
    says: 'no entry has the kind "revel"',
    remedy: 'Did you mean reveal? One of change, reveal, refused, left-out, pruned, key-changed, unreadable.',
  },
  {
    args: ['config', 'diff', 'next.yaml'],
    files: { 'next.yaml': '' },
    says: 'next.yaml has no configuration in it: it is empty',
    remedy: 'Give the file of a configuration.',
  },
  {
    args: ['issues', 'show', '1'],
    says: 'that is not the id of an issue',
    remedy: '`countersign issues list` shows them.',
  },
  {
    args: ['issues', 'ack', '0f343b0931126a20', '--note', ''],
    says: '--note is empty, has control characters or is longer than 500 characters',
    remedy: 'Give a sentence or two.',
  },
  {
    args: ['deliveries', 'skip', '--dry-run'],
    says: 'there is no option --dry-run',
    remedy:
      'It has --config, --admin, --json, --help, --no-color; `countersign deliveries skip --help` says what they do.',
  },
  {
    args: ['events', 'list', '--tpye', 'push'],
    says: 'there is no option --tpye',
    remedy: 'Did you mean --type? `countersign events list --help` lists its options.',
  },
  // Words that stand elsewhere.
  {
    args: ['events', 'export'],
    says: 'there is no command countersign events export',
    remedy: `Did you mean countersign store export? ${EVENTS}`,
  },
  {
    args: ['events', 'verify', '--nonsense'],
    says: 'there is no command countersign events verify',
    remedy: `Did you mean countersign store verify or countersign audit verify or countersign verify? ${EVENTS}`,
  },
  {
    args: ['events', 'tali'],
    says: 'there is no command countersign events tali',
    remedy: `Did you mean countersign tail? ${EVENTS}`,
  },
  {
    args: ['store', 'wipe'],
    says: 'there is no command countersign store wipe',
    remedy: 'Use one of stats, export, import, verify, backup, migrate, move, rotate-key.',
  },
  ...[
    ['backup', 'countersign store backup'],
    ['bakcup', 'countersign store backup'],
    [
      'list',
      'countersign events list or countersign deliveries list or countersign issues list or countersign audit list or countersign keys list',
    ],
    ['release', 'countersign claims release'],
    ['push', 'countersign actions push'],
  ].map(
    ([word = '', meant]): UsageCase => ({
      args: [word],
      says: `there is no command ${word}`,
      remedy: `Did you mean ${meant}? \`countersign --help\` lists the commands.`,
    }),
  ),
  {
    args: ['restore', 'evening.db'],
    says: 'there is no command restore',
    remedy: RESTORE,
  },
  ...['validate', 'config validate'].map(
    (command): UsageCase => ({
      args: command.split(' '),
      says: `there is no command ${command === 'validate' ? '' : 'countersign '}${command}`,
      remedy:
        '`countersign check` validates a configuration file, without a gateway. `countersign config diff` has the running gateway validate it, and shows what a reload would change.',
    }),
  ),
  ...['store', 'events'].map(
    (name): UsageCase => ({
      args: [name, 'restore', 'evening.db'],
      says: `there is no command countersign ${name} restore`,
      remedy: RESTORE,
    }),
  ),
  { args: ['events', 'show'], says: 'no ID is given', remedy: 'Write: countersign events show ID' },
  {
    args: ['events', 'show', ID, ID],
    says: `unexpected argument "${ID}"`,
    remedy: 'Write: countersign events show ID',
  },
  {
    args: ['events', 'show', '..'],
    says: 'that is not the id of an event',
    remedy: '`countersign events list` shows them.',
  },
  {
    args: ['events', 'list', '--limit', '0'],
    says: '--limit is not a whole number from 1 to 100000',
    remedy: 'E.g. --limit 50.',
  },
  {
    args: ['events', 'list', '--member', 'data.id'],
    says: '--member does not say which value',
    remedy: 'Write PATH=VALUE, e.g. data.object.id=ch_1.',
  },
  {
    args: ['events', 'refused', '--header', 'a b'],
    says: '--header is not the name of a header',
    remedy: 'Write NAME or NAME=VALUE.',
  },
  {
    args: ['events', 'list', '--verdict', 'good'],
    says: 'no event has the verdict "good"',
    remedy: 'One of accepted, refused, unsigned.',
  },
  ...['list', 'refused'].map(
    (name): UsageCase => ({
      args: ['events', name, '--reason', 'signature-mismtach'],
      says: 'there is no reason "signature-mismtach"',
      remedy: `Did you mean signature-mismatch? One of ${REASONS}.`,
    }),
  ),
  {
    args: ['issues', 'list', '--reason', 'timeuot'],
    says: 'there is no reason "timeuot"',
    remedy: `Did you mean timeout? One of ${REASONS}, ${CODES}, others.`,
  },
  {
    args: ['audit', 'list', '--route', 'releaseclaim'],
    says: 'there is no route "releaseclaim"',
    remedy: `Did you mean releaseClaim? One of ${Object.keys(ROUTES).join(', ')}.`,
  },
  {
    args: ['keys', 'add', 'new', '--gate', 'one', '--encoding', 'bsae64'],
    says: 'there is no encoding "bsae64"',
    remedy: `Did you mean base64? One of utf8, base64, base64url, hex, base32, pem, jwk, jwks, prefixed.`,
  },
  {
    args: ['events', 'list', '--words', '-'],
    says: '--words has no word',
    remedy: 'Give letters or digits, 500 characters at most.',
  },
  {
    args: ['events', 'search', ''],
    says: 'the text to search for is empty or too long',
    remedy: 'Give 1 to 500 characters.',
  },
  {
    args: ['events', 'follow', '--to', 'localhost:3000'],
    says: '--to is not an http or https URL',
    remedy: 'E.g. --to http://127.0.0.1:3000.',
  },
  {
    args: ['events', 'resend', ID, '--gate', 'open'],
    says: 'an ID and --gate are given',
    remedy: 'Name one event, or filter those that are kept.',
  },
  {
    args: ['events', 'resend'],
    says: 'nothing says which events to send again',
    remedy: 'Give an ID, or a filter such as --gate or --since.',
  },
  {
    args: ['events', 'resend', '--since', 'yesterday'],
    says: '--since is not a time',
    remedy: TIMES,
  },
  {
    args: ['deliveries', 'list', '--until', '2026-11-27T09:00:00'],
    says: '--until is not a time',
    remedy: TIMES,
  },
  {
    args: ['deliveries', 'list', '--since', '2026-11-31T09:00:00Zz'],
    says: '--since is not a time',
    remedy: TIMES,
  },
  {
    args: ['events', 'test', ID, '--runner', 'jest'],
    says: 'there is no runner "jest"',
    remedy: 'One of node, vitest.',
  },
  {
    args: ['deliveries', 'list', '--state', 'ded'],
    says: 'there is no state "ded"',
    remedy: 'Did you mean dead? One of waiting, behind, delivered, dead, cancelled, muted.',
  },
  {
    args: ['deliveries', 'list', '--code', 'timeuot'],
    says: 'there is no code "timeuot"',
    remedy: `Did you mean timeout? One of ${CODES}.`,
  },
  {
    args: ['deliveries', 'redrive'],
    says: 'nothing says which deliveries are to be redriven',
    remedy: 'Give a filter such as --destination, --event or --since; --dry-run counts what it names.',
  },
  {
    args: ['deliveries', 'resume', 'shop', '--per-second', 'many'],
    says: '--per-second is not a whole number from 1 to 100000',
    remedy: 'E.g. --per-second 20.',
  },
  {
    args: ['store', 'export', '--store', 'a.db', '--config', 'countersign.yaml'],
    says: '--store and --config are given',
    remedy: 'Give one of them.',
  },
  {
    args: ['store', 'import', 'x', '--store', 'a.db', '--config', 'countersign.yaml'],
    says: '--store and --config are given',
    remedy: 'Give one of them.',
  },
  {
    args: ['store', 'export', '--store', 'a.db'],
    says: 'there is no file {folder}/a.db',
    remedy: 'Name the file of a store with --store.',
  },
  {
    args: ['store', 'export', '--store', ':memory:'],
    says: 'a store in memory holds nothing',
    remedy: 'Name a file, e.g. --store sqlite:countersign.db.',
  },
  {
    args: ['store', 'move', '--to', 'postgres://me@/x?host=/nowhere'],
    says: '--from is missing',
    remedy: 'Name the SQLite store, e.g. --from sqlite:countersign.db.',
  },
  {
    args: ['store', 'move', '--from', 'a.db', '--to', 'b.db', '--config', 'countersign.yaml'],
    says: '--to and --config are given',
    remedy: 'Give one of them.',
  },
  {
    args: ['store', 'move', '--from', ':memory:', '--to', 'postgres://me@/x?host=/nowhere'],
    says: '--from names no SQLite store',
    remedy:
      'Name its file, e.g. --from sqlite:countersign.db. From PostgreSQL to PostgreSQL move a store with pg_dump and pg_restore.',
  },
  {
    args: ['store', 'move', '--from', 'a.db', '--to', 'b.db'],
    says: '--to names no PostgreSQL database',
    remedy: 'Set store: postgres://USER:PASSWORD@HOST/DATABASE in the configuration, or name it with --to.',
  },
  {
    args: ['store', 'move', '--from', 'a.db'],
    says: 'the store of the configuration is not in PostgreSQL',
    remedy: 'Set store: postgres://USER:PASSWORD@HOST/DATABASE in the configuration, or name it with --to.',
  },
  ...['0', 'many', '129'].map((count) => ({
    args: ['serve', '--workers', count],
    says: '--workers is no whole number from 1 to 128',
    remedy: 'Give as many as the machine has processors, e.g. --workers 4.',
  })),
  {
    args: ['serve', '--workers', '2', '--watch'],
    says: '--workers and --watch are given',
    remedy: 'While you write actions, one process is enough.',
  },
  { args: ['events', 'erase'], says: 'nothing says what to erase', remedy: `Add --match WHAT. ${FORMS}` },
  {
    args: ['events', 'erase', '--match', 'header=x'],
    says: '--match does not say what to erase',
    remedy: FORMS,
  },
  {
    args: ['events', 'erase', '--match', 'text:a=x'],
    says: '--match does not say what to erase',
    remedy: FORMS,
  },
  {
    args: ['events', 'erase', '--match', 'text=a', '--match', 'text=b'],
    says: 'two --match are of the same kind',
    remedy: 'Give one of each kind; all of them must hold.',
  },
  {
    args: ['store', 'migrate'],
    says: 'a store in memory has no file',
    remedy: 'Name one, e.g. --store sqlite:countersign.db.',
  },
  {
    args: ['store', 'import', 'x'],
    says: 'a store in memory would be lost when the command ends',
    remedy: 'Name a file, e.g. --store sqlite:countersign.db.',
  },
  {
    args: ['events', 'list'],
    says: 'the configuration names no admin listener, and the store is in memory: what was kept was lost when the gateway stopped',
    remedy: 'Start the gateway, or give its address: --admin URL.',
  },
  {
    args: ['audit', 'verify', '--head', '12:ab'],
    says: '--head is not a head of an audit log',
    remedy:
      'Give SEQ:MAC: auditSeq and auditMac of a line of the gateway’s log, e.g. 128:5f1c… with all 64 hex characters.',
  },
  {
    args: ['keys', 'list'],
    says: 'no gate is given',
    remedy: 'Name it: --gate NAME.',
  },
  {
    args: ['keys', 'retire', 'a\tb', '--gate', 'one'],
    says: 'that is not the id of a key',
    remedy:
      'Give 1 to 200 characters without control characters; `countersign keys list` shows the ids of the keys.',
  },
  {
    args: ['keys', 'retire', 'old', '--gate', 'one', '--until', 'soon'],
    says: '--until is not a time',
    remedy:
      'Give a time with its zone, e.g. 2026-11-27T09:00:00Z, a date, or how long from now: 90s, 15m, 2h, 3d.',
  },
  {
    args: ['keys', 'add', 'new', '--gate', 'one', '--state', 'nxt'],
    says: 'there is no state "nxt"',
    remedy: 'Did you mean next? One of active, next, retiring, revoked.',
  },
  {
    args: ['keys', 'add', 'new', '--gate', 'one'],
    stdin: '\n',
    says: 'no secret was given',
    remedy: 'Type or pipe it in, or add --generate to have one made.',
  },
  {
    args: ['keys', 'add', 'new', '--gate', 'one'],
    stdin: 'a'.repeat(65_537),
    says: 'standard input is too long',
    remedy: 'Give the key’s text and nothing else, at most 64 KB of it.',
  },
  {
    args: ['audit', 'list', '--before', '0'],
    says: '--before is not the number of an entry',
    remedy: '`countersign audit list` shows them first.',
  },
  {
    args: ['audit', 'list', '--store', 'a.db', '--admin', 'http://127.0.0.1:1'],
    says: '--store and --admin are given',
    remedy: 'Give --admin if a running gateway has the store, --store if none does.',
  },
];
