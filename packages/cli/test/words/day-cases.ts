/** Command lines of events, deliveries and the store that cannot be followed. None of them opens anything. */
import type { UsageCase } from './usage-cases.ts';

const ID = '01890000-0000-7000-8000-000000000001';
const TIMES = 'Give one with its zone, e.g. 2026-11-27T09:00:00Z, a date, or how long ago: 90s, 15m, 2h, 3d.';
const FORMS = 'Write text=TEXT, id=ID, header:NAME=VALUE or member:PATH=VALUE.';
const EVENTS = 'Say one of list, show, search, follow, resend, erase, test.';
const LIST_OPTIONS =
  'It has --gate, --type, --unmatched, --limit, --before, --config, --admin, --json, --help, --no-color; `countersign events list --help` says what they do.';
const RESTORE =
  'Stop the gateway, put the backup in the place of the store’s file, and delete the -wal file beside it: https://github.com/countersign/countersign/blob/main/docs/operate.md#backup-and-restore tells more.';

export const dayCases: readonly UsageCase[] = [
  {
    args: ['events'],
    says: 'no events command was given',
    remedy: EVENTS,
  },
  {
    args: ['events', 'lst'],
    says: 'there is no countersign events lst',
    remedy: `Did you mean list? ${EVENTS}`,
  },
  {
    args: ['events', 'list', '--to', 'x'],
    says: 'there is no option --to',
    remedy: LIST_OPTIONS,
  },
  {
    args: ['events', 'list', '--since', '1h'],
    says: 'there is no option --since',
    remedy: LIST_OPTIONS,
  },
  {
    args: ['store', '--config', 'x', 'stats', '--out', 'x'],
    says: 'there is no option --out',
    remedy:
      'It has --store, --config, --admin, --json, --help, --no-color; `countersign store stats --help` says what they do.',
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
    says: 'there is no countersign events export',
    remedy: `Did you mean countersign store export? ${EVENTS}`,
  },
  {
    args: ['events', 'verify', '--nonsense'],
    says: 'there is no countersign events verify',
    remedy: `Did you mean countersign store verify or countersign verify? ${EVENTS}`,
  },
  {
    args: ['events', 'tali'],
    says: 'there is no countersign events tali',
    remedy: `Did you mean countersign tail? ${EVENTS}`,
  },
  {
    args: ['store', 'wipe'],
    says: 'there is no countersign store wipe',
    remedy: 'Say one of stats, export, import, verify, backup, migrate.',
  },
  ...[
    ['backup', 'countersign store backup'],
    ['bakcup', 'countersign store backup'],
    ['list', 'countersign events list or countersign deliveries list'],
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
  ...['store', 'events'].map(
    (name): UsageCase => ({
      args: [name, 'restore', 'evening.db'],
      says: `there is no countersign ${name} restore`,
      remedy: RESTORE,
    }),
  ),
  { args: ['events', 'show'], says: 'no ID is given', remedy: 'Write: countersign events show ID' },
  {
    args: ['events', 'show', ID, ID],
    says: `the argument "${ID}" is one too many`,
    remedy: 'Write: countersign events show ID',
  },
  {
    args: ['events', 'show', '..'],
    says: 'that is not the id of an event',
    remedy: '`countersign events list` shows them.',
  },
  {
    args: ['events', 'list', '--limit', '0'],
    says: '--limit is not a whole number from 1 on',
    remedy: 'Give one up to 100000.',
  },
  {
    args: ['events', 'search', ''],
    says: 'that text cannot be searched for',
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
    says: 'nothing says which events are sent again',
    remedy: 'Give an ID, or a filter such as --gate or --from.',
  },
  {
    args: ['events', 'resend', '--from', 'yesterday'],
    says: '--from is no time',
    remedy: TIMES,
  },
  {
    args: ['deliveries', 'list', '--until', '2026-11-27T09:00:00'],
    says: '--until is no time',
    remedy: TIMES,
  },
  {
    args: ['deliveries', 'list', '--from', '2026-11-31T09:00:00Zz'],
    says: '--from is no time',
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
    remedy:
      'Did you mean timeout? One of delivered, status, too-many-requests, gone, aborted-by-receiver, timeout, unreachable, address-refused, connection-lost, exit-code, killed, process-ended, not-started, not-written, not-stored, action-failed, body-not-kept, event-damaged, transform-threw, transform-late, transform-wrong, not-signed, skipped, cancelled, cancelled-by-operator, skipped-by-operator, event-dropped, event-erased.',
  },
  {
    args: ['deliveries', 'redrive'],
    says: 'nothing says which deliveries are to be redriven',
    remedy: 'Give a filter such as --destination, --event or --from; --dry-run counts what it names.',
  },
  {
    args: ['deliveries', 'resume', 'shop', '--per-second', 'many'],
    says: '--per-second is not a whole number from 1 on',
    remedy: 'Give one up to 100000.',
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
  { args: ['events', 'erase'], says: 'nothing says what is erased', remedy: `Add --match WHAT. ${FORMS}` },
  {
    args: ['events', 'erase', '--match', 'header=x'],
    says: '--match does not say what is erased',
    remedy: FORMS,
  },
  {
    args: ['events', 'erase', '--match', 'text:a=x'],
    says: '--match does not say what is erased',
    remedy: FORMS,
  },
  {
    args: ['events', 'erase', '--match', 'text=a', '--match', 'text=b'],
    says: '--match is given twice of one kind',
    remedy: 'Give one of each kind; all of them must hold.',
  },
  {
    args: ['store', 'migrate'],
    says: 'a store in memory has no file',
    remedy: 'Name one, e.g. --store sqlite:countersign.db.',
  },
  {
    args: ['store', 'import', 'x'],
    says: 'a store in memory is gone with the command',
    remedy: 'Name a file, e.g. --store sqlite:countersign.db.',
  },
  {
    args: ['events', 'list'],
    says: 'the configuration names no admin listener, and the store is in memory: what was kept is gone with the gateway',
    remedy: 'Start it, or say where it is: --admin URL.',
  },
];
