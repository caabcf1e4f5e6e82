/** Parts of a message that fall away, with the text about them, where the request does not have what they are of. */
import { type Objection, objection } from '../objection.ts';
import { SetupError } from '../setup-error.ts';
import { utf8Text } from '../text/bytes.ts';
import type { MessageField, MessagePart } from './message-part.ts';
import { readHeader } from './message-parts.ts';
import type { TemplatePassage } from './template-found.ts';
import type { TemplateOptions } from './template-options.ts';
import { parameterReader } from './url-parts.ts';

export const TEXT_ABOUT_ONE = 'Give one {header:NAME} or {parameter:NAME}, with text before and behind it.';

/**
 * A header or a parameter with the text before and behind it. What stands behind shows where it ends: a value that holds
 * it is refused.
 * @throws SetupError for other parts, and for one without text on both sides: nothing would show that it is there
 */
export function fallsAway(before: string, part: MessageField, behind: string): MessageField {
  const written = `{?${before}${part.written}${behind}?}`;
  const read = readerOf(part);
  if (read === undefined || before === '' || behind === '') {
    throw new SetupError('scheme.message', `${JSON.stringify(written)} cannot fall away`, TEXT_ABOUT_ONE);
  }
  const [head, end] = [utf8Text(before), utf8Text(behind)];
  return {
    ...part,
    field: 'optional',
    written,
    covers: [],
    optional: { head, end },
    reader(options) {
      const readPart = read(options);
      return (passage) => {
        const text = readPart(passage);
        if (text === undefined || typeof text !== 'string') return text ?? '';
        return (text + end).indexOf(end) === text.length ? head + text + end : heldEnd(part.written, behind);
      };
    },
  };
}

type OptionalReader = (passage: TemplatePassage) => string | undefined | Objection;

/** What reads a part that may be absent; an empty one is. */
function readerOf({
  header,
  parameter,
}: MessageField): ((options: TemplateOptions) => OptionalReader) | undefined {
  if (parameter !== undefined) return (options) => parameterReader(parameter, options);
  if (header === undefined) return undefined;
  const read = readHeader(header, true);
  return () => (passage) => {
    const text = read(passage);
    return text === '' ? undefined : text;
  };
}

function heldEnd(written: string, end: string): Objection {
  return objection(
    'missing-part',
    `${written} holds ${JSON.stringify(end)}, which ends it in the message`,
    'The sender must choose another: text could be moved across its end.',
  );
}

/**
 * Whether what follows an optional part can be mistaken for it: then nothing shows whether it is there.
 * @throws SetupError
 */
export function refuseAlike(parts: readonly MessagePart[]): void {
  for (const [at, part] of parts.entries()) {
    if (typeof part === 'string' || part.optional === undefined) continue;
    for (const next of parts.slice(at + 1)) {
      const head = typeof next === 'string' ? next : next.optional?.head;
      if (head === undefined || head.startsWith(part.optional.head) || part.optional.head.startsWith(head)) {
        throw new SetupError(
          'scheme.message',
          `what stands behind ${JSON.stringify(part.written)} can begin as it does`,
          'Begin each with a text of its own, and what follows with another one.',
        );
      }
      if (typeof next === 'string') break;
    }
  }
}
