/** What in a request may be its signature: where it stands, how it is written, and what may have made it. */
import type { SignatureAlgorithm } from '../crypto/backend.ts';
import { isRsaSignatureLength } from '../crypto/rsa.ts';
import { SIGNATURE_BYTES } from '../crypto/signature-bytes.ts';
import type { RawOptions } from '../options.ts';
import type { SignatureEncoding } from '../schemes/signature-text.ts';
import { decodeBase64, decodeBase64url, decodeHex, decodeUnpaddedBase64 } from '../text/encodings.ts';
import type { ItemList } from './item-lists.ts';
import { type NamedText, type Place, placeOptions } from './named-texts.ts';

/** One way to read a text of the request as a signature. */
export interface SignatureGuess {
  readonly place: Place;
  /** As a declaration has it. */
  readonly signature: RawOptions;
  /** Length of the signature in bytes. */
  readonly length: number;
  readonly algorithms: readonly SignatureAlgorithm[];
  /** Items of its list that hold something else: the signed time, perhaps. */
  readonly labelled: readonly ListItem[];
  /** Where it is that of one of several items that are signed one by one. */
  readonly items?: ItemList;
  /** A word that stands before it: senders put it into the message, too. */
  readonly word: string | undefined;
  /** Whether several items stand there. */
  readonly isListed: boolean;
  /** Whether base64 and base64url read it alike. */
  readonly isEitherAlphabet: boolean;
  /** The higher, the likelier. */
  readonly points: number;
}

export interface ListItem {
  readonly label: string;
  readonly text: string;
}

/** Of more places that hold such a text the others are not tried. */
const MAX_GUESSES = 12;
const MAX_TEXT = 8 * 1024;
const MAX_PREFIX = 64;
const SEPARATORS = [',', ';', ' ', '&', '|'] as const;
const ASSIGNS = ['=', ':', ','] as const;

/** The likeliest first. */
export function signatureGuesses(
  texts: readonly NamedText[],
  lists: readonly ItemList[] = [],
): readonly SignatureGuess[] {
  return [
    ...inTexts(texts),
    ...lists.flatMap((items) =>
      inTexts(items.texts)
        .filter(({ isListed, signature }) => !isListed && !('list' in signature))
        .map((guess) => ({ ...guess, items })),
    ),
  ]
    .sort((a, b) => b.points - a.points)
    .slice(0, MAX_GUESSES);
}

function inTexts(texts: readonly NamedText[]): readonly SignatureGuess[] {
  return texts
    .filter(({ isString, text }) => isString && text.length <= MAX_TEXT)
    .flatMap((named) => [...guessesOf(named)]);
}

function* guessesOf({ place, name, text }: NamedText): Generator<SignatureGuess> {
  const base = pointsOf(name);
  for (const separator of SEPARATORS) {
    for (const assign of ASSIGNS) {
      if (assign !== separator) yield* listGuesses({ place, text, base }, separator, assign);
    }
  }
  for (const separator of SEPARATORS) yield* bareGuesses({ place, text, base }, separator);
  yield* singleGuesses({ place, text, base });
}

/** What people call it. */
function pointsOf(name: string): number {
  if (/sig(?:n|nature)?(?:$|[^a-z])|signature|hmac/i.test(name)) return 40;
  if (/sign|hash|digest|auth|token|mac|check/i.test(name)) return 20;
  return 0;
}

interface Candidate {
  readonly place: Place;
  readonly text: string;
  readonly base: number;
}

function* listGuesses(
  { place, text, base }: Candidate,
  separator: string,
  assign: string,
): Generator<SignatureGuess> {
  if (!text.includes(separator) || !text.includes(assign)) return;
  const items = text.split(separator, 32).map((item) => {
    const at = item.indexOf(assign);
    return at < 1
      ? undefined
      : { label: item.slice(0, at).trim(), text: item.slice(at + assign.length).trim() };
  });
  if (items.length < 2 || items.includes(undefined)) return;
  const whole = items.filter((item) => item !== undefined);
  if (whole.some(({ label }) => !/^[!-~]{1,32}$/.test(label))) return;
  for (const label of new Set(whole.map((item) => item.label))) {
    const own = whole.find((item) => item.label === label) as ListItem;
    const others = whole.filter((item) => item.label !== label);
    for (const { encoding, length, isEitherAlphabet } of readingsOf(own.text, place)) {
      yield {
        place,
        signature: { ...placeOptions(place), encoding, list: { separator, assign, labels: [label] } },
        length,
        algorithms: algorithmsOf(length),
        labelled: others.filter((item) => others.filter((other) => other.label === item.label).length === 1),
        word: label,
        isListed: true,
        isEitherAlphabet,
        points: base + 10 + (/^(?:v\d|s|sig|h\d?|signature)/i.test(label) ? 2 : 0),
      };
    }
  }
}

/** Signatures one behind the other, without labels: they are as long as each other. */
function* bareGuesses({ place, text, base }: Candidate, separator: string): Generator<SignatureGuess> {
  const [first = '', second, ...rest] = text.split(separator, 16);
  if (second?.length !== first.length || rest.some(({ length }) => length !== first.length)) return;
  for (const { encoding, length, isEitherAlphabet } of readingsOf(first, place)) {
    yield {
      place,
      signature: { ...placeOptions(place), encoding, list: { separator, bare: true } },
      length,
      algorithms: algorithmsOf(length),
      labelled: [],
      isListed: true,
      word: undefined,
      isEitherAlphabet,
      points: base + 8,
    };
  }
}

function* singleGuesses({ place, text, base }: Candidate): Generator<SignatureGuess> {
  for (const start of startsOf(text)) {
    const prefix = text.slice(0, start);
    if (prefix !== '' && !/^[!-~][ -~]*$/.test(prefix)) continue;
    for (const { encoding, length, isEitherAlphabet } of readingsOf(text.slice(start), place)) {
      yield {
        place,
        signature: { ...placeOptions(place), encoding, ...writtenPrefix(place, prefix) },
        length,
        algorithms: algorithmsOf(length),
        labelled: [],
        isListed: false,
        word: /^([A-Za-z]\w{0,15})\W+$/.exec(prefix)?.[1],
        isEitherAlphabet,
        // A prefix ends with what no signature has, mostly.
        points: base + (prefix === '' ? 6 : /[^A-Za-z0-9+/_-]$/.test(prefix) ? 5 : -20),
      };
    }
  }
}

/** Who writes a version before it sends several while a key is changed: `v1=ab,v1=cd`. */
function writtenPrefix(place: Place, prefix: string): RawOptions {
  const label = /^([vh]\d{1,2})=$/.exec(prefix)?.[1];
  if (label !== undefined && 'header' in place)
    return { list: { separator: ',', assign: '=', labels: [label] } };
  return prefix === '' ? {} : { prefix };
}

/** Where a signature can begin: at the start, behind a word and a sign, or so that its length is a MAC's. */
function startsOf(text: string): readonly number[] {
  const starts = new Set([0]);
  for (const match of text.slice(0, MAX_PREFIX).matchAll(/[^A-Za-z0-9+/_-]|[+/_-]/g))
    starts.add(match.index + 1);
  for (const chars of [40, 64, 96, 128, 28, 44, 88]) {
    const start = text.length - chars;
    if (start > 0 && start <= MAX_PREFIX) starts.add(start);
  }
  return [...starts].filter((start) => start < text.length);
}

interface TextReading {
  readonly encoding: SignatureEncoding;
  readonly length: number;
  readonly isEitherAlphabet: boolean;
}

/** What reads alike as base64 and base64url is base64, but in a query, where `+` is a space. */
function readingsOf(text: string, place: Place): readonly TextReading[] {
  const hex = decodeHex(text, { upperCase: true });
  const encoding = /[A-F]/.test(text) ? 'hex-any-case' : 'hex';
  const base64 = decodeBase64(text);
  const base64url = decodeBase64url(text);
  const unpadded = decodeUnpaddedBase64(text);
  const isBase64 = base64 !== undefined && !(base64url !== undefined && 'query' in place);
  return [
    ...(hex ? [{ encoding, length: hex.length, isEitherAlphabet: false } as const] : []),
    ...(isBase64
      ? [{ encoding: 'base64', length: base64.length, isEitherAlphabet: base64url !== undefined } as const]
      : []),
    ...(base64url && !isBase64
      ? [
          {
            encoding: 'base64url',
            length: base64url.length,
            isEitherAlphabet: base64 !== undefined || unpadded !== undefined,
          } as const,
        ]
      : []),
    ...(unpadded && !base64 && !base64url
      ? [{ encoding: 'base64-unpadded', length: unpadded.length, isEitherAlphabet: false } as const]
      : []),
  ].filter(({ length }) => algorithmsOf(length).length > 0);
}

/** Signatures of RSA are as long as the key; those of ECDSA in DER vary by a few bytes. */
function algorithmsOf(length: number): readonly SignatureAlgorithm[] {
  const names = Object.keys(SIGNATURE_BYTES).filter((name) => name !== 'shared-token');
  return (names as SignatureAlgorithm[]).filter((name) => {
    const fixed = SIGNATURE_BYTES[name];
    if (fixed !== undefined) return fixed === length;
    return name.startsWith('rsa-')
      ? length % 64 === 0 && isRsaSignatureLength(length)
      : length >= 66 && length <= 106;
  });
}
