/** Where gateways share their claims, as resolved and as a person writes it. */
import type { RedisAddress } from './redis-address.ts';
import type { DurationText } from './units.ts';

/** A server of claims and rate limits, which several gateways share. */
export interface ClaimsConfig {
  /** With the password, wherever it was written. */
  readonly address: RedisAddress;
  /** How long an answer of it is waited for. */
  readonly timeoutMs: number;
  /** What all its keys begin with. */
  readonly prefix: string;
}

export interface ClaimsInput {
  /**
   * redis://USER:PASSWORD@HOST:PORT/DATABASE, rediss:// with TLS, or redis+unix:///PATH?db=DATABASE; all but the host or path can be left out. It is never shown with its password.
   */
  readonly address: string;
  /** The password, if the address has none. Default: none. */
  readonly password?: string;
  /** How long an answer is waited for; after that Redis counts as down until it answers again. Default: 1s. */
  readonly timeout?: DurationText;
  /** What the names of all keys begin with. Give deployments that share a database different ones. Default: countersign:. */
  readonly prefix?: string;
}
