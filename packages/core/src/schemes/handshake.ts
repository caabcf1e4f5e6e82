/**
 * A platform's tests of an address, as data: how one is told, and what it is answered. One by GET or HEAD comes unsigned. One by POST is
 * a request like any other, and its proof has held before it is looked at; unless it is declared as one that has none.
 */
import { backend } from '#crypto';
import { andThen } from '../and-then.ts';
import { joinMessage, type Message } from '../crypto/backend.ts';
import type { Handshake, MaybePromise } from '../model.ts';
import { type Objection, objection } from '../objection.ts';
import type { HandshakeRule, Passage } from '../scheme.ts';
import { byteText, utf8 } from '../text/bytes.ts';
import { encodeBase64, encodeHex } from '../text/encodings.ts';
import { ringWithoutKeys } from './ring-without-keys.ts';
import { type ChallengePlace, createTestReader, type TestReader } from './test-reader.ts';

/** What an answer may hold of the test: its challenge, and the HMAC of it by the gate's key. */
const PLACEHOLDER = /\{(challenge|hmac:hex|hmac:base64)\}/g;

/** A text that the platform was given when the address was registered, and that its tests repeat. */
export interface VerifyToken {
  /** The parameter of the query that holds it. */
  readonly query: string;
  readonly value: string;
}

export interface HandshakeOptions {
  /** Default `POST`. */
  readonly method?: 'GET' | 'HEAD' | 'POST';
  /** Of a POST: false where a test has no proof, and is told by its challenge alone. Default true. */
  readonly signed?: boolean;
  /** What parameters of the query, or members of a JSON body, hold in a test: `{ type: 'url_verification' }`. */
  readonly when?: Readonly<Record<string, string>>;
  /** Compared in constant time: without it, or with another, the request is no test. */
  readonly token?: VerifyToken;
  /** Where the text is that the platform wants to see again. */
  readonly challenge?: ChallengePlace;
  /** What challenges are made of. Default: letters, digits and `. _ ~ + / = -`; at most 512. */
  readonly letters?: RegExp;
  /** A text, or the members of a JSON object, in which `{challenge}`, `{hmac:hex}` and `{hmac:base64}` are filled in. Default `{challenge}`, or nothing. */
  readonly answer?: string | Readonly<Record<string, string | number>>;
  /** Headers of the answer, filled in the same way. */
  readonly headers?: Readonly<Record<string, string>>;
  /** The challenge is the key that the platform signs with from then on; the gate’s `takeKey` says whether it is taken. */
  readonly deliversKey?: boolean;
  /** The platform sends this test with wrong signatures as well, which must be refused: such a refusal is labelled. */
  readonly probes?: boolean;
}

/** Letters of tokens: nothing that a browser could read as a page, and no JSON. */
const CHALLENGE = /^[A-Za-z0-9._~+/=-]{1,512}$/;
/** What is echoed as it came, and signed by nobody, may be a sentence. */
const SENTENCE = /^[A-Za-z0-9._~+/=: -]{1,512}$/;
const MAX_CHALLENGE = 512;
/** A key of less would be within reach of a search. */
const SHORTEST_KEY = 16;

/** Whoever asks has a challenge signed: a message that is one proves nothing, whatever body it was read from. */
function refuseChallenge(message: Message, letters: RegExp): Objection | undefined {
  const length = message.reduce((sum, piece) => sum + piece.length, 0);
  const bytes = length <= MAX_CHALLENGE ? joinMessage(message) : undefined;
  return bytes && letters.test(byteText(bytes))
    ? objection(
        'malformed-body',
        'what is signed is a single word, as the challenges of the platform’s tests are, which anybody has signed',
        'No genuine request has such a body: compare the sender with the gate’s provider.',
      )
    : undefined;
}

/** Whether its answer has an HMAC of the challenge. */
export function signsChallenge({ answer = '', headers = {} }: HandshakeOptions): boolean {
  return JSON.stringify([answer, headers]).includes('{hmac:');
}

/** The rule of a test that was checked (`handshake-options.ts`). */
export function handshake(options: HandshakeOptions): HandshakeRule {
  const { method = 'POST', challenge, token, deliversKey = false, probes = false } = options;
  const isSigned = method === 'POST' && options.signed !== false;
  const wantsMac = signsChallenge(options);
  const letters = options.letters ?? (isSigned || wantsMac || deliversKey ? CHALLENGE : SENTENCE);
  const readerOf = createTestReader(options);
  const challengeIn = challengeReader(options, letters);
  const answer = options.answer ?? (challenge === undefined ? '' : '{challenge}');
  const answered = (text: string, mac?: Uint8Array): Handshake =>
    fillIn({ answer, headers: options.headers }, text, mac);
  return {
    isSigned,
    ...(method !== 'POST' && { method }),
    ...(wantsMac && !isSigned && { refuses: ({ message = [] }) => refuseChallenge(message, letters) }),
    ...(probes && {
      isProbe: (passage: Passage) => challengeIn(readerOf(passage)) !== undefined,
    }),
    ...(deliversKey && {
      delivery: {
        key(passage: Passage) {
          const text = challengeIn(readerOf(passage)) ?? '';
          return text.length >= SHORTEST_KEY ? text : undefined;
        },
        ...(typeof challenge === 'object' &&
          'header' in challenge && { header: challenge.header.toLowerCase() }),
        ringBefore: ringWithoutKeys,
      },
    }),
    read(passage, signingKey) {
      const reader = readerOf(passage);
      const text = challengeIn(reader);
      if (text === undefined) return undefined;
      const shake = (): MaybePromise<Handshake | undefined> => {
        if (!wantsMac) return answered(text);
        const key = signingKey();
        return key && andThen(key.proof.sign([utf8(text)]), (mac) => answered(text, mac));
      };
      if (token === undefined) return shake();
      return andThen(isToken(token, reader?.query(token.query)), (isSame) => (isSame ? shake() : undefined));
    },
  };
}

/** What reads the challenge of a test; empty where it has none. Undefined: the request is no test. */
function challengeReader(
  { when = {}, challenge }: HandshakeOptions,
  letters: RegExp,
): (reader: TestReader | undefined) => string | undefined {
  const conditions = Object.entries(when);
  return (reader) => {
    if (reader === undefined || conditions.some(([name, text]) => reader.own(name) !== text))
      return undefined;
    if (challenge === undefined) return '';
    const text =
      typeof challenge === 'string'
        ? reader.own(challenge)
        : 'header' in challenge
          ? reader.header(challenge.header)
          : reader.query(challenge.query);
    return text !== undefined && letters.test(text) ? text : undefined;
  };
}

/** In constant time, as tokens are that prove requests. */
function isToken({ value }: VerifyToken, text: string | undefined): MaybePromise<boolean> {
  if (text === undefined || text.length > MAX_CHALLENGE) return false;
  return andThen(backend.createSecretKey('shared-token', utf8(value)), (key) =>
    andThen(key.find([], [utf8(text)]), (place) => place >= 0),
  );
}

interface AnswerOptions {
  readonly answer: Exclude<HandshakeOptions['answer'], undefined>;
  readonly headers: HandshakeOptions['headers'];
}

function fillIn({ answer, headers }: AnswerOptions, challenge: string, mac?: Uint8Array): Handshake {
  const values: Readonly<Record<string, string>> = {
    challenge,
    ...(mac && { 'hmac:hex': encodeHex(mac), 'hmac:base64': encodeBase64(mac) }),
  };
  const fill = (text: string): string => text.replace(PLACEHOLDER, (_, name: string) => values[name] ?? '');
  const filled = Object.entries(headers ?? {}).map(([name, value]) => [name, fill(value)]);
  const more = headers && { headers: Object.fromEntries(filled) as Readonly<Record<string, string>> };
  if (typeof answer === 'string')
    return { status: 200, contentType: 'text/plain; charset=utf-8', body: fill(answer), ...more };
  const members = Object.entries(answer).map(([name, value]) => [
    name,
    typeof value === 'string' ? fill(value) : value,
  ]);
  return {
    status: 200,
    contentType: 'application/json',
    body: JSON.stringify(Object.fromEntries(members)),
    ...more,
  };
}
