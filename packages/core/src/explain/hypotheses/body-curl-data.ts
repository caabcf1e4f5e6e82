/** JSON that was sent as a form, as `curl -d @file` does, which takes line ends out of the file besides. */
import type { Hypothesis } from '../hypothesis.ts';
import { withLineEnds } from '../lost-line-ends.ts';
import { bodyJson, bodyText, bodyType, withTexts } from '../other-body.ts';
import type { Trial } from '../trial.ts';
import { BODY_STEPS } from './body-part.ts';

/** A longer one is printed anew too often. */
const MAX_CHARS = 32 * 1024;

const SEND_FILE =
  "Send the file as it is, and say that it is JSON: curl --data-binary @file -H 'Content-Type: application/json'.";

/** The text of a body that is JSON, an object or a list, while its content type says that it is a form. */
function jsonSentAsForm(trial: Trial): string | undefined {
  if (bodyType(trial)?.type !== 'application/x-www-form-urlencoded') return undefined;
  const text = bodyText(trial);
  return text !== undefined && /^\s*[{[]/.test(text) && bodyJson(trial) ? text : undefined;
}

/** `body-curl-data` 14 trials at most. */
export const BODY_CURL_DATA: readonly Hypothesis[] = [
  {
    id: 'body-curl-data',
    ...BODY_STEPS,
    *changes(trial) {
      const text = jsonSentAsForm(trial);
      if (text !== undefined && text.length <= MAX_CHARS) yield* withTexts(trial, withLineEnds(text));
    },
    says: () =>
      'The body is JSON whose line ends were taken out after it was signed, and its content type says that it is a form: curl -d @file does both.',
    mend: () => SEND_FILE,
    example: 'raw-body',
  },
];

export const BODY_JSON_AS_FORM: readonly Hypothesis[] = [
  {
    id: 'body-json-as-form',
    ...BODY_STEPS,
    certainty: 'possible',
    isFallback: true,
    sees: (trial) => (jsonSentAsForm(trial) === undefined ? undefined : ''),
    says: () =>
      'The body is JSON, and its content type, application/x-www-form-urlencoded, says that it is a form: curl -d sends it so, and takes line ends out of a file.',
    mend: () =>
      `${SEND_FILE} Where the body is the one that was signed, byte by byte, the gate’s key is another one than the sender’s.`,
    example: 'raw-body',
  },
];
