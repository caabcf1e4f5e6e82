/** Has a case of `vectors/explain` explained. Without anything of Node's: it runs on every runtime. */
import {
  createGate,
  done,
  type Gate,
  type GateOptions,
  type KeySpec,
  type Refused,
  type RequestParts,
  type SignedRequest,
} from '@countersign/core';
import { type EarlierRequest, type Explanation, explain } from '@countersign/core/explain';
import { actionOfPath } from './action-of-path.ts';

export interface ExplainVector {
  readonly name: string;
  /** `provider` or `scheme`, as `createGate` takes it. */
  readonly gate: Pick<GateOptions, 'provider' | 'scheme'>;
  /** The receiver’s. */
  readonly keys: readonly (string | KeySpec)[];
  /** What of a request names its action, where keys are bound to actions: the last segment of its path. */
  readonly action?: 'path';
  /** What the address of the receiver’s keys answers, where they are fetched. */
  readonly keySet?: object;
  /** Unix seconds. */
  readonly now: number;
  readonly request: {
    readonly method: string;
    readonly url: string;
    readonly headers: readonly (readonly [string, string])[];
    readonly bodyBase64: string;
    /** What a trusted proxy says. */
    readonly forwarded?: SignedRequest['forwarded'];
  };
  /** What became of the same request before, where this one is refused for that alone. */
  readonly earlier?: 'committed' | 'in-flight';
  /** What a store has of that: the Unix seconds when it came, and the event that it became. */
  readonly stored?: { readonly taken?: number; readonly eventId?: string };
  /** Other requests of the gate: the Unix seconds of their signed times, and when they came. */
  readonly neighbours?: readonly (readonly [number, number])[];
  /** What of its sentence depends on the request. */
  readonly says?: string;
}

/** Explains it as the gate that refused it would, by default with time for every trial. */
export async function explainVector(vector: ExplainVector, { budgetMs = 10_000 } = {}): Promise<Explanation> {
  const { gate: choice, keys, action, keySet, now, request, earlier, stored, neighbours = [] } = vector;
  const { bodyBase64, ...head } = request;
  const source = { ...head, body: Uint8Array.from(atob(bodyBase64), (letter) => letter.charCodeAt(0)) };
  const gate = createGate({
    ...choice,
    keys,
    ...(action && { action: actionOfPath }),
    now: () => now * 1000,
    allowShortKey: true,
    ...(keySet && { fetch: () => Promise.resolve(Response.json(keySet)) }),
  });
  const refused = earlier && (await repeated(source, gate, earlier));
  return explain(source, gate, {
    budgetMs,
    ...(refused && { refused }),
    ...(stored && { earlier: earlierRequest(stored) }),
    neighbours: neighbours.map(([signed, received]) => ({
      signedMs: signed * 1000,
      receivedMs: received * 1000,
    })),
  });
}

function earlierRequest({ taken, eventId }: NonNullable<ExplainVector['stored']>): EarlierRequest {
  return { ...(taken !== undefined && { takenMs: taken * 1000 }), ...(eventId !== undefined && { eventId }) };
}

/** How the request is refused that comes a second time, while the first is on its way or after it. */
async function repeated(
  source: RequestParts,
  gate: Gate,
  earlier: 'committed' | 'in-flight',
): Promise<Refused> {
  let end = (): void => {};
  const ended = new Promise<void>((resolve) => {
    end = resolve;
  });
  let begin = (): void => {};
  // Where proofs are judged beside each other, the second could be the first to be taken.
  const begun = new Promise<void>((resolve) => {
    begin = resolve;
  });
  const first = gate.receive(source, async () => {
    begin();
    if (earlier === 'in-flight') await ended;
    return done();
  });
  await (earlier === 'committed' ? first : begun);
  const second = await gate.receive(source, () => done());
  end();
  await first;
  if (second.kind !== 'refused') throw new Error('the second is no repeat');
  return second.verdict;
}
