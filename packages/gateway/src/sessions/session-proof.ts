/** What the callers of a session's guarded routes prove themselves by: an address, a shared token, a token that we have issued. */
import {
  createGate,
  type Gate,
  REFUSALS,
  type Refused,
  type SchemeDeclaration,
  SetupError,
} from '@countersign/core';
import { counted } from '@countersign/core/internal/amounts';
import { type AddressSet, canonicalAddress, createAddressSet } from '../client-address.ts';
import type { SessionAuthConfig, SessionCredentialConfig } from '../config/config.ts';
import type { Sealer } from '../sealed/seal.ts';
import { secretHeaders } from '../sealed/withheld-headers.ts';
import type { SessionRoute } from './broker.ts';
import { createIssuedTokens, createSealedTokens } from './issued-tokens.ts';
import type { SessionExchange } from './session-route.ts';
import { createTokenRoute } from './token-route.ts';

export type SessionRefused = Pick<Refused, 'reason' | 'step' | 'message'> & Partial<Pick<Refused, 'remedy'>>;

export interface SessionProof {
  /** What proves a request. Undefined: tokens that were issued here, or the address alone. */
  readonly scheme: Gate['scheme'] | undefined;
  /** Lower-case names of the headers that carry it. A page must be allowed to send them, and events are kept without their values. */
  readonly headers: readonly string[];
  /** What a refusal says of how to do better (RFC 9110 §11.6.1); names and values in turn. */
  readonly challenge: readonly string[];
  /** Where tokens are issued, if they are. */
  readonly tokenRoute: SessionRoute | undefined;
  /** Refuses from the head what would be refused whatever its body. */
  refuseHead(exchange: SessionExchange): SessionRefused | undefined;
  /** Undefined: it holds. */
  judge(exchange: SessionExchange): Promise<SessionRefused | undefined>;
}

export interface SessionProofParts {
  readonly session: string;
  readonly now: () => number;
  /** Undefined where there is no store key: tokens that are issued are good at this gateway alone. */
  readonly sealer: Sealer | undefined;
}

/** The id under which the log and events name it. */
export const PROOF_KEY_ID = 'auth';

const NONE: readonly string[] = [];
const SHORTEST_SECRET_BYTES = 8;

/** Undefined for `auth: none`. @throws SetupError for a secret under 8 bytes, and for what core refuses. */
export function createSessionProof(
  auth: SessionAuthConfig,
  parts: SessionProofParts,
): SessionProof | undefined {
  if (auth.kind === 'none') return undefined;
  const { ips, credential } = auth;
  const addresses = ips && createAddressSet(ips);
  const proof = credential && createCredential(credential, parts);
  const foreign = (exchange: SessionExchange): SessionRefused | undefined =>
    addresses && refuseAddress(addresses, exchange.remoteAddress);
  return {
    scheme: proof?.scheme,
    headers: proof?.headers ?? NONE,
    challenge: proof?.challenge ?? NONE,
    tokenRoute: proof?.tokenRoute,
    refuseHead: (exchange) => foreign(exchange) ?? proof?.refuseHead(exchange),
    judge: async (exchange) => foreign(exchange) ?? (await proof?.judge(exchange)),
  };
}

function createCredential(credential: SessionCredentialConfig, parts: SessionProofParts): SessionProof {
  const [name, secret] =
    credential.kind === 'issued' ? ['clientSecret', credential.clientSecret] : ['secret', credential.secret];
  const bytes = Buffer.byteLength(secret.reveal());
  if (bytes < SHORTEST_SECRET_BYTES) {
    const problem = `is ${counted(bytes, 'byte')} long; at least ${SHORTEST_SECRET_BYTES} are required`;
    const option = `sessions.${parts.session}.auth.${name}`;
    throw new SetupError(option, problem, 'Use a longer one: openssl rand -hex 32');
  }
  return credential.kind === 'issued' ? issuedProof(credential, parts) : tokenProof(credential, parts);
}

const COMPARE_SECRET =
  'Compare the session’s auth.secret with what the caller is set to send; look for quotes and blanks around either.';

function tokenProof(
  { form, header, secret }: Extract<SessionCredentialConfig, { kind: 'token' }>,
  { session, now }: SessionProofParts,
): SessionProof {
  const isUsual = header === undefined || header.toLowerCase() === 'authorization';
  const scheme: SchemeDeclaration = {
    type: 'shared-token',
    form: form ?? (isUsual ? 'bearer' : 'plain'),
    ...(header !== undefined && { header }),
  };
  const keys = [{ id: PROOF_KEY_ID, secret: secret.reveal() }];
  const gate = namingOption(`sessions.${session}.auth`, () => createGate({ scheme, id: session, keys, now }));
  return {
    scheme: gate.scheme,
    headers: secretHeaders(gate.scheme),
    challenge: NONE,
    tokenRoute: undefined,
    refuseHead: ({ request }) => gate.refuseHead(request),
    judge: async ({ request }) => {
      const verdict = await gate.verify(request);
      if (verdict.ok) return undefined;
      return verdict.reason === 'signature-mismatch' ? { ...verdict, remedy: COMPARE_SECRET } : verdict;
    },
  };
}

/** Core knows of keys and schemes, not of the session that they stand in. */
function namingOption<T>(option: string, make: () => T): T {
  try {
    return make();
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    const member = error.option.startsWith('keys') ? '.secret' : error.option.replace(/^scheme/, '');
    throw new SetupError(option + member, error.problem, error.remedy);
  }
}

function issuedProof(
  credential: Extract<SessionCredentialConfig, { kind: 'issued' }>,
  { session, now, sealer }: SessionProofParts,
): SessionProof {
  const { clientId, clientSecret } = credential;
  const holder = JSON.stringify([session, clientId, clientSecret.reveal()]);
  const tokens = sealer ? createSealedTokens({ sealer, holder, now }) : createIssuedTokens(now);
  const refuse = ({ request }: SessionExchange): SessionRefused | undefined => {
    const value = request.headers.single('authorization');
    if (value === undefined || value === '')
      return refused('missing-token', 'the request has no authorization header');
    // RFC 6750 §2.1; the scheme's name without regard to case (RFC 9110 §11.1).
    const token = value === null ? undefined : /^Bearer +([A-Za-z0-9_-]{1,128})$/i.exec(value)?.[1];
    if (token === undefined)
      return refused(
        'malformed-token',
        'the authorization is not a bearer token of ours',
        'The client must send `Bearer ` and the token that the session’s token route gave it.',
      );
    if (tokens.has(token)) return undefined;
    return refused(
      'signature-mismatch',
      'the bearer token was not issued here, or has expired',
      'Nothing, where the client fetches another: as a rule it does. Else have it fetch one from the session’s token route.',
    );
  };
  return {
    scheme: undefined,
    headers: ['authorization'],
    challenge: ['www-authenticate', 'Bearer error="invalid_token"'],
    tokenRoute: createTokenRoute(credential, tokens),
    refuseHead: refuse,
    judge: async (exchange) => refuse(exchange),
  };
}

function refuseAddress(addresses: AddressSet, remoteAddress: string): SessionRefused | undefined {
  const address = canonicalAddress(remoteAddress);
  if (address !== undefined && addresses.has(address)) return undefined;
  return refused('foreign-address', `the request came from ${address ?? 'an unknown address'}`);
}

function refused(reason: Refused['reason'], message: string, remedy?: string): SessionRefused {
  const { step, remedy: usual } = REFUSALS[reason];
  return { reason, step, message, remedy: remedy ?? usual };
}
