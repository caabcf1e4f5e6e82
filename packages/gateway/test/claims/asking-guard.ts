/**
 * A replay guard without a memory: each word is the store's, as several gateways on one store would need it. It proves that nothing but
 * this file has to change for such a store. What is under way is a record, written by whoever comes first; what is done is a claim.
 */
import type { BeginResult, Claim, ReplayGuard } from '@countersign/core';
import type { AnswerVault } from '../../src/claims/first-answer.ts';
import type { GateGuard } from '../../src/claims/gate-guard.ts';
import type { StoredRecord } from '../../src/stores/record-store.ts';
import type { Store } from '../../src/stores/store.ts';

interface Lease {
  readonly untilMs: number;
  readonly attempt: number;
}

const FREE = 0;

export function createAskingGuard(
  gate: string,
  { claims, records }: Pick<Store, 'claims' | 'records'>,
  answers: AnswerVault,
): GateGuard {
  const space = `lease ${gate}`;
  const leaseOf = (record: StoredRecord | undefined): Lease | undefined =>
    record && (JSON.parse(Buffer.from(record.bytes).toString()) as Lease);
  const write = (key: string, version: number, lease: Lease): Promise<number | undefined> =>
    records.put({ space, key, version, bytes: Buffer.from(JSON.stringify(lease)) });
  const committed = async (identity: Uint8Array, nowMs: number): Promise<BeginResult | undefined> => {
    const found = await claims.find(gate, identity, nowMs);
    if (found === undefined) return undefined;
    const answer = found.answer && answers.open(identity, found.answer);
    return answer === undefined ? { state: 'committed' } : { state: 'committed', answer };
  };
  /** Changes what the record says; again where somebody else was quicker. */
  const change = async (key: string, next: (lease: Lease) => Lease | undefined): Promise<void> => {
    for (;;) {
      const record = await records.get(space, key);
      const lease = leaseOf(record);
      const changed = lease && next(lease);
      if (record === undefined || changed === undefined) return;
      if ((await write(key, record.version, changed)) !== undefined) return;
    }
  };
  const begin: ReplayGuard['begin'] = async (identity, nowMs, leaseMs) => {
    const key = checkedKey(identity, nowMs, leaseMs);
    try {
      for (;;) {
        const record = await records.get(space, key);
        const lease = leaseOf(record);
        const done = await committed(identity, nowMs);
        if (done !== undefined) return done;
        if (lease !== undefined && lease.untilMs > nowMs)
          return { state: 'in-flight', retryAfterMs: lease.untilMs - nowMs };
        const attempt = (lease?.attempt ?? 0) + 1;
        const version = await write(key, record?.version ?? 0, { untilMs: nowMs + leaseMs, attempt });
        if (version === undefined) continue;
        return { state: 'begun', attempt };
      }
    } catch (error) {
      return { state: 'unavailable', problem: String(error) };
    }
  };
  return {
    begin,
    async renew(identity, nowMs, leaseMs) {
      await change(checkedKey(identity, nowMs, leaseMs), (lease) =>
        lease.untilMs === FREE ? undefined : { ...lease, untilMs: Math.max(lease.untilMs, nowMs + leaseMs) },
      );
    },
    async commit(identity, untilMs, answer) {
      const key = checkedKey(identity, untilMs, 0);
      const sealed = answer && answers.seal(identity, answer);
      await claims.remember({ gate, identity: identity.slice(), untilMs, ...(sealed && { answer: sealed }) });
      await change(key, () => ({ untilMs: FREE, attempt: 0 }));
    },
    async abort(identity) {
      await change(checkedKey(identity, 0, 0), (lease) => ({ ...lease, untilMs: FREE }));
    },
    storeAhead: (claim: Claim) => claims.remember({ gate, ...claim }),
    leaveToOutcome: () => {},
    release: (identity) => claims.release(gate, identity),
  };
}

function checkedKey(identity: Uint8Array, ...times: readonly number[]): string {
  if (identity.length !== 16 || !times.every(Number.isFinite)) throw new RangeError('a caller’s bug');
  return Buffer.from(identity).toString('hex');
}
