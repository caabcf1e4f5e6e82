/** A token that is the secret itself: a bearer token, basic credentials, or a header's value. */
import { type KeyForm, type KeyRing, type KeySpec, keyRing } from '../keys.ts';
import type { SignedRequest } from '../model.ts';
import { type Objection, objection } from '../objection.ts';
import type { Sliced } from '../pause.ts';
import type { HandshakeRule, Passage, Scheme, SigningDraft } from '../scheme.ts';
import { SetupError } from '../setup-error.ts';
import { byteText, latin1 } from '../text/bytes.ts';
import { decodeBase64, encodeBase64 } from '../text/encodings.ts';
import { afterScheme } from './after-scheme.ts';
import { coverageReport } from './coverage.ts';

/** `plain`: the header's value. `bearer`: `Bearer TOKEN`. `basic`: `Basic base64(USER:PASSWORD)`, the key being `USER:PASSWORD`. */
export type TokenForm = 'plain' | 'bearer' | 'basic';

export const TOKEN_FORMS: readonly TokenForm[] = ['plain', 'bearer', 'basic'];

export interface SharedTokenOptions {
  readonly name: string;
  /** Lower-case header name. */
  readonly header: string;
  readonly form: TokenForm;
  /** Default: none. */
  readonly handshakes?: readonly HandshakeRule<undefined>[];
}

const KEY_FORMS: readonly KeyForm[] = [
  { algorithm: 'shared-token', variant: 0, kind: 'secret', encoding: 'utf8' },
];

/** A longer token is refused before it is hashed. */
const MAX_TOKEN_CHARS = 8 * 1024;

/** What stands before the token in its header. */
const PREFIXES: Readonly<Record<TokenForm, string>> = { plain: '', bearer: 'Bearer ', basic: 'Basic ' };

export function createSharedTokenScheme(options: SharedTokenOptions): Scheme<undefined> {
  const { name, header, form, handshakes = [] } = options;
  return {
    name,
    proof: 'token',
    keys: { forms: KEY_FORMS, fromAddress: false, create: (specs) => tokenRing(specs, form) },
    coverage: coverageReport([], 'none', [{ code: 'bearer-secret' }]),
    headers: { proof: [header], token: [], covered: [], bound: [] },
    readings: [{ name: '', message: () => [] }],
    handshakes,
    readsBody: false,
    open: () => undefined,
    extractHead: (passage) => extractHead(options, passage),
    sign: (draft) => sign(options, draft),
    declared: { type: 'shared-token', options, build: createSharedTokenScheme },
  };
}

function* tokenRing(specs: readonly (string | KeySpec)[], form: TokenForm): Sliced<KeyRing> {
  const ring = yield* keyRing(specs, KEY_FORMS);
  for (const [index, spec] of specs.entries()) refuseUnsendable(spec, index, form);
  return ring;
}

function extractHead({ header, form }: SharedTokenOptions, passage: Passage): Objection | undefined {
  const value = passage.request.headers.single(header);
  if (value === undefined || value === '')
    return objection('missing-token', `the request has no ${header} header`);
  if (value === null) {
    return malformed(
      `the header ${header} occurs twice`,
      'The client must send it once; look for a proxy that adds one.',
    );
  }
  if (value.length > MAX_TOKEN_CHARS)
    return malformed(`the token is ${value.length} characters long; at most ${MAX_TOKEN_CHARS} are read`);
  const prefix = PREFIXES[form];
  const text = afterScheme(value, prefix);
  if (text === undefined) {
    return malformed(
      `the header ${header} does not start with "${prefix.trim()}"`,
      `The client must send \`${prefix}\` and then the ${form === 'basic' ? 'base64 of USER:PASSWORD' : 'token'}.`,
    );
  }
  const token = form === 'basic' ? decodeBase64(text) : latin1(text);
  if (token === undefined || token.length === 0) return malformed('the token does not decode');
  passage.signatures = [[token]];
  return undefined;
}

async function sign(
  { header, form }: SharedTokenOptions,
  { method, url, body, headers, key }: SigningDraft,
): Promise<SignedRequest> {
  const secret = await key.proof.sign([]);
  const text = form === 'basic' ? encodeBase64(secret) : byteText(secret);
  return { method, url, body, headers: headers.with(header, PREFIXES[form] + text) };
}

/** A token that no header can carry would refuse every request. In base64, as basic credentials are sent, any text can be. */
function refuseUnsendable(spec: string | KeySpec, index: number, form: TokenForm): void {
  const { secret, encoding } = typeof spec === 'string' ? { secret: spec, encoding: undefined } : spec;
  if (typeof secret !== 'string' || (encoding !== undefined && encoding !== 'utf8')) return;
  const option = `keys[${index}].secret`;
  if (form === 'basic') {
    // RFC 7617 §2: the first colon ends the user’s name.
    if (secret.includes(':')) return;
    throw new SetupError(
      option,
      'the secret has no colon, and basic credentials have one',
      'Give USER:PASSWORD, as it is before base64.',
    );
  }
  // RFC 9110 §5.5: a field's value has no line break and no blanks at its ends.
  if (/^[\t ]|[\t ]$|[\0\r\n]/.test(secret)) {
    throw new SetupError(
      option,
      'the token holds a line break, or a blank at one of its ends, which no header can carry',
      'Give it as the sender sends it; look for a line end in the file or variable that it comes from.',
    );
  }
}

function malformed(message: string, remedy?: string): Objection {
  return objection('malformed-token', message, remedy);
}
