/** DPoP proofs (RFC 9449) that are for another address, token or key than came with them. */
import { effectiveRequest } from '../../effective-request.ts';
import { HeaderList } from '../../headers.ts';
import { MAX_TOKEN_CHARS, parseSegment, splitToken } from '../../schemes/jwt/token-text.ts';
import { shownText } from '../../text/shown-text.ts';
import { declaredAs } from '../declared.ts';
import type { Hypothesis } from '../hypothesis.ts';
import { withAddress } from '../other-address.ts';
import type { Trial } from '../trial.ts';

/** More of a claim is not shown. */
const MAX_SHOWN_CHARS = 200;

/** One trial. */
export const PLACE_DPOP: readonly Hypothesis[] = [
  {
    id: 'place-dpop-htu',
    part: 'place',
    steps: ['compare'],
    *changes(trial) {
      const address = proofAddress(trial);
      if (!address) return;
      const { scheme, authority, path } = address;
      yield* withAddress(trial, { scheme, authority, path }, `${scheme}://${authority}${path}`);
    },
    says: (url) =>
      `The DPoP proof is genuine and for ${url} (its claim htu), and the gate reads another address.`,
    mend: () =>
      'If that is the address that your clients call, set the gate’s origin to its scheme and host, or list the proxy under listen.trustedProxies, and have the proxy pass the path on. If it is not, the refusal is right: the proof was made for another server.',
    example: 'proxy-host',
  },
  {
    id: 'place-dpop-path',
    part: 'place',
    steps: ['compare'],
    certainty: 'likely',
    sees: (trial, { code }) => {
      const htu = code === 'proof-of-another-address' ? proofClaims(trial)?.['htu'] : undefined;
      return typeof htu === 'string' && !/^[a-z][a-z0-9+.-]*:\/\//i.test(htu)
        ? shownText(htu.slice(0, MAX_SHOWN_CHARS))
        : undefined;
    },
    says: (htu) =>
      `The DPoP proof is genuine, and its claim htu is ${htu}, which is no whole URL: the client writes the path, or leaves https:// out.`,
    mend: () =>
      'Have the client write the whole URL that it calls into htu, without query and fragment: https://api.example/v1/orders. A framework’s request.path or request.url is the path alone.',
    example: 'proxy-host',
  },
  {
    id: 'dpop-other-token',
    part: 'token',
    steps: ['compare'],
    certainty: 'likely',
    sees: (_, { code }) => (code === 'proof-of-another-token' ? '' : undefined),
    says: () =>
      'The DPoP proof is genuine, for this address, and made with another access token than came with it (its claim ath).',
    mend: () =>
      'Have the client make a new proof for each request with the token that it sends: ath is base64url, without padding, of the SHA-256 of the token alone, without DPoP in front.',
  },
  {
    id: 'dpop-other-key',
    part: 'token',
    steps: ['compare'],
    certainty: 'likely',
    sees: (_, { code }) => (code === 'token-of-another-key' ? '' : undefined),
    says: () =>
      'The access token is genuine and bound to another key (its cnf.jkt) than the one that signed the DPoP proof.',
    mend: () =>
      'Have the client keep one key pair: the one of the token request signs the proofs too. A key that was made anew, after a restart or in another tab, needs a new token.',
  },
  {
    id: 'dpop-token-unbound',
    part: 'token',
    steps: ['compare'],
    certainty: 'likely',
    sees: (_, { code }) => (code === 'token-unbound' ? '' : undefined),
    says: () =>
      'The access token is genuine and bound to no key: it was issued as a bearer token, without cnf.jkt.',
    mend: () =>
      'Have the client send a DPoP proof with its token request too, and the issuer issue DPoP tokens; or put bearer tokens before a gate of jwt-bearer.',
  },
];

/** What the proof says; undefined where none can be read. */
function proofClaims({ scheme, request }: Trial): Readonly<Record<string, unknown>> | undefined {
  const proof = declaredAs(scheme, 'dpop') && request.headers.get('dpop');
  const text = proof && proof.length <= MAX_TOKEN_CHARS ? splitToken(proof) : undefined;
  const claims = text && parseSegment(text.payload);
  return typeof claims === 'object' ? claims : undefined;
}

/** What the proof says that it is for. */
function proofAddress(
  trial: Trial,
): { scheme: 'https' | 'http'; authority: string; path: string } | undefined {
  const htu = proofClaims(trial)?.['htu'];
  if (typeof htu !== 'string' || !/^https?:\/\//i.test(htu)) return undefined;
  const [url = ''] = htu.split(/[?#]/, 1);
  const address = effectiveRequest({
    method: 'GET',
    url,
    headers: new HeaderList([]),
    body: new Uint8Array(0),
  });
  if ('reason' in address || address.scheme === undefined || address.host === undefined) return undefined;
  const { host, port, path } = address;
  return { scheme: address.scheme, authority: port === '' ? host : `${host}:${port}`, path };
}
