/** A gateway that runs, as those who started it see it. */

import type { ReloadCause } from './admin/audited-reload.ts';
import type { ConfigReport } from './config/config-report.ts';
import type { DeliveryControl } from './deliver/delivery-control.ts';
import type { CutOffDelivery } from './deliver/operators-code.ts';
import type { OpenGate } from './gates/open-gate.ts';
import type { VerdictListener } from './http/request-log.ts';
import type { Log } from './log/log.ts';
import type { TokenCache } from './sealed/token-cache.ts';
import type { SessionRouteView } from './sessions/open-sessions.ts';
import type { Store } from './stores/store.ts';

/** A gateway that listens. */
export interface Gateway {
  /** E.g. `http://127.0.0.1:8787`. */
  readonly publicUrl: string;
  readonly publicPort: number;
  /** Undefined where the admin listener is off, as is `adminPort`. */
  readonly adminUrl: string | undefined;
  readonly adminPort: number | undefined;
  /** The admin API's bearer token: the configured one, or one made for this run. Not logged. */
  readonly adminToken: string;
  /**
   * A new link that logs its first follower in to the web console, as role admin, within ten minutes. Undefined where there is no console, or
   * where the link would go over a network without TLS.
   */
  createLogInUrl(): string | undefined;
  /** Those of the moment: a reload changes the list. */
  readonly gates: readonly OpenGate[];
  /**
   * Reads the configuration again and applies it, whole or not at all; requests go on meanwhile. Undefined where the gateway was started
   * without a `source`.
   * @param cause who asks, for the audit log. Default: `program`
   */
  reload(cause?: ReloadCause): Promise<ConfigReport | undefined>;
  /** What sessions answer on the public listener. */
  readonly sessionRoutes: readonly SessionRouteView[];
  /** Memory that the bodies of requests in flight take; at most `limits.maxBodyBytesInFlight`. */
  bodyBytesInFlight(): number;
  readonly store: Store;
  /** Where platforms’ tokens outlive the process. Undefined without a `storeKey`. */
  readonly tokenCache: TokenCache | undefined;
  /** What an operator can do with destinations. */
  readonly deliveries: DeliveryControl;
  readonly log: Log;
  /** What `/metrics` shows of this gateway, in the format of Prometheus. */
  metrics(): Promise<string>;
  /** Calls `listener` with what became of each request; the result ends that. */
  onVerdict(listener: VerdictListener): () => void;
  /**
   * Stops: takes no new requests, finishes those in flight within the configured time, writes what is
   * gathered, closes the store. May be called twice.
   */
  drain(): Promise<void>;
  /**
   * An error that nobody caught ends the process: what a transformation or an action was working on is noted as an attempt, and is tried
   * again later. To be called at once in a listener of `uncaughtException`. @returns those deliveries
   */
  noteUncaught(): Promise<readonly CutOffDelivery[]>;
  /** Stops at once, also where it drains: connections are cut, outcomes in flight are not waited for. */
  close(): Promise<void>;
}
