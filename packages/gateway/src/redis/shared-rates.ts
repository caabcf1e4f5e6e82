/** Rate limits that gateways share: one script a request, for one client and for all together. */
import { createHash } from 'node:crypto';
import { within } from '@countersign/core/internal/redis-claims';
import type { Rate, RateConfig } from '../config/config.ts';
import { TAKE_RATES } from './rate-script.ts';
import { replyCode } from './redis-fault.ts';
import type { RedisLink } from './redis-link.ts';

/** What refuses, and for how long. */
export interface RateRefusal {
  readonly limit: 'perClient' | 'total';
  readonly afterMs: number;
}

/** The limits of one gate, as all gateways count them. */
export interface SharedRates {
  /**
   * Counts a request. Undefined at once where nobody can be asked, and as a promise where nobody answers: then what this gateway alone counts has to do.
   * Does not reject.
   */
  take(client: string): Promise<RateRefusal | undefined> | undefined;
}

export interface SharedRatesOptions {
  readonly link: RedisLink;
  readonly timeoutMs: number;
  /** Of all keys. */
  readonly prefix: string;
  readonly gate: string;
  readonly limits: RateConfig;
}

export function createSharedRates(options: SharedRatesOptions): SharedRates {
  const { link, timeoutMs, prefix, gate, limits } = options;
  const { perClient, burst, total } = limits;
  const rates = [
    ...(perClient ? [bucketOf('perClient', perClient, burst)] : []),
    ...(total ? [bucketOf('total', total)] : []),
  ];
  const args = rates.flatMap(({ args: own }) => own);
  const keysOf = (client: string): string[] =>
    // Buckets of other limits count in other units.
    rates.map(({ limit, args: own }) => {
      const name = `${prefix}rate:${gate}:${limit}:${own.join('/')}`;
      return limit === 'perClient' ? `${name}:${client}` : name;
    });
  const ask = async (client: string): Promise<RateRefusal | undefined> => {
    const keys = keysOf(client);
    const count = String(keys.length);
    const run = (how: string, script: string): Promise<unknown> =>
      link.send([how, script, count, ...keys, ...args], keys[0]);
    const answer = await within(timeoutMs, () =>
      run('EVALSHA', DIGEST).catch((error: unknown) => {
        if (!(error instanceof Error && replyCode(error.message) === 'NOSCRIPT')) throw error;
        return run('EVAL', TAKE_RATES);
      }),
    );
    const [at, afterMs] = Array.isArray(answer) ? answer : [];
    const limit = rates[Number(at) - 1]?.limit;
    return limit === undefined ? undefined : { limit, afterMs: Math.max(1, Number(afterMs) || 1) };
  };
  return {
    take: (client) => (link.fault === undefined ? ask(client).catch(() => undefined) : undefined),
  };
}

/** Redis names scripts by it. */
const DIGEST = createHash('sha1').update(TAKE_RATES).digest('hex');

interface Bucket {
  readonly limit: RateRefusal['limit'];
  readonly args: readonly string[];
}

function bucketOf(limit: Bucket['limit'], { requests, perMs }: Rate, burst: number = requests): Bucket {
  return { limit, args: [requests, perMs, burst * perMs].map(String) };
}
