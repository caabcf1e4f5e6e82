/** An HMAC sender of webhooks that a receiver names by a provider’s id: what most have, and each changes in part. */
import { type HeaderLines, type Profile, part, secretOf, text, utf8Key } from './profile.ts';

export interface Webhook extends Partial<Profile> {
  readonly name: string;
  readonly signatureHeader: string;
  /** What stands in the header. Default: the signature alone. */
  readonly written?: (signature: string, timestamp: string) => string;
}

/** The body alone by HMAC-SHA256 in hex, where nothing else is said; a time that has a header of its own comes before the signature. */
export function webhook({ written = (signature) => signature, ...own }: Webhook): Profile {
  const { name, signatureHeader, timestampHeader } = own;
  return {
    choice: { provider: name },
    secret: secretOf(name),
    keyOf: utf8Key,
    hash: 'sha256',
    form: 'hex',
    prefix: '',
    kinds: ['json'],
    coversUrl: false,
    parts: ({ body }) => [part('body', body)],
    headers: (_draft, timestamp, signature) => [
      ...(timestampHeader === undefined ? [] : ([[timestampHeader, timestamp]] as const)),
      [signatureHeader, written(signature, timestamp)],
    ],
    usual: () => agentOf('webhook-sender/1.4'),
    ...own,
  };
}

export function agentOf(name: string): HeaderLines {
  return [
    ['User-Agent', name],
    ['Accept', '*/*'],
  ];
}

/** Time, point and body. */
export const timedParts: Profile['parts'] = ({ body }, timestamp) => [
  part('timestamp', timestamp),
  text('.'),
  part('body', body),
];
