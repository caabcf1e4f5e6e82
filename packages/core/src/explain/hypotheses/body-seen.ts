/** Bodies that show by themselves that they are not what was sent. No trial can prove what is lost. */
import { counted } from '../../text/amounts.ts';
import { byteText } from '../../text/bytes.ts';
import { isGzip } from '../../text/is-gzip.ts';
import { shownText } from '../../text/shown-text.ts';
import type { SignHypothesis } from '../hypothesis.ts';
import { bodyText, bodyType, changeableBody } from '../other-body.ts';
import type { Trial } from '../trial.ts';
import { BODY_STEPS, RAW, STAYS_COMPRESSED } from './body-part.ts';
import { announcedBytes } from './body-whole.ts';

/** Texts of objects: what programs make of a parsed body. */
const OBJECT_TEXTS =
  /^(?:\[object \w+\]|<Buffer(?: [\da-f]{2})*(?: \.\.\. \d+ more bytes)?>|System\.(?:Byte|IO)[\w.[\]]*|java\.[\w.$]+@[\da-f]+|\[B@[\da-f]+|Resource id #\d+)$/;

function typeOf(trial: Trial): string {
  return bodyType(trial)?.type ?? '';
}

const OF_BODIES = /[/+](?:json|xml)$|^multipart\/|^application\/x-www-form-urlencoded$/;

/** What speaks of a body that is not there. */
function signOfBody(trial: Trial): string | undefined {
  const { headers, method } = trial.request;
  const length = announcedBytes(trial) ?? 0;
  if (length > 0) return `Content-Length says ${counted(length, 'byte')}`;
  if (headers.get('transfer-encoding') !== undefined) return 'Transfer-Encoding says that there is one';
  // The rows of methods say so of a GET.
  const type = typeOf(trial);
  return method !== 'GET' && method !== 'HEAD' && OF_BODIES.test(type)
    ? `Content-Type says that it is ${shownText(type)}`
    : undefined;
}

/** Whether a text begins as JSON does and ends before it is whole. */
function breaksOff(text: string): boolean {
  if (!/^\s*[{[]/.test(text)) return false;
  let depth = 0;
  let isInText = false;
  for (let i = 0; i < text.length; i++) {
    const char = text[i];
    if (isInText) {
      if (char === '\\') i++;
      else if (char === '"') isInText = false;
    } else if (char === '"') isInText = true;
    else if (char === '{' || char === '[') depth++;
    else if (char === '}' || char === ']') depth--;
  }
  return isInText || depth > 0;
}

export const BODY_SEEN: readonly SignHypothesis[] = [
  {
    id: 'body-lost',
    ...BODY_STEPS,
    certainty: 'possible',
    sees: (trial) =>
      trial.scheme.readsBody && trial.request.body.length === 0 ? signOfBody(trial) : undefined,
    says: (detail) => `The body is empty, though ${detail}: something has read it before, or it was dropped.`,
    mend: () =>
      'Read the body once, before any parser, and hand the gate these bytes: a stream that a parser has read is empty.',
    example: 'raw-body',
  },
  {
    id: 'body-of-an-object',
    ...BODY_STEPS,
    certainty: 'likely',
    sees: (trial) => (OBJECT_TEXTS.test(bodyText(trial)?.trim() ?? '') ? '' : undefined),
    says: () =>
      'The body is what a program calls an object that it holds, such as [object Object] or <Buffer …>, not what the sender sent.',
    mend: () => `${RAW} An object that a parser has made cannot be turned back into them.`,
    example: 'raw-body',
  },
  {
    id: 'body-truncated',
    ...BODY_STEPS,
    certainty: 'likely',
    sees(trial) {
      const length = announcedBytes(trial);
      const { body } = trial.request;
      return trial.scheme.readsBody && length !== undefined && body.length > 0 && length > body.length
        ? `${counted(body.length, 'byte')} of ${length} are here`
        : undefined;
    },
    says: (detail) =>
      `The body is shorter than its Content-Length: ${detail}. It was cut off, or its text was changed.`,
    mend: () =>
      `Look for a limit on bodies, for a read that takes the first piece only, and for lengths that were counted in characters. ${RAW}`,
    example: 'raw-body',
  },
  {
    id: 'body-grown',
    ...BODY_STEPS,
    certainty: 'likely',
    sees(trial) {
      const length = announcedBytes(trial);
      const { body } = trial.request;
      return trial.scheme.readsBody && length !== undefined && length > 0 && length < body.length
        ? `${counted(body.length, 'byte')} are here, ${length} were sent`
        : undefined;
    },
    says: (detail) =>
      `The body is longer than its Content-Length: ${detail}. It was changed after it was sent.`,
    mend: () => RAW,
    example: 'raw-body',
  },
  {
    id: 'body-coding-undone',
    ...BODY_STEPS,
    certainty: 'likely',
    sees(trial) {
      const { body, headers } = trial.request;
      const coding = headers.get('content-encoding')?.trim().toLowerCase();
      return trial.scheme.readsBody &&
        (coding === 'gzip' || coding === 'x-gzip') &&
        !isGzip(body) &&
        body.length > 0
        ? 'gzip'
        : undefined;
    },
    says: (coding) =>
      `Content-Encoding says ${coding}, and the body is not compressed: it was decompressed on its way, and the signature can be of the compressed bytes.`,
    mend: () => STAYS_COMPRESSED,
    example: 'decompression',
  },
  {
    id: 'body-json-breaks-off',
    ...BODY_STEPS,
    certainty: 'likely',
    sees(trial) {
      // Byte by byte: it may break off within a letter.
      const body = /[/+]json$/.test(typeOf(trial)) ? changeableBody(trial) : undefined;
      return body && breaksOff(byteText(body)) ? counted(body.length, 'byte') : undefined;
    },
    says: (length) => `The body is JSON that breaks off after ${length}: the rest is missing.`,
    mend: () =>
      'Look for a limit on bodies, for a read that takes the first piece only, and for quotes that a shell has eaten.',
    example: 'raw-body',
  },
  {
    id: 'body-characters-lost',
    ...BODY_STEPS,
    certainty: 'possible',
    sees: (trial) => (bodyText(trial)?.includes('\ufffd') ? '' : undefined),
    says: () =>
      'The body holds the character U+FFFD (�), which stands for bytes that were no UTF-8 when somebody decoded them: they are lost.',
    mend: () => 'Hand the gate the raw body, as bytes: nothing may make a text of it and bytes again.',
    example: 'charset',
  },
];
