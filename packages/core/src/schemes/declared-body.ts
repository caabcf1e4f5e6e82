/** What the body in a message stands for, where a declaration says that it is not the body as received. */
import { oneOfRemedy } from '../options.ts';
import { SetupError } from '../setup-error.ts';
import type { BodyReading } from './body-reading.ts';
import { gunzippedBody } from './gunzipped-body.ts';
import type { SignatureOptions } from './template-options.ts';
import { asciiEscapedBody, jsonStringBody, rawBody } from './written-body.ts';

const READINGS = [rawBody, asciiEscapedBody, gunzippedBody, jsonStringBody];

/** The words for them. */
export const BODY_READINGS: readonly string[] = READINGS.map(({ name }) => name);

/**
 * The readings of those names, of which any will do; undefined for the body as received.
 * @param message as it is written @throws SetupError where there is no body that they could be for
 */
export function readDeclaredBody(
  names: readonly string[],
  option: string,
  signature: SignatureOptions,
  message: readonly string[],
): readonly BodyReading[] | undefined {
  if (!message.every((text) => text.includes('{body}'))) {
    throw new SetupError(
      option,
      'the message has no {body} that it could be for',
      'Leave it out, or write {body} in every message.',
    );
  }
  if ('member' in signature || 'field' in signature) {
    throw new SetupError(
      option,
      'the signature is inside the body, which is read without it',
      'Leave it out, or give a signature in a header or in the query.',
    );
  }
  const readings = names.map((name) => readingOf(name, option));
  const twice = readings.find((reading, i) => readings.indexOf(reading) !== i);
  if (twice) throw new SetupError(option, `${twice.name} occurs twice`, 'Give each once.');
  return readings.length === 1 && readings[0] === rawBody ? undefined : readings;
}

function readingOf(name: string, option: string): BodyReading {
  const reading = READINGS.find((candidate) => candidate.name === name);
  if (reading) return reading;
  throw new SetupError(
    option,
    `${JSON.stringify(name)} is no way to read a body`,
    oneOfRemedy(name, BODY_READINGS),
  );
}
