/** The parts that a message may be made of. */
import type { CoverageWarning, CoveredPart, MaybePromise } from '../model.ts';
import type { Objection } from '../objection.ts';
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
  /** What it leaves to be guessed. */
  readonly warning?: CoverageWarning;
  /** Makes what reads its text; undefined stands for the body. @throws SetupError where its source is not declared. */
  reader(options: TemplateOptions): FieldReader | undefined;
  /** Makes what it is filled with, where that may take a promise. */
  readonly prepare?: (passage: TemplatePassage) => MaybePromise<undefined>;
  /** Reads what a gate says of whom requests are sent to; of parts that tell it. */
  readonly readOrigin?: MessageForm['readOrigin'];
  /** What proves the body that it stands for. */
  readonly proveBody?: ProveBody;
}

export type FieldReader = (passage: TemplatePassage) => string | Objection;
