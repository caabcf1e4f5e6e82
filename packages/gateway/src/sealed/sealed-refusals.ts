/** Refused requests as they came, encrypted where there is a store key. */
import type { RepeatView } from '@countersign/api';
import type { RefusalReason, SignedRequest, Step } from '@countersign/core';
import type {
  ListedRefusal,
  RefusedBounds,
  RefusedListOptions,
  RefusedStore,
  StoredRefusal,
} from '../stores/refused-store.ts';
import type { Sealer } from './seal.ts';

/** A refused request, byte-exact, and why it was refused. */
export interface RefusedRequest extends RefusedHead {
  /** Empty where it was left out. */
  readonly body: Uint8Array;
}

/** All but the body. */
export interface RefusedHead {
  /** The request’s id, as the answer and the log’s line have it. */
  readonly id: string;
  readonly gate: string;
  /** When it was refused: milliseconds since the epoch, a whole number. */
  readonly receivedMs: number;
  readonly reason: RefusalReason;
  readonly step: Step;
  /** What was wrong, as the log has it. */
  readonly message?: string;
  readonly method: string;
  /** As in the request line. */
  readonly url: string;
  /** Names and values in turn, as received; the proof is among them. */
  readonly headers: readonly string[];
  /** What a trusted proxy said of the client. */
  readonly forwarded?: NonNullable<SignedRequest['forwarded']>;
  /** The client’s. */
  readonly remoteAddress: string;
  /** Of the body as it came, or was announced. */
  readonly bodyBytes: number;
  /** Why the body is not there. */
  readonly bodyLeftOut?: BodyLeftOut;
  /** Of a repeat. */
  readonly repeat?: RepeatView;
}

/** Nobody read it, since the head was reason enough or it was passed on as it came; or it was beyond what is kept. */
export type BodyLeftOut = 'not-read' | 'too-long';

export interface RefusalPage {
  readonly refusals: readonly RefusedHead[];
  /** Where the next page begins; undefined on the last one. */
  readonly next: number | undefined;
  /** How many of this page do not open: they were stored under another store key. */
  readonly unreadable: number;
}

/** The refused requests of a store. */
export interface SealedRefusals {
  /** Keeps requests, in their order. @param boundsOf a gate by its name */
  keep(requests: readonly RefusedRequest[], boundsOf: (gate: string) => TimedBounds): Promise<void>;
  /** `unreadable`: it was stored under another store key. */
  get(id: string): Promise<RefusedRequest | 'unreadable' | undefined>;
  /** The last that was kept first. */
  list(query: RefusedListOptions & { readonly limit: number }): Promise<RefusalPage>;
  sweep(): Promise<void>;
}

export interface TimedBounds extends RefusedBounds {
  readonly forMs: number;
}

/** @param sealer undefined: in the clear, for a store that is gone with the process */
export function createSealedRefusals(refused: RefusedStore, sealer: Sealer | undefined): SealedRefusals {
  const seal = (bytes: Uint8Array, context: string): Uint8Array => sealer?.seal(bytes, context) ?? bytes;
  const open = (bytes: Uint8Array, context: string): Uint8Array | undefined =>
    sealer === undefined ? bytes : sealer.openBytes(bytes, context);
  const store = ({ body, ...head }: RefusedRequest, { forMs }: TimedBounds): StoredRefusal => ({
    id: head.id,
    gate: head.gate,
    receivedMs: head.receivedMs,
    untilMs: head.receivedMs + forMs,
    head: seal(Buffer.from(JSON.stringify(head)), refusedContext(head.id, 'head')),
    body: seal(body, refusedContext(head.id, 'body')),
  });
  const openHead = ({ id, head }: Pick<StoredRefusal, 'id' | 'head'>): RefusedHead | undefined =>
    readHead(open(head, refusedContext(id, 'head')));
  return {
    keep: (requests, boundsOf) =>
      refused.keep(
        requests.map((request) => store(request, boundsOf(request.gate))),
        boundsOf,
      ),
    get: async (id) => {
      const stored = await refused.get(id);
      if (stored === undefined) return undefined;
      const head = openHead(stored);
      const body = open(stored.body, refusedContext(id, 'body'));
      return head === undefined || body === undefined ? 'unreadable' : { ...head, body };
    },
    list: async (query) => {
      // One more than asked for tells whether there is a next page.
      const listed = await refused.list({ ...query, limit: query.limit + 1 });
      const page = listed.slice(0, query.limit);
      const refusals = page.map(openHead).filter((head) => head !== undefined);
      return {
        refusals,
        next: listed.length > query.limit ? lastPlace(page) : undefined,
        unreadable: page.length - refusals.length,
      };
    },
    sweep: () => refused.sweep(),
  };
}

function lastPlace(page: readonly ListedRefusal[]): number | undefined {
  return page.at(-1)?.place;
}

function readHead(bytes: Uint8Array | undefined): RefusedHead | undefined {
  if (bytes === undefined) return undefined;
  try {
    return JSON.parse(Buffer.from(bytes).toString('utf8')) as RefusedHead;
  } catch {
    // Another key opens nothing; a file that was kept without one holds none of these.
    return undefined;
  }
}

/** What a part of a refused request is sealed for. */
export function refusedContext(id: string, part: 'head' | 'body'): string {
  return `refused ${part} ${id}`;
}
