/** A process that is killed while an upstream or an action works: what its proof was good for is gone, and stays gone. */
import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import { describe, expect, it } from 'vitest';
import { someOf } from '../../../../scripts/effort.ts';
import type { GateInput } from '../../src/config/config-input.ts';
import { SINGLE_USE } from '../claims/single-use.ts';
import {
  actionsModule,
  fullStore,
  hmacHeaders,
  listen,
  SECRET,
  send,
  start,
  startUpstream,
  temporaryDir,
} from '../harness.ts';
import { startChild } from './child-gateway.ts';

/** An upstream that says when a request has come, and does not answer it. */
async function startWorking() {
  const come: ServerResponse[] = [];
  const server = createServer((_, response) => void come.push(response));
  const origin = await listen(server);
  return { come, server, url: origin };
}

/** A short run kills at one outcome for each proof, in turn. */
const TURNS = SINGLE_USE.map((proof, turn) => ({ ...proof, turn }));

describe.each(TURNS)('$name, and a process that is killed', ({ gate, headersFor, turn }) => {
  const outcomes = (url: string): Readonly<Record<string, Partial<GateInput>>> => ({
    forward: { forward: { to: url } },
    answer: {
      answer: {
        action: 'calls',
        actions: actionsModule(`
          export const calls = {
            name: 'calls', description: 'Calls.', input: { type: 'object' }, run: () => fetch('${url}').then(() => 'done'),
          };`),
      },
    },
  });

  it.each(someOf(['forward', 'answer'], 2, turn))(
    'while %s works: a repeat is refused after the restart',
    async (kind) => {
      const upstream = await startWorking();
      const dir = temporaryDir();
      const gates = { gate: { path: '/*', ...gate, ...outcomes(upstream.url)[kind] } };
      const child = startChild(dir, { gates });
      const publicUrl = await child.url();
      const request = { headers: headersFor(publicUrl, '{}'), body: '{}' };
      const come = once(upstream.server, 'request');
      const broken = send(`${publicUrl}/a`, request).catch(() => 'broken off');
      await come;
      child.child.kill('SIGKILL');
      await child.ended;
      expect(await broken).toBe('broken off');
      const listen = { public: new URL(publicUrl).host, admin: 'off' } as const;
      await start(gates, { dir, listen, store: 'sqlite:store.db' });
      expect((await send(`${publicUrl}/a`, request)).status).toBe(409);
      expect(upstream.come).toHaveLength(1);
    },
  );

  it('is free after a restart where nobody was there to act', async () => {
    const upstream = await startWorking();
    upstream.server.close();
    await once(upstream.server, 'close');
    const dir = temporaryDir();
    const gates = { gate: { path: '/*', ...gate, forward: { to: upstream.url } } };
    let gateway = await start(gates, { dir });
    const { publicUrl } = gateway;
    const request = { headers: headersFor(publicUrl), body: 'x' };
    expect((await send(`${publicUrl}/a`, request)).status).toBe(502);
    await gateway.drain();
    gateway = await start(gates, { dir, listen: { public: new URL(publicUrl).host, admin: 'off' } });
    expect((await send(`${publicUrl}/a`, request)).status).toBe(502);
  });

  it('is not passed on where the store takes nothing, and is free', async () => {
    const upstream = await startWorking();
    const gates = { gate: { path: '/*', ...gate, forward: { to: upstream.url } } };
    const gateway = await start(gates, { sharedStore: await fullStore() });
    const recorded = gateway.nextRecord();
    const request = { headers: headersFor(gateway.publicUrl), body: 'x' };
    const answer = await send(`${gateway.publicUrl}/a`, request);
    expect(answer).toMatchObject({ status: 503, headers: { 'retry-after': '1' } });
    expect(await recorded).toMatchObject({ reason: 'not-kept', claim: 'aborted' });
    expect(upstream.come).toHaveLength(0);
  });
});

it('a proof that is not for one request is passed on without waiting for the store', async () => {
  const upstream = await startUpstream((_, response) => response.end('done'));
  const keys = [{ secret: SECRET }];
  const gates = { gate: { path: '/*', provider: 'hmac', keys, forward: { to: upstream.url } } } as const;
  const gateway = await start(gates, { sharedStore: await fullStore() });
  const answer = await send(`${gateway.publicUrl}/a`, { headers: hmacHeaders('x'), body: 'x' });
  expect(answer).toMatchObject({ status: 200, text: 'done' });
});
