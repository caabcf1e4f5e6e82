/**
 * Sends the requests of one phase, at a rate or at full speed. Times are from the moment at which a request was meant to be sent: where the
 * gateway falls behind, what waits for a connection waits in the figures too (no coordinated omission).
 */
import { type Address, Connection } from '../engine/connection.ts';
import type { RequestSource } from '../engine/sent-request.ts';
import { nowUs } from './now-us.ts';

export interface PhaseOptions {
  readonly address: Address;
  readonly requests: RequestSource;
  readonly connections: number;
  /** Numbers of the requests. */
  readonly first: number;
  readonly count: number;
  /** In a second. Undefined: each connection sends the next as soon as it has an answer. */
  readonly perSecond: number | undefined;
  /** What has not been sent by then, since the machine is too slow for the rate, is not sent. Undefined: all are sent, however long it takes. */
  readonly forSeconds?: number;
}

export interface SentInPhase {
  readonly n: number;
  /** When it was meant to be sent, was sent, and was acknowledged, in microseconds of `nowUs`. */
  readonly dueUs: number;
  readonly sentUs: number;
  readonly acknowledgedUs: number;
}

export interface PhaseResult {
  readonly sent: readonly SentInPhase[];
  /** Answers other than 200, by status. */
  readonly refused: ReadonlyMap<number, number>;
  readonly seconds: number;
}

export async function runPhase(options: PhaseOptions): Promise<PhaseResult> {
  const { address, connections, count, first, perSecond, forSeconds = Number.POSITIVE_INFINITY } = options;
  const open = await Promise.all(Array.from({ length: connections }, () => Connection.open(address)));
  const sent: SentInPhase[] = [];
  const refused = new Map<number, number>();
  const startUs = nowUs();
  const due =
    perSecond === undefined ? atFullSpeed(first, count) : atRate({ first, count, startUs, perSecond });
  await Promise.all(
    open.map(async (connection) => {
      for (let next = await due.next(); next !== undefined; next = await due.next()) {
        if (nowUs() > startUs + forSeconds * 1e6) break;
        const { n, dueUs } = next;
        const { wire } = options.requests.make(n, Math.floor(Date.now() / 1_000));
        const sentUs = nowUs();
        const { status } = await connection.exchange(wire);
        if (status === 200) sent.push({ n, dueUs: dueUs ?? sentUs, sentUs, acknowledgedUs: nowUs() });
        else refused.set(status, (refused.get(status) ?? 0) + 1);
      }
      connection.close();
    }),
  );
  return { sent, refused, seconds: (nowUs() - startUs) / 1e6 };
}

interface Due {
  readonly n: number;
  /** Undefined: now. */
  readonly dueUs: number | undefined;
}

interface DueRequests {
  /** The next that is due, once it is; undefined where there are no more. */
  next(): Promise<Due | undefined>;
}

function atFullSpeed(first: number, count: number): DueRequests {
  let n = first;
  return { next: async () => (n < first + count ? { n: n++, dueUs: undefined } : undefined) };
}

interface Rate {
  readonly first: number;
  readonly count: number;
  readonly startUs: number;
  readonly perSecond: number;
}

/** Hands out what is due, in order, to the connections that wait for it; what is due while none does waits for one. */
function atRate({ first, count, startUs, perSecond }: Rate): DueRequests {
  let i = 0;
  const waiting: ((due: Due | undefined) => void)[] = [];
  const dueOf = (at: number): number => startUs + (at * 1e6) / perSecond;
  const hand = (): void => {
    const us = nowUs();
    while (waiting.length > 0 && i < count && dueOf(i) <= us) {
      waiting.shift()?.({ n: first + i, dueUs: dueOf(i) });
      i++;
    }
    if (i >= count) for (const end of waiting.splice(0)) end(undefined);
    else if (waiting.length > 0) setTimeout(hand, Math.max(0, Math.floor((dueOf(i) - us) / 1_000)));
  };
  return {
    next: () =>
      new Promise((resolve) => {
        waiting.push(resolve);
        if (waiting.length === 1) hand();
      }),
  };
}
