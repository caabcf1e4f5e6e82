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
  /** Usual name of the environment variable that holds the key. */
  readonly keyVariable: string;
  /** Whether a key in that variable is enough to mean it: it stands for any sender. Default false. */
  readonly isGeneric?: boolean;
  /** Its scheme as declared, and what of it a gate may set. */
  readonly scheme: SchemeSource;
  /** Options that it cannot be built without, with sample values. */
  readonly needs?: Readonly<Record<string, string>>;
  /** Senders that people name in its place, in lower case, each with the options that its requests need. */
  readonly senders?: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** Whether it knows where its keys are, so that a gate needs none. Default false. */
  readonly fetchesKeys?: boolean;
  /** What its ids begin with, by the lower-case name of their header, where only one sender writes that header. */
  readonly idBeginnings?: Readonly<Record<string, string>>;
  /** What to set where the sender’s platform is set up, as a sentence: it signs by itself, and nobody has to write code. Absent: whoever sends signs. */
  readonly setUp?: string;
  /** How long the sender waits for an answer, where it says so, in milliseconds. */
  readonly answerWithinMs?: number;
  /** What its requests prove themselves with. A token comes with requests of any method, a signature with POST unless a gate says otherwise. */
  readonly proof: 'signature' | 'token';
  /** What a gate of it is mostly there for: its actions are run, a client's call is passed on, a webhook is kept. */
  readonly usualOutcome: 'answer' | 'forward' | 'keep';
  /** What its sender hears of a repeat. */
  readonly repeats: Repeats;
  /** What this provider's replay identity leaves open. */
  readonly replayNote: string;
}

/** A provider with its options, as `withOptions` makes it. */
export interface SetProvider extends Provider {
  readonly scheme: SchemeSource & { readonly given: RawOptions };
}
