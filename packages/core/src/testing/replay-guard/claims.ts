/** What the parts of the suite have in common: times, identities, what a guard says. */
import type { MaybePromise } from '../../model.ts';
import type { BeginResult, ReplayGuard } from '../../replay.ts';
import { assertEqual } from '../assert.ts';

/** Declares one test. */
export type DeclareTest = (title: string, body: (guard: ReplayGuard) => Promise<void>) => void;

export const NOW = 1_760_000_000_000;
export const LEASE = 60_000;
export const HOUR = 3_600_000;
export const DAY: number = 24 * HOUR;

/** The same 16 spread bytes for the same number (splitmix-like; real identities are parts of digests). */
export function identity(n: number): Uint8Array {
  const bytes = new Uint8Array(16);
  let state = (n + 1) * 0x9e3779b9;
  for (let i = 0; i < 16; i++) {
    state = Math.imul(state ^ (state >>> 16), 0x21f0aaad) + 0x6d2b79f5;
    bytes[i] = (state ^ (state >>> 15)) >>> 11;
  }
  // The number itself, so that no two are alike.
  bytes[12] = n >>> 24;
  bytes[13] = n >>> 16;
  bytes[14] = n >>> 8;
  bytes[15] = n;
  return bytes;
}

export function count(results: readonly BeginResult[], state: BeginResult['state']): number {
  return results.filter((result) => result.state === state).length;
}

export async function expectState(
  result: MaybePromise<BeginResult>,
  state: BeginResult['state'],
): Promise<void> {
  assertEqual((await result).state, state, 'state');
}

export async function expectThrow(body: () => Promise<unknown>): Promise<void> {
  try {
    await body();
  } catch {
    return;
  }
  throw new Error('expected an error, and there was none');
}
