/** A trial’s message, made of other parts. */
import type { Objection } from '../objection.ts';
import type { MessageField, MessagePart } from '../schemes/message-part.ts';
import { BODY } from '../schemes/message-parts.ts';
import { isTemplateForm } from '../schemes/message-template.ts';
import type { TemplateOptions } from '../schemes/template-options.ts';
import { declaredAs } from './declared.ts';
import { type MessageToTry, withMessages } from './message-batch.ts';
import type { Change, Trial } from './trial.ts';

export type Parts = readonly MessagePart[];

/** Each message of the scheme’s, made of the parts that a change gives. */
export function withParts(
  trial: Trial,
  change: (parts: Parts, options: TemplateOptions) => Iterable<Parts>,
): Generator<Change> {
  return withMessages(trial, beginsAsMessage(trial) ? [] : otherMessages(trial, change));
}

/** Whether the body begins with what a message has before it: one that was captured whole and sent as a body has its signature, and none of its time. */
function beginsAsMessage({ scheme, request: { body } }: Trial): boolean {
  const { options } = declaredAs(scheme, 'template') ?? {};
  if (!options) return false;
  const start = String.fromCharCode(...body.subarray(0, MAX_START_BYTES));
  return partsOf(options).some((parts) => {
    const before = parts.slice(
      0,
      parts.findIndex((part) => isField(part) && part.field === 'body'),
    );
    const isTimed = before.some((part) => isField(part) && part.field === 'timestamp');
    return isTimed && new RegExp(`^${before.map(patternOfPart).join('')}`).test(start);
  });
}

const MAX_START_BYTES = 512;

/** What a part looks like in a message. */
function patternOfPart(part: MessagePart): string {
  if (!isField(part)) return part.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
  if (part.field === 'timestamp') return '(?:\\d{9,19}(?:\\.\\d{1,9})?|\\d{4}-\\d\\d-\\d\\d[\\w:.+-]{1,24})';
  return part.field === 'method' ? '[A-Za-z]{1,16}' : '[^\\s{"<]{1,256}';
}

function* otherMessages(
  { scheme }: Trial,
  change: (parts: Parts, options: TemplateOptions) => Iterable<Parts>,
): Generator<MessageToTry> {
  const { options } = declaredAs(scheme, 'template') ?? {};
  if (!options) return;
  const tried = new Set<string>();
  for (const own of partsOf(options)) {
    const ownPattern = templateText(own);
    for (const other of change(own, options)) {
      const parts = other.filter((part) => part !== '');
      const pattern = templateText(parts);
      if (pattern === ownPattern || tried.has(pattern)) continue;
      tried.add(pattern);
      yield { pattern, parts };
    }
  }
}

/** Of each of its messages. */
export function partsOf({ message }: TemplateOptions): readonly Parts[] {
  return isTemplateForm(message) ? message.parts : [[BODY]];
}

/** As a declaration in YAML writes it between double quotes, line ends as \n, but for the quotes inside. */
export function templateText(parts: Parts): string {
  return parts
    .map((part) =>
      typeof part === 'string'
        ? JSON.stringify(part.replace(/[\\{}]/g, '\\$&'))
            .slice(1, -1)
            .replaceAll('\\"', '"')
        : part.written,
    )
    .join('');
}

export function isField(part: MessagePart | undefined): part is MessageField {
  return part !== undefined && typeof part !== 'string';
}

/** Where the parts are that a message has of a field. */
export function placesOf(parts: Parts, field: MessageField['field']): readonly number[] {
  return parts.flatMap((part, at) => (isField(part) && part.field === field ? [at] : []));
}

/** Without that part, and without the text that stands between it and its neighbour, behind it or before it. */
export function* without(parts: Parts, at: number): Generator<Parts> {
  const [before, after] = [parts[at - 1], parts[at + 1]];
  if (typeof after === 'string') yield [...parts.slice(0, at), ...parts.slice(at + 2)];
  if (typeof before === 'string') yield [...parts.slice(0, at - 1), ...parts.slice(at + 1)];
  if (typeof after !== 'string' && typeof before !== 'string') yield parts.filter((_, i) => i !== at);
}

/** With another part in the place of each that has that field. */
export function replaced(
  parts: Parts,
  field: MessageField['field'],
  ...others: readonly MessageField[]
): Generator<Parts> {
  return replacedBy(parts, field, ...others.map((other) => [other]));
}

/** The same with several parts. */
export function* replacedBy(
  parts: Parts,
  field: MessageField['field'],
  ...others: readonly Parts[]
): Generator<Parts> {
  for (const at of placesOf(parts, field)) for (const other of others) yield parts.toSpliced(at, 1, ...other);
}

const UNCHANGED: Objection = { reason: 'missing-part', problem: '' };

/** A field whose text is rewritten; where it stays what it is, or is none, there is no message. @param written as sentences name it */
export function mapField(
  field: MessageField,
  written: string,
  change: (text: string) => string | undefined,
): MessageField {
  return {
    ...field,
    written,
    reader(options) {
      const read = field.reader(options);
      return (passage) => {
        const text = read?.(passage);
        if (typeof text !== 'string') return text ?? '';
        const other = change(text);
        return other === undefined || other === text ? UNCHANGED : other;
      };
    },
  };
}

/** A field whose text is known. @param written as sentences name it */
export function literalField(field: MessageField['field'], written: string, text: string): MessageField {
  return { field, written, covers: ['body'], reader: () => () => text };
}
