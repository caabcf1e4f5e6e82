/** A runtime that the suites are run on. */
import type { Build } from '../bundle.ts';

/** One that has started and serves the application. */
export interface StartedRuntime {
  readonly version: string;
  /** Where it serves, without a slash at the end. */
  readonly origin: string;
  /** Sends a request by its own `fetch`; absent where it is reached over the network. */
  readonly fetch?: (path: string, init: RuntimeRequest) => Promise<RuntimeAnswer>;
  /** What it says of a worker's gates (`entries/worker.ts`). */
  readonly isWorker?: boolean;
  stop(): Promise<void>;
}

export interface RuntimeRequest {
  readonly method: string;
  readonly headers: readonly (readonly [string, string])[];
  readonly bodyBase64: string | undefined;
}

export interface RuntimeAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface Runtime {
  /** In the page's table. */
  readonly name: string;
  readonly build: Build;
  /** @throws RuntimeMissing where it is not there */
  start(): Promise<StartedRuntime>;
}

/** Why a runtime is left out. */
export class RuntimeMissing extends Error {
  override readonly name = 'RuntimeMissing';
}
