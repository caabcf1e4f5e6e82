/** Waits that are computed: none is past already when a timer takes it, and none is too long for one. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { timerDelay } from '../src/timer-delay.ts';
import { actionsModule, flowentBody, SECRET, send, start } from './harness.ts';

describe('a computed wait', () => {
  it('is one that a timer holds', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true }), (waitMs) => {
        const delay = timerDelay(waitMs);
        expect(delay).toBeGreaterThanOrEqual(1);
        expect(delay).toBeLessThanOrEqual(2 ** 31 - 1);
        if (waitMs >= 1 && waitMs <= 2 ** 31 - 1) expect(delay).toBe(waitMs);
      }),
    );
  });
});

describe('an action that holds the process beyond its own deadline', () => {
  it('is answered, and no timer is asked for a time that is past', async () => {
    const warnings: string[] = [];
    const collect = ({ name }: Error): void => void warnings.push(name);
    process.on('warning', collect);
    try {
      const { publicUrl } = await start({
        f: {
          path: '/actions/:action',
          provider: 'flowent',
          keys: [{ id: 'main', secret: SECRET }],
          answer: {
            actions: actionsModule(`
export default { name: 'busy', description: 'Holds the process.', deadlineMs: 5, input: { type: 'object' },
  run: async () => { const end = performance.now() + 25; while (performance.now() < end); return 'done'; } };`),
          },
        },
      });
      const { status } = await send(`${publicUrl}/actions/busy`, { body: flowentBody('busy', {}) });
      expect(status).toBe(200);
      expect(warnings).toEqual([]);
    } finally {
      process.off('warning', collect);
    }
  });
});
