/** Members inside other members of a long body: each object on the way is read once, and in slices. */
import { createHmac } from 'node:crypto';
import { expect, it } from 'vitest';
import { costOf } from '../../../../bench/worst/cost.ts';
import { createGate, type Gate, HeaderList, type SignedRequest, writtenScheme } from '../../src/index.ts';
import { turnsWhile } from '../support/turns.ts';

const KEY = 'a secret of thirty-two characters';

/** A megabyte of names in escapes, which are the dearest to read. */
const membersOf = (length: number): string =>
  Array.from({ length }, (_, i) => `"m${i}":"${'\\u00e9'.repeat(15)}"`).join();
const members = membersOf(9900);
const deep = `{"a":{"b":{"c":{${members}}}}}`;

function gateOf(more: object): Gate {
  return createGate({
    scheme: writtenScheme({ algorithm: 'hmac-sha256', signature: 'x-sig', ...more }),
    keys: [KEY],
  });
}

const requestOf = (body: string, signature = '0'.repeat(64)): SignedRequest => ({
  method: 'POST',
  url: '/',
  headers: new HeaderList(['x-sig', signature, 'content-type', 'application/x-www-form-urlencoded']),
  body: Buffer.from(body),
});

/** Percent-encoded it has two thirds of a megabyte. */
const form = `payload=${encodeURIComponent(`{"a":{"b":{"c":{${membersOf(4000)}}}}}`)}`;

it.each([
  ['a JSON body', deep, 6, (path: string) => `{member:${path}}`],
  ['JSON in a form', form, 2, (path: string) => `{json:payload:${path}}`],
])('of %s others have their turn at each step', async (_what, body, slices, part) => {
  const turnsOf = (path: string): Promise<number> =>
    turnsWhile(async () => gateOf({ message: `${part(path)}.{header:x-id?}` }).verify(requestOf(body)));
  const shallow = await turnsOf('a');
  expect(shallow).toBeGreaterThanOrEqual(slices);
  expect(await turnsOf('a.b.c.m1')).toBeGreaterThanOrEqual(shallow + 3 * slices);
});

it('of an object that has several parts of a message all are read at once', async () => {
  const names = Array.from({ length: 10 }, (_, i) => `{member:a.b.c.m${i}}`);
  const [shallow, deepest] = [gateOf({ message: names.slice(0, 1) }), gateOf({ message: names.join('.') })];
  await costOf(deepest, requestOf(deep), 2);
  const single = await costOf(shallow, requestOf(deep), 5);
  const several = await costOf(deepest, requestOf(deep), 5);
  expect(several.ms).toBeLessThan(4 * single.ms);
});

it('of a list of items others have their turn before it is found', async () => {
  const body = `{"a":{"b":{"c":{${members},"items":[{"id":"1","sig":"${'0'.repeat(64)}"}]}}}}`;
  const items = { each: 'a.b.c.items.*', signature: { member: 'sig' }, message: '{member:id}' };
  expect(await turnsWhile(async () => gateOf(items).verify(requestOf(body)))).toBeGreaterThanOrEqual(4 * 6);
});

it('of a proved body the same text is read as of a short one', async () => {
  for (const body of [deep, '{"a":{"b":{"c":{"m7":"é"}}}}']) {
    const text = JSON.parse(body).a.b.c.m7;
    const signature = createHmac('sha256', KEY).update(`${text}.`).digest('hex');
    const gate = gateOf({ message: '{member:a.b.c.m7}.{member:a.b.x.y?}' });
    expect(await gate.verify(requestOf(body, signature))).toMatchObject({ ok: true });
  }
});
