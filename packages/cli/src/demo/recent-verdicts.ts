/** What the demo's page shows: the gateway's last verdicts, from the live stream of its admin API. */
import type { FindingView, LiveView, StreamPart, VerdictView } from '@countersign/api';
import type { Scenario } from '@countersign/sandbox';

/** A verdict, and what the gateway cannot know of a request. */
export interface VerdictRow extends VerdictView {
  /** These two of a scenario's request only. */
  readonly system: string | undefined;
  readonly title: string | undefined;
  /** Comes a moment later, of requests that are refused. */
  readonly finding?: FindingView['finding'];
}

export type ExplainedRow = VerdictRow & Required<Pick<VerdictRow, 'finding'>>;

const REMEMBERED = 50;

export class RecentVerdicts {
  readonly #rows: VerdictRow[] = [];
  readonly #origins: { readonly requestId: string; readonly scenario: Scenario }[] = [];

  /** The oldest first. */
  get rows(): readonly VerdictRow[] {
    return this.#rows;
  }

  /** Says of which scenario a request is, before the stream brings its verdict. */
  attribute(requestId: string, scenario: Scenario): void {
    pushWithin(this.#origins, { requestId, scenario });
  }

  /** Takes verdicts in until the stream ends. @param onCause called with the row of each finding @throws what the stream throws */
  async follow(
    stream: AsyncIterable<StreamPart<LiveView>>,
    onCause: (row: ExplainedRow) => void,
  ): Promise<void> {
    for await (const part of stream) {
      if (part.kind !== 'item') continue;
      const { item } = part;
      if ('finding' in item) {
        this.#addFinding(item, onCause);
        continue;
      }
      // The demo shows requests.
      if ('delivery' in item || 'issue' in item) continue;
      const origin = this.#origins.find(({ requestId }) => requestId === item.requestId);
      pushWithin(this.#rows, {
        ...item,
        system: origin?.scenario.provider,
        title: origin?.scenario.title,
      });
    }
  }

  #addFinding({ requestId, finding }: FindingView, onCause: (row: ExplainedRow) => void): void {
    const at = this.#rows.findIndex((row) => row.requestId === requestId);
    const row = this.#rows[at];
    if (!row) return;
    const explained = { ...row, finding };
    this.#rows[at] = explained;
    onCause(explained);
  }
}

function pushWithin<Item>(items: Item[], item: Item): void {
  items.push(item);
  if (items.length > REMEMBERED) items.shift();
}
