/**
 * The signature of a presigned URL, in its query. The canonical request has all parameters but `X-Amz-Signature`.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html
 */
import { queryOf } from '../../effective-request.ts';
import { SECOND } from '../../freshness.ts';
import type { SignedRequest } from '../../model.ts';
import { type Objection, objection } from '../../objection.ts';
import { parseUrlencoded } from '../../text/form.ts';
import { malformed, readValues, SIGV4_ALGORITHM, type SigV4Authorization } from './authorization.ts';
import type { SigV4Options } from './sigv4-options.ts';

export const SIGNATURE_PARAMETER = 'X-Amz-Signature';

/** Where its time stands. */
export const DATE_PARAMETER = 'X-Amz-Date';

const DUE = [
  'X-Amz-Algorithm',
  'X-Amz-Credential',
  DATE_PARAMETER,
  'X-Amz-Expires',
  'X-Amz-SignedHeaders',
  SIGNATURE_PARAMETER,
] as const;

/** Where a client may name the body’s SHA-256 in the query, or the word in its place. */
export const HASH_PARAMETER = 'X-Amz-Content-Sha256';

type Parameter = (typeof DUE)[number] | typeof HASH_PARAMETER;

const AS_DOCUMENTED = `The sender must write ${DUE.join(', ')} in the query, each once.`;

/** Undefined where the URL carries no signature: then a header does. */
export function readPresigned(
  { url, headers }: SignedRequest,
  { presigned }: SigV4Options,
): SigV4Authorization | Objection | undefined {
  const query = queryOf(url);
  if (!query.includes(`${SIGNATURE_PARAMETER}=`)) return undefined;
  const header = headers.get('authorization');
  if (header?.startsWith('AWS4-')) {
    // A parameter of the name is one like any other, to a gate that takes no presigned URLs.
    return (
      presigned &&
      malformed('there is a signature in the query, and one in the header authorization', AS_DOCUMENTED)
    );
  }
  if (!presigned) return header === undefined || header === '' ? NOT_TAKEN : undefined;
  const values = readParameters(query);
  if ('reason' in values) return values;
  if (values['X-Amz-Algorithm'] !== SIGV4_ALGORITHM) {
    return objection(
      'algorithm-not-allowed',
      `the signature in the query is not ${SIGV4_ALGORITHM}, which the gate takes`,
      `Have the sender sign with ${SIGV4_ALGORITHM}, for one region.`,
    );
  }
  const seconds = values['X-Amz-Expires'];
  if (!/^[1-9]\d{0,8}$/.test(seconds))
    return malformed('X-Amz-Expires is no number of seconds', AS_DOCUMENTED);
  const authorization = readValues(
    {
      Credential: values['X-Amz-Credential'],
      SignedHeaders: values['X-Amz-SignedHeaders'],
      Signature: values[SIGNATURE_PARAMETER],
    },
    AS_DOCUMENTED,
  );
  if ('reason' in authorization) return authorization;
  const lifetimeMs = Number(seconds) * SECOND;
  const claimedHash = values[HASH_PARAMETER];
  return { ...authorization, presigned: { time: values[DATE_PARAMETER], lifetimeMs, claimedHash } };
}

const NOT_TAKEN: Objection = objection(
  'missing-signature',
  'the request has no header authorization',
  'Its signature stands in the query, as presigned URLs have it: have the sender sign the header, or set presigned.',
);

type Values = Readonly<Record<(typeof DUE)[number], string>> & { readonly [HASH_PARAMETER]?: string };

function readParameters(query: string): Values | Objection {
  const fields = parseUrlencoded(query);
  if ('fault' in fields) return malformed(`the query cannot be read: ${fields.fault}`, AS_DOCUMENTED);
  const values = new Map<string, string>();
  for (const { name, value } of fields) {
    if (!isParameter(name)) continue;
    if (values.has(name)) return malformed(`the query has ${name} twice`, AS_DOCUMENTED);
    values.set(name, value);
  }
  const absent = DUE.filter((name) => !values.has(name));
  if (absent.length > 0) return malformed(`the query has no ${absent.join(', no ')}`, AS_DOCUMENTED);
  return Object.fromEntries(values) as Values;
}

function isParameter(name: string): name is Parameter {
  return name === HASH_PARAMETER || DUE.some((parameter) => parameter === name);
}
