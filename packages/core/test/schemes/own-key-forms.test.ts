/** Senders with keys, signatures and bodies of their own forms: a declaration does what the provider does. */
import { describe, expect, it } from 'vitest';
import { createGate } from '../../src/index.ts';
import { writtenScheme } from '../../src/providers/registry.ts';
import { requestOf } from '../../src/testing/index.ts';
import { readVectors } from '../support/vector-files.ts';

const hmac = { algorithm: 'hmac-sha256' };
const hex = (header: string, more: object = {}) => ({ signature: { header, encoding: 'hex', ...more } });
const base64 = (header: string, more: object = {}) => ({
  signature: { header, encoding: 'base64', ...more },
});

/** As a configuration file has them. */
const DECLARED: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  authsignal: {
    ...hmac,
    signature: { header: 'x-signature-v2', encoding: 'base64-unpadded', list: { labels: 'v2' } },
    message: '{timestamp}.{body}',
    timestamp: { item: 't' },
    id: { member: 'id' },
  },
  braintree: {
    algorithm: 'sha1',
    key: { digest: 'sha1' },
    signature: {
      field: 'bt_signature',
      encoding: 'hex',
      list: { separator: '&', assign: '|', labels: 'pubkey' },
    },
    message: '{field:bt_payload}',
  },
  'dropbox-sign': {
    ...hmac,
    signature: { field: 'json', member: 'event.event_hash', encoding: 'hex' },
    message: '{timestamp}{json:json:event.event_type}',
    timestamp: { field: 'json', member: 'event.event_time', text: true },
    toleranceMs: { past: 345_600_000 },
  },
  hygraph: {
    ...hmac,
    ...base64('gcms-signature', {
      list: { separator: ', ', labels: 'sign', items: { env: 'master' } },
    }),
    message: '\\{"Body":"{body}","EnvironmentName":"{item:env}","TimeStamp":{timestamp}\\}',
    body: 'json-string',
    timestamp: { item: 't', unit: 'ms' },
  },
  inngest: {
    ...hmac,
    key: { prefix: 'signkey-*-' },
    ...hex('x-inngest-signature', { list: { separator: '&', labels: 's' } }),
    message: '{body}{timestamp}',
    timestamp: { item: 't' },
  },
  'kontent-ai': { ...hmac, ...base64('x-kontent-ai-signature'), message: '{body}' },
  lovable: {
    ...hmac,
    ...hex('x-lovable-signature', { prefix: 'sha256=' }),
    message: '{timestamp}.{body}',
    timestamp: { header: 'x-lovable-timestamp', unit: 's-or-ms' },
  },
  meta: {
    ...hmac,
    ...hex('x-hub-signature-256', { prefix: 'sha256=' }),
    message: '{body}',
    body: ['raw', 'ascii-escaped'],
  },
  'smile-id': {
    ...hmac,
    signature: { member: 'signature', encoding: 'base64' },
    message: '{timestamp}001sid_request',
    timestamp: { member: 'timestamp', unit: 'rfc3339' },
  },
  'stream-chat': { ...hmac, ...hex('x-signature'), message: '{body}', body: 'gunzipped' },
};

describe.each(Object.entries(DECLARED))('%s, declared', (id, declared) => {
  it.each(
    readVectors(`providers/${id}`).cases.map((vector) => ({ label: vector.name ?? vector.id, vector })),
  )('$label', async ({ vector }) => {
    const gate = createGate({
      scheme: writtenScheme(declared),
      keys: [vector.secret],
      allowShortKey: true,
      now: () => vector.now * 1000,
    });
    const verdict = await gate.verify(requestOf(vector));
    const expected =
      vector.expect === 'accept' ? { ok: true } : { ok: false, reason: vector.reason, step: vector.step };
    expect(verdict).toMatchObject(expected);
  });
});
