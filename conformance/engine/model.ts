/** The nouns of the mutation engine: a subject is attacked at a place; each variant is a trial, which the judge judges. */
import type { Accepted, Gate, GateOptions, SignedRequest } from '@countersign/core';
import type { Meaning } from './meaning.ts';

/** A genuine request, signed outside this project, and the gate that takes it. */
export interface Subject {
  /** Its file and name, e.g. `stripe/valid-basic`. */
  readonly id: string;
  /** The row of the table: the provider, or the declared scheme’s name. */
  readonly provider: string;
  readonly options: Omit<GateOptions, 'now' | 'replay'>;
  readonly request: SignedRequest;
  /** When it was captured. */
  readonly nowMs: number;
  /** How its scheme’s own description reads body and query; bytes and text where it says nothing. */
  readonly meaning: Meaning;
  /** Of its signed time, where the gate's own options say nothing; undefined where none is signed. */
  readonly tolerance: Tolerance | undefined;
}

/** As the vector file has it, with who says so. */
export interface Tolerance {
  readonly pastSeconds: number;
  readonly futureSeconds: number;
}

/** The subject at its gate: what was accepted, what everybody can know of it, and gates to attack. */
export interface Opened extends Subject {
  /** Its clock is `clock.nowMs`. */
  readonly gate: Gate;
  /** The same gate, to which the genuine request came before. */
  readonly primed: Gate;
  readonly clock: { nowMs: number };
  readonly accepted: Accepted;
  /** The ids of the ring’s keys that signed it. */
  readonly signers: ReadonlySet<string>;
  /** What its key proved, where that is no token. */
  readonly message: Uint8Array | undefined;
  readonly places: ReadonlyMap<PlaceId, readonly Place[]>;
  /** All subjects, of which texts and keys are borrowed. */
  readonly others: readonly Subject[];
  /** The same at their gates. */
  readonly opened: readonly Opened[];
}

/** The parts of a request, and what stands around it. */
export const PLACE_IDS = [
  'method',
  'host',
  'path',
  'query',
  'headers',
  'body',
  'proof',
  'time',
  'id',
  'clock',
  'gate',
] as const;

export type PlaceId = (typeof PLACE_IDS)[number];

/** A text of a request that can be read and replaced: a byte string, one char a byte. */
export interface Place {
  readonly id: PlaceId;
  /** Of the header, say. */
  readonly name: string;
  readonly text: string;
  put(request: SignedRequest, text: string): SignedRequest;
}

/** One attack’s attempt. */
export interface Trial {
  readonly request: SignedRequest;
  /** Default: the subject’s. */
  readonly nowMs?: number;
  /** Another gate than the subject’s. One that cannot be set up refuses. */
  readonly options?: Subject['options'];
  /** What the gate had accepted, and when; default the genuine request, when it was captured. */
  readonly before?: { readonly request: SignedRequest; readonly nowMs: number };
  /** Whether nobody who holds a key of the gate signed anything of it: no acceptance can be right. */
  readonly isStrange?: boolean;
  /** Whether who holds a key of the gate signed it as it is: whatever it says may be accepted, once. */
  readonly isIssuers?: boolean;
}

/** Whole numbers from 0 below a bound, the same for the same seed. */
export type Draw = (below: number) => number;

/** One way to change a request. A row of data: it makes variants and judges nothing. */
export interface Attack {
  readonly id: string;
  /** What it does, for the page. */
  readonly summary: string;
  /** How many variants there are before chance begins; 0 with no variant at all; or why there can be none at that place. */
  count(subject: Opened, place: PlaceId): number | string;
  /** The n-th variant, n from 0; undefined where it changes nothing. What `n` does not decide, `draw` does. */
  variant(subject: Opened, place: PlaceId, n: number, draw: Draw): Trial | undefined;
}
