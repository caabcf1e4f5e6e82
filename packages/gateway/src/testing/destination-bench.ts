/** What the contract suite of destinations works with: receivers that behave as they are told, messages, what is open. */
import type { AttemptCode, AttemptResult, Destination, Message } from '../deliver/destination.ts';
import { event } from './kept-events.ts';

/**
 * How what is at the other end behaves. `takes`: it takes all. `refuses`: it says no to all. `hangs`: it takes a message and says nothing.
 * `slow`: it answers byte by byte. `garbage`: it answers what nobody understands. `leaves`: it goes away before it answers. `hasty`: it answers,
 * and goes, before it has read the message. `away`: nobody is there. `chatty`: it takes all, and answers 1 MB.
 */
export type ReceiverBehaviour =
  | 'takes'
  | 'refuses'
  | 'hangs'
  | 'slow'
  | 'garbage'
  | 'leaves'
  | 'hasty'
  | 'away'
  | 'chatty';

export type Outcome = 'delivered' | AttemptCode;

/** A destination and what is at its other end, of one test. */
export interface DestinationBench {
  readonly destination: Destination;
  /** The bodies that arrived, in whatever order. Waits for none. */
  received(): Promise<readonly Uint8Array[]>;
  /** What no problem may show: a password, a token in an address. */
  readonly secrets: readonly string[];
  /** Ends the receiver. */
  close(): Promise<void>;
}

export interface DestinationContractOptions {
  readonly describe: (name: string, body: () => void) => unknown;
  readonly it: (name: string, body: () => Promise<void>) => unknown;
  /** Names the implementation in the test report. */
  readonly name: string;
  /** Opens a destination whose receiver behaves so; called once a test. Opened with `takes`, it takes 50 messages at once. */
  readonly open: (behaviour: ReceiverBehaviour) => Promise<DestinationBench>;
  /** What an attempt comes to by what its receiver does. Of several, any. Absent: a receiver of this kind cannot. */
  readonly comesTo: Readonly<
    Partial<Record<Exclude<ReceiverBehaviour, 'takes'>, Outcome | readonly Outcome[]>>
  >;
  /** `json`: it takes only bodies that are JSON objects, and may give them back written otherwise. Default `any`. */
  readonly bodies?: 'any' | 'json';
}

/** The same message for the same number. */
export function messageOf(n: number, changes: Partial<Message> = {}): Message {
  const kept = event(n);
  return {
    event: kept,
    destination: 'shop',
    attempt: 1,
    method: 'POST',
    headers: ['Content-Type', 'application/json', 'Webhook-Id', `msg_${n}`],
    body: kept.body,
    ...changes,
  };
}

/** A signal that never aborts. */
export function patience(): AbortSignal {
  return new AbortController().signal;
}

/** What a result is called: `delivered`, or its code. */
export function nameOf(result: AttemptResult): Outcome {
  return result.ok ? 'delivered' : result.code;
}

/** Waits until a condition holds, turn by turn of the event loop. @throws Error where it does not within ten seconds. */
export async function until(what: string, isSo: () => boolean | Promise<boolean>): Promise<void> {
  const untilMs = performance.now() + 10_000;
  while (!(await isSo())) {
    if (performance.now() > untilMs) throw new Error(`it never came to this: ${what}`);
    await new Promise((resolve) => setImmediate(resolve));
  }
}

/** What keeps a process alive, each kind with how many there are of it. */
export function openHandles(): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const kind of process.getActiveResourcesInfo()) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  // The loop's own, of who waits here.
  counts.delete('Immediate');
  return counts;
}
