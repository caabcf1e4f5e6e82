/** The report of every message that can be made of the parts: what it says is proved cannot be changed, what it says is open can. */
import { expect, it } from 'vitest';
import { createGate, type Gate, writtenScheme } from '../../src/index.ts';
import { changesOf, headerChangesOf } from '../support/captor.ts';
import { NOW, SECONDS } from '../tokens/mint.ts';

const KEY = 'Vd3pQ0zkT9wXr2LmYb7HVd3pQ0zkT9wX';
const ID = 'msg_7f3a';

/** One of each line, or none of it. */
const PARTS: readonly (readonly string[])[] = [
  ['', '{timestamp}'],
  ['', '{id}'],
  ['', '{method}'],
  ['', '{host}', '{url}'],
  ['', '{path}', '{path}?{query}', '{query:sorted}'],
  ['', '{header:x-a}'],
  ['', '{body}', '{body:sha256:hex}', '{form:sorted}'],
];

const messages = PARTS.reduce<readonly string[]>(
  (before, choices) =>
    before.flatMap((message) => choices.map((part) => (part === '' ? message : `${message}${part}\n`))),
  [''],
).filter((message) => /\{(?!timestamp|id)/.test(message));

const gateOf = (message: string, signature: object): Gate =>
  createGate({
    scheme: writtenScheme({
      algorithm: 'hmac-sha256',
      signature,
      message,
      timestamp: message.includes('{timestamp}') ? { header: 'x-time', unit: 's' } : 'none',
      ...(message.includes('{id}') && { id: 'x-id' }),
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
    for (const message of messages) {
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
