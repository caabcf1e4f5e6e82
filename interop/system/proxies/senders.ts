/** A sender of each provider: what its gate is, and a genuine request, fresh each time. */
import { randomBytes, randomUUID } from 'node:crypto';
import {
  createGate,
  type Draft,
  type GateOptions,
  type KeySpec,
  type SignedRequest,
} from '@countersign/core';
import { P256, pemOf, RSA, SECRET } from '../../libraries/keys.ts';

type Choice = Pick<GateOptions, 'provider'>;

export interface Sender {
  readonly name: string;
  readonly gate: Choice & { readonly keys: readonly KeySpec[] };
  /** Whether its proof holds for one URL, so that a proxy that rewrites the path breaks it. */
  readonly signsUrl: boolean;
  sign(url: string): Promise<SignedRequest>;
}

interface Traits {
  readonly signsUrl?: boolean;
  /** What signs, where the gate holds the public half. */
  readonly signingKey?: string;
  readonly draft?: () => Partial<Draft> & { readonly headers?: Readonly<Record<string, string>> };
}

function sender(name: string, choice: Choice, key: string, traits: Traits = {}): Sender {
  const { signsUrl = false, signingKey = key, draft } = traits;
  const signer = createGate({ ...choice, keys: [{ id: 'k1', secret: signingKey }] });
  return {
    name,
    gate: { ...choice, keys: [{ id: 'k1', secret: key }] },
    signsUrl,
    sign: async (url) => {
      const usual = plain(url);
      const own = draft?.();
      return signer.sign({ ...usual, ...own, headers: { ...usual.headers, ...own?.headers } });
    },
  };
}

/** Another body each time: at many gates it is the identity of a request. */
function plain(url: string): Draft & { readonly headers: Readonly<Record<string, string>> } {
  const headers = { Host: new URL(url).host, 'Content-Type': 'application/json' };
  return { method: 'POST', url, headers, body: JSON.stringify({ id: randomUUID(), note: 'café ☕ 1.0' }) };
}

const KEY_64 = randomBytes(32).toString('base64');
const exp = Math.floor(Date.now() / 1000) + 3600;
const FORM = { 'Content-Type': 'application/x-www-form-urlencoded' };

export const SENDERS: readonly Sender[] = [
  sender('github', { provider: 'github' }, SECRET),
  sender('stripe', { provider: 'stripe' }, 'whsec_a_secret_of_the_endpoint_for_tests'),
  sender('slack', { provider: 'slack' }, SECRET),
  sender('twilio', { provider: 'twilio' }, SECRET, {
    signsUrl: true,
    draft: () => ({
      headers: FORM,
      body: `MessageSid=${randomUUID()}&Body=caf%C3%A9+1`,
    }),
  }),
  sender('standard-webhooks', { provider: 'standard-webhooks' }, `whsec_${KEY_64}`),
  sender('hmac', { provider: 'hmac' }, SECRET),
  sender(
    'hmac-over-url',
    { provider: { id: 'hmac', message: '{timestamp} {method} {url} {body}' } },
    SECRET,
    {
      signsUrl: true,
    },
  ),
  sender('flowent', { provider: 'flowent' }, SECRET, {
    draft: () => ({ body: JSON.stringify({ action_name: 'a', parameters: { id: randomUUID() } }) }),
  }),
  sender('flow-production-tracking', { provider: 'flow-production-tracking' }, SECRET, {
    draft: () => ({ headers: FORM, body: `user_id=${randomUUID()}&name=a+b` }),
  }),
  sender('flow-production-tracking-webhook', { provider: 'flow-production-tracking-webhook' }, SECRET),
  sender('incode', { provider: 'incode' }, SECRET.replaceAll(/[ ,]/g, '-')),
  sender('jwt-bearer', { provider: 'jwt-bearer' }, SECRET, { draft: () => ({ claims: { exp } }) }),
  sender(
    'firebase-app-check',
    { provider: { id: 'firebase-app-check', projectNumber: '123456789012' } },
    pemOf(RSA.publicKey),
    {
      signingKey: pemOf(RSA.privateKey),
      draft: () => ({
        claims: {
          exp,
          iss: 'https://firebaseappcheck.googleapis.com/123456789012',
          aud: ['projects/123456789012'],
          sub: 'app',
        },
      }),
    },
  ),
  sender('dpop', { provider: 'dpop' }, SECRET, { signsUrl: true, draft: () => ({ claims: { exp } }) }),
  sender('http-message-signatures', { provider: 'http-message-signatures' }, SECRET, { signsUrl: true }),
  sender('approov', { provider: 'approov' }, KEY_64, { draft: () => ({ claims: { exp } }) }),
  approovMessages(),
];

/** As Approov’s SDK does: a token that names the installation’s key, and a signature by that. */
function approovMessages(): Sender {
  const tokens = createGate({ provider: 'approov', keys: [KEY_64] });
  const messages = createGate({
    provider: {
      id: 'http-message-signatures',
      algorithm: 'ecdsa-p256-sha256',
      label: 'install',
      components: ['@method', '@target-uri', 'approov-token', 'content-digest'],
    },
    keys: [pemOf(P256.privateKey)],
  });
  const ipk = P256.publicKey.export({ type: 'spki', format: 'der' }).toString('base64');
  return {
    name: 'approov-messages',
    gate: { provider: { id: 'approov', messageSigning: 'required' }, keys: [{ secret: KEY_64 }] },
    signsUrl: true,
    sign: async (url) => messages.sign(await tokens.sign({ ...plain(url), claims: { exp, ipk } })),
  };
}
