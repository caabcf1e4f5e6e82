/** Bodies whose text was touched: line ends, blanks, byte order marks, escapes. */
import { isAscii } from '../../text/bytes.ts';
import { withEscapedText } from '../escaped-text.ts';
import type { TrialHypothesis } from '../hypothesis.ts';
import { withBackslashes } from '../lost-backslashes.ts';
import { bodyText, withBody, withTexts } from '../other-body.ts';
import { BODY_STEPS, COMPARED, RAW } from './body-part.ts';

const ENTITIES: readonly (readonly [string, string])[] = [
  ['&', '&amp;'],
  ['<', '&lt;'],
  ['>', '&gt;'],
  ['"', '&quot;'],
  ["'", '&#039;'],
];

const MARK = '\u00ef\u00bb\u00bf';

function escapeHtml(text: string, apostrophe: string): string {
  return ENTITIES.reduce(
    (escaped, [char, entity]) => escaped.replaceAll(char, char === "'" ? apostrophe : entity),
    text,
  );
}

/** One at a time: of a long text each takes its milliseconds. */
function* otherHtml(text: string): Generator<string> {
  yield unescapeHtml(text);
  yield escapeHtml(text, '&#039;');
  yield escapeHtml(text, '&#39;');
}

function unescapeHtml(text: string): string {
  const bare = text.replace(/&#(?:39|x27);/gi, "'").replace(/&#(?:34|x22);/gi, '"');
  return ENTITIES.toReversed().reduce((plain, [char, entity]) => plain.replaceAll(entity, char), bare);
}

/** No word has as many on one letter; to put them in order takes the platform the square of their number. */
const MANY_MARKS = /\p{Mark}{30}/u;

function normalised(text: string, form: 'NFC' | 'NFD'): string | undefined {
  return MANY_MARKS.test(text) ? undefined : text.normalize(form);
}

const BLANKS = ' \t\r\n\0';

/** By hand: an expression tries the end of each run of blanks again from each of its places. */
function withoutBlanks(body: string): string {
  let start = 0;
  let end = body.length;
  while (start < end && BLANKS.includes(body[start] as string)) start++;
  while (end > start && BLANKS.includes(body[end - 1] as string)) end--;
  return body.slice(start, end);
}

/** Without the line ends behind lines of full width: where lines of its own stand between them. */
function unwrapped(body: string): string {
  const lines = body.split('\n');
  const width = lines.reduce((most, { length }) => Math.max(most, length), 0);
  return lines
    .map((line) => (line.length === width ? line.replace(/\r$/, '') : `${line}\n`))
    .join('')
    .replace(/\n$/, '');
}

/** At most 3 trials a row, but `body-newline-cut` 6. */
export const BODY_TEXT: readonly TrialHypothesis[] = [
  {
    id: 'body-newline-added',
    ...BODY_STEPS,
    changes: (trial) => withBody(trial, (body) => body.replace(/\r?\n$/, '')),
    says: () => 'A line end was added to the end of the body after it was signed.',
    mend: () =>
      'Hand the gate the raw body: editors and templates add a line end. Where the sender sends from a shell, echo … | curl and <<< add one that was not signed: send with printf %s "$BODY" | curl --data-binary @-.',
    example: 'raw-body',
  },
  {
    id: 'body-newline-cut',
    ...BODY_STEPS,
    *changes(trial) {
      for (const end of ['\n', '\r\n', '\n\n', ' ', '\r', '\0']) yield* withBody(trial, (body) => body + end);
    },
    says: () =>
      'The line end that was signed at the end of the body is missing: it was cut off on the way, or never sent.',
    mend: () =>
      'Hand the gate the raw body: reading it line by line, or trimming it, takes the line end away. Where the sender signs in a shell with echo … | openssl, echo adds a line end that is signed and never sent: sign with printf %s "$BODY" | openssl, or echo -n.',
    example: 'raw-body',
  },
  {
    id: 'body-blanks-around',
    ...BODY_STEPS,
    changes: (trial) => withBody(trial, withoutBlanks),
    says: () => 'Blanks, line ends or zero bytes stand around the body that were not signed.',
    mend: () =>
      'Hand the gate the raw body and nothing else: look for a template around it, and for a buffer that is longer than what was read into it.',
    example: 'raw-body',
  },
  {
    id: 'body-crlf',
    ...COMPARED,
    *changes(trial) {
      const lines = (body: string): string => body.replaceAll('\r\n', '\n');
      yield* withBody(trial, lines);
      // Editors end the last line too.
      yield* withBody(trial, (body) => (body.includes('\r\n') ? lines(body).replace(/\n$/, '') : undefined));
    },
    says: () => 'The lines of the body ended with LF when it was signed, and end with CRLF now.',
    mend: () => 'Hand the gate the raw body, read as bytes: text mode on Windows turns LF into CRLF.',
    example: 'raw-body',
  },
  {
    id: 'body-lf',
    ...COMPARED,
    *changes(trial) {
      const lines = (body: string): string => body.replaceAll(/\r?\n/g, '\r\n');
      yield* withBody(trial, lines);
      const isOfLines = (body: string): boolean => body.includes('\n');
      yield* withBody(trial, (body) => (isOfLines(body) ? lines(body).replace(/\r\n$/, '') : undefined));
      yield* withBody(trial, (body) => (isOfLines(body) ? `${lines(body)}\r\n` : undefined));
    },
    says: () => 'The lines of the body ended with CRLF when it was signed, and end with LF now.',
    mend: () => 'Hand the gate the raw body, read as bytes.',
    example: 'raw-body',
  },
  {
    id: 'body-lines-joined',
    ...BODY_STEPS,
    *changes(trial) {
      const joined = (body: string): string => body.replace(/[\r\n]+/g, '');
      yield* withBody(trial, joined);
      yield* withBody(trial, (body) => (body.includes('\n') ? `${joined(body)}\n` : undefined));
      yield* withBody(trial, unwrapped);
    },
    says: () => 'The signature is of the body without its line ends.',
    mend: () =>
      'Hand the gate the raw body, or send the raw file: curl -d @file cuts line ends out, --data-binary @file does not.',
    example: 'raw-body',
  },
  {
    id: 'body-bom-added',
    ...BODY_STEPS,
    changes: (trial) => withBody(trial, (body) => (body.startsWith(MARK) ? body.slice(3) : undefined)),
    says: () => 'A byte order mark (BOM) was put before the body after it was signed.',
    mend: () =>
      'Save or send the body as UTF-8 without BOM: in .NET new UTF8Encoding(false), in PowerShell -Encoding utf8NoBOM.',
    example: 'raw-body',
  },
  {
    id: 'body-bom-cut',
    ...BODY_STEPS,
    changes: (trial) => withBody(trial, (body) => (body.startsWith(MARK) ? undefined : MARK + body)),
    says: () => 'The byte order mark (BOM) that the body was signed with was cut off.',
    mend: () =>
      `${RAW} Decoders of text take the mark away. Better still, have the sender send none: in .NET new UTF8Encoding(false).`,
    example: 'raw-body',
  },
  {
    id: 'body-unicode-form',
    ...COMPARED,
    *changes(trial) {
      const text = bodyText(trial);
      if (text === undefined || MANY_MARKS.test(text)) return;
      for (const form of ['NFC', 'NFD'] as const) {
        if (isAscii(text)) yield* withEscapedText(trial, (escaped) => normalised(escaped, form));
        else yield* withTexts(trial, [text.normalize(form)]);
      }
    },
    says: () =>
      'Letters with accents were composed into one character, or taken apart into two, after the body was signed (Unicode NFC and NFD).',
    mend: () => `${RAW} Nothing may normalise its text.`,
    example: 'raw-body',
  },
  {
    id: 'body-html-escaped',
    ...BODY_STEPS,
    *changes(trial) {
      const text = bodyText(trial);
      if (text === undefined) return;
      yield* withTexts(trial, otherHtml(text));
    },
    says: () =>
      'The body was signed and sent in two forms: one with &quot; and &amp;, as HTML has them, the other without.',
    mend: () =>
      `${RAW} A template that escapes, a filter of input or a firewall rewrites them: turn it off for this path.`,
    example: 'raw-body',
  },
  {
    id: 'body-backslashes',
    ...BODY_STEPS,
    *changes(trial) {
      const text = bodyText(trial);
      if (text === undefined) return;
      const escaped = text.replace(/["\\]/g, '\\$&');
      yield* withTexts(trial, [
        text.replace(/\\(["'\\])/g, '$1'),
        escaped,
        text.replace(/^(['"])(.*)\1$/s, '$2'),
      ]);
    },
    says: () =>
      'The body was signed and sent in two forms: one with backslashes before its quotes, or in quotes as a whole, the other without.',
    mend: () =>
      'Send the body from a file: shells (Windows’ cmd most of all) keep or eat the quotes and backslashes of a command line.',
    example: 'raw-body',
  },
  {
    id: 'body-backslashes-lost',
    ...BODY_STEPS,
    *changes(trial) {
      const text = trial.request.body.length > MAX_STRIPPED_BYTES ? undefined : bodyText(trial);
      if (text !== undefined) yield* withTexts(trial, withBackslashes(text));
    },
    says: () =>
      'The backslashes of the body’s JSON were taken out after it was signed: \\" has become ", and \\n has become n.',
    mend: () =>
      `${RAW} Look for stripslashes() in PHP (wp_unslash in WordPress), and for a shell or a template that eats backslashes.`,
    example: 'raw-body',
  },
];

/** Words of a longer one are too many. */
const MAX_STRIPPED_BYTES = 4096;
