/** A provider: a named, ready-made scheme. One file of data in `providers/`, one vector file. */
import type { Repeats } from './model.ts';
import type { RawOptions } from './options.ts';
import type { SchemeSource } from './scheme-source.ts';

export interface Provider<Id extends string = string> {
  /** Lower-case kebab, e.g. `standard-webhooks`. */
  readonly id: Id;
  readonly title: string;
  /** One sentence: who sends such requests, and how they prove themselves. */
  readonly summary: string;
  /** Where the facts come from. */
  readonly source: string;
  /** Why it is unverified, as a sentence: no official source says all of it, or nobody but us has signed a request of it. Absent: both are there. */
  readonly unverified?: string;
  /** The provider as which it signs: its name, its headers and its set-up are its own, and no request tells the two from each other. */
  readonly signsAs?: string;
  /** Usual name of the environment variable that holds the key. */
  readonly keyVariable: string;
  /** Whether a key in that variable is enough to mean it: it stands for any sender. Default false. */
  readonly isGeneric?: boolean;
  /** Its scheme as declared, and what of it a gate may set. */
  readonly scheme: SchemeSource;
  /** Options that it cannot be built without, with sample values. */
  readonly needs?: Readonly<Record<string, string>>;
  /** Options that it can be built without and that its set-up has a place for: its test of the address is answered, or its keys are asked for, by them alone. With sample values. */
  readonly usualOptions?: Readonly<Record<string, string>>;
  /** Other names that people have for its sender, in lower case. */
  readonly otherNames?: readonly string[];
  /** Whether it knows where its keys are, so that a gate needs none. Default false. */
  readonly fetchesKeys?: boolean;
  /** The option with which it asks for its keys itself, so that a gate that has it needs none. */
  readonly fetchesKeysWith?: string;
  /** What its ids begin with, by the lower-case name of their header, where only one sender writes that header. */
  readonly idBeginnings?: Readonly<Record<string, string>>;
  /** Headers beside the proof that tell its requests from others with a proof in the same place, by their lower-case name. */
  readonly marks?: Readonly<Record<string, string>>;
  /** What to set where the sender’s platform is set up, as a sentence: it signs by itself, and nobody has to write code. Absent: whoever sends signs. */
  readonly setUp?: string;
  /** How long the sender waits for an answer, where it says so, in milliseconds. */
  readonly answerWithinMs?: number;
  /** For how long the sender sends again what was not taken, where it says so, in milliseconds. */
  readonly retriesForMs?: number;
  /** What makes the sender stop sending altogether, as a sentence. */
  readonly givesUp?: string;
  /** Which of these three its documentation does not say. Absent where it stands for no one sender. */
  readonly unpublished?: readonly SenderLimit[];
  /** What its requests prove themselves with. A token comes with requests of any method, a signature with POST unless a gate says otherwise. */
  readonly proof: 'signature' | 'token';
  /** What a gate of it is mostly there for: its actions are run, a client's call is passed on, a webhook is kept. */
  readonly usualOutcome: 'answer' | 'forward' | 'keep';
  /** What its sender hears of a repeat. */
  readonly repeats: Repeats;
  /** What this provider's replay identity leaves open. */
  readonly replayNote: string;
}

/** What a sender keeps to when it delivers. */
export type SenderLimit = 'answerWithinMs' | 'retriesForMs' | 'givesUp';

/** A provider with its options, as `withOptions` makes it. */
export interface SetProvider extends Provider {
  readonly scheme: SchemeSource & { readonly given: RawOptions };
}
