/**
 * Says of refused requests as they come why they were refused: behind everything else, one at a time, for those that gates keep. What is found goes into the log, and to
 * whoever listens.
 */
import type { FindingView } from '@countersign/api';
import { type Gate, HeaderList } from '@countersign/core';
import { explain } from '@countersign/core/explain';
import type { Log } from '../log/log.ts';
import type { RefusedRequest } from '../sealed/sealed-refusals.ts';

export type FindingListener = (finding: Omit<FindingView, 'time'>) => void;

export interface RefusalFindings {
  /** Names the gate that judges a name’s requests once it is open. */
  add(name: string, gate: Gate): void;
  /** Takes a refused request to be explained, or leaves it: nothing waits for it. */
  offer(request: RefusedRequest): void;
  /** Calls `listener` with each finding; the result ends that. */
  listen(listener: FindingListener): () => void;
  /** Explains no more. */
  close(): void;
}

/** What waits to be explained; in a flood the rest is left. With the longest bodies these are 4 MB. */
const MAX_WAITING = 16;
/** How long the trials for one may take, in turns of 2 ms… */
const BUDGET_MS = 100;
/** …and how long nothing is tried after it: a tenth of the time at most goes into this. */
const PAUSE_MS = 900;

export function createRefusalFindings(log: Pick<Log, 'info' | 'error'>): RefusalFindings {
  return new Findings(log);
}

class Findings implements RefusalFindings {
  readonly #log: Pick<Log, 'info' | 'error'>;
  readonly #gates = new Map<string, Gate>();
  readonly #listeners = new Set<FindingListener>();
  #waiting: RefusedRequest[] = [];
  #timer: NodeJS.Timeout | undefined;
  #isClosed = false;

  constructor(log: Pick<Log, 'info' | 'error'>) {
    this.#log = log;
  }

  add(name: string, gate: Gate): void {
    this.#gates.set(name, gate);
  }

  offer(request: RefusedRequest): void {
    if (this.#isClosed || request.bodyLeftOut !== undefined || this.#waiting.length >= MAX_WAITING) return;
    this.#waiting.push(request);
    // In another turn than the answer’s.
    this.#timer ??= setTimeout(() => void this.#explainNext(), 0).unref();
  }

  listen(listener: FindingListener): () => void {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  close(): void {
    this.#isClosed = true;
    this.#waiting = [];
    clearTimeout(this.#timer);
  }

  async #explainNext(): Promise<void> {
    const request = this.#waiting.shift();
    const gate = request && this.#gates.get(request.gate);
    if (request && gate) await this.#explain(request, gate);
    this.#timer =
      this.#isClosed || this.#waiting.length === 0
        ? undefined
        : setTimeout(() => void this.#explainNext(), PAUSE_MS).unref();
  }

  async #explain(request: RefusedRequest, gate: Gate): Promise<void> {
    const { id: requestId, gate: name, method, url, headers, body, forwarded, remoteAddress } = request;
    const signed = {
      method,
      url,
      headers: new HeaderList(headers),
      body,
      remoteAddress,
      ...(forwarded && { forwarded }),
    };
    try {
      const { findings } = await explain(signed, gate, { budgetMs: BUDGET_MS });
      const [finding] = findings;
      if (finding === undefined || this.#isClosed) return;
      const { id, certainty, sentence, mend } = finding;
      this.#log.info({ requestId, gate: name, finding: id, certainty, remedy: mend }, sentence);
      for (const listener of this.#listeners)
        listener({ requestId, gate: name, finding: { id, certainty, sentence, mend } });
    } catch (error) {
      this.#log.error({ requestId, gate: name, error }, 'a refused request could not be explained');
    }
  }
}
