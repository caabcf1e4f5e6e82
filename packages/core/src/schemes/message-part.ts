/** The parts that a message may be made of. */
import type { CoverageWarning, CoveredPart, MaybePromise, SignedRequest } from '../model.ts';
import type { Objection } from '../objection.ts';
import type { BodyPlace } from './part-source.ts';
import type { TemplatePassage } from './template-found.ts';
import type { MessageForm, ProveBody, TemplateOptions } from './template-options.ts';

/** A part of a template. A text is literal. */
export type MessagePart = string | MessageField;

/** What a field’s text is of: so it is judged where it can end. */
export type FieldName =
  | 'timestamp'
  | 'nonce'
  | 'id'
  | 'method'
  | 'path'
  | 'query'
  | 'url'
  | 'host'
  | 'body'
  | 'header'
  | 'form'
  | 'headers'
  | 'item'
  | 'type'
  | 'member'
  | 'optional'
  | 'parameter'
  | 'target'
  | 'digest';

/** A part of a request that a message has, with what reads it. */
export interface MessageField {
  readonly field: FieldName;
  /** As a declaration writes it, e.g. `{query:sorted}`. */
  readonly written: string;
  /** What of a request it covers; of a header nothing that has a name. */
  readonly covers: readonly CoveredPart[];
  /** The name of the header that it is, in lower case. */
  readonly header?: string;
  /** The query’s parameter that it is: its decoded name, and whether its letters are signed in lower case. */
  readonly parameter?: { readonly name: string; readonly isLower: boolean };
  /** Where in the body it is, with what parses that. */
  readonly inBody?: BodyPlace;
  /** Whether it may hold what separates the parts: all others then may not. At most one of a message. */
  readonly isFree?: boolean;
  /** What it begins and ends with, where it can fall away with the text about it. */
  readonly optional?: { readonly head: string; readonly end: string };
  /** The headers that it is sure to cover, in lower case, where the sender chooses which it covers besides. */
  readonly demands?: (options: TemplateOptions) => readonly string[];
  /** What it leaves to be guessed. */
  readonly warning?: CoverageWarning | readonly CoverageWarning[];
  /** Makes what reads its text; undefined stands for the body. @throws SetupError where its source is not declared. */
  reader(options: TemplateOptions): FieldReader | undefined;
  /** Makes what it is filled with, where that may take a promise. */
  readonly prepare?: (passage: TemplatePassage) => MaybePromise<undefined>;
  /** Puts what it needs into a draft, to sign. */
  readonly place?: (options: TemplateOptions, request: SignedRequest) => SignedRequest;
  /** Reads what a gate says of whom requests are sent to; of parts that tell it. */
  readonly readOrigin?: MessageForm['readOrigin'];
  /** What proves the body that it stands for. */
  readonly proveBody?: ProveBody;
}

export type FieldReader = (passage: TemplatePassage) => string | Objection;
