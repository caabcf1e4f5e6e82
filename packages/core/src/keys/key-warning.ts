/** What an operator should know of a key that is taken, as a record: programs decide by its code, people read its sentence. */
import { counted } from '../text/amounts.ts';
import type { KeyEncoding } from './key-spec.ts';

/** Nothing in one quotes the key. */
export type KeyWarning =
  | {
      readonly code: 'short';
      readonly bytes: number;
      readonly leastBytes: number;
      /** What demands as many; absent: they are advised. */
      readonly source?: string;
    }
  | { readonly code: PlainCode }
  | { readonly code: 'looks-like'; readonly name: string; readonly begins?: string }
  | { readonly code: 'few-bytes'; readonly different: number }
  | { readonly code: 'hex-too'; readonly bytes: number; readonly encoding: KeyEncoding }
  | { readonly code: 'twin'; readonly keyId: string }
  | { readonly code: 'unusable'; readonly fault: string }
  | { readonly code: 'set-member-left-out'; readonly place: number; readonly fault: string }
  | { readonly code: 'set-not-refreshed'; readonly fault: string };

type PlainCode = keyof typeof PLAIN;

/** Those that have no parts, in words that go on from the key’s name. */
const PLAIN = {
  'quotes-kept': 'stands in quotes, and they are part of it. Write it without; in cmd: set NAME=…',
  'quotes-left-out': 'stands in quotes, which are not part of it and were left out',
  'line-end-behind': 'ends with a line end, which is part of it',
  'line-end-inside': 'holds a line end, which is part of it',
  'white-space-around': 'begins or ends with white space, which is part of it',
  'white-space-inside':
    'had white space inside, which was left out: if these are two keys, give each its own entry',
  'byte-order-mark': 'begins with a byte order mark, which is part of it',
  'escape-behind': 'ends with a backslash and a letter, which are part of it',
  'unseen-characters': 'holds characters that cannot be seen',
  'lookalike-characters':
    'holds characters that look like others, such as a long dash for a hyphen or a Cyrillic letter for a Latin one',
  'not-utf8': 'was not UTF-8 where it was read: characters of it are lost',
  'header-value': 'begins as a header’s value does (Bearer, sha256=), which is part of it',
  address: 'is an address, not what is found there',
  unfilled: `reads like a variable that nothing filled in: in a configuration write \${env:NAME}`,
  placeholder: 'is a placeholder of an example, which anybody can guess',
  repetitive: 'repeats a few characters: it is not random',
} as const;

/** The warning as a sentence without its dot. @param name what the key is called. */
export function keyWarningText(warning: KeyWarning, name: string = 'the key'): string {
  return `${name} ${predicateOf(warning)}`;
}

function predicateOf(warning: KeyWarning): string {
  switch (warning.code) {
    case 'short': {
      const { bytes, leastBytes, source } = warning;
      return source === undefined
        ? `is ${counted(bytes, 'byte')} long; at least ${leastBytes} are advised`
        : `is ${counted(bytes, 'byte')} long; ${source} demands at least ${leastBytes}`;
    }
    case 'looks-like': {
      const own = warning.begins;
      const hint = own === undefined ? '' : ` (this platform’s secrets begin with ${own})`;
      return `looks like ${warning.name}${hint}: compare it with the one that requests are signed with`;
    }
    case 'few-bytes':
      return `has only ${counted(warning.different, 'different byte')}: it is not random`;
    case 'hex-too':
      return `is ${warning.bytes} bytes of hex as well, and was read as ${warning.encoding}: if hex is meant, set encoding: hex`;
    case 'twin':
      return `is the same as "${warning.keyId}"`;
    case 'unusable':
      return `proves nothing: ${warning.fault}`;
    case 'set-member-left-out':
      return `is of a set whose key ${warning.place} is left out: ${warning.fault}`;
    case 'set-not-refreshed':
      return `is of a set that could not be refreshed: ${warning.fault}`;
    default:
      return PLAIN[warning.code];
  }
}
