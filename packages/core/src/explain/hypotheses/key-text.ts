/** Secrets with something around them, or in them, that the sender’s has not. */
import { base64Bytes } from '../../keys/base64-text.ts';
import { utf8 } from '../../text/bytes.ts';
import { decodeHex } from '../../text/encodings.ts';
import { withoutEnd } from '../../text/ends.ts';
import type { TrialHypothesis } from '../hypothesis.ts';
import { withoutComment, withoutEscapedEnd, withoutQuotes } from '../key-ends.ts';
import { inAscii } from '../lookalikes.ts';
import { asBytes, KEY_ROW, LOOK_AT_IT, otherSpecs, otherTexts } from './key-part.ts';

const UNSEEN = /[\0\u00a0\u00ad\u200b-\u200f\u2028-\u202f\u2060\ufeff]/g;
const NAMED = /^\s*(?:export\s+|set\s+|\$env:)?["']?[A-Za-z_][\w.-]*["']?(?:\s*=\s*|\s*:\s+)(\S.*)$/s;

/** At most 16 trials a row and key, most of them 1. */
export const KEY_TEXT: readonly TrialHypothesis[] = [
  {
    id: 'key-carriage-return',
    ...KEY_ROW,
    changes: (trial) => otherTexts(trial, (text) => (text.endsWith('\r') ? [withoutEnd(text, '\r')] : [])),
    says: () =>
      'The gate’s key ends with a carriage return (\\r) that the sender’s has not: it comes from a file with Windows’ line ends.',
    mend: () =>
      'Save the file with line ends of LF, or cut \\r off where the key is read: a shell’s source and Docker’s --env-file keep it.',
    example: 'key-whitespace',
  },
  {
    id: 'key-line-end',
    ...KEY_ROW,
    changes: (trial) =>
      otherTexts(trial, (text) =>
        /\n$/.test(text) ? [text.replace(/\r?\n$/, ''), withoutEnd(text, '\r\n')] : [],
      ),
    says: () => 'The gate’s key ends with a line end that the sender’s has not.',
    mend: () =>
      'Write the key without it: echo and editors add a line end (echo -n or printf do not), and so it gets into files, Kubernetes’ secrets and secret managers.',
    example: 'key-whitespace',
  },
  {
    id: 'key-blanks-around',
    ...KEY_ROW,
    changes: (trial) => otherTexts(trial, (text) => [text.trim()]),
    says: () => 'The gate’s key has blanks or line ends around it that the sender’s has not.',
    mend: () => `Write the key without them. ${LOOK_AT_IT}`,
    example: 'key-whitespace',
  },
  {
    id: 'key-in-quotes',
    ...KEY_ROW,
    changes: (trial) =>
      otherTexts(trial, (text) => [
        text.trim().replace(/^(["'`])(.*)\1$/s, '$2'),
        withoutQuotes(text.trim()),
      ]),
    says: () => 'The gate’s key stands in quotes that the sender’s has not.',
    mend: () =>
      'Take the quotes out of the variable or the file that it comes from: Docker’s --env-file, systemd and cmd’s set keep them as part of the value.',
    example: 'key-env-file',
  },
  {
    id: 'key-unseen-characters',
    isRepair: true,
    ...KEY_ROW,
    changes: (trial) =>
      otherTexts(trial, (text) => [text.replace(UNSEEN, ''), text.replace(UNSEEN, '').trim()]),
    says: () =>
      'The gate’s key holds characters that cannot be seen (a byte order mark, a zero-width or no-break space) and the sender’s does not.',
    mend: () => 'Copy the key anew, as plain text: web pages, chats and editors put such characters in.',
  },
  {
    id: 'key-lookalikes',
    ...KEY_ROW,
    isRepair: true,
    changes: (trial) => otherTexts(trial, (text) => [inAscii(text)]),
    says: () =>
      'The gate’s key holds characters that look like others of the sender’s: a long dash for a hyphen, curly quotes for straight ones, a Cyrillic or Greek letter for a Latin one.',
    mend: () =>
      'Copy the key anew, as plain text: editors, chats and documents put a long dash for a hyphen and curly quotes for straight ones.',
    example: 'key-whitespace',
  },
  {
    id: 'key-pasted-twice',
    isRepair: true,
    ...KEY_ROW,
    changes: (trial) =>
      otherTexts(trial, (text) => {
        const half = text.slice(0, text.length / 2);
        return text === half + half ? [half] : [];
      }),
    says: () => 'The gate’s key is the sender’s twice in a row.',
    mend: () => 'Paste it once.',
    example: 'key-env-file',
  },
  {
    id: 'key-with-its-name',
    isRepair: true,
    ...KEY_ROW,
    changes: (trial) =>
      otherTexts(trial, (text) => {
        const [, value = ''] = NAMED.exec(text) ?? [];
        return value === '' ? [] : [value.trim(), withoutQuotes(value.trim())];
      }),
    says: () => 'The gate’s key holds its variable’s name too: the whole line NAME=… was taken.',
    mend: () => 'Give what stands behind the = alone.',
    example: 'key-env-file',
  },
  {
    id: 'key-with-a-comment',
    isRepair: true,
    ...KEY_ROW,
    changes: (trial) =>
      otherTexts(trial, (text) => [withoutComment(text), text.split('\n')[0]?.trim() ?? '']),
    says: () =>
      'Something stands behind the gate’s key, a comment or another line, that is not part of the sender’s.',
    mend: () =>
      'Put comments on lines of their own: many readers of .env files take them as part of the value.',
    example: 'key-env-file',
  },
  {
    id: 'key-escapes',
    isRepair: true,
    ...KEY_ROW,
    changes: (trial) =>
      otherTexts(trial, (text) => [
        withoutEscapedEnd(text),
        text.replaceAll('\\n', '\n').replaceAll('\\r', '\r').replaceAll('\\t', '\t'),
        text.replace(/\\(.)/g, '$1'),
        text.replaceAll('$$', () => '$'),
        text.replace(/[$%&^]/g, '$&$&'),
      ]),
    says: () =>
      'The gate’s key holds an escape, such as \\n, \\$ or $$, that stands for another character in the sender’s.',
    mend: () =>
      'Write the key as it is, in single quotes: shells, Docker Compose ($$ for $) and JSON have escapes of their own.',
    example: 'key-env-file',
  },
  {
    id: 'key-white-space-inside',
    ...KEY_ROW,
    changes: (trial) => otherTexts(trial, (text) => [text.replace(/\s+/g, '')]),
    says: () => 'The gate’s key holds blanks or line ends inside that the sender’s has not.',
    mend: () => 'Join its lines: terminals, mails and openssl (base64 -A does not) break long texts.',
  },
  {
    id: 'key-in-json',
    isRepair: true,
    ...KEY_ROW,
    changes: (trial) => otherTexts(trial, membersOf),
    says: () => 'The gate’s key is a JSON text, and the sender’s is what stands in one of its members.',
    mend: () => 'Take the member out: secret managers (AWS Secrets Manager, Vault) hand out JSON.',
  },
  {
    id: 'key-of-several',
    isRepair: true,
    ...KEY_ROW,
    changes: (trial) =>
      otherTexts(trial, (text) => {
        if (/^(?:bearer|basic|token|hmac|secret|key) /i.test(text)) return [];
        const parts = text.split(/[\s,;|]+/).filter((part) => part !== '');
        return parts.length > 1
          ? parts.slice(0, 16)
          : [text.replace(/^[^:]*:/, ''), text.replace(/:.*$/s, '')];
      }),
    says: () =>
      'The gate’s key holds several texts, set apart by commas, blanks or colons, and the sender’s is one of them.',
    mend: () => 'Give each key an entry of its own in the gate’s keys.',
    example: 'key-rotation',
  },
  {
    id: 'key-percent-encoded',
    isRepair: true,
    ...KEY_ROW,
    changes: (trial) =>
      otherTexts(trial, (text) => [...decoded(text), ...encoded(text), text.replaceAll(' ', '+')]),
    says: () =>
      'The gate’s key is percent-encoded and the sender’s is not, or the reverse (%2B for +, a blank for +).',
    mend: () => 'Copy the key as the sender shows it, not out of an address or a form.',
  },
  {
    id: 'key-html-escaped',
    isRepair: true,
    ...KEY_ROW,
    changes: (trial) =>
      otherTexts(trial, (text) => [
        text
          .replaceAll('&lt;', '<')
          .replaceAll('&gt;', '>')
          .replaceAll('&quot;', '"')
          .replace(/&#0*39;|&#x27;/gi, "'")
          .replaceAll('&amp;', '&'),
      ]),
    says: () =>
      'The gate’s key holds characters as HTML writes them (&amp; for &), and the sender’s does not.',
    mend: () => 'Copy the key from the page as it is shown, not from its source.',
  },
  {
    id: 'key-letter-too-many',
    ...KEY_ROW,
    changes: (trial) => otherTexts(trial, (text) => [text.slice(0, -1), text.slice(1)]),
    says: () => 'The gate’s key has one letter more than the sender’s, at an end.',
    mend: () => `Copy it anew. ${LOOK_AT_IT}`,
  },
  {
    id: 'key-line-end-missing',
    ...KEY_ROW,
    *changes(trial) {
      const ends = ['\n', '\r\n', ' ', '\r'];
      yield* otherTexts(trial, (text) => ends.map((end) => `${text}${end}`));
      // In a key that is decoded they stand behind its bytes.
      yield* otherSpecs(trial, function* (text, key) {
        for (const bytes of decodedKeys(text))
          for (const end of ends) yield asBytes(key, Uint8Array.of(...bytes, ...utf8(end)));
      });
    },
    says: () => 'The sender’s key ends with a line end or a blank that the gate’s has not.',
    mend: () => 'Have the sender cut the line end off its key, as reading it from a file keeps it.',
  },
  {
    id: 'key-quotes-missing',
    ...KEY_ROW,
    changes: (trial) => otherTexts(trial, (text) => [`"${text}"`, `'${text}'`]),
    says: () => 'The sender’s key stands in quotes that the gate’s has not.',
    mend: () => 'Have the sender take the quotes out of its key: they came along from its configuration.',
    example: 'key-env-file',
  },
  {
    id: 'key-cut',
    ...KEY_ROW,
    changes: (trial) =>
      otherTexts(trial, (text) => [
        ...[64, 32, 16, 24, 20, 40, 48, 50, 72, 100, 128, 255].map((length) => text.slice(0, length)),
        text.replace(/[#$].*$/s, ''),
      ]),
    says: () =>
      'The sender uses the beginning of the gate’s key only: it was cut off there, by a column, a field or a # in its configuration.',
    mend: () =>
      'Have the sender store and use the whole key; in a .env file a key with # or $ must stand in single quotes.',
  },
  {
    id: 'key-letter-missing',
    ...KEY_ROW,
    changes: (trial) => otherTexts(trial, (text) => Array.from(LETTERS, (letter) => text + letter)),
    says: () => 'The last letter of the sender’s key is missing from the gate’s.',
    mend: () => 'Copy it anew, to its end.',
  },
];

/** 65 trials a key. */
const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_=';

/** The bytes that a key’s text may stand for: base64 or hex, whatever stands before it. */
function decodedKeys(text: string): readonly Uint8Array[] {
  const bare = text.trim().replace(/^(?:v1,)?whsec_/, '');
  if (bare.length > MAX_ENCODED_CHARS) return [];
  return [base64Bytes(bare), decodeHex(bare, { upperCase: true })].flatMap((bytes) =>
    bytes && bytes.length > 0 ? [bytes] : [],
  );
}

const MAX_ENCODED_CHARS = 1024;

function* decoded(text: string): Generator<string> {
  try {
    if (text.includes('%')) yield decodeURIComponent(text);
  } catch {
    // No such encoding.
  }
}

function* encoded(text: string): Generator<string> {
  try {
    yield encodeURIComponent(text);
  } catch {
    // Half a character.
  }
}

/** The texts of a JSON object, however deep. */
function* membersOf(text: string): Generator<string> {
  if (!/^\s*[{["]/.test(text)) return;
  const texts: string[] = [];
  try {
    JSON.parse(text, (_, value: unknown) => {
      if (typeof value === 'string') texts.push(value);
      return value;
    });
  } catch {
    // No JSON.
  }
  yield* texts.slice(0, 16);
}
