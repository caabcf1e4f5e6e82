import { expect, it, onTestFinished } from 'vitest';
import { startServer } from '../../src/pages/start-server.ts';
import { createApiListener } from '../../src/platform-server/api-listener.ts';
import { createFaults } from '../../src/platform-server/faults.ts';

/** A server of one call, and promises of its arrival and its end. */
async function start() {
  const [arrived, left] = [Promise.withResolvers<string>(), Promise.withResolvers<void>()];
  const faults = createFaults<'GET /'>();
  const listener = createApiListener({
    match: () => ({ kind: 'found', route: 'GET /' }) as const,
    answer: async () => ({ status: 200, body: {} }),
    faults,
    onCall: () => {},
    onArrival: (route) => {
      arrived.resolve(route);
      return left.resolve;
    },
  });
  const server = await startServer(listener, 0);
  onTestFinished(() => server.close());
  return { server, faults, arrived: arrived.promise, left: left.promise };
}

it('a call that is answered has left when its answer is there', async () => {
  const { server, arrived, left } = await start();
  await fetch(server.origin);
  expect(await arrived).toBe('GET /');
  await left;
});

it.each(['hang', 'slow'] as const)(
  'a call that is struck by %s leaves when its caller gives up',
  async (kind) => {
    const { server, faults, arrived, left } = await start();
    const never = new Promise<void>(() => {});
    faults.add(kind === 'hang' ? { hang: true } : { slow: () => never });
    const giveUp = new AbortController();
    const call = expect(fetch(server.origin, { signal: giveUp.signal })).rejects.toThrow('I gave up');
    await arrived;
    giveUp.abort(new Error('I gave up'));
    await call;
    await left;
  },
);
