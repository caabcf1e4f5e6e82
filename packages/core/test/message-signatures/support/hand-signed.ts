/** Message signatures by hand with node:crypto: shares nothing with the engine. */
import { constants, createHash, type JsonWebKey, type KeyObject, sign } from 'node:crypto';
import { requestFrom, type SignedRequest } from '../../../src/index.ts';
import { ED25519, P256, P384, type Pair, pairOf, RSA, SECONDS } from '../../tokens/mint.ts';

export { ED25519, P256, P384, pairOf, RSA, SECONDS };

export const HOST = 'api.example';

/** RFC 7638, by hand. */
export function thumbprintOf(jwk: JsonWebKey): string {
  const { kty, crv, n, e, x, y } = jwk;
  const members = kty === 'RSA' ? { e, kty, n } : kty === 'EC' ? { crv, kty, x, y } : { crv, kty, x };
  return createHash('sha256').update(JSON.stringify(members)).digest('base64url');
}

export const digestOf = (body: string): string =>
  `sha-256=:${createHash('sha256').update(body).digest('base64')}:`;

export interface HandSigned {
  readonly pair?: Pair;
  /** Names of components as the base writes them, without quotes; with parameters behind a semicolon. */
  readonly covers?: readonly string[];
  /** After the list of components. Default: created now, the thumbprint as keyid. */
  readonly parameters?: string;
  readonly label?: string;
  readonly method?: string;
  readonly path?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** The two fields of one signature, over the other headers. */
export function signatureFields({
  pair = ED25519,
  covers = ['@method', '@authority', '@path'],
  parameters = `;created=${SECONDS};keyid="${thumbprintOf(pair.jwk)}"`,
  label = 'sig1',
  method = 'POST',
  path = '/orders',
  headers = {},
}: HandSigned): { readonly input: string; readonly signature: string } {
  const identifiers = covers.map(identifierOf);
  const list = `(${identifiers.join(' ')})${parameters}`;
  const lines = covers.map(
    (name, i) => `${identifiers[i]}: ${componentValue(name, { method, path, headers })}`,
  );
  const base = [...lines, `"@signature-params": ${list}`].join('\n');
  const bytes = signBytes(pair.privateKey, Buffer.from(base, 'latin1'));
  return { input: `${label}=${list}`, signature: `${label}=:${bytes.toString('base64')}:` };
}

/** A signed request. Its content-digest is written where it is covered. */
export function handSigned(options: HandSigned = {}): SignedRequest {
  const { method = 'POST', path = '/orders', body = '', covers = [] } = options;
  const headers = {
    ...(covers.includes('content-digest') && { 'content-digest': digestOf(body) }),
    ...options.headers,
  };
  const { input, signature } = signatureFields({ ...options, headers });
  return requestFrom({
    method,
    url: path,
    headers: { host: HOST, ...headers, 'signature-input': input, signature },
    body,
  });
}

function identifierOf(name: string): string {
  const end = name.indexOf(';');
  return end < 0 ? `"${name}"` : `"${name.slice(0, end)}"${name.slice(end)}`;
}

function componentValue(
  name: string,
  { method, path, headers }: Required<Pick<HandSigned, 'method' | 'path' | 'headers'>>,
) {
  const [plain = '', query = ''] = path.split('?');
  switch (name) {
    case '@method':
      return method;
    case '@authority':
      return HOST;
    case '@path':
      return plain;
    case '@query':
      return `?${query}`;
    case '@target-uri':
      return `https://${HOST}${path}`;
  }
  const [field = '', key] = name.split(';key=');
  const value = headers[field] ?? '';
  if (key === undefined) return value;
  // A member of a dictionary of strings, with whatever parameters it has.
  const member = value.split(/, */).find((part) => part.startsWith(`${key.slice(1, -1)}=`)) ?? '';
  return member.slice(member.indexOf('=') + 1);
}

function signBytes(key: KeyObject, bytes: Uint8Array): Buffer {
  switch (key.asymmetricKeyType) {
    case 'ed25519':
      return sign(null, bytes, key);
    case 'ec': {
      const isP384 = key.asymmetricKeyDetails?.namedCurve === 'secp384r1';
      return sign(isP384 ? 'sha384' : 'sha256', bytes, { key, dsaEncoding: 'ieee-p1363' });
    }
    default:
      return sign('sha512', bytes, {
        key,
        padding: constants.RSA_PKCS1_PSS_PADDING,
        saltLength: constants.RSA_PSS_SALTLEN_DIGEST,
      });
  }
}
