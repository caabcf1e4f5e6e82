import { createGate } from '@countersign/core';
import { JsonReader } from '@countersign/core/json-reader';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createEventFilter, type EventFilterConfig } from '../../src/deliver/event-filter.ts';
import { createFilteredEvent } from '../../src/deliver/filtered-event.ts';

const SCHEME = createGate({ provider: 'stripe', keys: ['whsec_a secret of thirty-two characters'] }).scheme;

interface Sent {
  readonly headers?: readonly string[];
  readonly body?: string | Uint8Array;
  readonly type?: string;
}

const eventOf = ({ headers = [], body = '', type }: Sent) =>
  createFilteredEvent(
    { method: 'POST', url: '/', headers, body: Buffer.from(body), ...(type !== undefined && { type }) },
    SCHEME,
  );
const filterOf = (config: unknown) => createEventFilter(config as EventFilterConfig, { option: 'when' });
const matches = async (config: unknown, sent: Sent) => filterOf(config)(eventOf(sent));

const PAID =
  '{"type":"invoice.paid","data":{"object":{"status":"paid","lines":[{"id":"a"}]},"amount":100.50}}';

describe('a filter', () => {
  it.each<[string, unknown, Sent, boolean]>([
    ['nothing', {}, {}, true],
    ['a type', { type: 'invoice.paid' }, { body: PAID }, true],
    ['one of two types', { type: ['customer.*', 'invoice.paid'] }, { body: PAID }, true],
    ['a beginning', { type: 'invoice.*' }, { body: PAID }, true],
    ['an end', { type: '*.paid' }, { body: PAID }, true],
    ['a middle that overlaps', { type: 'invoice.p*paid' }, { body: PAID }, false],
    ['any type', { type: '*' }, { body: PAID }, true],
    ['any type, of none', { type: '*' }, { body: '{}' }, false],
    ['a type in another case', { type: 'Invoice.paid' }, { body: PAID }, false],
    ['a type that was noted', { type: 'noted' }, { type: 'noted', body: PAID }, true],
    ['a star', { type: 'a\\*' }, { type: 'a*' }, true],
    ['a star, of another', { type: 'a\\*' }, { type: 'ab' }, false],
    ['a backslash', { type: '\\\\' }, { type: '\\' }, true],
    ['a header', { header: { 'X-Region': ['eu', 'us'] } }, { headers: ['x-REGION', 'us'] }, true],
    ['another header', { header: { 'x-region': 'eu' } }, { headers: ['x-region', 'ap'] }, false],
    ['a header in UTF-8', { header: { x: 'é*' } }, { headers: ['x', 'Ã©a'] }, true],
    ['a header in Latin-1', { header: { x: 'é' } }, { headers: ['x', 'é'] }, true],
    ['no header', { header: { 'x-region': '*' } }, {}, false],
    [
      'a header twice',
      { header: { 'x-region': 'eu' } },
      { headers: ['x-region', 'eu', 'X-Region', 'eu'] },
      false,
    ],
    [
      'two headers, one of which holds',
      { header: { a: '1', b: '2' } },
      { headers: ['a', '1', 'b', '3'] },
      false,
    ],
    ['a member', { json: { 'data.object.status': ['open', 'paid'] } }, { body: PAID }, true],
    ['an element', { json: { 'data.object.lines.0.id': 'a' } }, { body: PAID }, true],
    ['a member that is absent', { json: { 'data.none': '*' } }, { body: PAID }, false],
    ['a bound', { json: { 'data.amount': { above: 100 } } }, { body: PAID }, true],
    ['both bounds', { json: { 'data.amount': { atLeast: 100.5, below: 100.5 } } }, { body: PAID }, false],
    ['a number', { json: { 'data.amount': 100.5 } }, { body: PAID }, true],
    ['a number written otherwise', { json: { a: 100 } }, { body: '{"a":1.00E+2}' }, true],
    ['zero of either sign', { json: { a: 0 } }, { body: '{"a":-0.0e5}' }, true],
    [
      '2^53 where it is one more',
      { json: { a: { atMost: '9007199254740992' } } },
      { body: '{"a":9007199254740993}' },
      false,
    ],
    [
      '2^53 + 1',
      { json: { a: { atLeast: '9007199254740993', atMost: 9007199254740993n } } },
      { body: '{"a":9007199254740993}' },
      true,
    ],
    ['a huge exponent', { json: { a: { above: '1e300' } } }, { body: '{"a":1e999999999999999999999}' }, true],
    ['a number where a text is', { json: { a: 1 } }, { body: '{"a":"1"}' }, false],
    ['a text where a number is', { json: { a: '1' } }, { body: '{"a":1}' }, false],
    ['true', { json: { a: true } }, { body: '{"a":true}' }, true],
    ['false where it is a text', { json: { a: false } }, { body: '{"a":"false"}' }, false],
    ['null', { json: { a: [null, 1] } }, { body: '{"a":null}' }, true],
    ['null where it is absent', { json: { a: null } }, { body: '{}' }, false],
    ['no JSON', { json: { a: '*' } }, { body: 'a=b' }, false],
    ['a member that is there twice', { json: { a: 1 } }, { body: '{"a":1,"a":1}' }, false],
    [
      'invalid UTF-8',
      { json: { a: '*' } },
      { body: Uint8Array.of(0x7b, 0x22, 0x61, 0x22, 0x3a, 0x22, 0xff, 0x22, 0x7d) },
      false,
    ],
    [
      'what is too deep',
      { json: { a: 1 } },
      { body: `{"a":1,"b":${'['.repeat(300)}${']'.repeat(300)}}` },
      false,
    ],
    [
      'all of it',
      { type: 'invoice.*', header: { x: '1' }, json: { 'data.amount': { below: 101 } } },
      { body: PAID, headers: ['x', '1'] },
      true,
    ],
    [
      'all but one',
      { type: 'invoice.*', header: { x: '1' }, json: { 'data.amount': { below: 100 } } },
      { body: PAID, headers: ['x', '1'] },
      false,
    ],
  ])('%s', async (_, config, sent, holds) => {
    expect(await matches(config, sent)).toBe(holds);
  });

  it('reads no body where a header has decided, and a body once for all filters', async () => {
    const event = eventOf({ body: PAID });
    const original = JsonReader.prototype.find;
    const paths: string[] = [];
    const body = {
      find(path: readonly string[]) {
        paths.push(path.join('.'));
        return original.call(event.body, path);
      },
    };
    const seen = { ...event, body: body as unknown as JsonReader };
    expect(await filterOf({ header: { x: '1' }, json: { a: 1 } })(seen)).toBe(false);
    expect(paths).toEqual([]);
    expect(await filterOf({ json: { 'data.amount': { above: 1 } } })(seen)).toBe(true);
    expect(paths).toEqual(['data.amount']);
  });

  it('reads a long body in slices', async () => {
    const body = `{"pad":"${'x'.repeat(1_000_000)}","a":{"b":2}}`;
    const result = filterOf({ json: { 'a.b': 2, pad: '*' } })(eventOf({ body }));
    expect(result).toBeInstanceOf(Promise);
    // A text of more than 64 KB is not looked at.
    expect(await result).toBe(false);
    expect(await matches({ json: { 'a.b': 2 } }, { body })).toBe(true);
  });

  it('is what a naive reading of the body says', async () => {
    const names = fc.constantFrom('a', 'b', 'a.b', '0', 'ä');
    const leaf = fc.oneof(
      fc.constantFrom('x', 'xy', 'yx', '', null, true, false),
      fc.integer({ min: -3, max: 3 }),
      fc.double({ noNaN: true, noDefaultInfinity: true }),
    );
    const tree = fc.letrec<{ value: unknown }>((tie) => ({
      value: fc.oneof(
        { maxDepth: 3 },
        leaf,
        fc.array(tie('value'), { maxLength: 3 }),
        fc.dictionary(names, tie('value'), { maxKeys: 3, noNullPrototype: true }),
      ),
    })).value;
    const condition = fc.oneof(
      fc.constantFrom('x', 'x*', '*x', '*', 'x*y', null, true, false),
      fc.integer({ min: -3, max: 3 }),
      fc
        .record(
          { above: fc.integer({ min: -3, max: 3 }), atMost: fc.integer({ min: -3, max: 3 }) },
          { requiredKeys: [] },
        )
        .filter((bounds) => Object.keys(bounds).length > 0),
    );
    const path = fc.array(names, { minLength: 1, maxLength: 3 });
    await fc.assert(
      fc.asyncProperty(
        tree,
        fc.array(fc.tuple(path, fc.array(condition, { minLength: 1, maxLength: 3 })), { maxLength: 2 }),
        async (value, wishes) => {
          const body = JSON.stringify(value);
          const json = Object.fromEntries(
            wishes.map(([names_, values]) => [
              names_.map((name) => name.replace('.', '\\.')).join('.'),
              values,
            ]),
          );
          const meant = Object.values(
            Object.fromEntries(wishes.map((wish) => [JSON.stringify(wish[0]), wish])),
          );
          const naive = meant.every(([way, values]) => {
            const found = naively(JSON.parse(body), way);
            return found !== undefined && values.some((wish) => naivelyHolds(found.value, wish));
          });
          expect(await matches({ json }, { body })).toBe(naive);
        },
      ),
    );
  });
});

function naively(value: unknown, path: readonly string[]): { readonly value: unknown } | undefined {
  const [name, ...rest] = path;
  if (name === undefined) return { value };
  if (typeof value !== 'object' || value === null) return undefined;
  if (Array.isArray(value) && !/^\d+$/.test(name)) return undefined;
  return Object.hasOwn(value, name) ? naively((value as Record<string, unknown>)[name], rest) : undefined;
}

function naivelyHolds(value: unknown, wish: unknown): boolean {
  if (typeof wish === 'string') {
    const pattern = new RegExp(`^${wish.replace('*', '[^]*')}$`);
    return typeof value === 'string' && pattern.test(value);
  }
  if (typeof wish !== 'object' || wish === null) return value === wish;
  const { above = -Infinity, atMost = Infinity } = wish as { above?: number; atMost?: number };
  return typeof value === 'number' && value > above && value <= atMost;
}
