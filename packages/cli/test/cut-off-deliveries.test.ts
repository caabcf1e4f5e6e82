/** What becomes of deliveries where an error of the operator's code, which nobody caught, ends the gateway under them. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openStore } from '@countersign/gateway';
import { expect, it } from 'vitest';
import { newFolder, startProgram } from './support.ts';

const CODE = `
const ends = (event) => {
  const { kind } = event;
  if (kind === 'rejection') Promise.reject(new Error('stray'));
  if (kind === 'tick') process.nextTick(() => { throw new Error('stray'); });
  if (kind === 'turn') setImmediate(() => { throw new Error('stray'); });
  if (kind === 'late') setTimeout(() => { throw new Error('stray'); }, 20);
  process.stderr.write('runs ' + kind + '.');
  return new Promise(() => {});
};
export const transform = (event) => ends(event.json());
export const act = { name: 'act', description: 'Acts.', input: { type: 'object' }, run: ends };
`;

const TARGETS = {
  transformation: { to: 'http://127.0.0.1:9/', transform: './code.mjs#transform' },
  action: { actions: './code.mjs', action: 'act' },
};

const CASES = Object.entries(TARGETS).flatMap(([code, target]) =>
  ['rejection', 'tick', 'turn', 'late'].map((kind) => ({ code, kind, target })),
);

it.each(CASES)(
  'of an error in the $code ($kind) the attempt is noted, and of no other',
  async ({ kind, target }) => {
    const cwd = newFolder();
    writeFileSync(join(cwd, 'code.mjs'), CODE);
    writeFileSync(
      join(cwd, 'countersign.json'),
      JSON.stringify({
        listen: { public: '127.0.0.1:0', admin: 'off' },
        store: 'sqlite:store.db',
        gates: {
          g: {
            path: '/g',
            provider: 'none',
            keep: { deliver: [{ name: 'shop', timeout: '10m', retries: ['30d'], ...target }] },
          },
        },
      }),
    );
    const started = startProgram(['serve'], cwd, {});
    const until = (text: string | RegExp) =>
      expect.poll(() => started.said.err, { timeout: 20_000 }).toMatch(text);
    await until(/public {2}http/);
    const [, url = ''] = /public {2}(http:\/\/\S+)/.exec(started.said.err) ?? [];
    const send = (body: object) => fetch(`${url}/g`, { method: 'POST', body: JSON.stringify(body) });
    await send({ kind: 'none' });
    await until('runs none.');
    await send({ kind }).catch(() => {});
    expect(await started.ended).toEqual([70, null]);
    const store = await openStore(`sqlite:${join(cwd, 'store.db')}`);
    try {
      const { deliveries } = await store.deliveries.list();
      expect(deliveries).toMatchObject([
        { state: 'waiting', attempts: 1, code: 'process-ended' },
        { state: 'waiting', attempts: 0 },
      ]);
      const [cutOff] = deliveries;
      expect((cutOff?.dueMs ?? 0) > Date.now()).toBe(true);
      expect(started.said.err).toContain(
        `The delivery of ${cutOff?.eventId} to shop was under way: it counts as an attempt, and is tried again later. countersign deliveries pause shop holds it back.`,
      );
    } finally {
      await store.close();
    }
  },
  30_000,
);
