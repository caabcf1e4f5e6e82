/** Forms that are sorted to be signed: the same text at once and in slices, whatever their fields. */
import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { createGate } from '../../src/index.ts';

const KEY = 'a-secret-of-thirty-two-characters';
const TYPE = 'application/x-www-form-urlencoded';
const TIME = '2025-10-09T08:53:20Z';
const URL_ = 'https://hooks.example/in';
const byBytes = (a: string, b: string): number => Buffer.compare(Buffer.from(a), Buffer.from(b));
const mac = (text: string, encoding: 'hex' | 'base64'): string =>
  createHmac('sha1', KEY).update(text).digest(encoding);

/** From 400 to 900 KB, beyond what is done at once, and one below. */
const FORMS: readonly (readonly [string, number, (i: number) => readonly [string, string]])[] = [
  ['names beyond U+FFFF that begin alike', 150, (i) => [`${'😀'.repeat(225)}${i}`, '1']],
  ['names that begin alike', 990, (i) => [`${'x'.repeat(880)}${i}`, 'y']],
  ['one field that is all of it', 1, (i) => [`f${i}`, `x${'😀'.repeat(70_000)}`]],
  ['values in two bytes', 300, (i) => [`f${i}`, 'é'.repeat(300)]],
  ['a few short fields', 3, (i) => [`f${i}`, 'é']],
];

describe.each(FORMS)('%s', (_, count, fieldOf) => {
  const fields = Array.from({ length: count }, (__, i) => fieldOf((i * 7919) % count));
  const pairs = fields.map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`);

  it('are proved line by line, and not when one letter is another', async () => {
    const gate = createGate({
      provider: 'flow-production-tracking',
      keys: [KEY],
      now: () => Date.parse(TIME),
    });
    const lines = [...fields, ['timestamp', TIME] as const].map(([name, value]) => `${name}=${value}\r\n`);
    const signature = mac(lines.toSorted(byBytes).join(''), 'hex');
    const bodyOf = (first: string): string =>
      [first, ...pairs.slice(1), `timestamp=${encodeURIComponent(TIME)}`, `signature=${signature}`].join('&');
    const request = { method: 'POST', url: URL_, headers: { 'content-type': TYPE } };
    expect(await gate.verify({ ...request, body: bodyOf(pairs[0] ?? '') })).toMatchObject({ ok: true });
    expect(await gate.verify({ ...request, body: bodyOf(`${pairs[0]}z`) })).toMatchObject({
      reason: 'signature-mismatch',
    });
  });

  it('are proved by name and value, and signed as they are proved', async () => {
    const gate = createGate({ provider: 'twilio', keys: [KEY] });
    const sorted = fields.toSorted(([a, x], [b, y]) => byBytes(a, b) || byBytes(x, y));
    const signature = mac(URL_ + sorted.map(([name, value]) => name + value).join(''), 'base64');
    const request = { method: 'POST', url: URL_, headers: { 'content-type': TYPE } };
    const signed = { ...request, headers: { ...request.headers, 'x-twilio-signature': signature } };
    expect(await gate.verify({ ...signed, body: pairs.join('&') })).toMatchObject({ ok: true });
    expect(await gate.verify({ ...signed, body: `${pairs.join('&')}z` })).toMatchObject({
      reason: 'signature-mismatch',
    });
    const again = await gate.sign({ ...request, body: pairs.join('&') });
    expect(again.headers.get('x-twilio-signature')).toBe(signature);
  });

  it('are signed line by line as they are proved', async () => {
    const gate = createGate({ provider: 'flow-production-tracking', keys: [KEY] });
    const signed = await gate.sign({
      method: 'POST',
      url: URL_,
      headers: { 'content-type': TYPE },
      body: pairs.join('&'),
    });
    expect(await gate.verify(signed)).toMatchObject({ ok: true });
  });
});

/** How often the event loop turns until the work is done. */
async function turnsDuring(work: () => unknown): Promise<number> {
  let turns = 0;
  let isDone = false;
  const turn = (): void => {
    turns++;
    if (!isDone) setImmediate(turn);
  };
  setImmediate(turn);
  await work();
  isDone = true;
  return turns;
}

/** To parse its 900 KB takes seven slices: what is more is of what was sorted. */
it.each(['flow-production-tracking', 'twilio'] as const)(
  'a thousand names that begin alike leave everything else its turn: %s',
  async (provider) => {
    const gate = createGate({ provider, keys: [KEY], now: () => Date.parse(TIME) });
    const fields = Array.from({ length: 990 }, (_, i) => `${'x'.repeat(880)}${(i * 7919) % 990}=1`);
    const body = [...fields, `timestamp=${TIME}`, `signature=${'0'.repeat(40)}`].join('&');
    const headers = { 'content-type': TYPE, 'x-twilio-signature': mac('', 'base64') };
    expect(
      await turnsDuring(async () =>
        expect(await gate.verify({ method: 'POST', url: URL_, headers, body })).toMatchObject({
          reason: 'signature-mismatch',
        }),
      ),
    ).toBeGreaterThan(20);
  },
);

/** Its 900 KB are parsed in seven slices, and decoded in two turns of their own. */
it('one field that is the whole form leaves everything else its turn', async () => {
  const gate = createGate({ provider: 'twilio', keys: [KEY] });
  const headers = { 'content-type': TYPE, 'x-twilio-signature': mac('', 'base64') };
  const body = Buffer.from(`f=${'é'.repeat(450_000)}`);
  expect(
    await turnsDuring(async () =>
      expect(await gate.verify({ method: 'POST', url: URL_, headers, body })).toMatchObject({
        reason: 'signature-mismatch',
      }),
    ),
  ).toBeGreaterThan(14);
});
