import { createHmac } from 'node:crypto';
import { globSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { runs, someOf } from '../../../../scripts/effort.ts';
import {
  coverageOfProvider,
  createGate,
  type Gate,
  providerIds,
  type RequestParts,
  SetupError,
  type Verdict,
  writtenProvider,
} from '../../src/index.ts';
import { sentencesOf } from '../support/warnings.ts';

const KEY = 'a-secret-of-20-bytes!';
const NOW = 1_760_000_000_000;
const SECONDS = '1760000000';
const mac = (text: string): string =>
  createHmac('sha256', KEY).update(Buffer.from(text, 'latin1')).digest('hex');

function gateOf(message: string | readonly string[], more: Record<string, unknown> = {}): Gate {
  return createGate({
    scheme: {
      algorithm: 'hmac-sha256',
      signature: 'x-signature',
      timestamp: [message].flat().every((one) => one.includes('{timestamp}')) ? 'x-timestamp' : 'none',
      ...([message].flat().some((one) => one.includes('{id}')) && { id: 'x-id' }),
      ...([message].flat().some((one) => one.includes('{nonce}')) && { nonce: 'x-nonce' }),
      message,
      ...more,
    },
    keys: [KEY],
    now: () => NOW,
  });
}

async function verdict(gate: Gate, request: RequestParts): Promise<Verdict> {
  return gate.verify(request);
}

describe('the words of a message', () => {
  it.each([
    ['{timestamp}.{Body}', 13, 'Did you mean {body}?'],
    ['{timestamp}.{ body }', 13, 'Did you mean {body}?'],
    ['{timestamp}.{body_sha256}', 13, 'Did you mean {body}?'],
    ['{timestamp}.{sha256hex(body)}', 13, ''],
    ['{timestamp}.{body|x}', 13, 'Did you mean {body}?'],
    ['{timestamp}.{body:sha256}', 13, 'Did you mean {body:sha256:hex}?'],
    ['{timestamp}.{body:sha1:hex}', 13, 'Did you mean {body:sha256:hex}?'],
    ['{timestamp}.{query:sort}.{body}', 13, 'Did you mean {query:sorted}?'],
    ['{timestamp}.{{body}}', 13, ''],
    ['{timestamp}.{body}}', 19, '\\}'],
    ['{timestamp}.{body', 13, '\\{'],
    ['{timestamp}.}body{', 13, '\\}'],
    ['{}.{body}', 1, ''],
    ['{timestmp}.{body}', 1, 'Did you mean {timestamp}?'],
    ['{header}.{body}', 1, 'Did you mean {header:NAME}?'],
    ['{header:}.{body}', 1, 'Did you mean {header:NAME}?'],
    ['{header:x-a b}.{body}', 1, 'Did you mean {header:NAME}?'],
    ['{header:é}.{body}', 1, 'Did you mean {header:NAME}?'],
    ['{header:x-a??}.{body}', 1, 'Did you mean {header:NAME}?'],
    ['{Header:x-a}.{body}', 1, 'Did you mean {header:NAME}?'],
    ['{payload}.{body}', 1, 'Fields: {timestamp}'],
    ['{body}\\n{method}', 7, 'line break'],
    ['{body}\\', 7, '\\\\'],
  ])('%s is refused at character %i', (message, at, hint) => {
    for (const [option, build] of [
      ['scheme.message', () => gateOf(message, { timestamp: 'x-timestamp' })],
      ['provider.message', () => createGate({ provider: { id: 'hmac', message }, keys: [KEY] })],
    ] as const) {
      expect(build).toThrow(SetupError);
      expect(build).toThrow(`${option}: at character ${at}: `);
      expect(build).toThrow(hint);
    }
  });

  it('a brace or a backslash of the message itself is written with a backslash', async () => {
    const gate = gateOf('\\{"a":\\\\{body}\\}');
    const request = { method: 'POST', url: '/', headers: { 'x-signature': mac('{"a":\\b}') }, body: 'b' };
    expect(await verdict(gate, request)).toMatchObject({ ok: true });
  });

  it('a header’s name is any token', async () => {
    const gate = gateOf('{header:X_Request.id~1}\n{body}');
    const headers = { 'x_request.id~1': '7', 'x-signature': mac('7\nb') };
    expect(await verdict(gate, { method: 'POST', url: '/', headers, body: 'b' })).toMatchObject({ ok: true });
  });

  it('an absent header counts as an empty one where the message says so, and one that comes twice never does', async () => {
    const gate = gateOf('{header:x-custom?}\n{body}');
    const request = (headers: readonly (readonly [string, string])[], text: string): RequestParts => ({
      method: 'POST',
      url: '/',
      headers: [...headers, ['x-signature', mac(text)]],
      body: 'b',
    });
    expect(await verdict(gate, request([], '\nb'))).toMatchObject({ ok: true });
    expect(await verdict(gate, request([['x-custom', '']], '\nb'))).toMatchObject({ ok: true });
    expect(await verdict(gate, request([['x-custom', 'a']], 'a\nb'))).toMatchObject({ ok: true });
    expect(await verdict(gate, request([['x-custom', 'a']], '\nb'))).toMatchObject({
      reason: 'signature-mismatch',
    });
    const twice = request(
      [
        ['x-custom', ''],
        ['x-custom', ''],
      ],
      '\nb',
    );
    expect(await verdict(gate, twice)).toMatchObject({ reason: 'missing-part' });
    expect(await verdict(gateOf('{header:x-custom}\n{body}'), request([], '\nb'))).toMatchObject({
      reason: 'missing-part',
    });
  });

  /** Every message of the pages and the examples. */
  function writtenMessages(): readonly string[] {
    const root = join(import.meta.dirname, '../../../..');
    const pages = ['README.md', ...readdirSync(join(root, 'docs')).map((name) => `docs/${name}`)]
      .filter((name) => name.endsWith('.md'))
      .concat(globSync('examples/*/countersign.yaml', { cwd: root }));
    const found = pages.flatMap((page) =>
      [...readFileSync(join(root, page), 'utf8').matchAll(/message: "([^"]*)"/g)].map(([, text]) =>
        // A table of Markdown escapes what parts its columns.
        JSON.parse(`"${text?.replaceAll('\\|', '|')}"`),
      ),
    );
    return [
      ...new Set<string>([
        ...found,
        '{timestamp}.{body}',
        '{id}.{timestamp}.{body}',
        '{method}\n{path}\n{header:x-a}\n{body}',
      ]),
    ];
  }

  it('one wrong letter is refused or shows in what is covered, wherever it stands', {
    timeout: 180_000,
  }, () => {
    const letters = [...'{}\\:.?| aBb_-n1é\n'];
    for (const message of someOf(writtenMessages(), 4)) {
      const fields = (text: string): readonly string[] => text.match(/\{[^{}]*\}/g) ?? [];
      const before = fields(message).join();
      for (let at = 0; at <= message.length; at++) {
        const edits = [
          message.slice(0, at) + message.slice(at + 1),
          ...letters.flatMap((letter) => [
            message.slice(0, at) + letter + message.slice(at),
            message.slice(0, at) + letter + message.slice(at + 1),
          ]),
          message.slice(0, at) + (message[at] ?? '').toUpperCase() + message.slice(at + 1),
        ];
        for (const edited of edits) {
          let gate: Gate;
          try {
            gate = gateOf(edited);
          } catch (error) {
            expect(error).toBeInstanceOf(SetupError);
            continue;
          }
          // It compiles: then every field of before is there as a field, or another header or member is signed.
          const after = fields(edited).join();
          const unnamed = (text: string): string => text.replace(/(?:header|member):[^}]*/g, '');
          const isSameButName = unnamed(after) === unnamed(before);
          const report = JSON.stringify(gate.coverage.covered);
          expect(isSameButName || report !== JSON.stringify(gateOf(message).coverage.covered), edited).toBe(
            true,
          );
        }
      }
    }
  });
});

/** One gate’s request, by the texts of its parts. */
interface Texts {
  readonly timestamp: string;
  readonly nonce: string;
  readonly id: string;
  readonly method: string;
  readonly path: string;
  readonly query: string;
  readonly host: string;
  readonly body: string;
  readonly header: string;
}

type Field = keyof Texts;

function requestOf(texts: Texts, signature: string): RequestParts {
  const { timestamp, nonce, id, method, path, query, host, body, header } = texts;
  const fields = { 'x-timestamp': timestamp, 'x-nonce': nonce, 'x-id': id, 'x-header': header, host };
  const headers = Object.entries(fields).filter(([, value]) => value !== '');
  return {
    method,
    url: `${path}${query === '' ? '' : `?${query}`}`,
    headers: [...headers, ['x-signature', signature]],
    body: Buffer.from(body, 'latin1'),
  };
}

const isMoved = ({ warnings }: Gate['coverage']): boolean =>
  warnings.some(({ code }) => code.startsWith('movable-'));

describe('text that moves from one part into another', () => {
  const FIELDS: readonly Field[] = [
    'timestamp',
    'nonce',
    'id',
    'method',
    'path',
    'query',
    'host',
    'body',
    'header',
  ];
  const separator = fc.constantFrom('', '.', ':', '\n', '/', '?', '..', '-', '0', '.v1.', 'a', '|');
  const small = (alphabet: string, min = 1): fc.Arbitrary<string> =>
    fc.string({ unit: fc.constantFrom(...alphabet), minLength: min, maxLength: 6 });
  const texts: fc.Arbitrary<Texts> = fc.record({
    timestamp: fc.constantFrom(
      SECONDS,
      '1760000001',
      '1760000000.5',
      '1760000000.25',
      '01760000000',
      '17600000000',
    ),
    nonce: small('n1.:-/0'),
    id: small('i2.:-/0'),
    method: fc.constantFrom('POST', 'P', 'PO', 'POST.a', 'A-1'),
    path: small('p/.:0-').map((text) => `/${text}`),
    query: small('q=&.:/0-', 0),
    host: fc.constantFrom('a.example', 'a.example:80', 'a', 'a-0.b'),
    body: small('b.:0-/1\n|v', 0),
    header: small('h.:0-/|'),
  });
  const template = fc
    .tuple(
      fc.shuffledSubarray([...FIELDS], { minLength: 2, maxLength: 4 }),
      fc.array(separator, { minLength: 5, maxLength: 5 }),
    )
    .map(([fields, separators]) => ({ fields, separators }));

  const write = (field: Field): string => (field === 'header' ? '{header:x-header}' : `{${field}}`);

  /** Every other way to cut the signed text of two neighbours, and the timestamp’s own forms. */
  function* cuts(fields: readonly Field[], separators: readonly string[], texts: Texts): Generator<Texts> {
    for (let i = 0; i + 1 < fields.length; i++) {
      const [left, right] = [fields[i] as Field, fields[i + 1] as Field];
      const between = separators[i] as string;
      const text = texts[left] + between + texts[right];
      for (let at = 0; at + between.length <= text.length; at++) {
        if (at === texts[left].length || text.slice(at, at + between.length) !== between) continue;
        const moved = { ...texts, [left]: text.slice(0, at), [right]: text.slice(at + between.length) };
        yield moved;
        // And once more, from the neighbour into the one behind it.
        if (i + 2 < fields.length) yield* cuts(fields.slice(i + 1), separators.slice(i + 1), moved);
      }
    }
  }

  it('is refused, or the report says that it can be', async () => {
    let accepted = 0;
    let tried = 0;
    await fc.assert(
      fc.asyncProperty(template, texts, async ({ fields, separators }, texts) => {
        const message = fields.map((field, i) => (i === 0 ? '' : separators[i - 1]) + write(field)).join('');
        const gate = gateOf(message);
        if (isMoved(gate.coverage)) return;
        const text = fields.map((field, i) => (i === 0 ? '' : separators[i - 1]) + texts[field]).join('');
        const signature = mac(text);
        if (!(await verdict(gate, requestOf(texts, signature))).ok) return;
        accepted++;
        for (const moved of cuts(fields, separators, texts)) {
          tried++;
          const judged = await verdict(gate, requestOf(moved, signature));
          expect(judged.ok, JSON.stringify({ message, texts, moved })).toBe(false);
        }
      }),
      { numRuns: runs(20_000), seed: 20261125 },
    );
    expect(accepted).toBeGreaterThan(50);
    expect(tried).toBeGreaterThan(50);
  });

  it.each([
    [
      '{timestamp}.{nonce}.{body}',
      { nonce: 'n1', body: 'amount=1.00&to=al' },
      { nonce: 'n1.amount=1', body: '00&to=al' },
    ],
    [
      '{id}.{timestamp}.{body}',
      { id: 'msg_1', body: `${SECONDS}.{}` },
      { id: `msg_1.${SECONDS}`, body: '{}' },
    ],
    ['{timestamp}{body}', { timestamp: `${SECONDS}.5`, body: 'x' }, { body: '.5x' }],
    ['{timestamp}.{body}', { body: '5.x' }, { timestamp: `${SECONDS}.5`, body: 'x' }],
    [
      '{timestamp}.{nonce}.{body}',
      { nonce: '5', body: 'n.x' },
      { timestamp: `${SECONDS}.5`, nonce: 'n', body: 'x' },
    ],
  ])('under %s, %j is not also %j', async (message, first, second) => {
    const base: Texts = {
      timestamp: SECONDS,
      nonce: 'n',
      id: 'i',
      method: 'POST',
      path: '/',
      query: '',
      host: 'a',
      body: '',
      header: '',
    };
    const gate = gateOf(message);
    const fill = (texts: Texts): string =>
      message.replace(/\{(\w+)\}/g, (_all, field: string) => texts[field as Field]);
    const [one, other] = [
      { ...base, ...first },
      { ...base, ...second },
    ] as const;
    expect(fill(one)).toBe(fill(other));
    const judged = await Promise.all(
      [one, other].map((texts) => verdict(gate, requestOf(texts, mac(fill(one))))),
    );
    expect(judged.filter(({ ok }) => ok).length).toBeLessThan(2);
  });

  it('with an optional nonce: a body is never nonce and body, nor the other way round', async () => {
    const gates = [
      createGate({ provider: 'hmac', keys: [KEY], now: () => NOW }),
      createGate({ provider: { id: 'hmac', timestamp: 'none' }, keys: [KEY], now: () => NOW }),
    ];
    let pairs = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...gates),
        fc.constantFrom('', 'n1', 'n-1', '42', '1234567890', 'YWJj==', 'a.b', 'a b', '5', 'é', '.'),
        fc.constantFrom('', '.5', '.25', '.1234567890'),
        fc.string({ unit: fc.constantFrom(...'a1.{= \n'), maxLength: 8 }),
        async (gate, nonce, fraction, body) => {
          const isTimed = gate === gates[0];
          const timestamp = isTimed ? `${SECONDS}${fraction}` : '';
          const text = [timestamp, nonce, body].filter((part, i) => i === 2 || part !== '').join('.');
          const base = { id: '', method: 'POST', path: '/', query: '', host: 'a', header: '' };
          const readings: Texts[] = [{ ...base, timestamp, nonce, body }];
          // Every way to read the text as time, perhaps a nonce, and a body.
          for (const time of isTimed
            ? [SECONDS, ...(fraction === '' ? [`${SECONDS}.${nonce}`, `${SECONDS}.${body}`] : [timestamp])]
            : ['']) {
            const rest = time === '' ? text : text.slice(time.length + 1);
            if (time !== '' && !text.startsWith(`${time}.`)) continue;
            readings.push({ ...base, timestamp: time, nonce: '', body: rest });
            for (let at = rest.indexOf('.'); at >= 0; at = rest.indexOf('.', at + 1)) {
              readings.push({ ...base, timestamp: time, nonce: rest.slice(0, at), body: rest.slice(at + 1) });
            }
          }
          const taken = new Set<string>();
          for (const reading of readings) {
            if (reading.nonce === '' && readings.indexOf(reading) > 0 && reading.body === text) continue;
            const judged = await verdict(gate, requestOf(reading, mac(text)));
            if (judged.ok) taken.add(JSON.stringify(reading));
          }
          pairs += readings.length;
          expect([...taken].length, JSON.stringify({ text, taken: [...taken] })).toBeLessThan(2);
        },
      ),
      { numRuns: runs(20_000), seed: 42 },
    );
    expect(pairs).toBeGreaterThan(1000);
  });

  it.each([
    ['a JSON body', {}, '{"a":1.5}'],
    ['a form', {}, 'a=1.5&b=2'],
    ['words', {}, 'the body. And more.'],
    ['fractional seconds', { timestamp: `${SECONDS}.25` }, 'b'],
    ['a UUID as nonce', { nonce: '7d1f9b5e-7c3a-4f0e-8d0b-2f3c1f7a9e11' }, 'a.b'],
    ['a nonce in base64', { nonce: 'q2h/+w==' }, '1.5'],
    ['a nonce in base64url', { nonce: 'q2h_-w' }, ''],
  ])('%s is taken as before', async (_name, texts, body) => {
    const all: Texts = {
      timestamp: SECONDS,
      nonce: '',
      id: '',
      method: 'POST',
      path: '/',
      query: '',
      host: 'a',
      header: '',
      ...texts,
      body,
    };
    const text = [all.timestamp, all.nonce, body].filter((part, i) => i === 2 || part !== '').join('.');
    const gate = createGate({ provider: 'hmac', keys: [KEY], now: () => NOW });
    expect(await verdict(gate, requestOf(all, mac(text)))).toMatchObject({ ok: true });
  });

  it.each([
    ['{method}{path}{body}', '{path} ends and {body} begins'],
    ['{url}{body}', '{url} ends and {body} begins'],
    ['{body}{url}', '{body} ends and {url} begins'],
    ['{timestamp}.{path}.{body}', '{path} ends and {body} begins'],
    ['{method}{url}{body}{timestamp}', '{url} ends and {body} begins'],
    ['{id}{timestamp}{body}', '{id} ends and {timestamp} begins'],
    ['{path}{query}', '{path} ends and {query} begins'],
    ['{header:x-a}.{body}', '{header:x-a} ends and {body} begins'],
    ['{body}{header:x-a}', '{body} ends and {header:x-a} begins'],
  ])('%s starts, and the report says what can be moved', (message, words) => {
    expect(sentencesOf(gateOf(message)).join(' ')).toContain(words);
  });

  it.each([
    '{body}',
    '{timestamp}{body}',
    '{body}{timestamp}',
    '{timestamp}:{body}',
    'v0:{timestamp}:{body}',
    '{method}{path}',
    '{method}{url}',
    '{method}\n{path}\n{query}\n{header:x-a}\n{body}',
    '{timestamp}\n{method}\n{url}\n{body}',
    '{path}?{query}',
  ])('%s is cut in one way', (message) => {
    expect(isMoved(gateOf(message).coverage)).toBe(false);
  });

  it('is no matter for any provider but by its vendor’s own definition', () => {
    const moved = providerIds.filter((id) => isMoved(coverageOfProvider(writtenProvider(id))));
    // Their messages have nothing between URL and body, URL and fields, id and time.
    expect(moved).toEqual(['hubspot-v2', 'hubspot-v3', 'plivo-v3', 'square', 'trello', 'twilio', 'twitch']);
    const bound = coverageOfProvider({ id: 'approov', binding: ['authorization', 'x-account'] });
    expect(bound.warnings).toContainEqual({ code: 'joined-binding' });
    expect(coverageOfProvider('flow-production-tracking').warnings).toContainEqual({
      code: 'unsigned-blank-fields',
    });
  });

  it('a header that no HTTP parser lets through is never signed content', async () => {
    const gate = gateOf('{header:x-header}\n{body}');
    for (const [header, body] of [
      ['a\nb', 'c'],
      ['a\rb', 'c'],
      ['a\0b', 'c'],
    ] as const) {
      const texts = {
        timestamp: '',
        nonce: '',
        id: '',
        method: 'POST',
        path: '/',
        query: '',
        host: 'a',
        body,
        header,
      };
      expect(await verdict(gate, requestOf(texts, mac(`${header}\n${body}`)))).toMatchObject({
        reason: 'missing-part',
      });
    }
  });
});
