/** `countersign keys open` and `reveal`, against a gateway that runs: a key that is handed over is taken while the gate is open, and shown once. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { startDay, TOKEN } from './day-bench.ts';

const KEY = 'secret_tMrlL1qK5vuQAh1b6cZGhFChZTSYJlce98V0pYn7yBl';
const GATE = ['--gate', 'notion'];
const FILE = `listen: { public: 127.0.0.1:0, admin: 127.0.0.1:0 }
store: sqlite:store.db
admin: { token: ${TOKEN} }
storeKey: ${'ab'.repeat(32)}
gates:
  notion:
    path: /notion
    scheme:
      algorithm: hmac-sha256
      signature: { header: x-notion-signature, prefix: "sha256=", encoding: hex }
      message: "{body}"
      handshake: { signed: false, challenge: verification_token, answer: "", deliversKey: true }
    keep: {}
  plain: { path: /plain, provider: none, keep: {} }
`;

it('a gate is opened, takes one key, and shows it once', async () => {
  const day = await startDay();
  await day.restart(() => writeFileSync(join(day.cwd, 'countersign.yaml'), FILE));
  const handOver = async (): Promise<number> => {
    const body = JSON.stringify({ verification_token: KEY });
    return (await fetch(`${day.gateway.publicUrl}/notion`, { method: 'POST', body })).status;
  };
  expect(await handOver()).toBe(401);
  const tooLong = await day.ask(['keys', 'open', ...GATE, '--minutes', '61']);
  expect(tooLong.code).toBe(2);
  expect(tooLong.err).toContain('--minutes is not a time for which a gate is opened');
  const opened = await day.ask(['keys', 'open', ...GATE, '--minutes', '5']);
  expect([opened.code, opened.out]).toEqual([0, '']);
  expect(opened.err).toContain('takes the next key');
  expect([await handOver(), await handOver()]).toEqual([200, 401]);
  const listed = await day.ask(['keys', 'list', ...GATE]);
  expect(listed.out).toMatch(/handed-over-\d{8}T\d{6}Z/);
  expect(listed.out + listed.err).not.toContain(KEY);
  const shown = await day.ask(['keys', 'reveal', ...GATE]);
  expect([shown.code, shown.out]).toEqual([0, `${KEY}\n`]);
  const again = await day.ask(['keys', 'reveal', ...GATE]);
  expect([again.code, again.out]).toEqual([2, '']);
  expect((await day.ask(['keys', 'open', ...GATE, '--minutes', '0'])).err).toContain('takes no key');
  expect((await day.ask(['keys', 'open', '--gate', 'plain'])).err).toContain('hands over no key');
});
