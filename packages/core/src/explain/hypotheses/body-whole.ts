/** Bodies of which something is missing or too much, and such that were never signed. */
import { latin1, utf8 } from '../../text/bytes.ts';
import type { TrialHypothesis } from '../hypothesis.ts';
import { bodyType, changeableBody, otherBody, withBody } from '../other-body.ts';
import type { Change, Trial } from '../trial.ts';
import { BODY_STEPS, RAW } from './body-part.ts';

/** The length that the head says; undefined where it says none. */
export function announcedBytes({ request }: Pick<Trial, 'request'>): number | undefined {
  const text = request.headers.single('content-length')?.trim();
  return text !== undefined && /^\d{1,15}$/.test(text) ? Number(text) : undefined;
}

/** What is signed where a variable holds no body, with what it is called. */
const NO_BODIES: readonly (readonly [string, string])[] = [
  ['', 'nothing, an empty body'],
  ['{}', '{}'],
  ['undefined', 'the word undefined'],
  ['null', 'the word null'],
  ['[object Object]', '[object Object]'],
  ['None', 'the word None'],
  ['[]', '[]'],
];

/** Whether a message signature covers no digest: of an empty body none is demanded, so that one would hold for nothing. */
function hasNoDigest({ scheme, request }: Trial): boolean {
  if (!scheme.headers.proof.includes('signature-input')) return false;
  return !request.headers.get('signature-input')?.includes('"content-digest"');
}

/** The boundary that the header names, where the body’s lines have another. */
function boundariesOf(trial: Trial): { readonly named: string; readonly written: string } | undefined {
  const media = bodyType(trial);
  const named = media?.type.startsWith('multipart/') ? media.parameters.get('boundary') : undefined;
  const body = changeableBody(trial);
  if (named === undefined || !body) return undefined;
  const [, boundary] =
    /^--([^\r\n]{1,70}?)[ \t]*\r?\n/.exec(String.fromCharCode(...body.subarray(0, 80))) ?? [];
  return boundary === undefined || boundary === named ? undefined : { named, written: boundary };
}

/** `body-signed-empty` 7 trials, the others 1. */
export const BODY_WHOLE: readonly TrialHypothesis[] = [
  {
    id: 'body-longer-than-announced',
    ...BODY_STEPS,
    *changes(trial) {
      const length = announcedBytes(trial);
      const body = changeableBody(trial);
      if (body && length !== undefined && length < body.length)
        yield* otherBody(trial, body.subarray(0, length));
    },
    says: () => 'The body goes on behind its Content-Length: what follows was added after it was signed.',
    mend: () =>
      'Hand the gate as many bytes as Content-Length says: look for what appends to the body, and for a buffer that is longer than what was read into it.',
    example: 'raw-body',
  },
  {
    id: 'body-signed-empty',
    ...BODY_STEPS,
    *changes(trial): Generator<Change> {
      if (!changeableBody(trial) || hasNoDigest(trial)) return;
      for (const [text, detail] of NO_BODIES) yield* otherBody(trial, utf8(text), detail);
    },
    says: (signed) => `The signature is not of the body, but of ${signed}.`,
    mend: () =>
      'Have the sender sign the bytes of the body: the variable that it signs holds no body yet, or an object in place of its text. Until then anybody can change the body.',
    example: 'raw-body',
  },
  {
    id: 'body-boundary-rewritten',
    ...BODY_STEPS,
    *changes(trial) {
      const boundaries = boundariesOf(trial);
      const named = boundaries && latin1(boundaries.named);
      if (!boundaries || !named) return;
      yield* withBody(trial, (body) =>
        body.replaceAll(`--${boundaries.written}`, () => `--${boundaries.named}`),
      );
    },
    says: () =>
      'The multipart body was written again with another boundary than Content-Type names, which is the one that was signed.',
    mend: () => `${RAW} A multipart body must not be parsed and built again on its way.`,
    example: 'raw-body',
  },
];
