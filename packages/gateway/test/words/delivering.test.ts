/** Each sentence of a destination’s filter, retries and signature that cannot work, beside what raises it. */
import { SetupError } from '@countersign/core';
import { expect, it } from 'vitest';
import type { SignConfig } from '../../src/config/delivery-config.ts';
import { Secret } from '../../src/config/secret.ts';
import { createEventFilter, type EventFilterConfig } from '../../src/deliver/event-filter.ts';
import { createRetrySchedule } from '../../src/deliver/retry-schedule.ts';
import { createDeliverySigner } from '../../src/deliver/sign-delivery.ts';

/** The whole message. */
async function said(act: () => unknown): Promise<string> {
  try {
    await act();
  } catch (error) {
    if (error instanceof SetupError) return error.message;
    throw error;
  }
  throw new Error('nothing was said');
}

it.each<[unknown, string]>([
  [
    'invoice.paid',
    'when: it is a text. Give a mapping of type, header and json, such as { type: [invoice.paid, "customer.*"] }.',
  ],
  [
    [],
    'when: it is an array. Give a mapping of type, header and json, such as { type: [invoice.paid, "customer.*"] }.',
  ],
  [
    { types: 'a' },
    'when.types: a filter has no such condition. Did you mean type? Give type, header or json.',
  ],
  [{ method: 'a' }, 'when.method: a filter has no such condition. Give type, header or json.'],
  [{ type: 1 }, 'when.type: it is a number. Write it as a text: "1".'],
  [{ type: ['a', null] }, 'when.type[1]: it is null. Give a text, such as invoice.paid or "customer.*".'],
  [{ type: '' }, 'when.type: it is an empty text. Give a text, such as invoice.paid or "customer.*".'],
  [{ type: [] }, 'when.type: it is an empty list. Give at least one value.'],
  [
    { type: Array.from({ length: 101 }, () => 'a') },
    'when.type: it has 101 of its values. Give at most 100.',
  ],
  [
    { type: 'a'.repeat(257) },
    'when.type: the pattern has 257 characters. Give at most 256; one * stands for any characters.',
  ],
  [
    { type: 'a.*.b*' },
    'when.type: at character 6: a second * in the pattern. Have one * at most, or give several patterns; \\* is a star.',
  ],
  [
    { type: 'a\\b' },
    'when.type: at character 2: a backslash stands for nothing. Write \\* for a star, \\\\ for a backslash.',
  ],
  [
    { type: 'a\\' },
    'when.type: at character 2: a backslash stands for nothing. Write \\* for a star, \\\\ for a backslash.',
  ],
  [{ header: 'x-a' }, 'when.header: it is a text. Give a mapping of header names.'],
  [
    { header: { 'x a': '1' } },
    'when.header.x a: it is no header’s name. Letters, digits and - _ make a name, without a colon.',
  ],
  [
    { header: { 'x-a': '1', 'X-A': '2' } },
    'when.header.X-A: the header is named twice. Give its values in one list.',
  ],
  [
    { header: { Authorization: '*' } },
    'when.header.Authorization: the header carries a secret, which is withheld from events. Filter by something else.',
  ],
  [
    { header: { 'x-token': '*' } },
    'when.header.x-token: the header carries a secret, which is withheld from events. Filter by something else.',
  ],
  [{ header: { 'x-a': true } }, 'when.header.x-a: it is a boolean. Write it as a text: "true".'],
  [{ json: ['a'] }, 'when.json: it is an array. Give a mapping of paths.'],
  [
    { json: { 'a..b': 1 } },
    'when.json.a..b: "a..b" has an empty name in it. Give the names on the way to the member, e.g. signature.timestamp; \\. is a point of a name.',
  ],
  [
    { json: { 'a\\b': 1 } },
    'when.json.a\\b: at character 2: a backslash stands for nothing. Write \\. for a point that is part of a name, \\\\ for a backslash.',
  ],
  [
    { json: { a: [[1]] } },
    'when.json.a[0]: it is an array. Give a text, a number, true, false, null, or bounds such as { above: 100 }.',
  ],
  [{ json: { a: {} } }, 'when.json.a: it has no bound. Give above, atLeast, below or atMost.'],
  [
    { json: { a: { over: 1 } } },
    'when.json.a.over: there is no such bound. Give above, atLeast, below or atMost.',
  ],
  [
    { json: { a: { atleast: 1 } } },
    'when.json.a.atleast: there is no such bound. Did you mean atLeast? Give above, atLeast, below or atMost.',
  ],
  [
    { json: { a: { above: 'many' } } },
    'when.json.a.above: it is a text that is no number. Give a number, such as 100, -0.5 or "9007199254740993".',
  ],
  [
    { json: { a: { above: true } } },
    'when.json.a.above: it is a boolean. Give a number, such as 100, -0.5 or "9007199254740993".',
  ],
  [
    { json: { a: { above: Number.POSITIVE_INFINITY } } },
    'when.json.a.above: it is Infinity. Give a number, such as 100, -0.5 or "9007199254740993".',
  ],
  [
    { json: { a: { above: 2 ** 53 } } },
    'when.json.a.above: 9007199254740992 is more than a number here holds exactly. Write it as a text, such as "9007199254740993".',
  ],
  [
    { json: { a: 1e300 } },
    'when.json.a: 1e+300 is more than a number here holds exactly. Write { atLeast: "9007199254740993", atMost: "9007199254740993" }, with the number as a text.',
  ],
  [
    { json: Object.fromEntries(Array.from({ length: 101 }, (_, i) => [`a${i}`, 1])) },
    'when.json: it has 101 of its conditions. Give at most 100.',
  ],
])('a filter: %j', async (config, sentence) => {
  const filter = () =>
    createEventFilter(config as EventFilterConfig, { option: 'when', withheld: ['x-token'] });
  expect(await said(filter)).toBe(sentence);
});

it.each<[readonly number[], string]>([
  [
    [1_000, 0],
    'retries[1]: a retry cannot be 0ms after the attempt before. Give a duration from 1ms to 31d.',
  ],
  [
    [32 * 24 * 3_600_000],
    'retries[0]: a retry cannot be 32d after the attempt before. Give a duration from 1ms to 31d.',
  ],
  [[1.5], 'retries[0]: a retry cannot be 1.5 after the attempt before. Give a duration from 1ms to 31d.'],
  [Array.from({ length: 101 }, () => 1_000), 'retries: it has 101 retries. Give at most 100.'],
])('retries: %j', async (delaysMs, sentence) => {
  expect(await said(() => createRetrySchedule(delaysMs))).toBe(sentence);
});

const LONG = 'a secret of thirty-two characters';
const PUBLIC = 'whpk_11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=';

interface SignCase extends Omit<SignConfig, 'secret'> {
  readonly secret: string;
  readonly target?: undefined;
}

it.each<[SignCase, string]>([
  [{ secret: 'x' }, 'sign.secret: '],
  [
    { secret: 'pwd7-zz', proof: { kind: 'provider', id: 'github', options: {} } },
    'sign.secret: the key is 7 bytes long; at least 8 are required. Use a longer key, or set allowShortKey beside it.',
  ],
  [{ secret: '', proof: { kind: 'provider', id: 'github', options: {} } }, 'sign.secret: '],
  [
    { secret: PUBLIC },
    'sign.secret: a public key cannot sign. Give the private half: a public one verifies only.',
  ],
  [
    { secret: LONG, proof: { kind: 'provider', id: 'githup', options: {} } },
    'sign.provider: "githup" is not a provider. Did you mean github?',
  ],
  [
    { secret: LONG, proof: { kind: 'provider', id: 'hmac', options: { massage: 'a' } } },
    'sign.provider.massage: there is no such option. Did you mean message?',
  ],
  [
    { secret: LONG, proof: { kind: 'scheme', scheme: { algorithm: 'hmac-sha256' } } },
    'sign.scheme.signature: it is not given.',
  ],
  [
    {
      secret: LONG,
      proof: {
        kind: 'scheme',
        scheme: { algorithm: 'hmac-sha256', signature: { query: 'sig', encoding: 'hex' }, message: '{body}' },
      },
    },
    'sign: template writes into the URL’s query, which all deliveries of a destination share. Sign with a scheme whose signature sits in a header or in the body.',
  ],
  [
    {
      secret: LONG,
      proof: { kind: 'provider', id: 'http-message-signatures', options: {} },
      target: undefined,
    },
    'sign: http-message-signatures signs the URL (its host), and the destination has none. Sign with a scheme that covers the body only, such as standard-webhooks.',
  ],
])('a signature: %j', async ({ secret, ...config }, sentence) => {
  const target = 'target' in config ? undefined : new URL('https://sink.example/');
  const sign = () =>
    createDeliverySigner(
      { ...config, secret: new Secret(secret) },
      { option: 'sign', target, now: Date.now },
    );
  expect(await said(sign)).toContain(sentence);
});
