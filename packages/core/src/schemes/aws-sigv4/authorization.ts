/** The header that carries the signature: `AWS4-HMAC-SHA256 Credential=…, SignedHeaders=…, Signature=…`. */

import type { HeaderList } from '../../headers.ts';
import { type Objection, objection } from '../../objection.ts';
import { decodeHex } from '../../text/encodings.ts';
import { shownText } from '../../text/shown-text.ts';
import { isToken } from '../../text/token.ts';

export const SIGV4_ALGORITHM = 'AWS4-HMAC-SHA256';

/** What ends every credential scope. */
export const SCOPE_END = 'aws4_request';

/** What the header, or a presigned URL, says. Nobody has proved it yet. */
export interface SigV4Authorization {
  readonly accessKeyId: string;
  /** `YYYYMMDD`. */
  readonly date: string;
  readonly region: string;
  readonly service: string;
  /** Lower-case names in ascending order, each once. */
  readonly signedHeaders: readonly string[];
  /** 32 bytes. */
  readonly signature: Uint8Array;
  /** What a presigned URL says besides. */
  readonly presigned?: PresignedParameters;
}

/** Texts as they are written, of what stands in headers elsewhere. */
export interface PresignedParameters {
  readonly time: string;
  /** For how long from that time on the URL is good. */
  readonly lifetimeMs: number;
  readonly claimedHash: string | undefined;
}

/** A longer header is refused before it is taken apart. */
const MAX_CHARS = 8 * 1024;
const MAX_SIGNED_HEADERS = 100;

const PARAMETERS = ['Credential', 'SignedHeaders', 'Signature'] as const;

/** The texts of a signature, wherever they stand. */
export type SigV4Values = Readonly<Record<(typeof PARAMETERS)[number], string>>;

const AS_DOCUMENTED = `The sender must write \`${SIGV4_ALGORITHM} Credential=…, SignedHeaders=…, Signature=…\`, each once.`;

/** Reads the header. @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html */
export function readAuthorization(headers: HeaderList): SigV4Authorization | Objection {
  const text = headers.single('authorization');
  if (text === undefined || text === '') return MISSING;
  if (text === null) {
    return malformed(
      'the header authorization occurs twice',
      'The sender must send it once; look for a proxy that adds one.',
    );
  }
  if (text.length > MAX_CHARS)
    return malformed(`the header is ${text.length} characters long; at most ${MAX_CHARS} are read`);
  const blank = text.indexOf(' ');
  const algorithm = blank < 0 ? text : text.slice(0, blank);
  if (algorithm !== SIGV4_ALGORITHM) return otherAlgorithm(algorithm);
  const parameters = readParameters(text.slice(blank + 1));
  return 'reason' in parameters ? parameters : readValues(parameters, AS_DOCUMENTED);
}

const MISSING: Objection = objection('missing-signature', 'the request has no header authorization');

/** Another one of the same family is named; what else stands there may be a secret. */
function otherAlgorithm(algorithm: string): Objection {
  if (/^AWS4-[A-Z0-9-]{1,40}$/.test(algorithm)) {
    return objection(
      'algorithm-not-allowed',
      `the signature is ${algorithm}, and the gate takes ${SIGV4_ALGORITHM}`,
      `Have the sender sign with ${SIGV4_ALGORITHM}, for one region.`,
    );
  }
  return malformed(`the header authorization does not start with ${SIGV4_ALGORITHM}`, AS_DOCUMENTED);
}

function readParameters(text: string): SigV4Values | Objection {
  const values: Partial<Record<keyof SigV4Values, string>> = {};
  const items = text.split(',', PARAMETERS.length + 1);
  for (const item of items) {
    const [, name, value = ''] = /^ *([A-Za-z]+)=([^ ]+) *$/.exec(item) ?? [];
    const parameter = PARAMETERS.find((candidate) => candidate === name);
    if (parameter === undefined || values[parameter] !== undefined)
      return malformed('the header authorization has an item that is none of its three, or is there twice');
    values[parameter] = value;
  }
  const { Credential, SignedHeaders, Signature } = values;
  if (Credential === undefined || SignedHeaders === undefined || Signature === undefined) {
    const absent = PARAMETERS.filter((name) => values[name] === undefined);
    return malformed(`the header authorization has no ${absent.join(', no ')}`);
  }
  return { Credential, SignedHeaders, Signature };
}

/** @param remedy what to do where they are malformed */
export function readValues(
  { Credential, SignedHeaders, Signature }: SigV4Values,
  remedy: string,
): SigV4Authorization | Objection {
  const [accessKeyId = '', date = '', region = '', service = '', end, ...more] = Credential.split('/', 6);
  if (!/^[\w.-]{1,128}$/.test(accessKeyId) || !/^\d{8}$/.test(date) || end !== SCOPE_END || more.length > 0) {
    return malformed(`the credential is not ACCESS-KEY-ID/YYYYMMDD/REGION/SERVICE/${SCOPE_END}`, remedy);
  }
  const signedHeaders = SignedHeaders.split(';', MAX_SIGNED_HEADERS + 1);
  if (signedHeaders.length > MAX_SIGNED_HEADERS)
    return malformed(`more than ${MAX_SIGNED_HEADERS} headers are signed`, remedy);
  const fault = namesFault(signedHeaders);
  if (fault !== undefined) return malformed(fault, remedy);
  const signature = decodeHex(Signature, { upperCase: false });
  if (signature?.length !== 32) return malformed('the signature is not 64 digits of lower-case hex', remedy);
  return { accessKeyId, date, region, service, signedHeaders, signature };
}

/** Names in another order, or a name twice, would make several texts of one request. */
function namesFault(names: readonly string[]): string | undefined {
  const wrong = names.find((name) => !isToken(name) || name !== name.toLowerCase());
  if (wrong !== undefined) return 'a signed header’s name is not a name in lower case';
  const at = names.findIndex((name, i) => i > 0 && name <= (names[i - 1] as string));
  return at < 0
    ? undefined
    : `the signed headers are not in ascending order at ${shownText(names[at] as string)}`;
}

/** @param remedy default: how the header is written */
export function malformed(problem: string, remedy: string = AS_DOCUMENTED): Objection {
  return objection('malformed-signature', problem, remedy);
}
