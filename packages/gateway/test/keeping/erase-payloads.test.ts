/** A person’s payloads go from a gateway’s store, also where they are sealed. */

import { join } from 'node:path';
import { createAdminClient } from '@countersign/api';
import { expect, it } from 'vitest';
import { Secret } from '../../src/config/secret.ts';
import { erasePayloads } from '../../src/keeping/erase-payloads.ts';
import { openStoreKeys } from '../../src/sealed/store-keys.ts';
import { createMatcher } from '../../src/stores/erase-match.ts';
import { hmacHeaders, SECRET, send, start, temporaryDir } from '../harness.ts';

const STORE_KEY = '07'.repeat(32);
const GATES = {
  k: { path: '/keep', provider: 'hmac', keys: [{ secret: SECRET }], keepRefused: true, keep: {} },
} as const;

it('events by a header that is sealed, and refused requests', async () => {
  const gateway = await start(GATES, { storeKey: STORE_KEY });
  const sendAs = async (cookie: string, body: string, signed = body): Promise<number> => {
    const headers = { cookie, ...hmacHeaders(signed) };
    return (await send(`${gateway.publicUrl}/keep`, { body, headers })).status;
  };
  expect(await sendAs('user=ana', '1')).toBe(200);
  expect(await sendAs('user=bob', '2')).toBe(200);
  expect(await sendAs('user=ana', '3', 'x')).toBe(401);
  expect(await sendAs('user=bob', '4', 'x')).toBe(401);
  const { store } = gateway;
  // They are written a moment after their answers.
  while ((await store.refused.list()).length < 2) await new Promise((resolve) => setTimeout(resolve, 20));
  const match = { header: { name: 'Cookie', value: 'user=ana' } };
  const { sealer } = await openStoreKeys({ store, storeKey: new Secret(STORE_KEY) });
  expect(await erasePayloads(store, { match, sealer: undefined, isDryRun: true })).toMatchObject({
    events: 0,
  });
  expect(await erasePayloads(store, { match, sealer, isDryRun: true })).toMatchObject({
    events: 1,
    refused: 1,
  });
  expect(await erasePayloads(store, { match, sealer })).toMatchObject({ events: 1, refused: 1 });
  expect(await store.refused.list()).toHaveLength(1);
  expect((await store.events.list()).map(({ erasedMs }) => erasedMs !== undefined)).toEqual([false, true]);
});

it('refused requests that are kept in memory, since there is no storeKey', async () => {
  const gateway = await start(GATES, { store: `sqlite:${join(temporaryDir(), 'store.db')}` });
  const client = createAdminClient({ baseUrl: gateway.adminUrl ?? '', token: gateway.adminToken });
  for (const body of ['from ana', 'from bob'])
    await send(`${gateway.publicUrl}/keep`, { body, headers: hmacHeaders('x') });
  expect(await client.call('eraseEvents', { text: 'from ana', dryRun: true })).toMatchObject({ refused: 1 });
  expect((await client.call('refused')).refused).toHaveLength(2);
  expect(await client.call('eraseEvents', { text: 'from ana' })).toMatchObject({ events: 0, refused: 1 });
  expect((await client.call('refused')).refused).toHaveLength(1);
  expect(await client.call('eraseEvents', { text: 'from ana', dryRun: true })).toMatchObject({ refused: 0 });
});

const REQUEST = { id: 'e1', gate: 'g', url: '/p?user=a%20b', headers: ['X-A', 'caf\xc3\xa9'] };

it.each<[what: string, body: string, text: string, isMatch: boolean]>([
  ['as it is', 'name: Zoë', 'Zoë', true],
  ['as JSON escapes it', '{"n":"Zo\\u00eb \\"x\\""}', 'Zoë "x"', true],
  ['as JSON escapes it in capitals', '{"n":"Zo\\u00EB"}', 'Zoë', true],
  ['with slashes escaped', '{"n":"a\\/b"}', 'a/b', true],
  ['as a form has it', 'n=Zo%C3%AB+x', 'Zoë x', true],
  ['as a form has it in small letters', 'n=Zo%c3%ab', 'Zoë', true],
  ['in another case', 'ZOË', 'Zoë', false],
  ['in the URL', '', 'a b', true],
  ['in a header', '', 'café', true],
  ['in a header’s name, which is no value', '', 'X-A', false],
])('a text %s', async (_, body, text, isMatch) => {
  expect(await createMatcher({ text })({ ...REQUEST, body: Buffer.from(body) })).toBe(isMatch);
});

it.each<[body: string, path: string, value: string, isMatch: boolean]>([
  ['{"a":{"b":"x"}}', 'a.b', 'x', true],
  ['{"a":[{"b":"y"},{"b":"x"}]}', 'a.*.b', 'x', true],
  ['{"a":[{"b":"y"},{"b":"x"}]}', 'a.1.b', 'x', true],
  ['{"a":12}', 'a', '12', true],
  ['{"a":"\\u0078"}', 'a', 'x', true],
  ['{"a":"xy"}', 'a', 'x', false],
  ['{"b":"x"}', 'a', 'x', false],
  ['{"a":{"x":1}}', 'a', 'x', false],
  ['a=x', 'a', 'x', false],
  ['{"__proto__":"x"}', '__proto__', 'x', true],
])('a member: %s at %s is %s', async (body, path, value, isMatch) => {
  expect(await createMatcher({ member: { path, value } })({ ...REQUEST, body: Buffer.from(body) })).toBe(
    isMatch,
  );
});
