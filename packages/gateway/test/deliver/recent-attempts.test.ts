/** How a destination fared of late, as its list shows it: by a model that keeps every attempt. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { RecentAttempts } from '../../src/deliver/recent-attempts.ts';

const EPOCH_MS = Date.parse('2026-11-27T09:00:00.000Z');

it('is what ended last, and how many did in the last sixty seconds, whenever they came', () => {
  const step = fc.record({
    code: fc.constantFrom('delivered', 'status', 'timeout', 'skipped'),
    afterMs: fc.oneof(fc.nat(900), fc.nat(70_000), fc.nat(10_000_000)),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), fc.nat(130_000), (steps, restMs) => {
      let nowMs = 0;
      const recent = new RecentAttempts(() => nowMs);
      const ended: { readonly code: string; readonly ms: number }[] = [];
      for (const { code, afterMs } of steps) {
        nowMs += afterMs;
        recent.add({ code, status: 500 }, EPOCH_MS + nowMs);
        ended.push({ code, ms: nowMs });
      }
      nowMs += restMs;
      const late = ended.filter(({ ms }) => Math.floor(ms / 1000) > Math.floor(nowMs / 1000) - 60);
      const failed = ({ code }: { readonly code: string }): boolean => !/^(delivered|skipped)$/.test(code);
      const lastFailure = ended.findLast(failed);
      const lastDelivered = ended.findLast(({ code }) => code === 'delivered');
      expect(recent.view).toEqual({
        ...(lastDelivered && { lastDeliveredMs: EPOCH_MS + lastDelivered.ms }),
        ...(lastFailure && {
          lastFailure: { ms: EPOCH_MS + lastFailure.ms, code: lastFailure.code, status: 500 },
        }),
        lastMinute: {
          delivered: late.filter(({ code }) => code === 'delivered').length,
          failed: late.filter(failed).length,
        },
      });
    }),
  );
});
