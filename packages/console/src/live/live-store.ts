/**
 * What came of the live stream, for whatever page shows it: it goes on while another is looked at. Items are gathered and taken over once a
 * frame, and the last ten thousand are held.
 */
import type { LiveView, StreamOptions, StreamPart } from '@countersign/api';
import { explainedRow, type Finding, isFinding, type LiveRow, rowOf, type VerdictRow } from './live-row.ts';
import { RateSeries } from './rate-series.ts';

export const MOST_ROWS = 10_000;
/** An id of no stream: what is remembered comes first. */
const FROM_THE_FIRST = 'start';

export interface LiveStoreParts {
  readonly open: (options: StreamOptions) => AsyncIterable<StreamPart<LiveView>>;
  /** Runs something once, soon: with the next frame. */
  readonly schedule: (run: () => void) => void;
}

export type Connection =
  | { readonly state: 'connecting' | 'open' }
  | { readonly state: 'broken'; readonly againMs: number }
  | { readonly state: 'ended'; readonly error: unknown };

/** Another object after each change. */
export interface LiveSnapshot {
  /** The oldest first. What the list shows: while it is held, those that there were then. */
  readonly rows: readonly LiveRow[];
  /** Rows that came since the list is held. */
  readonly missed: number;
  readonly hold: Hold;
  readonly connection: Connection;
  readonly counts: ReadonlyMap<string, GateCount>;
  /** The last refused request. */
  readonly lastRefused: VerdictRow | undefined;
}

/** `paused`: until somebody goes on; `scrolled`: until the list is at its top again. */
export type Hold = 'none' | 'paused' | 'scrolled';

/** Since the console was opened. */
export interface GateCount {
  readonly accepted: number;
  readonly refused: number;
}

/** Of the stream: an item, or that some did not come. */
export type LiveItem = LiveView | { readonly lost: number | undefined };

export class LiveStore {
  readonly #parts: LiveStoreParts;
  readonly series = new RateSeries();
  /** How far the list was scrolled, in pixels, when the page was left. */
  offset = 0;
  readonly #listeners = new Set<() => void>();
  readonly #watchers = new Set<(items: readonly LiveItem[]) => void>();
  readonly #numbers = new Map<string, number>();
  readonly #counts = new Map<string, GateCount>();
  #pending: LiveItem[] = [];
  #rows: readonly LiveRow[] = [];
  #held: readonly LiveRow[] | undefined;
  #heldAt = 0;
  #hold: Hold = 'none';
  #next = 1;
  #lastId: string | undefined;
  #lastRefused: number | undefined;
  #connection: Connection = { state: 'connecting' };
  #isScheduled = false;
  #snapshot: LiveSnapshot;

  constructor(parts: LiveStoreParts) {
    this.#parts = parts;
    this.#snapshot = this.#newSnapshot();
  }

  /** Follows the stream until the result is called; after that it can be started again, and goes on where it was. */
  start(): () => void {
    const left = new AbortController();
    void this.#follow(left.signal);
    return () => left.abort();
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** Tells of every item, once a frame, until the result is called. */
  watch(watcher: (items: readonly LiveItem[]) => void): () => void {
    this.#watchers.add(watcher);
    return () => this.#watchers.delete(watcher);
  }

  readonly snapshot = (): LiveSnapshot => this.#snapshot;

  /** What the stream told of a request, where it is remembered. */
  find(requestId: string): VerdictRow | undefined {
    const row = this.#rows.findLast((each) => each.kind === 'verdict' && each.view.requestId === requestId);
    return row?.kind === 'verdict' ? row : undefined;
  }

  setHold(hold: Hold): void {
    if (hold === this.#hold) return;
    if (hold === 'none') this.#held = undefined;
    else if (this.#held === undefined) {
      this.#held = this.#rows;
      this.#heldAt = this.#next;
    }
    this.#hold = hold;
    this.#tell();
  }

  async #follow(signal: AbortSignal): Promise<void> {
    this.#connect({ state: 'connecting' });
    const parts = this.#parts.open({
      signal,
      lastEventId: this.#lastId ?? FROM_THE_FIRST,
      onOpen: () => this.#connect({ state: 'open' }),
      onBreak: (againMs) => this.#connect({ state: 'broken', againMs }),
    });
    try {
      for await (const part of parts) this.#take(part);
    } catch (error) {
      if (!signal.aborted) this.#connect({ state: 'ended', error });
    }
  }

  #take(part: StreamPart<LiveView>): void {
    // Before the first nobody missed anything.
    const isFirst = this.#lastId === undefined;
    if (part.kind === 'item') this.#lastId = part.id;
    else if (isFirst) return;
    // A page that is not looked at has no frames: what would fall out of the list anyway is not gathered.
    if (this.#pending.length >= MOST_ROWS) this.#pending.shift();
    this.#pending.push(part.kind === 'item' ? part.item : { lost: part.count });
    this.#schedule();
  }

  #connect(connection: Connection): void {
    this.#connection = connection;
    this.#schedule();
  }

  #schedule(): void {
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    this.#parts.schedule(() => {
      this.#isScheduled = false;
      this.#flush();
      this.#tell();
    });
  }

  #flush(): void {
    const added: LiveRow[] = [];
    const findings: [requestId: string, finding: Finding][] = [];
    for (const item of this.#pending) {
      if ('lost' in item) added.push({ kind: 'lost', number: this.#next++, count: item.lost });
      else if (isFinding(item)) findings.push([item.requestId, item.finding]);
      // Of failures that have their own line here it says nothing new.
      else if ('issue' in item) continue;
      else {
        const row = rowOf(item, this.#next++);
        added.push(row);
        if (row.kind === 'verdict') this.#count(row);
      }
    }
    const items = this.#pending;
    this.#pending = [];
    if (items.length > 0) for (const watch of this.#watchers) watch(items);
    if (added.length > 0) this.#append(added);
    if (findings.length > 0) this.#explain(findings);
  }

  #count({ number, view }: VerdictRow): void {
    const isRefused = view.verdict === 'refused';
    this.series.add(view);
    if (isRefused) {
      this.#numbers.set(view.requestId, number);
      this.#lastRefused = number;
    }
    if (view.gate === undefined) return;
    const { accepted, refused } = this.#counts.get(view.gate) ?? { accepted: 0, refused: 0 };
    this.#counts.set(view.gate, {
      accepted: accepted + (isRefused ? 0 : 1),
      refused: refused + (isRefused ? 1 : 0),
    });
  }

  #append(added: readonly LiveRow[]): void {
    const all = this.#rows.concat(added);
    const surplus = Math.max(0, all.length - MOST_ROWS);
    for (const row of all.slice(0, surplus))
      if (row.kind === 'verdict') this.#numbers.delete(row.view.requestId);
    this.#rows = surplus === 0 ? all : all.slice(surplus);
  }

  #explain(findings: readonly (readonly [requestId: string, finding: Finding])[]): void {
    const byNumber = new Map<number, Finding>();
    for (const [requestId, finding] of findings) {
      const number = this.#numbers.get(requestId);
      if (number !== undefined) byNumber.set(number, finding);
    }
    this.#rows = explained(this.#rows, byNumber);
    if (this.#held !== undefined) this.#held = explained(this.#held, byNumber);
  }

  #tell(): void {
    this.#snapshot = this.#newSnapshot();
    for (const listener of this.#listeners) listener();
  }

  #newSnapshot(): LiveSnapshot {
    const lastRefused = rowAt(this.#rows, this.#lastRefused);
    return {
      rows: this.#held ?? this.#rows,
      missed: this.#held === undefined ? 0 : this.#next - this.#heldAt,
      hold: this.#hold,
      connection: this.#connection,
      counts: new Map(this.#counts),
      lastRefused: lastRefused?.kind === 'verdict' ? lastRefused : undefined,
    };
  }
}

/** Numbers have no gaps. */
function rowAt(rows: readonly LiveRow[], number: number | undefined): LiveRow | undefined {
  const first = rows[0]?.number;
  return first === undefined || number === undefined || number < first ? undefined : rows[number - first];
}

function explained(rows: readonly LiveRow[], byNumber: ReadonlyMap<number, Finding>): readonly LiveRow[] {
  const first = rows[0]?.number;
  if (first === undefined || byNumber.size === 0) return rows;
  const changed = rows.slice();
  for (const [number, finding] of byNumber) {
    const row = number < first ? undefined : changed[number - first];
    if (row?.kind === 'verdict') changed[number - first] = explainedRow(row, finding);
  }
  return changed;
}
