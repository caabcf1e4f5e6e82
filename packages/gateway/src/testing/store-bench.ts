/** What the contract suites of stores have in common: a store and its clock for each test, claims, how a closed one rejects. */
import { checkOptions, IS, type OptionRules, required } from '@countersign/core/internal/check-options';
import type { Claim, ClaimStore } from '../stores/claim-store.ts';
import type { EventClaim } from '../stores/event-store.ts';
import type { Store } from '../stores/store.ts';

/** The parts of a store that a suite asks for. A store that provides more is as good. */
export type StorePart<Part extends keyof Store> = Pick<Store, Part | 'close'>;

/** A store that has no use for the second leaves it. */
export interface StoreClocks {
  /** Milliseconds since the epoch; may be set. */
  readonly now: () => number;
  /** A clock that only goes on, in milliseconds from any start. */
  readonly monotonicMs: () => number;
}

export interface StoreContractOptions<Part extends keyof Store> {
  readonly describe: (name: string, body: () => void) => unknown;
  readonly it: (name: string, body: () => Promise<void>) => unknown;
  /** Names the implementation in the test report. */
  readonly name: string;
  /** An empty store that reads the given clocks and takes 1,000 writes at once; called once a test. */
  readonly create: (clocks: StoreClocks) => StorePart<Part> | Promise<StorePart<Part>>;
  /** Called after each test, whether it passed or not; the store may be closed already. Default: nothing. */
  readonly dispose?: (store: StorePart<Part>) => void | Promise<void>;
}

export interface StoreBench<Part extends keyof Store> {
  readonly store: StorePart<Part>;
  /** Sets the store’s clock, as an operator may. */
  readonly setNow: (nowMs: number) => void;
  /** So much time passes: both clocks go on. */
  readonly pass: (ms: number) => void;
}

/** Declares one test. */
export type DeclareTest<Part extends keyof Store> = (
  title: string,
  body: (bench: StoreBench<Part>) => Promise<void>,
) => void;

export const NOW = 1_760_000_000_000;
export const HOUR = 3_600_000;
export const CLOSED = { name: 'StoreError', code: 'closed' };

/** Declares the tests of one interface. @param contract its name. */
export function declareContract<Part extends keyof Store>(
  contract: string,
  options: StoreContractOptions<Part>,
  declare: (test: DeclareTest<Part>) => void,
): void {
  const rules: OptionRules<StoreContractOptions<Part>> = {
    describe: required(IS.function),
    it: required(IS.function),
    name: required(IS.text),
    create: required(IS.function),
    dispose: IS.function,
  };
  checkOptions<StoreContractOptions<Part>>(options, rules);
  options.describe(`${contract} contract: ${options.name}`, () => {
    declare((title, body) => options.it(title, () => runOnBench(options, body)));
  });
}

async function runOnBench<Part extends keyof Store>(
  { create, dispose }: StoreContractOptions<Part>,
  body: (bench: StoreBench<Part>) => Promise<void>,
): Promise<void> {
  let nowMs = NOW;
  let monotonicMs = 0;
  const store = await create({ now: () => nowMs, monotonicMs: () => monotonicMs });
  const setNow = (ms: number): void => {
    nowMs = ms;
  };
  const pass = (ms: number): void => {
    nowMs += ms;
    monotonicMs += ms;
  };
  try {
    await body({ store, setNow, pass });
  } finally {
    await dispose?.(store);
    await store.close();
  }
}

/** The same claim for the same number. */
export function claimOf(n: number, untilMs: number = NOW + HOUR): EventClaim {
  const identity = Uint8Array.from({ length: 16 }, (_, i) => (n * 37 + i * 11) & 0xff);
  identity.set([n >> 24, n >> 16, n >> 8, n], 12);
  return { identity, untilMs };
}

/** In the order of the identities. */
export async function claimsAt(claims: ClaimStore, nowMs: number): Promise<readonly Claim[]> {
  const listed: Claim[] = [];
  for await (const claim of claims.list(nowMs)) listed.push(claim);
  return listed.sort((a, b) => (hex(a.identity) < hex(b.identity) ? -1 : 1));
}

export function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}
