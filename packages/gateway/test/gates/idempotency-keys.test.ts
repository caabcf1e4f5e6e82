/** UCP’s idempotency keys through a gateway: the same body gets the first answer, another one 409, and the first is done once. */
import { randomUUID } from 'node:crypto';
import { expect, it } from 'vitest';
import { actionsModule, start } from '../harness.ts';
import { PROOF, post } from './ucp-requests.ts';

it.each(['memory:', undefined])('of a store %s', async (store) => {
  const actions = actionsModule(
    'let runs = 0; export default [{ name: "order", description: "Orders.", input: { type: "object", properties: { a: { type: "number" } } }, run: () => ({ run: ++runs }) }];',
  );
  const gateway = await start(
    {
      keep: { path: '/keep', ...PROOF, keep: {} },
      answer: { path: '/answer/:action', ...PROOF, replay: { repeat: 'first-answer' }, answer: { actions } },
    },
    { ...(store !== undefined && { store }) },
  );
  const heard = async (path: string, key: string, body: string) => {
    const { status, text } = await post(gateway.publicUrl, path, key, body);
    return [status, text];
  };
  const [first, second] = [randomUUID(), randomUUID()];
  const answer = await heard('/answer/order', first, '{"a":1}');
  expect(answer).toEqual([200, '{"run":1}']);
  expect(await heard('/answer/order', first, '{"a":1}')).toEqual(answer);
  expect((await heard('/answer/order', first, '{"a":2}'))[0]).toBe(409);
  expect(await heard('/answer/order', second, '{"a":2}')).toEqual([200, '{"run":2}']);
  expect(await heard('/answer/order', first, '{"a":1}')).toEqual(answer);

  expect((await heard('/keep', first, '{"a":1}'))[0]).toBe(200);
  expect((await heard('/keep', first, '{"a":1}'))[0]).toBe(200);
  expect((await heard('/keep', first, '{"a":2}'))[0]).toBe(409);
  const { events } = (await (
    await fetch(`${gateway.adminUrl}/api/events`, {
      headers: { authorization: `Bearer ${gateway.adminToken}` },
    })
  ).json()) as { events: readonly unknown[] };
  expect(events).toHaveLength(1);
});
