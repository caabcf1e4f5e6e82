/** The full-text index of what gates keep, kept up beside everything else: a step, a commit, the next step. */
import { SECOND } from '../config/units.ts';
import type { Log } from '../log/log.ts';
import type { EventStore } from '../stores/event-store.ts';
import type { FullTextStore } from '../stores/full-text-store.ts';
import type { KeepersConfig } from './keepers.ts';

export interface FullTextIndex {
  /** Takes in all that is kept by now; a second call waits for the first. */
  catchUp(): Promise<void>;
  /** Ends after the step that is under way. */
  close(): Promise<void>;
}

export interface FullTextOptions {
  /** Gates whose events are found by their words. */
  readonly gates: readonly string[];
  readonly store: FullTextStore;
  readonly log: Pick<Log, 'info' | 'warn'>;
}

/** How soon a new event is found. */
const EVERY_MS = SECOND;
/** Between two steps, while many are to be taken in: the index takes a third of a core at most. */
const REST_MS = 6;

/** Gates with `keep.fullText`. What is masked is found by nobody, so that a gate that masks members has no index, whatever its flag says. */
export function fullTextGates({ gates }: Pick<KeepersConfig, 'gates'>): readonly string[] {
  return gates.flatMap(({ name, outcome }) =>
    outcome.kind === 'keep' && outcome.isFullText && !outcome.isHashOnly && outcome.mask.members.length === 0
      ? [name]
      : [],
  );
}

/** Those among these gates of which not all events are in the index. */
export async function gatesBehind(
  gates: readonly string[],
  events: Pick<EventStore, 'list'>,
  fullText: Pick<FullTextStore, 'gates'>,
): Promise<readonly string[]> {
  const indexed = await fullText.gates();
  const behind: string[] = [];
  for (const gate of gates) {
    const [last] = await events.list({ gate, limit: 1 });
    const place = indexed.find((each) => each.gate === gate)?.place ?? 0;
    if (last !== undefined && last.place > place) behind.push(gate);
  }
  return behind;
}

export function createFullTextIndex(options: FullTextOptions): FullTextIndex {
  return new Indexer(options);
}

class Indexer implements FullTextIndex {
  readonly #options: FullTextOptions;
  readonly #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> | undefined;
  #isClosed = false;
  #isFailing = false;

  constructor(options: FullTextOptions) {
    this.#options = options;
    this.#timer =
      options.gates.length === 0 ? undefined : setInterval(() => void this.catchUp(), EVERY_MS).unref();
    void this.catchUp();
  }

  catchUp(): Promise<void> {
    this.#running ??= this.#run().finally(() => {
      this.#running = undefined;
    });
    return this.#running;
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    clearInterval(this.#timer);
    await this.#running;
  }

  async #run(): Promise<void> {
    const { gates, log } = this.#options;
    try {
      await this.#leaveOut();
      for (const gate of gates) await this.#takeIn(gate);
      this.#isFailing = false;
    } catch (error) {
      if (!this.#isFailing)
        log.warn({ error }, 'the full-text index falls behind: the store does not take it');
      this.#isFailing = true;
    }
  }

  /**
   * A gate that is to have no index any more is taken out with the whole of it: so its words are in no page of the file. Another
   * gateway on the store may have gates that this one has not.
   */
  async #leaveOut(): Promise<void> {
    const { gates, store, log } = this.#options;
    const gone = (await store.gates())
      .filter(({ gate, isAsked = false }) => !isAsked && !gates.includes(gate))
      .map(({ gate }) => gate);
    if (gone.length === 0 && !(await store.isLeft())) return;
    while (!this.#isClosed && (await store.reset())) await rest();
    if (gone.length === 0) return;
    log.info({ gates: gone }, 'gates have no full-text index any more; that of the others is built again');
  }

  async #takeIn(gate: string): Promise<void> {
    const { store, log } = this.#options;
    const isNew = !(await store.gates()).some((indexed) => indexed.gate === gate);
    let looked = 0;
    for (let hasMore = true; hasMore && !this.#isClosed; ) {
      const step = await store.index(gate);
      looked += step.looked;
      hasMore = step.hasMore;
      if (hasMore) await rest();
    }
    if (isNew && looked > 0 && !this.#isClosed)
      log.info({ gate, looked }, 'the full-text index of the gate is built');
  }
}

function rest(): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, REST_MS);
  });
}
