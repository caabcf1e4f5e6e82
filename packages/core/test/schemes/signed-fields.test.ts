/** What an application is told of a form: the fields that the sender has signed, and no others. */
import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { createGate, HeaderList, type SignedRequest } from '../../src/index.ts';
import { writtenScheme } from '../../src/providers/registry.ts';

const SECRET = 'a secret of twenty-four b';
const NOW_MS = 1_760_000_000_000;

function sentForm(fields: Readonly<Record<string, string>>): SignedRequest {
  return {
    method: 'POST',
    url: '/in',
    headers: new HeaderList(['host', 'hooks.example', 'content-type', 'application/x-www-form-urlencoded']),
    body: Buffer.from(new URLSearchParams(fields).toString()),
  };
}

const mac = (text: string): string => createHmac('sha256', SECRET).update(text).digest('hex');

const FIELD = { algorithm: 'hmac-sha256', signature: { field: 'sig', encoding: 'hex' }, replay: 'none' };

/** The scheme, the signed fields with the signature, and the names of those that are told; `note` is added by whoever captured it. */
const CASES = [
  {
    message: '{field:a}',
    scheme: { ...FIELD, message: '{field:a}' },
    fields: { a: '1', sig: mac('1') },
    told: ['a'],
  },
  {
    message: '{timestamp}.{nonce}',
    scheme: {
      ...FIELD,
      message: '{timestamp}.{nonce}',
      timestamp: { field: 'time', unit: 's' },
      nonce: { field: 'token' },
    },
    fields: { time: `${NOW_MS / 1000}`, token: 'xyzxyz', sig: mac(`${NOW_MS / 1000}.xyzxyz`) },
    told: ['time', 'token'],
  },
  {
    message: '{id}:{field:a}',
    scheme: { ...FIELD, message: '{id}:{field:a}', id: { field: 'event' } },
    fields: { event: 'evt_1', a: '1', sig: mac('evt_1:1') },
    told: ['a', 'event'],
  },
  {
    message: '{nonce}:{field:a}, or {field:a}',
    scheme: { ...FIELD, message: ['{nonce}:{field:a}', '{field:a}'], nonce: { field: 'token' } },
    fields: { token: 'xyzxyz', a: '1', sig: mac('xyzxyz:1') },
    told: ['a'],
  },
];

describe('of a form that is signed in part', () => {
  it.each(CASES)('is told what $message covers, and no other field', async ({ scheme, fields, told }) => {
    const gate = createGate({ scheme: writtenScheme(scheme), keys: [SECRET], now: () => NOW_MS });
    const verdict = await gate.verify(sentForm({ ...fields, note: 'not signed' }));
    expect(verdict).toMatchObject({ ok: true });
    expect(verdict.ok && [...(verdict.fields?.keys() ?? [])].sort()).toEqual(told);
  });

  it('is told all of a form that is signed whole, but for its signature', async () => {
    const scheme = { ...FIELD, message: 'sorted-form-lines' };
    const gate = createGate({ scheme: writtenScheme(scheme), keys: [SECRET], now: () => NOW_MS });
    const verdict = await gate.verify(sentForm({ b: '2', a: '1', sig: mac('a=1\r\nb=2\r\n') }));
    expect(verdict.ok && Object.fromEntries(verdict.fields ?? [])).toEqual({ a: '1', b: '2' });
  });
});
