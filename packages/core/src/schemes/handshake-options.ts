/** A platform’s test of the address, as a configuration declares it: read, and completed. */
import { describeGiven, isPlain } from '../given.ts';
import { memberIfGiven, notGiven, type OptionReader } from '../options.ts';
import { SetupError } from '../setup-error.ts';
import { isToken } from '../text/token.ts';
import { type HandshakeOptions, signsChallenge, type VerifyToken } from './handshake.ts';
import { checkMemberPath } from './member-path.ts';
import type { ChallengePlace } from './test-reader.ts';

/** @param messages templates of what is signed: a challenge that anybody may send in is signed only where it can be no message */
export function readHandshake(
  options: OptionReader,
  messages: readonly string[] | undefined,
): HandshakeOptions | undefined {
  const reader = options.object('handshake');
  if (!reader) return undefined;
  const read: HandshakeOptions = {
    method: reader.oneOf('method', ['GET', 'HEAD', 'POST']) ?? 'POST',
    ...memberIfGiven('signed', reader.flag('signed')),
    ...memberIfGiven('when', readTexts(reader, 'when', ['text']) as HandshakeOptions['when']),
    ...memberIfGiven('token', readToken(reader)),
    ...memberIfGiven('challenge', readChallenge(reader)),
    ...memberIfGiven('answer', readAnswer(reader)),
    ...memberIfGiven('headers', readHeaders(reader)),
    ...memberIfGiven('deliversKey', reader.flag('deliversKey')),
    ...memberIfGiven('probes', reader.flag('probes')),
  };
  reader.refuseUnread();
  checkPlaces(reader, read);
  checkUnsigned(reader, read);
  if (isUnsigned(read) && signsChallenge(read) && messages?.join() !== '{body}') {
    throw new SetupError(
      reader.path('answer'),
      'it signs what anybody may ask for, and the message is not the body alone',
      'Declare it where message is "{body}"; else write a handshake in code.',
    );
  }
  return read;
}

function isUnsigned({ method, signed }: HandshakeOptions): boolean {
  return method !== 'POST' || signed === false;
}

/** What stands in the body of a POST is a path there, and something must tell the test from other requests. */
function checkPlaces(reader: OptionReader, { method, signed, when, challenge }: HandshakeOptions): void {
  if (method !== 'POST') return;
  const own = typeof challenge === 'string' ? [challenge] : [];
  for (const path of [...Object.keys(when ?? {}), ...own]) checkMemberPath(path, reader.path('challenge'));
  if (signed === false) {
    if (challenge !== undefined) return;
    throw new SetupError(
      reader.path('challenge'),
      'nothing tells a test from other requests that carry no proof',
      'Give where its challenge is, e.g. { query: validationToken }.',
    );
  }
  if (when !== undefined) return;
  throw new SetupError(
    reader.path('when'),
    'nothing tells a test from other requests',
    'Give the members that a test has, e.g. { type: url_verification }.',
  );
}

/** What only a test has that is signed, or only one that is not. */
function checkUnsigned(reader: OptionReader, read: HandshakeOptions): void {
  const { method, token, deliversKey, probes, signed } = read;
  if (signed !== undefined && method !== 'POST') {
    throw new SetupError(reader.path('signed'), 'a test by GET or HEAD is never signed', 'Leave it out.');
  }
  if (token !== undefined && !isUnsigned(read)) {
    throw new SetupError(
      reader.path('token'),
      'the test is signed, which says whose it is',
      'Leave it out, or set signed: false.',
    );
  }
  if (probes === true && isUnsigned(read)) {
    throw new SetupError(
      reader.path('probes'),
      'the test has no signature that could be wrong',
      'Leave it out.',
    );
  }
  if (deliversKey === true && signed !== false) {
    throw new SetupError(
      reader.path('deliversKey'),
      'a key is handed over by a POST without a proof',
      'Set method: POST and signed: false.',
    );
  }
}

function readToken(options: OptionReader): VerifyToken | undefined {
  const reader = options.object('token');
  if (!reader) return undefined;
  const query = reader.text('query');
  const value = reader.text('value');
  reader.refuseUnread();
  if (query === undefined || value === undefined) {
    throw notGiven(
      reader,
      query === undefined ? 'query' : 'value',
      'Give { query, value }: the parameter, and the text that was given to the platform.',
    );
  }
  return { query, value };
}

function readChallenge(options: OptionReader): ChallengePlace | undefined {
  if (typeof options.raw('challenge') === 'string') return options.text('challenge');
  const reader = options.object('challenge');
  if (!reader) return undefined;
  const header = reader.headerName('header');
  const query = reader.text('query');
  reader.refuseUnread();
  if (header !== undefined && query === undefined) return { header };
  if (query !== undefined && header === undefined) return { query };
  throw new SetupError(
    options.path('challenge'),
    'it says no place, or two',
    'Give a name, { header: NAME } or { query: NAME }.',
  );
}

function readAnswer(options: OptionReader): HandshakeOptions['answer'] {
  const answer = options.raw('answer');
  return typeof answer === 'string' ? answer : readTexts(options, 'answer', ['text', 'number']);
}

/** What a platform has to see of them says nothing of the answer itself. */
const OWN_HEADERS =
  /^(?:content-.*|transfer-encoding|connection|set-cookie|location|x-content-type-options)$/;

function readHeaders(options: OptionReader): HandshakeOptions['headers'] {
  const headers = readTexts(options, 'headers', ['text']) as HandshakeOptions['headers'];
  const wrong = Object.entries(headers ?? {}).find(
    ([name, value]) => !isToken(name) || OWN_HEADERS.test(name.toLowerCase()) || !/^[ -~]*$/.test(value),
  );
  if (wrong === undefined)
    return (
      headers &&
      Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]))
    );
  throw new SetupError(
    `${options.path('headers')}.${wrong[0]}`,
    'it is no header that a platform asks for',
    'Name the one that it wants to see, e.g. { x-hook-secret: "{challenge}" }.',
  );
}

function readTexts(
  reader: OptionReader,
  name: string,
  types: readonly ('text' | 'number')[],
): Readonly<Record<string, string | number>> | undefined {
  const value = reader.raw(name);
  if (value === undefined) return undefined;
  const isFit = (text: unknown): boolean =>
    typeof text === 'string' || (types.includes('number') && Number.isSafeInteger(text));
  if (isPlain(value) && Object.values(value).every(isFit)) return value as Record<string, string | number>;
  throw new SetupError(
    reader.path(name),
    `it is ${describeGiven(value)}`,
    `Give names with ${types.includes('number') ? 'texts or whole numbers' : 'texts'}, e.g. { ${name === 'when' ? 'type: url_verification' : 'challenge: "{challenge}"'} }.`,
  );
}
