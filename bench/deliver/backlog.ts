/**
 * A gateway in a process of its own that keeps events while its destination is paused, then delivers them all as fast as it can. Tells what that took.
 *
 * Usage: node bench/deliver/backlog.ts CONFIG DESTINATION EVENTS ROUNDS
 */
import { setTimeout as delay } from 'node:timers/promises';
import { type Gateway, loadConfig, startGateway } from '@countersign/gateway';
import { createEventIds } from '../../packages/gateway/src/stores/event-id.ts';
import type { BacklogFigure } from '../deliver.ts';

const [configFile = '', destination = '', events = '', rounds = ''] = process.argv.slice(2);
const AT_ONCE = 256;
const BODY_BYTES = 1_024;
const POLL_MS = 5;
const newId = createEventIds(Date.now);
let serial = 0;

const { config } = await loadConfig({ path: configFile, cwd: process.cwd(), env: process.env });
const gateway = await startGateway({ config });
for (let round = 0; round <= Number(rounds); round++) {
  await gateway.deliveries.pause(destination);
  for (let left = Number(events); left > 0; left -= AT_ONCE)
    await Promise.all(Array.from({ length: Math.min(left, AT_ONCE) }, keepOne));
  const figure = await deliverAll(gateway);
  // The first settles the code.
  process.send?.({ figure, isFirst: round === 0 } satisfies BacklogFigure);
}
await gateway.close();
process.disconnect();

async function keepOne(): Promise<void> {
  const text = JSON.stringify({ n: serial++, sentMs: Date.now(), note: '' });
  const body = Buffer.from(text.replace('""', `"${'x'.repeat(BODY_BYTES - text.length)}"`));
  const event = {
    id: newId(),
    gate: 'bench',
    provider: 'github',
    keyId: 'now',
    receivedMs: Date.now(),
    method: 'POST',
    url: '/bench',
    headers: ['Host', 'hooks.example.com', 'Content-Type', 'application/json'],
    body,
  };
  await gateway.store.events.keep(event, [], [{ destination }]);
}

async function deliverAll({ deliveries, store }: Gateway): Promise<BacklogFigure['figure']> {
  const cpu = process.cpuUsage();
  const beganMs = performance.now();
  await deliveries.resume(destination, undefined);
  for (;;) {
    const totals = await store.deliveries.totals();
    const delivered = totals.find(({ state }) => state === 'delivered')?.number ?? 0;
    if (delivered === serial) break;
    await delay(POLL_MS);
  }
  const { user, system } = process.cpuUsage(cpu);
  const number = Number(events);
  return {
    perSecond: (1_000 * number) / (performance.now() - beganMs),
    cpuMicros: (user + system) / number,
  };
}
