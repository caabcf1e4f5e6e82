/** A part of a request that a message can have, and what it takes to read one. */
import type { KeySpec } from '../keys.ts';
import type { SignedRequest } from '../model.ts';
import type { RawOptions } from '../options.ts';
import type { NamedText, Place } from './named-texts.ts';
import type { SignatureGuess } from './signature-guesses.ts';

/** `whole`: a canonical form, which is a message by itself. */
export type AtomKind = 'body' | 'time' | 'source' | 'method' | 'address' | 'whole';

export interface Atom {
  readonly kind: AtomKind;
  /** As a template writes it. */
  readonly written: string;
  /** A byte string. */
  readonly text: string;
  /** Where a time or another text sits. */
  readonly place?: Place | { readonly item: string };
  /** Of a time: its declaration, and when it is. */
  readonly time?: { readonly options: RawOptions; readonly ms: number };
  /** Whom the sender sends to, where the request does not say so itself. */
  readonly origin?: string;
  /** How the body is read, where that is not as it came. */
  readonly body?: string;
  /** The label of the signature’s list that it is, and what stands there. */
  readonly item?: { readonly label: string; readonly text: string };
  /** Whether senders often sign such a text. */
  readonly isLikely: boolean;
  /** Other parts of the request that hold the same text. */
  readonly same: readonly Atom[];
}

/** What is declared already, and what is needed to read more. */
export interface AtomContext {
  readonly request: SignedRequest;
  readonly texts: readonly NamedText[];
  readonly guess: SignatureGuess;
  /** Algorithm and signature. */
  readonly base: RawOptions;
  /** Any key that the algorithm takes. */
  readonly key: KeySpec;
}

export interface AtomDraft {
  readonly atom: Omit<Atom, 'text' | 'same'>;
  /** The declaration whose message is this part alone; or its text, where that can be no message. */
  readonly options: RawOptions | string;
}
