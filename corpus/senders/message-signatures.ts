/** Senders of HTTP Message Signatures (RFC 9421): signed by a package, and by hand for what it would not do. */
import { createHash, createHmac, type KeyObject, sign } from 'node:crypto';
import { createSigner, httpbis } from 'http-message-signatures';
import { bodyOf } from '../base/bodies.ts';
import { pick, timeOf, uuidOf } from '../base/draw.ts';
import { versionOf } from '../base/versions.ts';
import type { BodyKind, Draft, KeySpec, Sender, Wire } from '../base/wire.ts';
import { ecPair, ed25519Pair, pemOf } from './key-pairs.ts';
import { secretOf } from './profile.ts';

export const MESSAGE_SECRET = secretOf('messages', 40);
export const KEY_ID = 'partner-2026';
export const COMPONENTS = ['@method', '@target-uri', 'content-type', 'content-digest'];
/** A target in parts. */
export const PARTED = ['@method', '@authority', '@path', '@query', 'content-digest'];
const PATHS = ['/inbox/orders', '/inbox/orders?tenant=acme&v=2', '/v2/messages/in'];

export const digestOf = (body: Buffer): string =>
  `sha-256=:${createHash('sha256').update(body).digest('base64')}:`;

export interface MessageSender extends Sender {
  readonly algorithm: string;
  readonly components: readonly string[];
  signBase(base: string): Buffer;
}

function headersOf(draft: Draft, digest = digestOf(draft.body)): readonly (readonly [string, string])[] {
  return [
    ['Host', new URL(draft.url).host],
    ['User-Agent', 'partner-client/0.9'],
    ['Content-Type', draft.contentType],
    ['Content-Length', String(draft.body.length)],
    ['Content-Digest', digest],
  ];
}

/** What a component is, by RFC 9421 §2, of a request as it is sent. */
export function componentOf(
  component: string,
  { method, url, headers }: Pick<Wire, 'method' | 'url' | 'headers'>,
): string {
  const target = new URL(url);
  switch (component) {
    case '@method':
      return method;
    case '@target-uri':
      return url;
    case '@authority':
      return target.host;
    case '@path':
      return target.pathname;
    case '@query':
      return target.search === '' ? '?' : target.search;
    default:
      return headers.find(([name]) => name.toLowerCase() === component)?.[1] ?? '';
  }
}

export interface Written {
  readonly components?: readonly string[];
  readonly digest?: string;
  readonly parameters?: string;
  /** The parameters in the base, where they are others than those that are sent. */
  readonly signedParameters?: string;
  base?(lines: readonly string[]): string;
  value?(component: string, value: string): string;
  spell?(signature: Buffer): string;
  signBase?(base: string): Buffer;
  readonly inputLabel?: string;
}

export const parametersOf = ({ at }: Draft, algorithm: string): string =>
  `;created=${at / 1000};keyid="${KEY_ID}";alg="${algorithm}"`;

/** Signs by hand, with what is written otherwise. */
export function writeSigned(sender: MessageSender, draft: Draft, written: Written = {}): Wire {
  const { method, url, body } = draft;
  const headers = headersOf(draft, written.digest);
  const components = written.components ?? sender.components;
  const parameters = written.parameters ?? parametersOf(draft, sender.algorithm);
  const list = `(${components.map((component) => `"${component}"`).join(' ')})`;
  const lines = components.map((component) => {
    const value = componentOf(component, { method, url, headers });
    return `"${component}": ${written.value?.(component, value) ?? value}`;
  });
  const all = [...lines, `"@signature-params": ${list}${written.signedParameters ?? parameters}`];
  const signature = (written.signBase ?? sender.signBase)(written.base?.(all) ?? all.join('\n'));
  const text = written.spell?.(signature) ?? `:${signature.toString('base64')}:`;
  return {
    method,
    url,
    body,
    headers: [
      ...headers,
      ['Signature-Input', `${written.inputLabel ?? 'sig1'}=${list}${parameters}`],
      ['Signature', `sig1=${text}`],
    ],
  };
}

function messageSender(
  name: string,
  algorithm: string,
  keys: readonly KeySpec[],
  privateKey: KeyObject | string,
  signBase: (base: string) => Buffer,
  components = COMPONENTS,
): MessageSender {
  return {
    name,
    algorithm,
    components,
    choice: {
      provider: 'http-message-signatures',
      options: {
        algorithm,
        ...(components === PARTED && { components: ['@method', '@target-uri', 'content-digest'] }),
      },
    },
    keys,
    kinds: ['json', 'text', 'form', 'multipart'],
    covers: { body: true, url: true },
    signedBy: versionOf('http-message-signatures'),
    signBase,
    draft: (label, kind: BodyKind = 'json') => ({
      method: 'POST',
      url: `https://hooks.acme.example${pick(`${name}/${label}`, PATHS)}`,
      ...bodyOf(`${name}/${label}`, kind),
      at: timeOf(`${name}/${label}`),
      id: uuidOf(label),
    }),
    sign: async (draft) => {
      const { method, url, body, at } = draft;
      const headers = headersOf(draft);
      const signed = await httpbis.signMessage(
        {
          key: createSigner(privateKey, algorithm, KEY_ID),
          name: 'sig1',
          fields: [...components],
          params: ['created', 'keyid', 'alg'],
          paramValues: { created: new Date(at) },
        },
        { method, url, headers: Object.fromEntries(headers) },
      );
      return {
        method,
        url,
        body,
        headers: Object.entries(signed.headers).map(([header, value]) => [header, String(value)] as const),
      };
    },
  };
}

const edPair = ed25519Pair('messages');
export const messageEcPair = ecPair('messages');

export const messageHmac = messageSender(
  'http-message-signatures',
  'hmac-sha256',
  [{ id: KEY_ID, secret: MESSAGE_SECRET }],
  MESSAGE_SECRET,
  (base) => createHmac('sha256', MESSAGE_SECRET).update(base).digest(),
);
export const messageParted = messageSender(
  'http-message-signatures-parts',
  'hmac-sha256',
  [{ id: KEY_ID, secret: MESSAGE_SECRET }],
  MESSAGE_SECRET,
  (base) => createHmac('sha256', MESSAGE_SECRET).update(base).digest(),
  PARTED,
);
export const messageEd = messageSender(
  'http-message-signatures-ed25519',
  'ed25519',
  [{ id: KEY_ID, secret: pemOf(edPair.publicKey) }],
  edPair.privateKey,
  (base) => sign(null, Buffer.from(base), edPair.privateKey),
);
export const messageEc = messageSender(
  'http-message-signatures-p256',
  'ecdsa-p256-sha256',
  [{ id: KEY_ID, secret: pemOf(messageEcPair.publicKey) }],
  messageEcPair.privateKey,
  (base) => sign('sha256', Buffer.from(base), { key: messageEcPair.privateKey, dsaEncoding: 'ieee-p1363' }),
);
