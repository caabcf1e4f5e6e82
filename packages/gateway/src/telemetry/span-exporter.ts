/** Sends spans to a collector, many at once: within bounds of memory and time, and never in anybody's way. */
import type { TelemetryConfig } from '../config/telemetry-config.ts';
import type { Log } from '../log/log.ts';
import { otlpJson, type TracedService } from './otlp-json.ts';
import type { Span } from './span.ts';
import type { SpanCounts } from './tracer.ts';

export interface SpanExporterOptions {
  readonly config: TelemetryConfig;
  readonly service: TracedService;
  readonly fetch: typeof globalThis.fetch;
  readonly log: Pick<Log, 'info' | 'warn'>;
}

/** Some 600 bytes each: 2.5 MB. */
const MAX_WAITING = 4_096;
/** What is made one text at once: a millisecond or two. */
const MAX_BATCH = 512;
const EVERY_MS = 5_000;
const MAX_REST_MS = 60_000;
const TIMEOUT_MS = 10_000;
/** As OTLP has it; what is answered otherwise would be so again. */
const RETRYABLE: ReadonlySet<number> = new Set([429, 502, 503, 504]);

export class SpanExporter {
  readonly #options: SpanExporterOptions;
  readonly #headers: Readonly<Record<string, string>>;
  readonly #waiting: Span[] = [];
  readonly #stop = new AbortController();
  #exported = 0;
  #dropped = 0;
  #timer: NodeJS.Timeout | undefined;
  #sending: Promise<void> | undefined;
  #restMs = EVERY_MS;
  /** Why the last batch was not taken. Undefined: it was. */
  #fault: string | undefined;

  constructor(options: SpanExporterOptions) {
    this.#options = options;
    const own = Object.entries(options.config.headers).map(([name, secret]) => [name, secret.reveal()]);
    this.#headers = { ...Object.fromEntries(own), 'content-type': 'application/json' };
  }

  get counts(): SpanCounts {
    return { exported: this.#exported, dropped: this.#dropped, waiting: this.#waiting.length };
  }

  add(span: Span): void {
    if (this.#waiting.length >= MAX_WAITING) {
      this.#dropped++;
      return;
    }
    this.#waiting.push(span);
    if (this.#waiting.length >= MAX_BATCH && this.#fault === undefined) this.#send();
    else this.#wait();
  }

  /** Sends what waits, for so long; the rest is dropped. */
  async close(withinMs: number): Promise<void> {
    clearTimeout(this.#timer);
    const late = setTimeout(() => this.#stop.abort(), withinMs);
    try {
      await this.#sending;
      while (this.#waiting.length > 0 && !this.#stop.signal.aborted) {
        const before = this.#waiting.length;
        await this.#sendBatch();
        if (this.#waiting.length >= before) break;
      }
    } finally {
      clearTimeout(late);
      clearTimeout(this.#timer);
      this.#stop.abort();
      this.#dropped += this.#waiting.splice(0).length;
    }
  }

  #wait(): void {
    if (this.#sending !== undefined || this.#stop.signal.aborted) return;
    this.#timer ??= setTimeout(() => this.#send(), this.#restMs).unref();
  }

  #send(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#stop.signal.aborted) return;
    this.#sending ??= this.#sendBatch().finally(() => {
      this.#sending = undefined;
      if (this.#waiting.length >= MAX_BATCH && this.#fault === undefined) this.#send();
      else if (this.#waiting.length > 0) this.#wait();
    });
  }

  /** Does not reject. */
  async #sendBatch(): Promise<void> {
    const batch = this.#waiting.splice(0, MAX_BATCH);
    const fault = await this.#post(batch);
    if (fault === undefined) {
      this.#exported += batch.length;
      this.#restMs = EVERY_MS;
      if (this.#fault !== undefined) this.#options.log.info({}, 'the collector takes traces again');
      this.#fault = undefined;
      return;
    }
    if (this.#fault === undefined)
      this.#options.log.warn(
        { problem: fault.problem, status: fault.status },
        'the collector does not take traces: check telemetry.otlp and telemetry.headers; spans are dropped meanwhile, and nothing else is affected',
      );
    this.#fault = fault.problem;
    this.#restMs = Math.min(MAX_REST_MS, this.#restMs * 2);
    const room = fault.isRetryable ? MAX_WAITING - this.#waiting.length : 0;
    const kept = batch.slice(0, room);
    this.#waiting.unshift(...kept);
    this.#dropped += batch.length - kept.length;
  }

  async #post(batch: readonly Span[]): Promise<Fault | undefined> {
    const { config, service, fetch } = this.#options;
    const signal = AbortSignal.any([this.#stop.signal, AbortSignal.timeout(TIMEOUT_MS)]);
    try {
      const body = otlpJson(batch, service);
      const answer = await fetch(config.url, { method: 'POST', headers: this.#headers, body, signal });
      // What it says of it is not read: it may be of any length.
      await answer.body?.cancel();
      if (answer.ok) return undefined;
      const { status } = answer;
      return { problem: 'it refuses them', status, isRetryable: RETRYABLE.has(status) };
    } catch (error) {
      return { problem: problemOf(error), isRetryable: true };
    }
  }
}

interface Fault {
  /** For the log: nothing that the collector says, and no address. */
  readonly problem: string;
  /** Of its answer by HTTP. */
  readonly status?: number;
  readonly isRetryable: boolean;
}

function problemOf(error: unknown): string {
  if (!(error instanceof Error)) return 'it could not be called';
  if (error.name === 'TimeoutError') return 'it did not answer in time';
  const cause: unknown = error.cause ?? error;
  const code = typeof cause === 'object' && cause !== null && 'code' in cause ? String(cause.code) : '';
  return code === '' ? 'it could not be called' : `it could not be called: ${code}`;
}
