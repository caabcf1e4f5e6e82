/** One short-lived token of an upstream, shared by all who call it. */

import { MINUTE } from '../config/units.ts';
import type { Leases } from '../sealed/lease.ts';
import type { DatedToken, TokenCache } from '../sealed/token-cache.ts';
import { type BackOff, createBackOff, type DatedFailure } from './back-off.ts';
import { TokenError } from './token-error.ts';
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
  /** Why there was no token, or none that is taken, where no log-in has mended it since. */
  readonly lastFailure: DatedFailure | undefined;
}

/** A token is renewed by the first call after 80 to 85 percent of its life, so that instances do not all do it at once. */
const RENEW_FROM = 0.8;
const RENEW_SPREAD = 0.05;
/** Tokens refused sooner than this after they were issued point to the account and not to the token. */
const FRESH_MS: number = MINUTE;
/** A clock that is set back by more than this leaves the age of a token unknown. */
const CLOCK_TOLERANCE_MS: number = MINUTE;

interface HeldToken extends DatedToken {
  readonly renewAtMs: number;
}

/** Makes a manager. It does nothing until it is first asked, and keeps no timer. */
export function createTokenManager(options: TokenManagerOptions): TokenManager {
  return new SharedToken(options);
}

class SharedToken implements TokenManager {
  readonly #options: TokenManagerOptions;
  readonly #backOff: BackOff;
  readonly #closing = new AbortController();
  #held: HeldToken | undefined;
  #flight: Promise<HeldToken> | undefined;
  #failures = 0;
  /** Refusals of fresh tokens in a row. */
  #earlyRefusals = 0;
  /** Of the newest token so far: what the cache has is of use only if it is newer. */
  #newestMs = Number.NEGATIVE_INFINITY;
  #latestNowMs = Number.NEGATIVE_INFINITY;

  constructor(options: TokenManagerOptions) {
    this.#options = options;
    this.#backOff = createBackOff(options);
  }

  async get(signal?: AbortSignal): Promise<string> {
    this.#throwIfClosed();
    signal?.throwIfAborted();
    const nowMs = this.#readClock();
    const held = this.#held;
    if (held !== undefined && nowMs < held.expiresAtMs) {
      if (nowMs >= held.renewAtMs) this.#renewAhead();
      return held.token;
    }
    if (this.#flight === undefined) {
      const blocking = this.#backOff.blocking();
      if (blocking !== undefined) throw blocking.error;
    }
    return (await unlessAborted(this.#renew(), signal)).token;
  }

  invalidate(token: string): void {
    const held = this.#held;
    if (held?.token !== token) return;
    const { name, now } = this.#options;
    this.#earlyRefusals = now() - held.issuedAtMs < FRESH_MS ? this.#earlyRefusals + 1 : 0;
    this.#held = undefined;
    // Once is a coincidence, such as a log-out elsewhere. After that each call would cost a log-in for nothing.
    if (this.#earlyRefusals > 1) {
      const message = `${name}: tokens are refused as soon as they are issued.`;
      this.#backOff.start(new TokenError('refused', message), this.#earlyRefusals - 1);
    }
  }

  async use<T>(
    call: (token: string) => Promise<T>,
    isRefused: (outcome: unknown) => boolean,
    signal?: AbortSignal,
  ): Promise<T> {
    for (let isLast = false; ; isLast = true) {
      const token = await this.get(signal);
      try {
        const result = await call(token);
        if (!isRefused(result)) return result;
        this.invalidate(token);
        if (isLast) return result;
      } catch (error) {
        if (!isRefused(error)) throw error;
        this.invalidate(token);
        if (isLast) throw error;
      }
    }
  }

  status(): TokenStatus {
    const nowMs = this.#readClock();
    const held = this.#held;
    const state = this.#closing.signal.aborted ? 'closed' : stateOf(held, nowMs);
    const ageMs = held && nowMs - held.issuedAtMs;
    return {
      state,
      ageMs,
      expiresAtMs: held?.expiresAtMs,
      failures: this.#failures,
      lastFailure: this.#backOff.last(),
    };
  }

  close(): void {
    this.#closing.abort(this.#closedError());
  }

  #closedError(): TokenError {
    return new TokenError('closed', `${this.#options.name}: the token manager is closed.`);
  }

  #throwIfClosed(): void {
    if (this.#closing.signal.aborted) throw this.#closedError();
  }

  /** The time; a token whose age it no longer tells is let go. */
  #readClock(): number {
    const nowMs = this.#options.now();
    if (nowMs < this.#latestNowMs - CLOCK_TOLERANCE_MS) {
      this.#held = undefined;
      this.#latestNowMs = nowMs;
    }
    this.#latestNowMs = Math.max(this.#latestNowMs, nowMs);
    return nowMs;
  }

  /** Renews in the background. */
  #renewAhead(): void {
    if (this.#flight !== undefined || this.#backOff.blocking() !== undefined) return;
    this.#renew().catch((error: unknown) =>
      this.#options.onProblem?.('a token could not be renewed; the old one serves', error),
    );
  }

  #renew(): Promise<HeldToken> {
    this.#flight ??= this.#obtain().finally(() => {
      this.#flight = undefined;
    });
    return this.#flight;
  }

  async #obtain(): Promise<HeldToken> {
    const cached = await this.#cachedToken();
    if (cached !== undefined) return cached;
    const { leases, name } = this.#options;
    // Nobody waits for the cache: it can be slow, and the token is good without it.
    if (leases === undefined) return (await this.#newToken()).token;
    return leases.hold(name, () => this.#obtainInLease(), this.#closing.signal);
  }

  async #obtainInLease(): Promise<HeldToken> {
    const fetchedElsewhere = await this.#cachedToken();
    if (fetchedElsewhere !== undefined) return fetchedElsewhere;
    const { token, kept } = await this.#newToken();
    // Whoever has the lease next looks into the cache.
    await kept;
    return token;
  }

  async #cachedToken(): Promise<HeldToken | undefined> {
    const cached = await this.#fromCache();
    this.#throwIfClosed();
    return cached && this.#hold(cached);
  }

  async #newToken(): Promise<{ readonly token: HeldToken; readonly kept: Promise<void> }> {
    const dated = await this.#logIn();
    this.#throwIfClosed();
    return { token: this.#hold(dated), kept: this.#toCache(dated) };
  }

  #hold(dated: DatedToken): HeldToken {
    const lifeMs = dated.expiresAtMs - dated.issuedAtMs;
    const renewAtMs = dated.issuedAtMs + lifeMs * (RENEW_FROM + RENEW_SPREAD * this.#options.random());
    this.#held = { ...dated, renewAtMs };
    this.#newestMs = dated.issuedAtMs;
    return this.#held;
  }

  async #logIn(): Promise<DatedToken> {
    const { issue, name, now } = this.#options;
    const issuedAtMs = now();
    try {
      const { token, expiresAtMs } = await issue(this.#closing.signal);
      if (token === '' || !(expiresAtMs > issuedAtMs) || !(expiresAtMs > now())) {
        throw new TokenError(
          'unusable',
          `${name}: the token that was issued is empty or has expired already.`,
        );
      }
      this.#failures = 0;
      this.#backOff.clear();
      return { token, issuedAtMs, expiresAtMs };
    } catch (error) {
      this.#failures++;
      this.#backOff.start(error, this.#failures);
      throw error;
    }
  }

  /** What this process left at its last run, or another instance has just fetched. */
  async #fromCache(): Promise<DatedToken | undefined> {
    const { cache, name, now, onProblem } = this.#options;
    try {
      const cached = await cache?.load(name);
      const nowMs = now();
      return cached !== undefined &&
        cached.issuedAtMs > this.#newestMs &&
        cached.issuedAtMs <= nowMs + CLOCK_TOLERANCE_MS &&
        cached.expiresAtMs > nowMs
        ? cached
        : undefined;
    } catch (error) {
      onProblem?.('a token could not be read from its cache', error);
      return undefined;
    }
  }

  async #toCache(dated: DatedToken): Promise<void> {
    const { cache, name, onProblem } = this.#options;
    try {
      await cache?.save(name, dated);
    } catch (error) {
      onProblem?.('a token could not be written to its cache', error);
    }
  }
}

function stateOf(held: HeldToken | undefined, nowMs: number): TokenStatus['state'] {
  if (held === undefined) return 'none';
  if (nowMs >= held.expiresAtMs) return 'expired';
  return nowMs >= held.renewAtMs ? 'due' : 'good';
}
