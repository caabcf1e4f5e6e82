import { providers, testMethodsOfProvider } from '@countersign/core';
import { expect, it } from 'vitest';
import type { ConfigInput } from '../../src/config/config-input.ts';
import { proofOf, send, start } from '../harness.ts';

const gates = Object.fromEntries(
  providers.map((provider) => [
    provider.id,
    { path: `/${provider.id}`, ...proofOf(provider), respond: { status: 200, body: 'ok' } },
  ]),
) as ConfigInput['gates'];

it('every provider of tokens takes every method, and every one of signatures POST, where a gate names none', async () => {
  const { publicUrl } = await start(gates);
  for (const { id, proof } of providers) {
    for (const method of ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']) {
      const { status } = await send(`${publicUrl}/${id}`, { method });
      // A platform’s own test is answered.
      if (method === 'HEAD' && testMethodsOfProvider(id).includes(method)) continue;
      const isTaken = proof === 'token' || method === 'POST';
      // Without a proof: 401, or 400 where a body that should carry it is none.
      if (isTaken) expect([400, 401], `${method} ${id}`).toContain(status);
      else expect(status, `${method} ${id}`).toBe(405);
    }
  }
});

it('every provider answers the preflights of the origins that a gate names, and of no others', async () => {
  const cors = { origins: ['https://app.example'] };
  const open = Object.fromEntries(Object.entries(gates ?? {}).map(([id, gate]) => [id, { ...gate, cors }]));
  const { publicUrl } = await start(open as ConfigInput['gates']);
  for (const { id } of providers) {
    const ask = async (origin: string) => {
      const headers = { origin, 'access-control-request-method': 'POST' };
      return send(`${publicUrl}/${id}`, { method: 'OPTIONS', headers });
    };
    const ours = await ask('https://app.example');
    expect(ours.status, id).toBe(204);
    expect(ours.headers['access-control-allow-origin'], id).toBe('https://app.example');
    const theirs = await ask('https://evil.example');
    expect(theirs.headers, id).not.toHaveProperty('access-control-allow-origin');
  }
});
