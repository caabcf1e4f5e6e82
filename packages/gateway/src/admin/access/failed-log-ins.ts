/** How long a name, and an address, waits after log-ins that failed: twice as long each time. */
import { HOUR, MINUTE, SECOND } from '../../config/units.ts';

export interface FailedLogIns {
  /** How long to wait until one may try, in milliseconds; 0: now. */
  waitMs(name: string | undefined, network: string): number;
  /** Counts a try as failed before it is judged: those that come together are counted too. */
  begin(name: string | undefined, network: string): void;
  /** It did not fail: the name begins anew, the address has the one less. */
  succeed(name: string | undefined, network: string): void;
}

/**
 * Whoever tries a stranger's name keeps that person out for a minute at most, and not where the person has lately logged in from; an address
 * waits longer, many may share it.
 */
const NAME: Limits = { free: 5, longestMs: MINUTE };
const ADDRESS: Limits = { free: 20, longestMs: 15 * MINUTE };
const FIRST_MS = SECOND;
const FORGET_MS: number = HOUR;
/** Of each kind. Beyond that the one that was quiet longest is forgotten. */
const MAX_ENTRIES = 10_000;

interface Limits {
  /** So many may fail without a wait. */
  readonly free: number;
  readonly longestMs: number;
}

interface Entry {
  failures: number;
  untilMs: number;
  lastMs: number;
}

export function createFailedLogIns(now: () => number): FailedLogIns {
  const names = createTable(NAME, now);
  const networks = createTable(ADDRESS, now);
  /** From where each name has logged in last; who was away longest is forgotten first. */
  const homes = new Map<string, string>();
  return {
    waitMs(name, network) {
      const waitsForName = name !== undefined && homes.get(name) !== network;
      return Math.max(networks.waitMs(network), waitsForName ? names.waitMs(name) : 0);
    },
    begin(name, network) {
      networks.add(network);
      if (name !== undefined) names.add(name);
    },
    succeed(name, network) {
      networks.takeBack(network);
      if (name === undefined) return;
      names.forget(name);
      homes.delete(name);
      homes.set(name, network);
      if (homes.size > MAX_ENTRIES) homes.delete(homes.keys().next().value ?? '');
    },
  };
}

function createTable({ free, longestMs }: Limits, now: () => number) {
  /** In the order of their last failure. */
  const entries = new Map<string, Entry>();
  const waitAfter = (failures: number): number =>
    failures < free ? 0 : Math.min(longestMs, FIRST_MS * 2 ** Math.min(failures - free, 30));
  const current = (key: string): Entry | undefined => {
    const entry = entries.get(key);
    // A clock that was set back ends no wait, and makes none endless.
    return entry !== undefined && Math.abs(now() - entry.lastMs) < FORGET_MS ? entry : undefined;
  };
  return {
    waitMs: (key: string): number => Math.max(0, Math.min(longestMs, (current(key)?.untilMs ?? 0) - now())),
    add(key: string): void {
      const failures = (current(key)?.failures ?? 0) + 1;
      entries.delete(key);
      entries.set(key, { failures, untilMs: now() + waitAfter(failures), lastMs: now() });
      if (entries.size > MAX_ENTRIES) entries.delete(entries.keys().next().value ?? '');
    },
    takeBack(key: string): void {
      const entry = entries.get(key);
      if (entry === undefined) return;
      entry.failures--;
      entry.untilMs = 0;
    },
    forget: (key: string): void => void entries.delete(key),
  };
}
