/** JSON that somebody read and printed again: on the way, or before it was signed. */
import { ask, type Language } from '../base/helper.ts';
import { largeJsonBody } from '../base/json-bodies.ts';
import { type Framework, post } from '../base/servers.ts';
import { pipe, versionOf } from '../base/versions.ts';
import type { BodyBreak } from './body-break.ts';

type Printer = readonly [madeBy: string, how: string, print: BodyBreak['change'], count: number];

const by =
  (language: Language, operation: string): BodyBreak['change'] =>
  (body) =>
    ask(language, operation, body).catch(() => undefined);
const at =
  (framework: Framework, path: string): BodyBreak['change'] =>
  (_body, wire) =>
    post(framework, path, wire);

const NODE = versionOf('node');
const js =
  (print: (value: unknown) => string): BodyBreak['change'] =>
  (body) =>
    Buffer.from(print(JSON.parse(body.toString())));

const PRINTERS: readonly Printer[] = [
  [`${versionOf('express')}, express.json()`, 'JSON.stringify(req.body)', at('express', '/json'), 10],
  [
    `${versionOf('express')}, express.json()`,
    'JSON.stringify(req.body, null, 2)',
    at('express', '/json-indented'),
    6,
  ],
  [versionOf('fastify'), 'JSON.stringify(request.body)', at('fastify', '/json'), 6],
  [
    versionOf('fastify'),
    'JSON.stringify(request.body, undefined, "\\t")',
    at('fastify', '/json-indented'),
    4,
  ],
  [versionOf('koa-bodyparser'), 'JSON.stringify(ctx.request.body)', at('koa', '/json'), 5],
  [versionOf('hono'), 'JSON.stringify(await c.req.json())', at('hono', '/json'), 5],
  [versionOf('flask'), 'json.dumps(request.get_json())', at('python', '/flask/json'), 6],
  [versionOf('flask'), 'app.json.dumps(request.get_json()), which sorts', at('python', '/flask/jsonify'), 4],
  [versionOf('django'), 'json.dumps(json.loads(request.body))', at('python', '/django/json'), 5],
  [`${versionOf('php')}, php://input`, 'json_encode(json_decode($input))', at('php', '/json'), 5],
  [versionOf('rack'), 'JSON.generate(JSON.parse(request.body.read))', at('rack', '/json'), 5],
  [NODE, 'JSON.stringify with 4 blanks', js((value) => JSON.stringify(value, undefined, 4)), 3],
  [versionOf('python'), 'json.dumps(separators=(",", ":"))', by('python', 'json-compact'), 5],
  [versionOf('python'), 'json.dumps(sort_keys=True)', by('python', 'json-sorted'), 5],
  [
    versionOf('python'),
    'json.dumps(sort_keys=True, separators=(",", ":"))',
    by('python', 'json-sorted-compact'),
    5,
  ],
  [versionOf('python'), 'json.dumps(indent=2)', by('python', 'json-indent-2'), 4],
  [versionOf('python'), 'json.dumps(indent=4)', by('python', 'json-indent-4'), 3],
  [versionOf('python'), 'json.dumps(ensure_ascii=False)', by('python', 'json-unicode'), 5],
  [`${versionOf('python')}, json.tool`, 'python3 -m json.tool', by('python', 'json-tool'), 3],
  [versionOf('php'), 'json_encode(json_decode($body, true))', by('php', 'json-array'), 4],
  [versionOf('php'), 'json_encode with JSON_UNESCAPED_SLASHES', by('php', 'json-slashes'), 4],
  [versionOf('php'), 'json_encode with JSON_UNESCAPED_UNICODE', by('php', 'json-unicode'), 4],
  [
    versionOf('php'),
    'json_encode with JSON_UNESCAPED_SLASHES and _UNICODE',
    by('php', 'json-slashes-unicode'),
    4,
  ],
  [versionOf('php'), 'json_encode with JSON_PRETTY_PRINT', by('php', 'json-pretty'), 4],
  [
    versionOf('php'),
    'json_encode with JSON_PRETTY_PRINT, _UNESCAPED_SLASHES and _UNICODE',
    by('php', 'json-pretty-unicode'),
    3,
  ],
  [versionOf('php'), 'json_encode with JSON_HEX_TAG, _AMP, _APOS and _QUOT', by('php', 'json-hex'), 3],
  [versionOf('php'), 'json_encode with JSON_PRESERVE_ZERO_FRACTION', by('php', 'json-zero-fraction'), 3],
  [versionOf('ruby'), 'JSON.pretty_generate', by('ruby', 'json-pretty'), 3],
  [versionOf('ruby'), 'JSON.generate with ascii_only', by('ruby', 'json-ascii'), 3],
  [versionOf('ruby'), 'JSON.generate with script_safe', by('ruby', 'json-script-safe'), 3],
  [versionOf('go'), 'json.Marshal of what json.Unmarshal gave', by('go', 'json'), 7],
  [versionOf('go'), 'json.MarshalIndent', by('go', 'json-indent'), 3],
  [versionOf('go'), 'json.NewEncoder(w).Encode, with numbers kept', by('go', 'json-encoder'), 5],
  [
    versionOf('go'),
    'json.NewEncoder(w).Encode with SetEscapeHTML(false)',
    by('go', 'json-encoder-no-html'),
    3,
  ],
  [versionOf('go'), 'json.Compact', by('go', 'compact'), 3],
  [versionOf('go'), 'json.Indent', by('go', 'indent'), 3],
  [versionOf('perl'), 'JSON::PP->canonical', by('perl', 'json-canonical'), 3],
  [versionOf('perl'), 'JSON::PP->canonical->pretty', by('perl', 'json-pretty'), 3],
  [versionOf('jq'), 'jq .', (body) => pipe(body, 'jq', '.'), 3],
  [versionOf('jq'), 'jq -c .', (body) => pipe(body, 'jq', '-c', '.'), 3],
  [versionOf('jq'), 'jq -S .', (body) => pipe(body, 'jq', '-S', '.'), 3],
  [versionOf('jq'), 'jq -ca .', (body) => pipe(body, 'jq', '-ca', '.'), 3],
  [versionOf('jq'), 'jq --tab .', (body) => pipe(body, 'jq', '--tab', '.'), 3],
];

/** What a sender signs of a document that its HTTP client prints by itself. */
const SIGNED: readonly Printer[] = [
  [NODE, 'JSON.stringify of the same object', js((value) => JSON.stringify(value)), 9],
  [NODE, 'JSON.stringify with an indent of 2', js((value) => JSON.stringify(value, undefined, 2)), 6],
  [versionOf('python'), 'json.dumps', by('python', 'json'), 9],
  [versionOf('python'), 'json.dumps(separators=(",", ":"))', by('python', 'json-compact'), 6],
  [
    versionOf('python'),
    'json.dumps(sort_keys=True, separators=(",", ":"))',
    by('python', 'json-sorted-compact'),
    9,
  ],
  [versionOf('python'), 'json.dumps(sort_keys=True)', by('python', 'json-sorted'), 5],
  [
    versionOf('python'),
    'json.dumps(ensure_ascii=False, separators=(",", ":"))',
    by('python', 'json-unicode-compact'),
    5,
  ],
  [versionOf('php'), 'json_encode', by('php', 'json'), 9],
  [versionOf('php'), 'json_encode with JSON_UNESCAPED_SLASHES', by('php', 'json-slashes'), 5],
  [versionOf('ruby'), 'JSON.generate', by('ruby', 'json'), 5],
  [versionOf('go'), 'json.Marshal', by('go', 'json'), 6],
  [versionOf('go'), 'json.NewEncoder(w).Encode', by('go', 'json-encoder'), 5],
  [versionOf('perl'), 'JSON::PP->canonical', by('perl', 'json-canonical'), 3],
];

const reads = (how: string): string =>
  `The body was read as JSON and printed again on its way (${how}); what was signed is the body as it was sent.`;
const signs = (how: string): string =>
  `The sender signed its own print of the document (${how}) and sent another print of it.`;

const large = (_body: Buffer, label: string): Buffer => largeJsonBody(label);

/** Of bodies of 20 KB. */
const LARGE: readonly BodyBreak[] = [
  {
    cause: 'body-parsed-and-printed-again',
    truth: reads('JSON.stringify(req.body, null, 2)'),
    madeBy: `${versionOf('express')}, express.json()`,
    kind: 'json',
    count: 2,
    prepare: large,
    change: at('express', '/json-indented'),
  },
  {
    cause: 'body-parsed-and-printed-again',
    truth: reads('json.Marshal of what json.Unmarshal gave'),
    madeBy: versionOf('go'),
    kind: 'json',
    count: 2,
    prepare: large,
    change: by('go', 'json'),
  },
];

/** A print that differs in a line end at its end alone would be another cause. */
const printed = (row: BodyBreak): BodyBreak => ({
  ...row,
  change: async (body, wire, draft) => {
    const changed = await row.change(body, wire, draft);
    return changed?.toString().trimEnd() === body.toString().trimEnd() ? undefined : changed;
  },
});

const ROWS: readonly BodyBreak[] = [
  ...PRINTERS.map(
    ([madeBy, how, change, count]): BodyBreak => ({
      cause: 'body-parsed-and-printed-again',
      truth: reads(how),
      madeBy,
      kind: 'json',
      count,
      change,
    }),
  ),
  ...LARGE,
  ...SIGNED.map(
    ([madeBy, how, change, count]): BodyBreak => ({
      cause: 'sender-signed-another-print',
      truth: signs(how),
      madeBy,
      kind: 'json',
      count,
      side: 'signer',
      change,
    }),
  ),
];

export const JSON_REPRINTS: readonly BodyBreak[] = ROWS.map(printed);

/** Whether two JSON texts say the same, number by number as they are written. */
export function sayTheSame(first: Buffer, second: Buffer): boolean {
  return shapeOf(first) !== undefined && shapeOf(first) === shapeOf(second);
}

function shapeOf(body: Buffer): string | undefined {
  try {
    const text = body.toString();
    const numbers = [...text.replace(/"(?:[^"\\]|\\.)*"/g, '""').matchAll(/-?\d[\d.eE+-]*/g)]
      .map(([number]) => number)
      .sort();
    return JSON.stringify([numbers, sorted(JSON.parse(text))]);
  } catch {
    return undefined;
  }
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, member]) => [name, sorted(member)]),
  );
}
