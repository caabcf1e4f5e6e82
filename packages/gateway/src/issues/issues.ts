/**
 * Issues: gathers what fails, once a second from counts that are kept anyway, and writes what has changed. A flood of refused requests costs no more
 * than a quiet day: nothing here is on a request's way.
 */
import { SECOND } from '../config/units.ts';
import type { Deliveries } from '../deliver/deliveries.ts';
import type { EndedAttempt } from '../deliver/open-delivery.ts';
import type { IssueNews } from '../deliver/operator-events.ts';
import { closedBy, type Lifecycle } from '../lifecycle.ts';
import type { Log } from '../log/log.ts';
import type { VerdictCounts } from '../metrics/verdict-counts.ts';
import type { RefusalFindings } from '../refused/refusal-findings.ts';
import type { RefusedRequests } from '../refused/refused-requests.ts';
import type { DeliveryStore } from '../stores/delivery-store.ts';
import type { IssueChange, IssueState, IssueStore, StoredIssue } from '../stores/issue-store.ts';
import { IssueBook } from './issue-book.ts';
import type { IssueListOptions, OperatorChange } from './issue-model.ts';

/** Requests that are counted. */
export interface CountedPlace {
  /** Of a gate, or a session. Absent: those that led to none. */
  readonly name?: string;
  readonly counts: Pick<VerdictCounts, 'takeFailures' | 'succeeded'>;
}

export interface IssuesOptions {
  readonly store: { readonly issues: IssueStore; readonly deliveries: Pick<DeliveryStore, 'list'> };
  /** All that are counted now. */
  readonly places: () => Iterable<CountedPlace>;
  readonly deliveries: Pick<Deliveries, 'listen' | 'tell'>;
  readonly refused: Pick<RefusedRequests, 'listen'>;
  readonly findings: Pick<RefusalFindings, 'listen'>;
  readonly now: () => number;
  readonly log: Pick<Log, 'error'>;
  readonly lifecycle: Lifecycle;
}

export type IssueListener = (change: IssueChange, issue: StoredIssue) => void;

export interface Issues {
  /** Those opened last first, with what has failed up to now; of other gateways on the store, up to some seconds ago. */
  list(options: IssueListOptions): readonly StoredIssue[];
  get(id: string): StoredIssue | undefined;
  /** Resolves once it is stored. Undefined where there is no such issue, or it is closed and cannot be acknowledged. @throws StoreError */
  change(id: string, change: Omit<OperatorChange, 'nowMs'>): Promise<StoredIssue | undefined>;
  count(): Readonly<Record<IssueState, number>>;
  /** Calls `listener` with each issue that is opened, closed or acknowledged by what came here, once that is stored; the result ends that. */
  listen(listener: IssueListener): () => void;
}

/** With their series some two megabytes. */
const MAX_ISSUES = 2_000;
/** A process that is killed loses so much, and a commit. */
const LOOK_MS = 900;
/** Written at a time, so that nobody waits for all of them. */
const PUT_AT_ONCE = 32;
/** A store that failed is not asked at once again. */
const REST_MS: number = 5 * SECOND;
/** How often it is looked at what other gateways have written. */
const FOLLOW_MS: number = 4 * SECOND;
/** How often it is asked whether deliveries of an issue still wait. */
const ASK_MS: number = 10 * SECOND;
/** Pages of deliveries that are looked through for one. */
const MAX_PAGES = 20;

export async function openIssues(options: IssuesOptions): Promise<Issues> {
  const { issues: store } = options.store;
  const issues = new OpenIssues(options, store.follow === undefined ? await store.list() : []);
  await issues.follow();
  options.lifecycle.add(
    'the issues',
    closedBy(() => issues.close()),
  );
  return issues;
}

class OpenIssues implements Issues {
  readonly #options: IssuesOptions;
  readonly #book: IssueBook;
  readonly #listeners = new Set<IssueListener>();
  readonly #ends: readonly (() => void)[];
  readonly #timer: NodeJS.Timeout;
  readonly #succeeded = new WeakMap<CountedPlace['counts'], number>();
  /** What was kept or explained before its failure was counted; noted once that is. */
  readonly #kept = new Map<string, () => void>();
  readonly #askedMs = new Map<string, number>();
  #restUntilMs = 0;
  #isBusy = false;
  /** The last that was asked of the store: one at a time, so that what is followed is never older than what was written. */
  #last: Promise<unknown> = Promise.resolve();
  #revision = 0;
  #followMs = 0;

  constructor(options: IssuesOptions, stored: readonly StoredIssue[]) {
    this.#options = options;
    const { deliveries, refused, findings } = options;
    this.#book = new IssueBook(
      { maxIssues: MAX_ISSUES, onChange: (change, issue) => this.#tell(change, issue) },
      stored,
    );
    this.#ends = [
      deliveries.listen((ended) => this.#noteAttempt(ended)),
      refused.listen(({ id, gate, reason }) =>
        this.#kept.set(`${gate} ${reason}`, () => this.#book.keep({ gate, reason }, id)),
      ),
      findings.listen(({ requestId, gate, finding: { id: finding, certainty } }, reason) =>
        this.#kept.set(`${gate} ${reason} ${requestId}`, () =>
          this.#book.explain({ gate, reason }, { finding, certainty, requestId }),
        ),
      ),
    ];
    this.#timer = setInterval(() => this.#tick(), LOOK_MS).unref();
  }

  list(options: IssueListOptions): readonly StoredIssue[] {
    this.#gather();
    return this.#book.list(options);
  }

  get(id: string): StoredIssue | undefined {
    this.#gather();
    return this.#book.get(id);
  }

  async change(id: string, change: Omit<OperatorChange, 'nowMs'>): Promise<StoredIssue | undefined> {
    this.#gather();
    const issue = this.#book.change(id, { ...change, nowMs: this.#now() });
    if (issue === undefined) return undefined;
    await this.#alone(() => this.#write());
    const stored = this.#book.get(id);
    // Another gateway had ended it, and it was not known here yet.
    return change.change === 'acknowledge' && stored?.state === 'closed' ? undefined : stored;
  }

  count(): Readonly<Record<IssueState, number>> {
    return this.#book.count();
  }

  listen(listener: IssueListener): () => void {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  /** Counts what has failed up to now, and writes it. */
  async close(): Promise<void> {
    clearInterval(this.#timer);
    for (const end of this.#ends) end();
    this.#gather();
    await this.#alone(() => this.#write()).catch((error: unknown) => this.#unwritten(error));
  }

  /** Takes over what was written by other gateways. @throws StoreError */
  async follow(): Promise<void> {
    const { issues } = this.#options.store;
    this.#followMs = performance.now();
    for (let page = await issues.follow?.(this.#revision); page !== undefined && page.length > 0; ) {
      this.#book.see(page.map(({ issue }) => issue));
      this.#revision = page.at(-1)?.revision ?? this.#revision;
      page = await issues.follow?.(this.#revision);
    }
  }

  #now(): number {
    return Math.floor(this.#options.now());
  }

  #tick(): void {
    this.#gather();
    const nowMs = this.#now();
    for (const issue of this.#book.look(nowMs)) this.#heal(issue, nowMs);
    if (this.#isBusy || performance.now() < this.#restUntilMs) return;
    this.#isBusy = true;
    this.#alone(() => this.#exchange())
      .catch((error: unknown) => this.#unwritten(error))
      .then(() => {
        this.#isBusy = false;
      });
  }

  async #exchange(): Promise<void> {
    await this.#write();
    if (performance.now() - this.#followMs >= FOLLOW_MS) await this.follow();
  }

  #alone<Result>(work: () => Promise<Result>): Promise<Result> {
    const result = this.#last.then(work);
    this.#last = result.catch(() => {});
    return result;
  }

  /** Takes what was counted since the last time. */
  #gather(): void {
    const nowMs = this.#now();
    for (const { name, counts } of this.#options.places()) {
      const subject = name === undefined ? {} : { gate: name };
      // A gateway that stops says so itself.
      for (const failures of counts.takeFailures())
        if (failures.reason !== 'draining') this.#book.fail({ ...subject, ...failures }, nowMs);
      const { succeeded } = counts;
      if (succeeded > (this.#succeeded.get(counts) ?? 0)) this.#book.succeed(subject, nowMs);
      this.#succeeded.set(counts, succeeded);
    }
    for (const note of this.#kept.values()) note();
    this.#kept.clear();
  }

  #noteAttempt({ destination, due, settlement: { state, attempt } }: EndedAttempt): void {
    if (attempt === undefined) return;
    const nowMs = this.#now();
    if (state === 'delivered') this.#book.succeed({ destination }, nowMs);
    else if (state !== 'cancelled')
      this.#book.fail({ destination, reason: attempt.code, count: 1, eventId: due.event.id }, nowMs);
  }

  /** A destination that takes some events may still be waited for with others. */
  #heal(issue: StoredIssue, nowMs: number): void {
    if (issue.destination === undefined) {
      this.#book.heal(issue, nowMs);
      return;
    }
    if (nowMs - (this.#askedMs.get(issue.id) ?? Number.NEGATIVE_INFINITY) < ASK_MS) return;
    this.#askedMs.set(issue.id, nowMs);
    this.#isWaitedFor(issue.destination, issue.reason)
      .then((isWaitedFor) => {
        if (isWaitedFor) return;
        this.#askedMs.delete(issue.id);
        this.#book.heal(issue, this.#now());
      })
      .catch((error: unknown) =>
        this.#options.log.error({ error }, 'the store could not be asked which deliveries wait'),
      );
  }

  /** Whether a delivery waits whose last attempt failed for that. */
  #isWaitedFor(destination: string, code: string): Promise<boolean> {
    return isListed(this.#options.store.deliveries, { destination, code, state: 'waiting' });
  }

  /** A line in the log for each second in which the store fails would be no news. */
  #unwritten(error: unknown): void {
    if (this.#restUntilMs === 0)
      this.#options.log.error({ error }, 'issues are not stored at present: the store does not take them');
    this.#restUntilMs = performance.now() + REST_MS;
  }

  /** @throws StoreError */
  async #write(): Promise<void> {
    const { issues } = this.#options.store;
    let changes = this.#book.takeChanges(PUT_AT_ONCE);
    while (changes !== undefined) {
      const { updates, gone } = changes;
      // Before: what is removed twice is gone, what is merged twice is counted twice.
      if (gone.length > 0) await issues.remove(gone);
      this.#book.settle(updates.length > 0 ? await issues.merge(updates) : []);
      changes = this.#book.takeChanges(PUT_AT_ONCE);
    }
    this.#restUntilMs = 0;
  }

  #tell(change: IssueChange, issue: StoredIssue): void {
    for (const listener of this.#listeners) listener(change, issue);
    const news = newsOf(change, issue, this.#now());
    if (news !== undefined) this.#options.deliveries.tell(news);
  }
}

async function isListed(
  deliveries: Pick<DeliveryStore, 'list'>,
  match: { readonly destination: string; readonly code: string; readonly state: 'waiting' },
): Promise<boolean> {
  let before: number | undefined;
  for (let pages = 0; pages < MAX_PAGES; pages++) {
    const page = await deliveries.list({ ...match, limit: 1, ...(before !== undefined && { before }) });
    if (page.deliveries.length > 0) return true;
    if (page.next === undefined) return false;
    before = page.next;
  }
  return true;
}

/** What an operator is told of who did not do it. Undefined: nothing, of requests that came to no gate either, which anybody can send. */
function newsOf(change: IssueChange, issue: StoredIssue, nowMs: number): IssueNews | undefined {
  const { id, gate, destination, reason, count } = issue;
  if (change === 'acknowledged' || change === 'reopened' || issue.end === 'operator') return undefined;
  if (gate === undefined && destination === undefined) return undefined;
  return {
    kind: `issue.${change}`,
    nowMs,
    issue: id,
    ...(gate !== undefined && { gate }),
    ...(destination !== undefined && { destination }),
    reason,
    count,
  };
}
