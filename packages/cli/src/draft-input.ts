/** The request that `sign` and `send` are to sign: a captured one, or one made from a URL and options. */
import {
  type Draft,
  type Gate,
  HeaderList,
  type RefusalReason,
  type Refused,
  requestFrom,
  SetupError,
  type SignedRequest,
} from '@countersign/core';
import { isObject } from '@countersign/core/internal/is-object';
import type { HeaderPair } from '@countersign/core/internal/request-input';
import { toByteString } from '@countersign/core/internal/request-input';
import { sampleClaims } from '@countersign/core/internal/signing-recipe';
import { TOKEN_CHAR } from '@countersign/core/internal/token';
import type { OptionSpecs } from './arguments.ts';
import type { Call } from './command.ts';
import { isConfigured, readConfiguredGate, readProviderGate } from './gate-input.ts';
import { MAX_INPUT_BYTES, readInput } from './input-file.ts';
import { REQUEST_OPTIONS, readBoth, readRequestFrom } from './request-source.ts';
import { UsageError } from './usage-error.ts';
import { howToSet, isQuoted, readVariable } from './variable.ts';

const ENDPOINT = 'API_ENDPOINT';

/** For the help of the commands that sign. */
export const ENDPOINT_DETAILS: string = `Without a URL or a FILE, the URL is ${ENDPOINT}, and the method is POST. Variables are read from the environment and from .env in this folder; the environment takes precedence.`;

export const DRAFT_OPTIONS: OptionSpecs = {
  method: {
    short: 'X',
    value: 'METHOD',
    description: `default: POST with a body or to ${ENDPOINT}, otherwise GET`,
  },
  header: { short: 'H', value: "'NAME: VALUE'", repeatable: true, description: 'a header field' },
  body: {
    short: 'd',
    value: 'TEXT|@FILE',
    description: 'the body: text, or a file’s bytes; @- is standard input',
  },
  nonce: { value: 'TEXT', description: 'a nonce to sign, if the provider has one' },
  id: { value: 'TEXT', description: 'an id to sign, if the provider has one' },
  claims: { value: 'JSON', description: 'a token’s claims' },
  ...REQUEST_OPTIONS,
};

/** A request, and the gate that it was signed with. */
export interface SignedDraft {
  readonly gate: Gate;
  readonly signed: SignedRequest;
}

/** Signs what the arguments describe, and makes sure that the gate would take it. @throws UsageError, SetupError, ConfigError */
export async function readSigned(call: Call): Promise<SignedDraft> {
  if (!isConfigured(call)) {
    const { gate, input } = await readBoth(
      pathsOf(call),
      // What is sent may be meant for a gate that takes more than others do, or be too much for it.
      () => readProviderGate(call, { maxBodyBytes: MAX_INPUT_BYTES }),
      () => readDraft(call),
    );
    return { gate, signed: await signWith(gate, input) };
  }
  const draft = await readDraft(call);
  const { method, url, headers, body } = draft;
  const { gate } = await readConfiguredGate(call, requestFrom({ method, url, headers, body }));
  return { gate, signed: await signWith(gate, draft) };
}

/** Of the files that the draft is read from; `-` is standard input. */
function pathsOf({ args }: Call): readonly string[] {
  const body = args.text('body');
  const paths = args.positionals.filter((text) => !isUrl(text));
  return body?.startsWith('@') ? [...paths, body.slice(1)] : paths;
}

async function signWith(gate: Gate, draft: ReadDraft): Promise<SignedRequest> {
  const signed = await signDraft(gate, draft);
  const verdict = await gate.verify(signed);
  if (!verdict.ok) {
    throw new SetupError(
      'request',
      `what was signed would be refused (${verdict.reason}: ${verdict.message})`,
      signingRemedy(verdict, gate.scheme),
    );
  }
  return signed;
}

/** A nonce is given by an option here, in the library by a member. An id is made. */
async function signDraft(gate: Gate, draft: Draft): Promise<SignedRequest> {
  try {
    return await gate.sign(draft);
  } catch (error) {
    const isMissing = draft.nonce === undefined;
    if (!(error instanceof SetupError && error.option === 'request.nonce' && isMissing)) throw error;
    throw new SetupError(error.option, error.problem, 'Give it with --nonce TEXT.');
  }
}

/** What whoever signs can change, where a refusal is due to it: the reason's own remedy speaks to whoever receives. */
const OWN_FAULTS: Partial<Record<RefusalReason, string>> = {
  'body-too-large': 'Give a shorter body, or raise the gate’s maxBody.',
  'malformed-request': 'Give another URL, method or Host header.',
  'method-not-allowed': 'Give another method with -X.',
  'malformed-body': 'Give a body that the scheme takes.',
  'malformed-token': 'Give other --claims.',
  'binding-mismatch':
    'Give the header that the token is bound to with -H, and leave out of --claims what binds it.',
  'malformed-signature': 'Take the older signature out of the request first.',
  'signature-mismatch': 'Take the older signature out of the request first.',
};

/** Those that other claims mend: the remedy goes on with an example of them. */
const CLAIM_FAULTS: Partial<Record<RefusalReason, string>> = {
  'missing-claim': 'Give the claim with --claims',
  'claim-mismatch': 'Give with --claims what the gate takes',
};

const OF_TIMES: readonly RefusalReason[] = [
  'missing-timestamp',
  'malformed-timestamp',
  'expired',
  'from-the-future',
];

function signingRemedy({ reason, remedy }: Refused, scheme: Gate['scheme']): string {
  const own = OWN_FAULTS[reason];
  if (own !== undefined) return own;
  const ofClaims = CLAIM_FAULTS[reason];
  if (ofClaims !== undefined) return `${ofClaims}, e.g. --claims '${claimsExample(scheme)}'.`;
  if (!OF_TIMES.includes(reason)) return remedy;
  return scheme.proof === 'token'
    ? 'Give other times: the token’s with --claims, the clock’s with --now.'
    : 'Take the older timestamp out of the request first, or set the clock that signs with --now.';
}

/** The claims that the scheme demands, times aside: those are set by who signs. */
function claimsExample(scheme: Gate['scheme']): string {
  const { iat, exp, ...claims } = sampleClaims(scheme, 0);
  return JSON.stringify(claims);
}

const URL_OR_FILE =
  'Give a URL, which begins with http:// or https://, the path of a file, or - for standard input.';

type ReadDraft = Draft & Required<Pick<Draft, 'headers' | 'body'>>;

async function readDraft(call: Call): Promise<ReadDraft> {
  const { args } = call;
  const urls = args.positionals.filter(isUrl);
  const files = args.positionals.filter((text) => !isUrl(text));
  const [url, secondUrl] = urls;
  const [file, secondFile] = files;
  if (secondUrl !== undefined || secondFile !== undefined) {
    throw new UsageError('more than one request is given', 'Give one URL and at most one file.');
  }
  const endpoint = url === undefined && file === undefined ? readEndpoint(call) : undefined;
  const captured = file === undefined ? undefined : (await readRequestFrom(file, call, URL_OR_FILE)).request;
  const body = (await readBody(call)) ?? captured?.body ?? new Uint8Array();
  const headers = [...(captured === undefined ? [] : captured.headers)].map(([name, value]) => ({
    name,
    value,
  }));
  const added = args.texts('header').map(readHeader);
  const names = new Set(added.map(({ name }) => name.toLowerCase()));
  const all = [...headers.filter(({ name }) => !names.has(name.toLowerCase())), ...added].filter(
    // Signing may change the body, and whoever sends it says its length.
    ({ name }) => !/^(?:content-length|transfer-encoding)$/i.test(name),
  );
  if (body.length > 0 && !all.some(({ name }) => name.toLowerCase() === 'content-type') && isJson(body)) {
    all.push({ name: 'content-type', value: 'application/json' });
  }
  // As curl does: whoever gives a body posts it, also where there is nothing in it.
  const isPost = body.length > 0 || args.flag('body') || endpoint !== undefined;
  return {
    method: args.text('method')?.toUpperCase() ?? captured?.method ?? (isPost ? 'POST' : 'GET'),
    url: url ?? captured?.url ?? endpoint ?? '/',
    headers: new HeaderList(all.flatMap(({ name, value }) => [name, value])),
    body,
    ...texts(call),
  };
}

function texts({ args }: Call): Pick<Draft, 'nonce' | 'id' | 'claims'> {
  const [nonce, id, claims] = [args.text('nonce'), args.text('id'), readClaims(args.text('claims'))];
  return {
    ...(nonce !== undefined && { nonce }),
    ...(id !== undefined && { id }),
    ...(claims !== undefined && { claims }),
  };
}

function readEndpoint({ io, output }: Call): string {
  const { value, note } = readVariable(ENDPOINT, io);
  if (value === undefined) {
    throw new UsageError(
      `no request is given, and ${ENDPOINT} is not set`,
      `Give a URL (https://…), a file that holds a request, or - for standard input; or set it: ${howToSet(ENDPOINT, { example: 'https://…', note })}`,
    );
  }
  if (note !== undefined) output.warn(note);
  // No URL begins with a quote.
  const url = isQuoted(value) ? value.slice(1, -1) : value;
  if (isUrl(url) && URL.canParse(url)) return url;
  throw new UsageError(
    `${ENDPOINT} is not an http or https URL`,
    `Set it: ${howToSet(ENDPOINT, { example: 'http://127.0.0.1:8787/hmac' })}`,
  );
}

function isUrl(text: string): boolean {
  return /^https?:\/\//i.test(text);
}

async function readBody({ args, io }: Call): Promise<Uint8Array | undefined> {
  const text = args.text('body');
  if (text === undefined) return undefined;
  return text.startsWith('@') ? readInput(text.slice(1), io) : Buffer.from(text, 'utf8');
}

const HEADER = new RegExp(`^(${TOKEN_CHAR}+):[ \\t]*([^\\r\\n\\0]*?)[ \\t]*$`);

function readHeader(text: string): HeaderPair {
  const match = HEADER.exec(text);
  if (match === null) throw new UsageError('--header is not a header field', "Write -H 'Name: value'.");
  return { name: match[1] as string, value: toByteString(match[2] as string) };
}

function readClaims(text: string | undefined): Readonly<Record<string, unknown>> | undefined {
  if (text === undefined) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    if (isObject(value)) return value;
  } catch {
    // Told below: the parser's words would quote the text.
  }
  throw new UsageError('--claims is not a JSON object', `E.g. --claims '{"sub":"ada"}'.`);
}

function isJson(body: Uint8Array): boolean {
  try {
    JSON.parse(Buffer.from(body).toString('utf8'));
    return true;
  } catch {
    return false;
  }
}
