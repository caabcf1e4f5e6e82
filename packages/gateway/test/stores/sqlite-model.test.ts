import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { isLong } from '../../../../scripts/effort.ts';
import type { Claim } from '../../src/stores/claim-store.ts';
import type { KeptEvent } from '../../src/stores/event-store.ts';
import { openSqliteStore } from '../../src/stores/sqlite.ts';
import type { Store } from '../../src/stores/store.ts';

const NOW = 1_760_000_000_000;

interface Held {
  readonly untilMs: number;
  readonly repeatOf?: string;
}

interface Kept {
  readonly untilMs: number;
  /** Of the record; -1 while the batch that wrote it is on its way. */
  version: number;
}

/** One call of the store: `n` names the claim or the record, `ms` is its life. */
interface Asked {
  readonly kind: 'keep' | 'duplicate' | 'remember' | 'release' | 'put' | 'stale-put';
  readonly n: number;
  readonly ms: number;
}

/** What a store is: two maps, changed in the order in which it is asked. */
class Model {
  nowMs: number = NOW;
  readonly #held = new Map<number, Held>();
  readonly #kept = new Map<number, Kept>();

  #live<Entry extends { readonly untilMs: number }>(map: Map<number, Entry>, n: number): Entry | undefined {
    const entry = map.get(n);
    return entry !== undefined && entry.untilMs > this.nowMs ? entry : undefined;
  }

  /** The version that a reader finds; 0 where there is no record. */
  versionOf(n: number): number {
    return this.#live(this.#kept, n)?.version ?? 0;
  }

  /** What the store has to answer. A record that is written answers `true`. */
  answer({ kind, n, ms }: Asked, id: string, readVersion: number): unknown {
    const untilMs = this.nowMs + ms;
    const live = this.#live(this.#held, n);
    switch (kind) {
      case 'put':
      case 'stale-put':
        if (this.versionOf(n) !== readVersion) return undefined;
        this.#kept.set(n, { untilMs, version: -1 });
        return true;
      case 'remember':
        this.#held.set(n, live ? { ...live, untilMs: Math.max(live.untilMs, untilMs) } : { untilMs });
        return undefined;
      case 'release':
        this.#held.delete(n);
        return live !== undefined;
      default:
        if (live !== undefined) return { kept: false, ...(live.repeatOf && { repeatOf: live.repeatOf }) };
        if (kind === 'duplicate') return 'duplicate-event';
        this.#held.set(n, { untilMs, repeatOf: id });
        return { kept: true };
    }
  }

  written(n: number, version: number): void {
    const entry = this.#kept.get(n);
    if (entry !== undefined) entry.version = version;
  }

  claims(): ReadonlyMap<number, number> {
    const live = [...this.#held].filter(([, { untilMs }]) => untilMs > this.nowMs);
    return new Map(live.map(([n, { untilMs }]) => [n, untilMs]));
  }

  records(): ReadonlyMap<string, number> {
    const live = [...this.#kept].filter(([, { untilMs }]) => untilMs > this.nowMs);
    return new Map(live.map(([n, { version }]) => [`${n}`, version]));
  }
}

function claimOf(n: number, untilMs: number): Claim {
  return { gate: 'gate', identity: new Uint8Array(16).fill(n), untilMs };
}

function eventOf(id: string, claim: Claim): KeptEvent {
  return {
    ...{ id, gate: 'gate', provider: 'p', keyId: 'k', receivedMs: NOW, method: 'POST', url: '/' },
    ...{ headers: [], body: new Uint8Array(3), claim },
  };
}

async function ask(store: Store, { kind, n }: Asked, id: string, version: number, untilMs: number) {
  const claim = claimOf(n, untilMs);
  switch (kind) {
    case 'put':
    case 'stale-put':
      return store.records.put({ space: 's', key: `${n}`, version, bytes: Uint8Array.of(n), untilMs });
    case 'remember':
      return store.claims.remember(claim);
    case 'release':
      return store.claims.release('gate', claim.identity);
    default:
      return store.events.keep(eventOf(id, claim));
  }
}

/** Asks for all of it at once, and compares the answers. */
async function askAndCompare(store: Store, model: Model, asked: readonly Asked[], newId: () => string) {
  const versions = asked.map(({ kind, n }) => (kind === 'stale-put' ? 1_000_000 : model.versionOf(n)));
  const answers: unknown[] = [];
  const results = asked.map(async (one, at): Promise<unknown> => {
    const id = one.kind === 'duplicate' ? 'taken' : newId();
    const version = versions[at] ?? 0;
    answers.push(model.answer(one, id, version));
    try {
      const result = await ask(store, one, id, version, model.nowMs + one.ms);
      if (typeof result !== 'number') return result;
      model.written(one.n, result);
      return true;
    } catch (error) {
      return (error as { code: string }).code;
    }
  });
  expect(await Promise.all(results)).toEqual(answers);
}

async function compareLists(store: Store, model: Model): Promise<void> {
  const claims = new Map<number, number>();
  for await (const claim of store.claims.list(model.nowMs))
    claims.set(claim.identity[0] ?? -1, claim.untilMs);
  expect(claims).toEqual(model.claims());
  const records = new Map<string, number>();
  for await (const { key, version } of store.records.list('s')) records.set(key, version);
  expect(records).toEqual(model.records());
}

const KINDS: readonly Asked['kind'][] = [
  ...(['keep', 'keep', 'keep', 'remember', 'duplicate', 'release', 'put', 'put', 'stale-put'] as const),
];
const asked: fc.Arbitrary<Asked> = fc.record({
  kind: fc.constantFrom(...KINDS),
  n: fc.nat({ max: 12 }),
  ms: fc.nat({ max: 60 }),
});
const step = fc.oneof(
  { weight: 8, arbitrary: fc.record({ asked: fc.array(asked, { maxLength: 12 }) }) },
  { weight: 3, arbitrary: fc.record({ tickMs: fc.nat({ max: 40 }) }) },
  { weight: 1, arbitrary: fc.constant({ reopen: true }) },
);

it('a store answers as plain maps do: expiry, failing writes, reopening, whatever shares a transaction', {
  timeout: 120_000,
}, async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 40, size: 'max' }), async (steps) => {
      const directory = mkdtempSync(join(tmpdir(), 'countersign-model-'));
      const path = join(directory, 'store.db');
      const model = new Model();
      const open = (): Promise<Store> => openSqliteStore({ path, now: () => model.nowMs });
      let store = await open();
      let ids = 0;
      await store.events.keep(eventOf('taken', claimOf(255, NOW)));
      try {
        for (const one of steps) {
          if ('tickMs' in one) model.nowMs += one.tickMs;
          else if ('asked' in one) await askAndCompare(store, model, one.asked, () => `${ids++}`);
          else {
            await store.close();
            store = await open();
          }
          await compareLists(store, model);
        }
      } finally {
        await store.close();
        rmSync(directory, { recursive: true, force: true });
      }
    }),
    { numRuns: isLong ? 25 : 8 },
  );
});
