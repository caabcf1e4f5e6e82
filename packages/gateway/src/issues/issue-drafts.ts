/** What a gateway has to say of one issue and has not yet handed to the store: what failed, then a change of its state, and so on, in turn. */
import type { IssueStateChange, IssueUpdate, StoredCause } from '../stores/issue-store.ts';
import { addCause } from '../stores/merge-issue.ts';
import type { IssueIdentity } from './issue-identity.ts';
import type { Failures } from './issue-model.ts';
import { TimeSeries } from './time-series.ts';

/** Of a store that fails for long there are no more: what comes then takes the place of the last change. */
const MAX_DRAFTS = 8;

interface CountedFailures {
  count: number;
  readonly firstMs: number;
  lastMs: number;
  requestId?: string;
  eventId?: string;
  readonly afterMs: number | undefined;
  readonly series: TimeSeries;
}

interface Draft {
  place?: number;
  failures?: CountedFailures;
  keptRequestId?: string;
  causes: readonly StoredCause[];
  change?: IssueStateChange;
}

export class IssueDrafts {
  readonly identity: IssueIdentity;
  readonly #drafts: Draft[] = [];

  constructor(identity: IssueIdentity) {
    this.identity = identity;
  }

  /** Whether the last that was said are failures: another one changes nothing of its state. */
  get isFailing(): boolean {
    const last = this.#drafts.at(-1);
    return last?.failures !== undefined && last.change === undefined;
  }

  /** @param opening where it stands where this opens it, and the end that it comes after */
  fail(
    { count, requestId, eventId }: Failures,
    nowMs: number,
    opening: { readonly place?: number; readonly afterMs?: number | undefined } = {},
  ): void {
    const draft = this.#open();
    draft.failures ??= {
      count: 0,
      firstMs: nowMs,
      lastMs: nowMs,
      afterMs: opening.afterMs,
      series: new TimeSeries(),
    };
    if (opening.place !== undefined) draft.place = opening.place;
    const { failures } = draft;
    failures.count += count;
    failures.lastMs = nowMs;
    if (requestId !== undefined) failures.requestId = requestId;
    if (eventId !== undefined) failures.eventId = eventId;
    failures.series.add(count, nowMs);
  }

  keep(requestId: string): void {
    this.#open().keptRequestId = requestId;
  }

  explain(cause: StoredCause): void {
    const draft = this.#open();
    draft.causes = addCause(draft.causes, cause);
  }

  /** @param place where it stands where this opens it */
  change(change: IssueStateChange, place?: number): void {
    const draft = this.#open();
    draft.change = change;
    if (place !== undefined) draft.place = place;
  }

  updates(): readonly IssueUpdate[] {
    return this.#drafts.map((draft) => updateOf(this.identity, draft));
  }

  /** The last, if its state was not changed in it. */
  #open(): Draft {
    const last = this.#drafts.at(-1);
    if (last !== undefined && last.change === undefined) return last;
    if (last !== undefined && this.#drafts.length >= MAX_DRAFTS) {
      delete last.change;
      return last;
    }
    const draft: Draft = { causes: [] };
    this.#drafts.push(draft);
    return draft;
  }
}

function updateOf(
  identity: IssueIdentity,
  { place, failures, keptRequestId, causes, change }: Draft,
): IssueUpdate {
  return Object.assign(
    {},
    identity,
    { causes },
    place !== undefined && { place },
    failures !== undefined && { failures: failuresOf(failures) },
    keptRequestId !== undefined && { keptRequestId },
    change !== undefined && { change },
  );
}

function failuresOf({
  count,
  firstMs,
  lastMs,
  requestId,
  eventId,
  afterMs,
  series: { minutes, hours },
}: CountedFailures): NonNullable<IssueUpdate['failures']> {
  return {
    count,
    firstMs,
    lastMs,
    ...(requestId !== undefined && { requestId }),
    ...(eventId !== undefined && { eventId }),
    ...(afterMs !== undefined && { afterMs }),
    minutes,
    hours,
  };
}
