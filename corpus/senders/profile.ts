/** Senders that sign with an HMAC: what each detail is, so that a mistake can change one of them. */
import { createHmac, hash as hashOf } from 'node:crypto';
import { bodyOf } from '../base/bodies.ts';
import { bytesOf, pick, timeOf, uuidOf, word } from '../base/draw.ts';
import { ask, type Language } from '../base/helper.ts';
import { versionOf } from '../base/versions.ts';
import type { BodyKind, Choice, Draft, KeySpec, Sender, Wire } from '../base/wire.ts';

/** A piece of the message that is signed. `separator` and `version` are the scheme's own text. */
export interface Part {
  readonly name:
    | 'timestamp'
    | 'id'
    | 'nonce'
    | 'method'
    | 'path'
    | 'query'
    | 'url'
    | 'host'
    | 'header'
    | 'body'
    | 'digest'
    | 'separator'
    | 'version';
  readonly value: Buffer | string;
}

export type Spelt = 'hex' | 'base64' | 'base64url';
export type HashName = 'sha1' | 'sha256' | 'sha384' | 'sha512' | 'md5';
export type HeaderLines = readonly (readonly [string, string])[];

export interface Profile {
  readonly name: string;
  readonly choice: Choice;
  readonly secret: string;
  readonly encoding?: string;
  keyOf(secret: string): Buffer;
  readonly hash: HashName;
  readonly form: Spelt;
  readonly prefix: string;
  readonly unit?: 's' | 'ms' | 'rfc3339';
  readonly kinds: readonly BodyKind[];
  readonly coversUrl: boolean;
  readonly signatureHeader: string;
  readonly timestampHeader?: string;
  readonly idHeader?: string;
  parts(draft: Draft, timestamp: string): readonly Part[];
  /** The proof's headers, from the signature with its prefix. */
  headers(draft: Draft, timestamp: string, signature: string): HeaderLines;
  /** Headers that this sender always sends. */
  usual(draft: Draft): HeaderLines;
  /** The proof's headers, made by the sender's own package. */
  sdk?(draft: Draft, secret: string): Promise<HeaderLines>;
  readonly signedBy?: string;
  /** With a private key, in place of an HMAC. */
  signBytes?(message: Buffer): Buffer;
  /** What is hashed, of senders that make no HMAC of key and message. */
  keyed?(key: Buffer, message: Buffer): Buffer;
  readonly paths?: readonly string[];
  /** The body that it sends, where one stands inside another. */
  bodyAround?(body: Buffer, at: number): Buffer;
}

export const utf8Key = (secret: string): Buffer => Buffer.from(secret, 'utf8');

export const text = (value: Buffer | string): Part => ({ name: 'separator', value });
export const part = (name: Part['name'], value: Buffer | string): Part => ({ name, value });
export const messageOf = (parts: readonly Part[]): Buffer =>
  Buffer.concat(parts.map(({ value }) => Buffer.from(value)));

export function timestampOf(at: number, unit: Profile['unit']): string {
  if (unit === 'ms') return String(at);
  if (unit === 'rfc3339') return new Date(at).toISOString().replace('.000Z', 'Z');
  return String(Math.floor(at / 1000));
}

const PATHS = [
  '/webhooks/incoming',
  '/hooks/v1/events',
  '/api/callbacks?source=partner',
  '/in/7f3a?env=prod&v=2',
];

function profileDraft(name: string, kinds: readonly BodyKind[], paths: readonly string[] = PATHS) {
  return (label: string, kind: BodyKind = kinds[0] ?? 'json'): Draft => ({
    method: kind === 'none' ? 'GET' : 'POST',
    url: `https://hooks.acme.example${pick(`${name}/${label}/path`, paths)}`,
    ...bodyOf(`${name}/${label}`, kind),
    at: timeOf(`${name}/${label}`),
    id: name === 'twitch' ? uuidOf(label) : `msg_${word(`${name}/${label}/id`, 20)}`,
  });
}

function draftOf({ name, kinds, paths, bodyAround }: Profile): Sender['draft'] {
  const draft = profileDraft(name, kinds, paths);
  if (!bodyAround) return draft;
  return (label, kind) => {
    const plain = draft(label, kind);
    return { ...plain, body: bodyAround(plain.body, plain.at) };
  };
}

/** What a hand-written sender does otherwise than the scheme says; what is absent it does rightly. */
export interface Slip {
  readonly language?: Language | 'node';
  readonly key?: Buffer;
  readonly hash?: HashName;
  readonly form?: string;
  readonly timestamp?: string;
  /** In the message only. */
  readonly signedTimestamp?: string;
  parts?(parts: readonly Part[]): readonly Part[];
  spell?(signature: string): string;
  readonly prefix?: string;
  /** Not an HMAC but a plain hash of this. */
  plain?(key: Buffer, message: Buffer): Buffer;
}

/** Signs by a few lines of a language, with a slip or without. */
export async function signByHand(profile: Profile, draft: Draft, slip: Slip = {}): Promise<Wire> {
  const timestamp = slip.timestamp ?? timestampOf(draft.at, profile.unit);
  const rightParts = profile.parts(draft, slip.signedTimestamp ?? timestamp);
  const message = messageOf(slip.parts?.(rightParts) ?? rightParts);
  const key = slip.key ?? profile.keyOf(profile.secret);
  const hash = slip.hash ?? profile.hash;
  const form = slip.form ?? profile.form;
  const language = slip.language ?? 'node';
  const plain = slip.plain?.(key, message) ?? profile.keyed?.(key, message);
  const spelt = profile.signBytes
    ? spell(profile.signBytes(message), form)
    : language === 'node'
      ? spell(plain ? hashOf(hash, plain, 'buffer') : createHmac(hash, key).update(message).digest(), form)
      : plain
        ? await ask(language, 'plain-hash', hash, plain, form)
        : await ask(language, 'hmac-signature', hash, key, message, form);
  const signature = (slip.prefix ?? profile.prefix) + (slip.spell?.(spelt.toString()) ?? spelt.toString());
  return wireOf(profile, draft, profile.headers(draft, timestamp, signature));
}

function spell(raw: Buffer, form: string): string {
  if (form === 'upper-hex') return raw.toString('hex').toUpperCase();
  if (form === 'base64-of-hex') return Buffer.from(raw.toString('hex')).toString('base64');
  return raw.toString(form as Spelt);
}

function wireOf(profile: Profile, draft: Draft, proof: HeaderLines): Wire {
  const { method, url, body, contentType } = draft;
  const hasBody = body.length > 0;
  const headers: HeaderLines = [
    ['Host', new URL(url).host],
    ...profile.usual(draft),
    ...(hasBody
      ? ([
          ['Content-Type', contentType],
          ['Content-Length', String(body.length)],
        ] as const)
      : []),
    ...proof,
  ];
  return { method, url, headers, body };
}

export function senderOf(profile: Profile, secret = profile.secret): Sender & { readonly profile: Profile } {
  const changed = { ...profile, secret };
  const { name, choice, kinds, coversUrl, sdk, encoding } = profile;
  const key: KeySpec = { secret, ...(encoding !== undefined && { encoding }) };
  return {
    name,
    choice,
    keys: [key],
    kinds,
    covers: { body: true, url: coversUrl },
    signedBy: sdk ? (profile.signedBy ?? name) : versionOf('node'),
    profile: changed,
    draft: draftOf(profile),
    sign: async (draft) =>
      sdk ? wireOf(profile, draft, await sdk(draft, secret)) : signByHand(changed, draft),
  };
}

export function secretOf(name: string, length = 32): string {
  return word(`secret of ${name}`, length);
}

export function secretBytes(name: string): Buffer {
  return bytesOf(`secret of ${name}`, 32);
}
