/** The record of one request’s way through a gate. */
import type { Message } from './crypto/backend.ts';
import type { KeyInfo } from './keys.ts';
import type { SignedRequest, Verdict } from './model.ts';
import type { ObjectionCode } from './objection.ts';
import type { Step } from './refusals.ts';

/** What a gate read and made of a request. For the operator: the messages hold what the request does. */
export interface Trace {
  readonly request: SignedRequest;
  readonly verdict: Verdict;
  /** The last step that the request came to: of a refused one the step that refused it. */
  readonly step: Step;
  /** The messages that keys were held against, in this order; none of a token, which is its own message. */
  readonly messages: readonly TracedMessage[];
  /** The key and the reading by which a message held, also where the request was refused all the same. */
  readonly match?: { readonly keyId: string; readonly reading: string };
  /** What to do once the request has been explained, where the verdict’s remedy is to have it explained. */
  readonly remedy?: string;
  /** What the refusal is of, where its reason stands for several things. */
  readonly code?: ObjectionCode;
  /** The keys that came back for it, where a gate’s keys are fetched or found by a function. */
  readonly keys?: readonly KeyInfo[];
}

export interface TracedMessage {
  /** The name of its reading; empty where the scheme has one reading only. */
  readonly reading: string;
  readonly message: Message;
}
