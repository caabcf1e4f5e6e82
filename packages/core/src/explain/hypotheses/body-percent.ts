/** Bodies that were percent-encoded as a whole, as if they were a form. */
import { utf8 } from '../../text/bytes.ts';
import { readsFields } from '../form-fields.ts';
import type { TrialHypothesis } from '../hypothesis.ts';
import { bodyText, otherBody, withTexts } from '../other-body.ts';
import { BODY_STEPS, RAW, SIGN_WHAT_IS_SENT } from './body-part.ts';

/** At most 4 trials a row. */
export const BODY_PERCENT: readonly TrialHypothesis[] = [
  {
    id: 'body-percent-encoded',
    ...BODY_STEPS,
    *changes(trial) {
      const text = bodyText(trial);
      if (text === undefined) return;
      const form = text.replace(/=$/, '').replaceAll('+', ' ');
      for (const encoded of [text, form]) {
        const decoded = decodedUri(encoded);
        if (decoded !== undefined) yield* otherBody(trial, utf8(decoded));
      }
    },
    says: () =>
      'The body was signed as plain text, and arrives percent-encoded, as a form has it: it was taken for a form on its way.',
    mend: () =>
      `Have the sender set Content-Type: application/json (curl -d and many clients call every body a form). ${RAW}`,
    example: 'raw-body',
  },
  {
    id: 'body-signed-percent-encoded',
    ...BODY_STEPS,
    *changes(trial) {
      // The rows of messages say so of a form’s fields.
      const text = readsFields(trial) ? undefined : bodyText(trial);
      if (text === undefined) return;
      const encoded = encodedUri(text);
      if (encoded === undefined) return;
      const form = encoded.replaceAll('%20', '+');
      yield* withTexts(trial, [
        encoded,
        form,
        `${form}=`,
        encoded.replace(/(?:%..)+/g, (codes) => codes.toLowerCase()),
      ]);
    },
    says: () => 'The signature is of the body percent-encoded; it arrives decoded, or was never sent so.',
    mend: () => `${RAW} ${SIGN_WHAT_IS_SENT}`,
    example: 'raw-body',
  },
];

function decodedUri(text: string): string | undefined {
  try {
    return text.includes('%') ? decodeURIComponent(text) : undefined;
  } catch {
    return undefined;
  }
}

function encodedUri(text: string): string | undefined {
  try {
    return encodeURIComponent(text);
  } catch {
    return undefined;
  }
}
