/** Declarations of the parts, keys and bodies that few senders have: each form of its own, with the requests that it needs. */
import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import type { Draft } from '../../src/index.ts';
import type { RawOptions } from '../../src/options.ts';
import type { RandomDeclaration } from './random-declarations.ts';
import { hex, type RandomRequest, randomRequest, secretText, word } from './random-ingredients.ts';

interface Ingredients {
  readonly word: string;
  readonly secret: string;
  readonly bytes: string;
  readonly requests: readonly [RandomRequest, RandomRequest];
  readonly separator: string;
  readonly encoding: string;
  readonly unit: string;
  readonly hash: string;
  /** Of what has several forms: which. */
  readonly pick: number;
  readonly hasTime: boolean;
  readonly isReversed: boolean;
}

const ingredients: fc.Arbitrary<Ingredients> = fc.record({
  word,
  secret: secretText,
  bytes: fc
    .uint8Array({ minLength: 24, maxLength: 32 })
    .map((bytes) => Buffer.from(bytes).toString('base64')),
  requests: fc.tuple(randomRequest, randomRequest),
  separator: fc.constantFrom('.', ':', '|', '\n', ';', '&'),
  encoding: fc.constantFrom('hex', 'base64', 'base64url', 'hex-any-case'),
  unit: fc.constantFrom('s', 'ms', 'rfc3339', 's-or-ms'),
  hash: fc.constantFrom('hmac-sha256', 'hmac-sha1', 'hmac-sha512', 'hmac-sha384'),
  pick: fc.nat({ max: 999 }),
  hasTime: fc.boolean(),
  isReversed: fc.boolean(),
});

const FORM = { 'content-type': 'application/x-www-form-urlencoded' };

interface Form {
  readonly scheme: RawOptions;
  readonly secret?: string;
  readonly draftOf?: (values: RandomRequest) => Partial<Draft>;
}

/** With a time beside the parts, or without one, in either order. */
function timed({ hasTime, isReversed, separator, unit, word: name }: Ingredients, part: string): RawOptions {
  if (!hasTime) return { message: part };
  const pieces = isReversed ? [part, '{timestamp}'] : ['{timestamp}', part];
  return { message: pieces.join(separator), timestamp: { header: `x-${name}-timestamp`, unit } };
}

function usual(draw: Ingredients): RawOptions {
  const { hash, word: name, encoding } = draw;
  return { algorithm: hash, signature: { header: `x-${name}-signature`, encoding } };
}

function pickOf<T>({ pick }: Ingredients, choices: readonly T[]): T {
  return choices[pick % choices.length] as T;
}

function json(values: RandomRequest, more: object = {}): string {
  const [note = '', ...rest] = values.values;
  return JSON.stringify({ order: values.id, amount: rest.length, note, paid: rest.length > 1, ...more });
}

const formOf = (fields: Readonly<Record<string, string>>): Partial<Draft> => ({
  headers: FORM,
  body: new URLSearchParams(fields).toString(),
});

const MEMBERS = ['order', 'amount', 'note', 'paid'];

/** Some that stand one behind the other, or any two. */
function someOf(draw: Ingredients, names: readonly string[]): readonly string[] {
  const from = draw.pick % (names.length - 1);
  const size = 2 + (draw.pick % 3);
  const some = names.slice(from, from + size);
  return some.length === 2 && draw.isReversed ? [...some].reverse() : some;
}

const digestOf = (body: string): string => createHash('sha256').update(body).digest('hex');

/** By what is special of each. */
export const PART_FORMS: Readonly<Record<string, (draw: Ingredients) => Form>> = {
  'keyed hash': (draw) => ({
    scheme: {
      ...usual(draw),
      algorithm: pickOf(draw, [
        'sha1-secret-first',
        'sha1-secret-last',
        'sha256-secret-first',
        'sha256-secret-last',
      ]),
      ...timed(draw, '{body}'),
    },
  }),
  'digest of the key': (draw) => ({
    scheme: {
      ...usual(draw),
      key: { digest: pickOf(draw, ['sha1', 'sha256']) },
      ...timed(draw, '{body}'),
    },
  }),
  'key behind a prefix': (draw) => {
    const prefix = pickOf(draw, ['whsec_', 'sk_live_', 'signkey-prod-']);
    return {
      scheme: { ...usual(draw), key: { prefix, encoding: 'base64' }, ...timed(draw, '{body}') },
      secret: `${prefix}${draw.bytes}`,
    };
  },
  gunzipped: (draw) => ({
    scheme: {
      ...usual(draw),
      body: pickOf<unknown>(draw, ['gunzipped', ['raw', 'gunzipped']]),
      ...timed(draw, '{body}'),
    },
    draftOf: (values) => ({ body: gzipSync(json(values)) }),
  }),
  'ascii-escaped': (draw) => ({
    scheme: { ...usual(draw), body: 'ascii-escaped', ...timed(draw, '{body}') },
    draftOf: (values) => ({ body: json(values, { city: 'Zürich' }) }),
  }),
  'json-string': (draw) => ({
    scheme: { ...usual(draw), body: 'json-string', ...timed(draw, '{body}') },
    draftOf: (values) => ({ body: json(values) }),
  }),
  members: (draw) => ({
    scheme: {
      ...usual(draw),
      ...pickOf<RawOptions>(draw, [{}, { signature: { member: 'sign', encoding: draw.encoding } }]),
      message: someOf(draw, MEMBERS)
        .map((name) => `{member:${name}}`)
        .join(draw.separator),
    },
    draftOf: (values) => ({ body: json(values) }),
  }),
  'fields of a form': (draw) => ({
    scheme: {
      ...usual(draw),
      message: someOf(draw, MEMBERS)
        .map((name) => `{field:${name}}`)
        .join(draw.separator),
    },
    draftOf: (values) => formOf({ order: values.id, amount: '12', note: values.nonce, paid: 'yes' }),
  }),
  parameters: (draw) => ({
    scheme: {
      ...usual(draw),
      ...timed(draw, `{parameter:from}${draw.separator}{parameter:page}`),
    },
  }),
  'parameter in lower case': (draw) => ({
    scheme: { ...usual(draw), ...timed(draw, '{parameter:ref:lower}') },
    draftOf: (values) => ({ url: `https://api.example/hook?ref=AB${values.id}&page=2` }),
  }),
  'JSON in a form': (draw) => ({
    scheme: {
      ...usual(draw),
      signature: { field: 'json', member: 'event.hash', encoding: draw.encoding },
      message: someOf(draw, ['time', 'kind', 'account'])
        .map((name) => `{json:json:event.${name}}`)
        .join(draw.separator),
    },
    draftOf: (values) =>
      formOf({ json: JSON.stringify({ event: { time: values.nonce, kind: 'sent', account: values.id } }) }),
  }),
  'listed headers': (draw) => ({
    scheme: {
      ...usual(draw),
      message: pickOf(draw, [
        '{method}\n{path}\n{headers:x-signed-headers}\n{body}',
        '{headers:x-signed-headers}\n{body}',
        '{method}\n{target:escaped}\n{headers:x-signed-headers}\n{body}',
      ]),
      timestamp: { header: 'x-sent-at', unit: draw.unit },
    },
  }),
  'an item of the list': (draw) => ({
    scheme: {
      algorithm: draw.hash,
      signature: {
        header: `x-${draw.word}-signature`,
        encoding: 'hex',
        list: { separator: ',', assign: '=', labels: ['v1'], items: { k: 'main' } },
      },
      message: pickOf(draw, [
        '{item:k}.{timestamp}.{body}',
        '{item:k}.{body}',
        '{timestamp}.{item:k}.{body}',
      ]),
      timestamp: pickOf<RawOptions | string>(draw, [
        { item: 't', unit: 's' },
        'none',
        { item: 't', unit: 'ms' },
      ]),
    },
  }),
  'several places': (draw) => ({
    scheme: {
      algorithm: draw.hash,
      signature: {
        header: `x-${draw.word}-signature-1`,
        encoding: draw.encoding,
        also: [`x-${draw.word}-signature-2`],
      },
      ...timed(draw, '{body}'),
    },
  }),
  'items signed one by one': (draw) => {
    const path = pickOf(draw, ['items', 'data.items']);
    const inner = draw.isReversed ? '.*.entry' : '.*';
    return {
      scheme: {
        algorithm: pickOf(draw, ['hmac-sha256', 'hmac-sha1']),
        signature: { member: 'signature', encoding: pickOf(draw, ['base64', 'hex']) },
        each: `${path}${inner}`,
        message: someOf(draw, ['ref', 'amount', 'ok'])
          .map((name) => `{member:${name}}`)
          .join(draw.separator),
      },
      draftOf: (values) => {
        const entries = values.values.map((_, at) => ({
          ref: `${values.id}-${at}`,
          amount: at,
          ok: at === 0,
        }));
        const items = draw.isReversed ? entries.map((entry) => ({ entry })) : entries;
        return { body: JSON.stringify(path === 'items' ? { items } : { data: { items } }) };
      },
    };
  },
  'bare list': (draw) => ({
    scheme: {
      algorithm: draw.hash,
      signature: {
        header: `x-${draw.word}-signature`,
        encoding: 'hex',
        list: { separator: ',', bare: true },
      },
      ...timed(draw, '{body}'),
    },
  }),
  'a part that can fall away': (draw) => ({
    scheme: {
      ...usual(draw),
      message: pickOf(draw, [
        '{timestamp}{?.{header:x-request-id}|?}{body}',
        '{?{header:x-request-id};?}{body}'.replace('{?', '{?#'),
        '{timestamp}:{header:x-tenant?}:{body}',
      ]),
      timestamp: pickOf<RawOptions | string>(draw, [
        { header: 'x-time', unit: 's' },
        'none',
        { header: 'x-time', unit: 'ms' },
      ]),
    },
    draftOf: (values) => ({
      headers: { 'x-request-id': values.id, 'x-tenant': values.nonce, 'content-type': 'application/json' },
    }),
  }),
  'an address written anew': (draw) => ({
    scheme: {
      ...usual(draw),
      ...timed(
        draw,
        pickOf(draw, [
          '{url:decoded}\n{body}',
          '{query:encoded}\n{body}',
          '{target:escaped}\n{body}',
          '{method}\n{url:decoded}\n{body}',
        ]),
      ),
    },
    draftOf: (values) => ({
      url: `https://api.example/hook?to=https%3a%2F%2Fa.example%2Fb&from=${values.id}&name=a%20b`,
    }),
  }),
  'address and form': (draw) => ({
    scheme: { ...usual(draw), ...timed(draw, '{url+form}') },
    draftOf: (values) => formOf({ order: values.id, note: values.nonce }),
  }),
  'digest of the body': (draw) => ({
    scheme: {
      ...usual(draw),
      ...pickOf<RawOptions>(draw, [
        { bodyDigest: { header: 'x-content-hash' }, ...timed(draw, '{header:x-content-hash}') },
        { bodyDigest: { query: 'bodyHash' }, ...timed(draw, '{query:sorted}') },
        { bodyDigest: { query: 'bodyHash' }, ...timed(draw, '{url}') },
      ]),
    },
    draftOf: (values) => {
      const body = json(values);
      return {
        body,
        headers: { 'content-type': 'application/json' },
        url: `https://api.example/hook?page=1&bodyHash=${digestOf(body)}`,
      };
    },
  }),
  'several messages': (draw) => ({
    scheme: {
      ...usual(draw),
      message: ['{nonce}.{timestamp}.{body}', '{timestamp}.{body}'],
      timestamp: { header: `x-${draw.word}-time`, unit: pickOf(draw, ['s', 'ms']) },
      nonce: { header: `x-${draw.word}-nonce` },
    },
  }),
  'origin of the operator': (draw) => ({
    scheme: { ...usual(draw), ...timed(draw, '{url}\n{body}'), origin: 'http://api.example' },
  }),
  'a list inside the body': (draw) => ({
    scheme: {
      algorithm: draw.hash,
      signature: { member: 'sign', encoding: 'hex', list: { separator: ',', assign: '=', labels: ['v1'] } },
      message: '{timestamp}.{body}',
      timestamp: pickOf<RawOptions>(draw, [
        { item: 't', unit: 's' },
        { header: 'x-time', unit: 'ms' },
      ]),
    },
    draftOf: (values) => ({ body: json(values) }),
  }),
  'a time that is text': (draw) => ({
    scheme: {
      ...usual(draw),
      message: '{body}',
      timestamp: { member: 'sent_at', unit: pickOf(draw, ['s', 'ms']), text: true },
      toleranceMs: 600_000,
    },
    draftOf: (values) => ({ body: json(values) }),
  }),
  'base64 without padding': (draw) => ({
    scheme: {
      algorithm: draw.hash,
      signature: { header: `x-${draw.word}-signature`, encoding: 'base64-unpadded' },
      ...timed(draw, '{body}'),
    },
  }),
  'a nonce in the query': (draw) => ({
    scheme: { ...usual(draw), ...timed(draw, '{nonce}:{body}'), nonce: { query: 'nonce' } },
    draftOf: (values) => ({ url: `https://api.example/hook?page=1`, nonce: values.nonce }),
  }),
};

/** Each form as often as any other. */
export const randomPart: fc.Arbitrary<RandomDeclaration> = fc
  .tuple(fc.constantFrom(...Object.keys(PART_FORMS)), ingredients, hex)
  .map(([name, draw]) => {
    const form = PART_FORMS[name]?.(draw);
    const secret = form?.secret ?? draw.secret;
    return {
      scheme: form?.scheme ?? {},
      key: { secret },
      secret,
      method: 'POST',
      path: '/hook',
      requests: draw.requests,
      hasForm: false,
      ...(form?.draftOf && { draftOf: form.draftOf }),
    };
  });
