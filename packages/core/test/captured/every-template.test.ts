/** The report of every message that can be made of the parts: what it says is proved cannot be changed, what it says is open can. */
import { expect, it } from 'vitest';
import { runs, someOf } from '../../../../scripts/effort.ts';
import { seededRandom } from '../../../../scripts/seeded-random.ts';
import { createGate, type Gate, type SignedRequest, writtenScheme } from '../../src/index.ts';
import { changesOf, headerChangesOf } from '../support/captor.ts';
import { NOW, SECONDS } from '../tokens/mint.ts';

const KEY = 'Vd3pQ0zkT9wXr2LmYb7HVd3pQ0zkT9wX';
const ID = 'msg_7f3a';

/** One of each line, or none of it. */
const PARTS: readonly (readonly string[])[] = [
  ['', '{timestamp}'],
  ['', '{id}'],
  ['', '{method}'],
  ['', '{host}', '{header:host}', '{url}'],
  ['', '{path}', '{path}?{query}', '{query:sorted}'],
  ['', '{header:x-a}'],
  ['', '{body}', '{body:sha256:hex}', '{form:sorted}'],
];

const messages = PARTS.reduce<readonly string[]>(
  (before, choices) =>
    before.flatMap((message) => choices.map((part) => (part === '' ? message : `${message}${part}\n`))),
  [''],
).filter((message) => /\{(?!timestamp|id)/.test(message));

const textOf = (message: string | readonly string[]): string => [message].flat().join();

const gateOf = (message: string | readonly string[], signature: object): Gate =>
  createGate({
    scheme: writtenScheme({
      algorithm: 'hmac-sha256',
      signature,
      message,
      timestamp: textOf(message).includes('{timestamp}') ? { header: 'x-time', unit: 's' } : 'none',
      ...(textOf(message).includes('{id}') && { id: 'x-id' }),
      ...(textOf(message).includes('{nonce}') && { nonce: 'x-nonce' }),
    }),
    keys: [KEY],
    now: () => NOW,
  });

const draft = {
  method: 'POST',
  url: 'https://api.example/orders?page=1',
  headers: { host: 'api.example', 'content-type': 'application/x-www-form-urlencoded', 'x-a': 'a1' },
  body: 'b=1&a=2',
  id: ID,
};

it.each([{ header: 'x-signature' }, { query: 'sig' }])(
  `${messages.length} messages, the signature in %j`,
  async (signature) => {
    let proved = 0;
    let open = 0;
    for (const message of someOf(messages, 5)) {
      const gate = gateOf(message, signature);
      const request = await gate.sign(draft);
      const accepts = async (changed: typeof request): Promise<boolean> => (await gate.verify(changed)).ok;
      expect(await accepts(request), message).toBe(true);
      const { covered, open: left, headers } = gate.coverage;
      const known = { id: ID, timestamp: String(SECONDS) };
      for (const part of covered) {
        for (const { how, request: changed } of changesOf(part, request, known)) {
          proved++;
          if (await accepts(changed)) expect.fail(`${message}: ${how}, and ${part} is proved`);
        }
      }
      for (const part of left) {
        for (const { how, isPlain, request: changed } of changesOf(part, request, {})) {
          if (!isPlain) continue;
          open++;
          if (!(await accepts(changed))) expect.fail(`${message}: ${how}, and ${part} is open`);
        }
      }
      for (const { how, request: changed } of headerChangesOf(request, 'x-a')) {
        expect(await accepts(changed), `${message}: ${how}`).toBe(!headers.includes('x-a'));
      }
    }
    expect(proved).toBeGreaterThan(messages.length);
    expect(open).toBeGreaterThan(messages.length);
  },
);

/** Two messages, of which the first applies where the request has a nonce: what both cover is proved. */
it('pairs of messages', async () => {
  const random = seededRandom(20_260_801);
  const pick = (): string => messages[random() % messages.length] ?? '{body}\n';
  let proved = 0;
  let open = 0;
  for (let i = 0; i < runs(5000); i++) {
    const [first, second] = [pick(), pick()].map((message) => message.replace(/\{(timestamp|id)\}\n/g, ''));
    const pair = [`{nonce}\n${first}`, second ?? ''];
    const gate = gateOf(pair, { header: 'x-signature' });
    const requests = [await gate.sign({ ...draft, nonce: 'n-1' }), await gate.sign(draft)];
    const accepts = async (changed: SignedRequest): Promise<boolean> => (await gate.verify(changed)).ok;
    const { covered, open: left, headers } = gate.coverage;
    const whole = requests.filter(({ headers: list }) => list.get('x-signature') !== undefined);
    expect(whole).toHaveLength(2);
    for (const request of whole) {
      const changes = covered.flatMap((part) => changesOf(part, request, {}));
      const ofHeaders = headers.includes('x-a') ? headerChangesOf(request, 'x-a') : [];
      for (const { how, request: changed } of [...changes, ...ofHeaders]) {
        proved++;
        if (await accepts(changed)) expect.fail(`${pair}: ${how} is accepted`);
      }
    }
    for (const part of left) {
      const plain = whole.map((request) => changesOf(part, request, {}).find(({ isPlain }) => isPlain));
      const taken = await Promise.all(plain.map((change) => change && accepts(change.request)));
      if (plain.every((change) => change === undefined)) continue;
      open++;
      if (!taken.includes(true)) expect.fail(`${pair}: ${part} is open, and neither is accepted`);
    }
    if (!headers.includes('x-a')) {
      const taken = await Promise.all(
        whole.map(async (request) => accepts({ ...request, headers: request.headers.with('x-a', 'b') })),
      );
      if (!taken.includes(true)) expect.fail(`${pair}: x-a is open, and neither is accepted`);
    }
  }
  expect(proved).toBeGreaterThan(500);
  expect(open).toBeGreaterThan(100);
});
