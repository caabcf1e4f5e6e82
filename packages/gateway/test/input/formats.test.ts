/** Formats, and the other words of a JSON Schema that a validator may pass over: checked, or named at the start. */
import { describe, expect, it } from 'vitest';
import type { JsonSchema } from '../../src/input/action-input.ts';
import { compileInput } from '../../src/input/compile-input.ts';
import { actionsModule, start } from '../harness.ts';
import { issuesOf } from './compiled.ts';

const field = (schema: JsonSchema): JsonSchema => ({ type: 'object', properties: { f: schema } });
const text = (format: string): JsonSchema => field({ type: 'string', format });

describe('a format', () => {
  it.each([
    ['date', '2026-02-28', '2026-02-30', 'must be a date, e.g. 2026-05-01'],
    ['time', '12:00:00Z', '12:00', 'must be a time with its offset, e.g. 12:00:00Z'],
    [
      'date-time',
      '2026-05-01T12:00:00+02:00',
      '2026-05-01 noon',
      'must be a date and time with its offset, e.g. 2026-05-01T12:00:00Z',
    ],
    ['duration', 'PT1H30M', '90 minutes', 'must be a duration, e.g. PT1H30M'],
    ['email', 'ada@example.com', 'ada at example', 'must be an e-mail address'],
    ['hostname', 'api.example', 'api_example!', 'must be a host name'],
    ['ipv4', '192.0.2.1', '192.0.2.256', 'must be an IPv4 address'],
    ['ipv6', '2001:db8::1', '192.0.2.1', 'must be an IPv6 address'],
    [
      'uri',
      'https://example.com/a',
      'example.com/a',
      'must be a URI with its scheme, e.g. https://example.com/',
    ],
    ['uri-reference', '/a?b', '\\a', 'must be of the format uri-reference'],
    ['uuid', '123e4567-e89b-12d3-a456-426614174000', '123e4567', 'must be a UUID'],
    ['regex', '^a$', '(', 'must be a regular expression'],
    ['json-pointer', '/a/0', 'a', 'must be of the format json-pointer'],
    ['byte', 'YWJj', '*', 'must be base64'],
  ])('%s is checked: %s, and not %s', async (format, good, bad, message) => {
    expect(await issuesOf(text(format), { f: good })).toEqual([]);
    expect(await issuesOf(text(format), { f: bad })).toEqual([`/f ${message}`]);
    // Wherever it stands, and in either draft.
    const deep = {
      $schema: 'http://json-schema.org/draft-07/schema#',
      type: 'object',
      properties: { list: { type: 'array', items: { anyOf: [{ type: 'string', format }] } } },
    };
    expect(await issuesOf(deep, { list: [good] })).toEqual([]);
    expect(await issuesOf(deep, { list: [good, bad] })).toHaveLength(1);
  });

  it.each([
    'date-time',
    'email',
    'hostname',
    'ipv6',
    'regex',
    'uri',
    'uri-reference',
    'uri-template',
    'uuid',
  ])('%s takes no longer for a longer text', async (format) => {
    const { check } = await compileInput({ input: text(format), takesUnknownFields: false, where: 's' });
    for (const piece of ['a', 'a.', ':', '/', '%41', 'a@', '(a', 'http://:']) {
      const f = `${piece.repeat(1_000_000 / piece.length)}!`;
      // The least of some: what a single one takes longer is the machine's.
      let leastMs = Number.POSITIVE_INFINITY;
      for (let tries = 0; tries < 10 && leastMs >= 100; tries++) {
        const began = performance.now();
        await check({ f });
        leastMs = Math.min(leastMs, performance.now() - began);
      }
      expect({ piece, isFast: leastMs < 100 }).toEqual({ piece, isFast: true });
    }
  });
});

const unchecked = async (schema: object) =>
  (
    await compileInput({
      input: { type: 'object', properties: { f: schema } },
      takesUnknownFields: false,
      where: 's',
    })
  ).unchecked;

describe('a word that is not checked', () => {
  it.each(['phone', 'url', 'password', 'binary', 'idn-email', 'datetime'])(
    'is named: the format %s',
    async (format) => {
      expect(await unchecked({ type: 'string', format })).toEqual([
        {
          path: 's.properties.f.format',
          message: expect.stringMatching(
            `^"${format}" is not a format that is checked; these are: date, time, .*\\.$`,
          ),
        },
      ]);
      expect(await issuesOf(text(format), { f: 'anything' })).toEqual([]);
    },
  );

  it.each([{ contentEncoding: 'base64' }, { contentMediaType: 'application/json' }])(
    'is named: %j',
    async (words) => {
      const [keyword] = Object.keys(words);
      expect(await unchecked({ type: 'string', ...words })).toEqual([
        {
          path: `s.properties.f.${keyword}`,
          message: 'What a text holds is not checked: let the action check it.',
        },
      ]);
    },
  );

  it('is not there where everything is checked', async () => {
    expect(await unchecked({ type: 'string', format: 'uuid', description: 'an id', default: 'x' })).toEqual(
      [],
    );
    expect(await unchecked({ type: 'string' })).toEqual([]);
  });

  it.each<[JsonSchema, string]>([
    [{ type: 'object', properties: { f: {} }, requierd: ['f'] }, 's.requierd'],
    [field({ type: 'string', maxLenght: 3 }), 's.properties.f.maxLenght'],
    [field({ type: 'string', formate: 'uuid' }), 's.properties.f.formate'],
    [{ type: 'object', propertys: { f: {} } }, 's.propertys'],
    [field({ type: 'array', item: {} }), 's.properties.f.item'],
    [field({ type: 'number', minimun: 1 }), 's.properties.f.minimun'],
  ])('is refused where it is not a word of JSON Schema: %j', async (input, option) => {
    const compiling = compileInput({ input, takesUnknownFields: false, where: 's' });
    await expect(compiling).rejects.toMatchObject({
      option,
      message: expect.stringContaining('the keyword is not applied'),
    });
  });

  it('is told by the log of a gateway that starts', async () => {
    const actions = actionsModule(`
      export const call = {
        name: 'call', description: 'calls', run: () => 'done',
        input: { type: 'object', properties: { number: { type: 'string', format: 'phone' } } },
      };
    `);
    const gates = {
      g: {
        path: '/g',
        provider: 'github',
        keys: [{ secret: 'a secret of more than sixteen bytes' }],
        answer: { actions },
      },
    } as const;
    const gateway = await start(gates, { storeKey: 'ab'.repeat(32) });
    const warnings = gateway.log.map((line) => JSON.parse(line)).filter(({ level }) => level === 'warn');
    expect(warnings).toEqual([
      expect.objectContaining({
        gate: 'g',
        action: 'call',
        path: 'gates.g.answer.actions: call.input.properties.number.format',
        msg: expect.stringContaining('"phone" is not a format that is checked'),
      }),
    ]);
  });
});
