/** JSON as services really send it: nested, with floats, escapes, slashes and letters of many alphabets, in the spellings of several printers. */
import { draw, pick, timeOf, uuidOf, word } from './draw.ts';

const PEOPLE = [
  'Zoë Müller',
  'José García',
  'Łukasz Żółć',
  '山田 太郎',
  'Anna O’Neill',
  'Ångström & Söhne',
  'Ирина Петрова',
  'Renée 🌷',
];
const NOTES = [
  '10 % off <today>',
  'a & b "quoted"',
  'line one\nline two',
  'C:\\files\\new',
  'Straße 5, 3. Stock – links',
  'naïve café ☕',
  'tab\there',
  '1 < 2 && 3 > 2',
];
const LINKS = [
  'https://shop.example/orders/1001?ref=mail&x=1',
  'https://cdn.example/a/b/c.png',
  'https://app.example/#/t/42',
  'http://localhost:3000/cb',
];
const AMOUNTS = ['1.0', '19.90', '0.10', '1e3', '100', '2499', '3.14159', '-0.5'];
const LARGE = ['12345678901234567890', '9007199254740993', '1700000000000', '42'];

interface Slots {
  readonly id: string;
  readonly person: string;
  readonly note: string;
  readonly link: string;
  readonly amount: string;
  readonly large: string;
  readonly seconds: number;
  readonly uuid: string;
}

type Spelling = 'compact' | 'spaced' | 'indented' | 'escaped' | 'slashed';

/** A document by its members, in the order in which they are sent; numbers keep their text. */
type Node =
  | string
  | number
  | boolean
  | null
  | { readonly raw: string }
  | readonly Node[]
  | { readonly members: readonly (readonly [string, Node])[] };

const object = (...members: readonly (readonly [string, Node])[]): Node => ({ members });
const number = (raw: string): Node => ({ raw });

const DOCUMENTS: readonly ((s: Slots) => Node)[] = [
  (s) =>
    object(
      ['id', `evt_${s.id}`],
      ['type', 'invoice.paid'],
      ['created', s.seconds],
      ['livemode', false],
      [
        'data',
        object([
          'object',
          object(
            ['amount', number(s.amount)],
            ['currency', 'eur'],
            ['customer', s.person],
            ['receipt_url', s.link],
            ['metadata', object()],
            ['lines', [object(['sku', 'A-1'], ['qty', 2]), object(['sku', 'B/2'], ['qty', 1])]],
          ),
        ]),
      ],
    ),
  (s) =>
    object(
      ['type', 'order.created'],
      ['id', `evt_${s.id}`],
      [
        'order',
        object(
          ['number', number(s.large)],
          ['total', number(s.amount)],
          ['note', s.note],
          ['buyer', object(['name', s.person], ['email', 'buyer@mail.example'])],
          ['paid', true],
          ['coupon', null],
        ),
      ],
    ),
  (s) =>
    object(
      ['action', 'opened'],
      ['id', s.uuid],
      ['number', 17],
      [
        'pull_request',
        object(
          ['title', s.note],
          ['html_url', s.link],
          ['user', object(['login', 'octo'], ['name', s.person])],
          ['labels', ['bug', 'prio/1']],
          ['body', null],
          ['draft', false],
        ),
      ],
      ['repository', object(['full_name', 'acme/tool'], ['size', number(s.large)])],
    ),
  (s) =>
    object(
      ['event_id', `Ev${s.id}`],
      ['id', s.id],
      ['type', 'event_callback'],
      [
        'event',
        object(
          ['type', 'message'],
          ['text', `${s.note} <@U0123>`],
          ['ts', '1772703000.000200'],
          ['user', s.person],
        ),
      ],
      ['event_time', s.seconds],
      ['authorizations', [object(['team_id', 'T01'], ['is_bot', false])]],
    ),
  (s) =>
    object(
      ['id', s.id],
      ['z_last', 'first'],
      ['a_first', object(['zz', 1], ['aa', number(s.amount)])],
      ['type', 'profile.updated'],
      ['name', s.person],
      ['bio', s.note],
      ['tags', [s.note, 'x', ''] as readonly Node[]],
      ['score', number(s.amount)],
    ),
  (s) =>
    object(
      ['id', s.uuid],
      ['type', 'sensor.reading'],
      ['readings', [number('21.50'), number('22.0'), number(s.amount), number('1.5e-7')]],
      ['unit', '°C'],
      ['where', object(['lat', number('52.520008')], ['lon', number('13.404954')], ['name', s.person])],
      ['at', '2026-03-05T09:30:00Z'],
    ),
  (s) =>
    object(
      ['type', 'user.deleted'],
      ['id', `usr_${s.id}`],
      [
        'data',
        object(
          ['reason', s.note],
          ['by', s.person],
          ['link', s.link],
          [
            'history',
            [
              object(['at', s.seconds], ['what', 'created']),
              object(['at', s.seconds + 5], ['what', 'deleted']),
            ],
          ],
        ),
      ],
    ),
  (s) =>
    object(
      ['id', `msg_${s.id}`],
      ['type', 'mail.delivered'],
      ['to', 'someone@mail.example'],
      ['subject', s.note],
      ['html', `<p>Hello ${s.person} &amp; co</p><a href="${s.link}">x</a>`],
      ['size', 2048],
      ['spam_score', number(s.amount)],
    ),
];

/** A document of many rows: a dozen are 1.5 KB, 165 are 20 KB. */
function listDocument(label: string, length: number): Node {
  const rows = Array.from({ length }, (_, i) => {
    const s = slotsOf(`${label}/${i}`);
    return object(
      ['sku', `S/${i}`],
      ['name', s.person],
      ['price', number(s.amount)],
      ['note', s.note],
      ['url', s.link],
    );
  });
  return object(['id', `evt_${word(label, 12)}`], ['type', 'catalogue.exported'], ['items', rows]);
}

function slotsOf(label: string): Slots {
  return {
    id: word(`${label}/id`, 14),
    person: pick(`${label}/person`, PEOPLE),
    note: pick(`${label}/note`, NOTES),
    link: pick(`${label}/link`, LINKS),
    amount: pick(`${label}/amount`, AMOUNTS),
    large: pick(`${label}/large`, LARGE),
    seconds: Math.floor(timeOf(label) / 1000) - 2,
    uuid: uuidOf(label),
  };
}

function textOf(text: string, spelling: Spelling): string {
  const quoted = JSON.stringify(text);
  if (spelling === 'escaped')
    return quoted.replace(/[\u0080-\uffff]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`);
  return spelling === 'slashed' ? quoted.replaceAll('/', '\\/') : quoted;
}

function print(node: Node, spelling: Spelling, depth = 0): string {
  if (typeof node === 'string') return textOf(node, spelling);
  if (node === null || typeof node !== 'object') return String(node);
  if ('raw' in node) return node.raw;
  const isList = Array.isArray(node);
  const colon = spelling === 'compact' || spelling === 'slashed' ? ':' : ': ';
  const items = isList
    ? (node as readonly Node[]).map((item) => print(item, spelling, depth + 1))
    : (node as { members: readonly (readonly [string, Node])[] }).members.map(
        ([name, value]) => `${textOf(name, spelling)}${colon}${print(value, spelling, depth + 1)}`,
      );
  const [open, close] = isList ? ['[', ']'] : ['{', '}'];
  if (items.length === 0) return `${open}${close}`;
  if (spelling === 'indented') {
    const pad = '  '.repeat(depth + 1);
    return `${open}\n${pad}${items.join(`,\n${pad}`)}\n${'  '.repeat(depth)}${close}`;
  }
  return `${open}${items.join(spelling === 'spaced' || spelling === 'escaped' ? ', ' : ',')}${close}`;
}

const SPELLINGS: readonly Spelling[] = [
  'compact',
  'compact',
  'compact',
  'spaced',
  'escaped',
  'slashed',
  'indented',
];

export function jsonBody(label: string, spelling: Spelling = pick(`${label}/spelling`, SPELLINGS)): Buffer {
  const document =
    draw(`${label}/length`, 8) === 0
      ? listDocument(label, 8 + draw(label, 6))
      : pick(`${label}/document`, DOCUMENTS)(slotsOf(label));
  const end = draw(`${label}/end`, 9) === 0 ? '\n' : '';
  return Buffer.from(print(document, spelling) + end);
}

export function largeJsonBody(label: string): Buffer {
  return Buffer.from(print(listDocument(label, 165), 'compact'));
}

/** A Flowent call without its signature, compact, with its time. */
export function flowentBody(label: string, seconds: number, spelling: Spelling = 'compact'): Buffer {
  const s = slotsOf(label);
  const parameters = pick(`${label}/parameters`, [
    object(['recipient', 'x@mail.example'], ['subject', s.note], ['body', `${s.person}: ${s.link}`]),
    object(
      ['username', 'zoe'],
      ['full_name', s.person],
      ['email', 'zoe@mail.example'],
      ['quota', number(s.amount)],
    ),
    object(['location', s.person], ['units', 'metric'], ['days', 3], ['note', s.note]),
  ]);
  return Buffer.from(
    print(
      object(
        ['action_name', pick(`${label}/action`, ['send_email', 'create_user', 'get_weather'])],
        ['parameters', parameters],
        ['timestamp', seconds],
      ),
      spelling,
    ),
  );
}
