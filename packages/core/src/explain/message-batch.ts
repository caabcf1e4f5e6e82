/** Many messages in one trial: each is a reading of the request, and the engine holds one after the other against the signature. */

import type { Message, MessagePiece } from '../crypto/backend.ts';
import { ifBuildable } from '../if-buildable.ts';
import type { BodyReading } from '../schemes/body-reading.ts';
import type { MessageField, MessagePart } from '../schemes/message-part.ts';
import { isTemplateForm } from '../schemes/message-template.ts';
import type { TemplatePassage } from '../schemes/template-found.ts';
import type { MessageForm, TemplateOptions } from '../schemes/template-options.ts';
import { declaredAs } from './declared.ts';
import { withTemplate } from './other-options.ts';
import type { Change, Trial } from './trial.ts';
import { textAt } from './written-signature.ts';

/** A message that a sender may have signed. */
export interface MessageToTry {
  /** As a declaration writes it. */
  readonly pattern: string;
  readonly parts: readonly MessagePart[];
}

/** So many short messages a secret proves in a third of a millisecond. */
const MAX_MESSAGES = 64;
/** What takes longer: 64 bodies of a kilobyte. */
const MAX_BYTES = 64 * 1024;
/** The engine makes at most 16 verifications by public keys for a request. */
const MAX_SLOW = 16;

/** The trial over each of these messages, as many at once as take less time than other work may wait. */
export function* withMessages(trial: Trial, messages: Iterable<MessageToTry>): Generator<Change> {
  const { options } = declaredAs(trial.scheme, 'template') ?? {};
  if (!options) return;
  const most = batchSize(trial, options);
  // What proves the body of a form is another thing than of a message without it.
  const [ofForms, others]: readonly [MessageToTry[], MessageToTry[]] = [[], []];
  for (const message of messages) {
    const batch = hasForm(message.parts) ? ofForms : others;
    batch.push(message);
    if (batch.length === most) yield* withBatch(trial, options, batch.splice(0));
  }
  for (const batch of [ofForms, others]) if (batch.length > 0) yield* withBatch(trial, options, batch);
}

function hasForm(parts: readonly MessagePart[]): boolean {
  return parts.some((part) => typeof part !== 'string' && part.proveBody !== undefined);
}

/** Whether nothing of these messages proves the body any more, not even by a digest elsewhere. */
function leavesForm(
  trial: Trial,
  { message, bodyDigest }: TemplateOptions,
  batch: readonly MessageToTry[],
): boolean {
  const had = isTemplateForm(message) && message.parts.some(hasForm);
  const hasDigest = bodyDigest !== undefined && textAt(bodyDigest, trial) !== undefined;
  return had && !hasDigest && !batch.some(({ parts }) => hasForm(parts));
}

function batchSize({ request, keys = [] }: Trial, { keyForms, body = [] }: TemplateOptions): number {
  const readings = Math.max(1, body.length);
  if (keyForms.some(({ kind }) => kind !== 'secret'))
    return Math.max(1, Math.floor(MAX_SLOW / Math.max(1, keys.length) / readings));
  const bytes = readings * Math.max(1, keys.length) * (request.body.length + 256);
  return Math.max(1, Math.min(MAX_MESSAGES, Math.floor(MAX_BYTES / bytes)));
}

/** One trial, whose detail is the pattern of the message that was made last: the one that holds. */
function* withBatch(
  trial: Trial,
  options: TemplateOptions,
  batch: readonly MessageToTry[],
): Generator<Change> {
  let last = '';
  const note = (pattern: string): void => {
    last = pattern;
  };
  const body = batch.flatMap((message) => bodyReadings(message, options, note));
  const message = formOf(batch, options);
  if (body.length === 0) return;
  const { bodyDigest, ...bare } = options;
  const digestOption = bodyDigest && !leavesForm(trial, options, batch) ? { bodyDigest } : {};
  for (const change of withTemplate(trial, () => ({ ...bare, ...digestOption, message, body })))
    yield { ...change, detail: () => last };
}

const EXACT: BodyReading = { name: '', read: ({ request }) => request.body };

/** The message with the body as each reading of the scheme has it; none where a part of it has no source. */
function bodyReadings(
  { pattern, parts }: MessageToTry,
  options: TemplateOptions,
  note: (pattern: string) => void,
): readonly BodyReading[] {
  const segments = segmentsOf(parts, options);
  if (segments === undefined) return [];
  const bodies = segments.includes(undefined) ? (options.body ?? [EXACT]) : [EXACT];
  return bodies.map((body) => ({
    ...body,
    read(passage) {
      const message = filled(segments, passage, body);
      if (message) note(pattern);
      return message;
    },
  }));
}

type Segment = string | ReturnType<MessageField['reader']>;

function segmentsOf(parts: readonly MessagePart[], options: TemplateOptions): readonly Segment[] | undefined {
  return ifBuildable(() => parts.map((part) => (typeof part === 'string' ? part : part.reader(options))));
}

function filled(
  segments: readonly Segment[],
  passage: TemplatePassage,
  body: BodyReading,
): Message | undefined {
  const pieces: MessagePiece[] = [];
  for (const segment of segments) {
    const text =
      segment === undefined ? body.read(passage) : typeof segment === 'string' ? segment : segment(passage);
    if (text === undefined) return undefined;
    if (typeof text === 'string' || text instanceof Uint8Array) pieces.push(text);
    else if ('reason' in text) return undefined;
    else pieces.push(...text);
  }
  return pieces;
}

/** What is read for all of them, and what proves a body of which no message has the bytes. */
function formOf(batch: readonly MessageToTry[], options: TemplateOptions): MessageForm {
  const fields = batch.flatMap(fieldParts);
  const prepare = fields.find((field) => field.prepare)?.prepare;
  const form = fields.find(({ proveBody }) => proveBody);
  return {
    compile: ({ bodyDigest }) => {
      const bodyProof = (form?.proveBody ?? bodyDigest?.proveBody)?.(options, form !== undefined);
      return {
        templates: [
          {
            covers: new Set(fields.flatMap(({ covers }) => covers)),
            fields: new Set(fields.map(({ field }) => field)),
            headers: [],
            warnings: [],
            applies: () => true,
            // Each reading is the whole message.
            fill: (_passage, message) => (message instanceof Uint8Array ? [message] : message),
          },
        ],
        ...(prepare && { prepare }),
        ...(bodyProof && { bodyProof }),
      };
    },
  };
}

function fieldParts({ parts }: MessageToTry): readonly MessageField[] {
  return parts.filter((part) => typeof part !== 'string');
}
