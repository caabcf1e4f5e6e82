/** A gateway that nobody ended, and that has ended, is a fault; the trial goes on with another. */
import { expect, it } from 'vitest';
import { createFaults } from '../engine/fault.ts';
import { openWorld } from '../engine/world.ts';

it('a gateway that ends by itself is a fault, and is started again', async () => {
  const faults = createFaults();
  const world = await openWorld({ seed: 1, kills: 1, connections: 4, faults, say: () => {} });
  const { gateway, sender } = world;
  try {
    await gateway.start();
    const { pid = 0 } = gateway;
    sender.start();
    await sender.afterAcknowledged(10);
    process.kill(pid, 'SIGKILL');
    await sender.afterAcknowledged(50);
    await sender.pause();
    expect(gateway.pid).not.toBe(pid);
    expect(faults.codes).toEqual(['gateway-ended']);
    expect(faults.all[0]?.sentence).toContain('SIGKILL');
  } finally {
    await world.close();
  }
});
