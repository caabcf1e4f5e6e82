/** What stands percent-encoded in a form beyond ASCII, in other bytes. */
import { decodeUtf8, latin1, utf8 } from '../text/bytes.ts';
import { encodeHex } from '../text/encodings.ts';
import { FORM_START } from './form-fields.ts';
import { withBody } from './other-body.ts';
import type { Change, Trial } from './trial.ts';

/** Escapes beyond ASCII, with the letter before them, to which they can belong as an accent. */
const RUN = /[a-z]?(?:%[89a-f][\da-f])+/gi;

/** The form with those bytes changed; nothing where there are none. */
export function* withEscaped(
  trial: Trial,
  change: (bytes: Uint8Array) => Uint8Array | undefined,
): Generator<Change> {
  yield* withBody(trial, (body) => (FORM_START.test(body) ? mapEscapes(body, change) : undefined));
}

/** Changing more that differ takes longer than other requests may wait. */
const MAX_RUNS = 600;

/** Each run is changed once, wherever it stands; undefined where too many differ. */
function mapEscapes(body: string, change: (bytes: Uint8Array) => Uint8Array | undefined): string | undefined {
  const replacements = new Map<string, string>();
  for (const [run] of body.matchAll(RUN)) {
    if (replacements.has(run)) continue;
    if (replacements.size === MAX_RUNS) return undefined;
    const other = change(unescaped(run));
    replacements.set(run, other ? escaped(other) : run);
  }
  return body.replace(RUN, (run) => replacements.get(run) ?? run);
}

/** The same of their text. */
export function withEscapedText(
  trial: Trial,
  change: (text: string) => string | Uint8Array | undefined,
): Generator<Change> {
  return withEscaped(trial, (bytes) => {
    const text = decodeUtf8(bytes);
    const other = text === undefined ? undefined : change(text);
    return typeof other === 'string' ? utf8(other) : other;
  });
}

function unescaped(run: string): Uint8Array {
  const chars = run.replace(/%(..)/g, (_, digits: string) =>
    String.fromCharCode(Number.parseInt(digits, 16)),
  );
  return latin1(chars) ?? new Uint8Array();
}

/** Letters and digits as they are. */
function escaped(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) {
    const char = String.fromCharCode(byte);
    text += /[\da-z]/i.test(char) ? char : `%${encodeHex(Uint8Array.of(byte)).toUpperCase()}`;
  }
  return text;
}
