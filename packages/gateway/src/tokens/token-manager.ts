/** One short-lived token of an upstream, shared by all who call it. */
import { createBackOff } from './back-off.ts';
import type { Leases } from './lease.ts';
import type { DatedToken, TokenCache } from './token-cache.ts';
import { unlessAborted } from './unless-aborted.ts';

/** What an upstream gives for a log-in. */
export interface IssuedToken {
  readonly token: string;
  /** Milliseconds since the epoch. */
  readonly expiresAtMs: number;
}

export interface TokenManagerOptions {
  /** Names the token in the cache and in errors: one a log-in, so that two accounts never mix. At most 200 characters. */
  readonly name: string;
  /** Logs in. Has to end by itself; the signal is aborted by `close`. */
  readonly issue: (signal: AbortSignal) => Promise<IssuedToken>;
  /** Default: the token is forgotten when the process ends. */
  readonly cache?: TokenCache | undefined;
  /** Lets one of the gateways that share the cache log in at a time. Default: each logs in for itself. */
  readonly leases?: Leases | undefined;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** From 0 up to 1. */
  readonly random: () => number;
  /** Is told what no caller sees: the cache failed, or a renewal did while the old token still serves. */
  readonly onProblem?: ((message: string, error: unknown) => void) | undefined;
}

/** Holds a token as long as it is good, and gets the next one in time. */
export interface TokenManager {
  /**
   * The token. Logs in where there is none that is good; whoever asks meanwhile waits for the same log-in.
   * @param signal ends this caller's waiting, not the log-in.
   * @throws what `issue` threw, at once while it is too early for another log-in; TokenError.
   */
  get(signal?: AbortSignal): Promise<string>;
  /** Says that the upstream refused this token. Does nothing where another one has taken its place. */
  invalidate(token: string): void;
  /**
   * Makes a call with the token, and once more with another where the first is refused.
   * @param isRefused judges what the call resolved with or threw.
   * @throws what the call threw, and what `get` throws.
   */
  use<T>(
    call: (token: string) => Promise<T>,
    isRefused: (outcome: unknown) => boolean,
    signal?: AbortSignal,
  ): Promise<T>;
  status(): TokenStatus;
  /** Aborts a log-in in flight. What comes after is rejected. */
  close(): void;
}

export interface TokenStatus {
  /** `due`: good, and to be renewed by the next call. */
  readonly state: 'none' | 'good' | 'due' | 'expired' | 'closed';
  /** Of the token; undefined where there is none, as `expiresAtMs` is. */
  readonly ageMs: number | undefined;
  readonly expiresAtMs: number | undefined;
  /** Log-ins that failed since the last that did not. */
  readonly failures: number;
}

/**
 * Why there is no token, where the upstream did not say: it refuses those that it has just issued, what it issued
 * is no good, or the manager is closed.
 */
export type TokenErrorCode = 'refused' | 'unusable' | 'closed';

/** There is no token to use. Holds none. */
export class TokenError extends Error {
  override readonly name = 'TokenError';
  readonly code: TokenErrorCode;

  constructor(code: TokenErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}

/** A token is renewed by the first call after 80 to 85 percent of its life, so that instances do not all do it at once. */
const RENEW_FROM = 0.8;
const RENEW_SPREAD = 0.05;
/** Tokens refused sooner than this after they were issued point to the account and not to the token. */
const FRESH_MS = 60_000;
/** A clock that is set back by more than this leaves the age of a token unknown. */
const CLOCK_TOLERANCE_MS = 60_000;

interface HeldToken extends DatedToken {
  readonly renewAtMs: number;
}

/** Makes a manager. It does nothing until it is first asked, and keeps no timer. */
export function createTokenManager(options: TokenManagerOptions): TokenManager {
  const { name, cache, now, random, onProblem = () => {} } = options;
  const backOff = createBackOff({ now, random });
  const closing = new AbortController();
  let held: HeldToken | undefined;
  let flight: Promise<HeldToken> | undefined;
  let failures = 0;
  /** Refusals of fresh tokens in a row. */
  let earlyRefusals = 0;
  /** Of the newest token so far: what the cache has is of use only if it is newer. */
  let newestMs = Number.NEGATIVE_INFINITY;
  let latestNowMs = Number.NEGATIVE_INFINITY;

  const closedError = (): TokenError => new TokenError('closed', `${name}: the token manager is closed.`);

  /** The time; a token whose age it no longer tells is let go. */
  function readClock(): number {
    const nowMs = now();
    if (nowMs < latestNowMs - CLOCK_TOLERANCE_MS) {
      held = undefined;
      latestNowMs = nowMs;
    }
    latestNowMs = Math.max(latestNowMs, nowMs);
    return nowMs;
  }

  function hold(dated: DatedToken): HeldToken {
    const lifeMs = dated.expiresAtMs - dated.issuedAtMs;
    const renewAtMs = dated.issuedAtMs + lifeMs * (RENEW_FROM + RENEW_SPREAD * random());
    held = { ...dated, renewAtMs };
    newestMs = dated.issuedAtMs;
    return held;
  }

  /** What this process left at its last run, or another instance has just fetched. */
  async function fromCache(): Promise<DatedToken | undefined> {
    try {
      const cached = await cache?.load(name);
      const nowMs = now();
      return cached !== undefined &&
        cached.issuedAtMs > newestMs &&
        cached.issuedAtMs <= nowMs + CLOCK_TOLERANCE_MS &&
        cached.expiresAtMs > nowMs
        ? cached
        : undefined;
    } catch (error) {
      onProblem('a token could not be read from its cache', error);
      return undefined;
    }
  }

  async function toCache(dated: DatedToken): Promise<void> {
    try {
      await cache?.save(name, dated);
    } catch (error) {
      onProblem('a token could not be written to its cache', error);
    }
  }

  async function logIn(): Promise<DatedToken> {
    const issuedAtMs = now();
    try {
      const { token, expiresAtMs } = await options.issue(closing.signal);
      if (token === '' || !(expiresAtMs > issuedAtMs) || !(expiresAtMs > now())) {
        throw new TokenError(
          'unusable',
          `${name}: the token that was issued is empty or has expired already.`,
        );
      }
      failures = 0;
      backOff.clear();
      return { token, issuedAtMs, expiresAtMs };
    } catch (error) {
      failures++;
      backOff.start(error, failures);
      throw error;
    }
  }

  async function cachedToken(): Promise<HeldToken | undefined> {
    const cached = await fromCache();
    if (closing.signal.aborted) throw closedError();
    return cached && hold(cached);
  }

  async function newToken(): Promise<{ readonly token: HeldToken; readonly kept: Promise<void> }> {
    const dated = await logIn();
    if (closing.signal.aborted) throw closedError();
    return { token: hold(dated), kept: toCache(dated) };
  }

  async function obtain(): Promise<HeldToken> {
    const cached = await cachedToken();
    if (cached !== undefined) return cached;
    // Nobody waits for the cache: it can be slow, and the token is good without it.
    if (options.leases === undefined) return (await newToken()).token;
    const lookAgain = async (): Promise<HeldToken> => {
      const fetchedElsewhere = await cachedToken();
      if (fetchedElsewhere !== undefined) return fetchedElsewhere;
      const { token, kept } = await newToken();
      // Whoever has the lease next looks into the cache.
      await kept;
      return token;
    };
    return options.leases.hold(name, lookAgain, closing.signal);
  }

  function renew(): Promise<HeldToken> {
    flight ??= obtain().finally(() => {
      flight = undefined;
    });
    return flight;
  }

  async function get(signal?: AbortSignal): Promise<string> {
    if (closing.signal.aborted) throw closedError();
    signal?.throwIfAborted();
    const nowMs = readClock();
    if (held !== undefined && nowMs < held.expiresAtMs) {
      if (nowMs >= held.renewAtMs && flight === undefined && backOff.blocking() === undefined) {
        renew().catch((error: unknown) =>
          onProblem('a token could not be renewed; the old one serves', error),
        );
      }
      return held.token;
    }
    if (flight === undefined) {
      const blocking = backOff.blocking();
      if (blocking !== undefined) throw blocking.error;
    }
    return (await unlessAborted(renew(), signal)).token;
  }

  function invalidate(token: string): void {
    if (held?.token !== token) return;
    earlyRefusals = now() - held.issuedAtMs < FRESH_MS ? earlyRefusals + 1 : 0;
    held = undefined;
    // Once is a coincidence, such as a log-out elsewhere. After that each call would cost a log-in for nothing.
    if (earlyRefusals > 1) {
      const message = `${name}: tokens are refused as soon as they are issued.`;
      backOff.start(new TokenError('refused', message), earlyRefusals - 1);
    }
  }

  return {
    get,
    invalidate,
    use: async (call, isRefused, signal) => {
      for (let isLast = false; ; isLast = true) {
        const token = await get(signal);
        try {
          const result = await call(token);
          if (!isRefused(result)) return result;
          invalidate(token);
          if (isLast) return result;
        } catch (error) {
          if (!isRefused(error)) throw error;
          invalidate(token);
          if (isLast) throw error;
        }
      }
    },
    status: () => {
      const nowMs = readClock();
      const state = closing.signal.aborted ? 'closed' : stateOf(held, nowMs);
      const ageMs = held && nowMs - held.issuedAtMs;
      return { state, ageMs, expiresAtMs: held?.expiresAtMs, failures };
    },
    close: () => closing.abort(closedError()),
  };
}

function stateOf(held: HeldToken | undefined, nowMs: number): TokenStatus['state'] {
  if (held === undefined) return 'none';
  if (nowMs >= held.expiresAtMs) return 'expired';
  return nowMs >= held.renewAtMs ? 'due' : 'good';
}
