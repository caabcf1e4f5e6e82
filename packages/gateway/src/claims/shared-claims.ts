/** Claims and rate limits that several gateways share: opens the connection to Redis, and the guards and limits over it. Loaded only where `claims` is configured. */
import { type MemoryReplayGuard, SetupError } from '@countersign/core';
import { RedisClaims, warningsOf } from '@countersign/core/internal/redis-claims';
import type { ClaimsConfig, Config, GateConfig, RateConfig } from '../config/config.ts';
import type { Part } from '../lifecycle.ts';
import type { Log } from '../log/log.ts';
import type { ClaimsServerFigures } from '../metrics/claims-server-families.ts';
import { type RedisFault, redisFault } from '../redis/redis-fault.ts';
import { RedisLink } from '../redis/redis-link.ts';
import { createSharedRates, type SharedRates } from '../redis/shared-rates.ts';
import { createSealer, readStoreKey, type Sealer } from '../sealed/seal.ts';
import { sharedClaimsKeyOf } from '../sealed/store-key-uses.ts';
import type { HeldClaim } from '../stores/claim-store.ts';
import type { SharedClaims } from './claims-by-gate.ts';
import { createAnswerVault, MAX_STORED_ANSWER_BYTES } from './first-answer.ts';
import type { GateGuard } from './gate-guard.ts';
import { createReportLines } from './report-lines.ts';
import { BehindAnswers, createSharedGuard } from './shared-guard.ts';

export interface SharedClaimsOptions {
  readonly claims: ClaimsConfig;
  readonly storeKey: Config['storeKey'];
  readonly now: () => number;
  readonly monotonicMs: () => number;
  readonly log: Log;
}

/**
 * Opens it. A server that is down is waited for behind the start; its gates refuse meanwhile, or accept unchecked.
 * @throws SetupError for an address, a password or a certificate that is wrong
 */
export async function openSharedClaims(options: SharedClaimsOptions): Promise<SharedClaims & Part> {
  const { claims, log } = options;
  const toldCodes = new Set<string>();
  const warn = (info: string): void => {
    for (const { code, message, remedy } of warningsOf(info)) {
      if (toldCodes.has(code)) continue;
      toldCodes.add(code);
      log.warn({ claims: link.shown, code }, `${message}. ${remedy}`);
    }
  };
  const link = new RedisLink({
    ...claims,
    trialKey: `${claims.prefix}trial`,
    onDown: (fault) => log.error({ claims: link.shown }, downText(fault)),
    onUp(downMs, info) {
      log.info({ claims: link.shown, downMs: Math.round(downMs) }, 'the Redis of claims answers again');
      warn(info);
    },
  });
  try {
    const info = await link.open();
    if (/^redis_mode:(?!standalone)/m.test(info)) throw new Error('MOVED');
    warn(info);
  } catch (error) {
    const fault = redisFault(error);
    if (fault.remedy !== undefined) {
      link.close();
      throw new SetupError(
        'claims',
        `the server that it names, ${link.shown}, ${fault.problem}`,
        fault.remedy,
      );
    }
    log.error({ claims: link.shown }, downText(fault));
    link.retry(fault);
  }
  return new OpenSharedClaims(link, options);
}

function downText({ problem, remedy }: RedisFault): string {
  const rest =
    'gates that share their claims refuse requests with 503, or accept them unchecked where replay.whenUnavailable is accept; rates are counted by this gateway alone; it is tried again and again';
  return `the Redis of claims ${problem}: ${rest}${remedy === undefined ? '' : `. ${remedy}`}`;
}

class OpenSharedClaims implements SharedClaims, Part {
  readonly figures: ClaimsServerFigures;
  readonly #link: RedisLink;
  readonly #options: SharedClaimsOptions;
  readonly #sealer: Sealer | undefined;
  /** By gate: a gate that takes another’s place goes on with what is not told yet. */
  readonly #claims = new Map<string, RedisClaims>();
  readonly #unchecked = new Map<string, number>();
  readonly #behind = new BehindAnswers();

  constructor(link: RedisLink, options: SharedClaimsOptions) {
    this.#link = link;
    this.#options = options;
    // The same at every gateway: keys of a store are its own.
    this.#sealer =
      options.storeKey && createSealer(sharedClaimsKeyOf(readStoreKey(options.storeKey.reveal())));
    this.figures = { isUp: () => link.fault === undefined, waits: link.waits, unchecked: this.#unchecked };
  }

  guardOf(gate: GateConfig, memory: MemoryReplayGuard | undefined): GateGuard {
    const { name, replay } = gate;
    if (memory !== undefined) this.#unchecked.set(name, this.#unchecked.get(name) ?? 0);
    return createSharedGuard({
      claims: this.#claimsOf(name),
      memory,
      answers: replay.repeat === 'first-answer' ? createAnswerVault(name, this.#sealer) : undefined,
      now: this.#options.now,
      onUnchecked: () => this.#unchecked.set(name, (this.#unchecked.get(name) ?? 0) + 1),
      behind: this.#behind,
    });
  }

  ratesOf({ name }: GateConfig, limits: RateConfig): SharedRates {
    const { prefix, timeoutMs } = this.#options.claims;
    return createSharedRates({ link: this.#link, timeoutMs, prefix, gate: name, limits });
  }

  find(gate: string, identity: Uint8Array, nowMs: number): Promise<HeldClaim | undefined> | undefined {
    return this.#claims.get(gate)?.find(identity, nowMs);
  }

  fault(): string | undefined {
    const { fault, shown } = this.#link;
    return fault && `Redis at ${shown}, where claims are shared, ${fault.problem}`;
  }

  drain(): void {}

  async close(): Promise<void> {
    await this.#behind.settled();
    this.#link.close();
  }

  #claimsOf(gate: string): RedisClaims {
    const open = this.#claims.get(gate);
    if (open !== undefined) return open;
    const { claims, log, monotonicMs } = this.#options;
    const opened = new RedisClaims({
      send: this.#link.send,
      prefix: `${claims.prefix}claim:${gate}:`,
      timeoutMs: claims.timeoutMs,
      // What a vault makes of the longest answer, where each of its bytes becomes two.
      maxAnswerBytes: 2 * MAX_STORED_ANSWER_BYTES + 64,
      report: createReportLines(gate, { log, monotonicMs }),
    });
    this.#claims.set(gate, opened);
    return opened;
  }
}
