/** What every `GateGuard` over a store must do beside what `testReplayGuard` demands of it. */
import { describe, expect, it } from 'vitest';
import type { GateGuard } from '../../src/claims/gate-guard.ts';

export interface GuardUnderTest {
  readonly guard: GateGuard;
  /** A guard of a gateway that was started anew on the same store, a minute later. */
  readonly restarted: () => Promise<GateGuard>;
}

/** When each test begins: milliseconds since the epoch. */
export const NOW = 1_760_000_000_000;

/** How long each claim is begun for. */
export const LEASE = 60_000;
const UNTIL = NOW + 3_600_000;

const id = (n: number): Uint8Array => new Uint8Array(16).fill(n);

/** Of a claim with two further ones, all begun at `NOW`. */
const IDS = [1, 2, 3].map(id);
const CLAIM = {
  identity: id(1),
  untilMs: UNTIL,
  further: [2, 3].map((n) => ({ identity: id(n), untilMs: UNTIL })),
};

async function beginAll(guard: GateGuard): Promise<void> {
  for (const identity of IDS) await guard.begin(identity, NOW, LEASE);
}

/** @param create makes a guard without claims; its clock, where it has one, stands at `NOW`. */
export function testGateGuard(name: string, create: () => Promise<GuardUnderTest>): void {
  describe(`the gateway’s guard, ${name}`, () => {
    it('says in flight of what is stored ahead and under way, and of what is claimed with it', async () => {
      const { guard } = await create();
      await beginAll(guard);
      await guard.storeAhead(CLAIM);
      for (const identity of IDS)
        expect(await guard.begin(identity, NOW + 1, LEASE)).toMatchObject({ state: 'in-flight' });
    });

    it('knows after an end of the process all that was stored ahead, until it ends', async () => {
      const { guard, restarted } = await create();
      await beginAll(guard);
      await guard.storeAhead(CLAIM);
      const next = await restarted();
      for (const identity of IDS) {
        expect(await next.begin(identity, NOW + LEASE, LEASE)).toEqual({ state: 'committed' });
        expect(await next.begin(identity, UNTIL, LEASE)).toMatchObject({ state: 'begun' });
      }
    });

    it('frees with an abort what was stored ahead, and that alone', async () => {
      const { guard, restarted } = await create();
      await beginAll(guard);
      await guard.storeAhead(CLAIM);
      await guard.abort(id(1));
      await guard.abort(id(2));
      const next = await restarted();
      expect(await next.begin(id(2), NOW + 1, LEASE)).toMatchObject({ state: 'begun' });
      expect(await next.begin(id(3), NOW + LEASE, LEASE)).toEqual({ state: 'committed' });
      expect(await guard.begin(id(1), NOW + 1, LEASE)).toEqual({ state: 'begun', attempt: 2 });
      expect(await guard.begin(id(3), NOW + 1, LEASE)).toMatchObject({ state: 'in-flight' });
    });

    it('commits what was stored ahead, for longer and with an answer too', async () => {
      const { guard, restarted } = await create();
      await beginAll(guard);
      await guard.storeAhead(CLAIM);
      await guard.commit(id(1), UNTIL);
      await guard.commit(id(2), UNTIL + 10);
      await guard.commit(id(3), UNTIL, Uint8Array.of(7));
      for (const each of [guard, await restarted()]) {
        expect(await each.begin(id(1), NOW + 1, LEASE)).toEqual({ state: 'committed' });
        expect(await each.begin(id(2), UNTIL + 9, LEASE)).toEqual({ state: 'committed' });
        expect(await each.begin(id(3), NOW + 1, LEASE)).toMatchObject({
          state: 'committed',
          answer: { 0: 7 },
        });
      }
    });

    it('stores nothing of what is left to the outcome, and frees it with an abort', async () => {
      const { guard, restarted } = await create();
      await beginAll(guard);
      guard.leaveToOutcome(CLAIM);
      for (const identity of IDS)
        expect(await guard.begin(identity, NOW + 1, LEASE)).toMatchObject({ state: 'in-flight' });
      for (const identity of IDS) await guard.abort(identity);
      expect(await guard.begin(id(1), NOW + 1, LEASE)).toEqual({ state: 'begun', attempt: 2 });
      expect(await (await restarted()).begin(id(2), NOW + 1, LEASE)).toMatchObject({ state: 'begun' });
    });

    it('releases what is committed, once', async () => {
      const { guard, restarted } = await create();
      await guard.begin(id(1), NOW, LEASE);
      await guard.commit(id(1), UNTIL);
      expect(await guard.release(id(1))).toBe(true);
      expect(await guard.release(id(1))).toBe(false);
      expect(await (await restarted()).begin(id(1), NOW, LEASE)).toEqual({ state: 'begun', attempt: 1 });
    });

    it('releases nothing whose outcome is on its way, stored ahead or not', async () => {
      const { guard, restarted } = await create();
      await beginAll(guard);
      expect(await guard.release(id(1))).toBe(false);
      await guard.storeAhead(CLAIM);
      for (const identity of IDS) expect(await guard.release(identity)).toBe(false);
      for (const identity of IDS) await guard.commit(identity, UNTIL);
      const next = await restarted();
      for (const identity of IDS)
        expect(await next.begin(identity, NOW + LEASE, LEASE)).toEqual({ state: 'committed' });
    });

    it('releases after an end of the process what was stored ahead', async () => {
      const { guard, restarted } = await create();
      await beginAll(guard);
      await guard.storeAhead(CLAIM);
      const next = await restarted();
      expect(await next.release(id(2))).toBe(true);
      expect(await next.begin(id(2), NOW + LEASE, LEASE)).toMatchObject({ state: 'begun' });
    });
  });
}
