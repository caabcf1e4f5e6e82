/** What the profiles of message signatures that senders follow demand, as data. Where the gate keeps to one, its options only add to it. */
import { HOUR, MINUTE } from '../../freshness.ts';
import type { KeySetBounds } from '../jwt/key-set-url.ts';
import type { ByteEncoding } from './byte-encoding.ts';
import type { AgentHeader } from './keys/agent-address.ts';
import type { KeyMembers } from './keys/published-key.ts';
import type { SignatureParameterName } from './registered-names.ts';

export const PROFILE_NAMES = ['web-bot-auth', 'ucp', 'adcp', 'adcp-webhook', 'visa-tap'] as const;

export type ProfileName = (typeof PROFILE_NAMES)[number];

export interface MessageSignatureProfile {
  /** As the option `components` has them. */
  readonly components: readonly string[];
  readonly whenPresent: readonly string[];
  readonly required: readonly SignatureParameterName[];
  /** `none`: without a tag. */
  readonly tags: readonly string[];
  readonly maxAgeMs: number;
  readonly maxLifetimeMs?: number;
  /** Whether `keyid` must be the key’s thumbprint. */
  readonly byThumbprint: boolean;
  /** Which header says where the keys are. Absent: none does, and the gate says it. */
  readonly agentHeader?: AgentHeader;
  readonly idHeader?: string;
  readonly keyMembers?: KeyMembers;
  readonly byteEncoding?: ByteEncoding;
  /** How keys are fetched, where that is not as other keys are. */
  readonly fetching?: KeySetBounds;
  /** Whether a body in which a member’s name stands twice is refused. Default false. */
  readonly distinctNames?: boolean;
}

const ALL_SIX: readonly SignatureParameterName[] = ['created', 'expires', 'nonce', 'alg', 'keyid', 'tag'];

export const PROFILES: Readonly<Record<ProfileName, MessageSignatureProfile>> = {
  // draft-meunier-webbotauth-httpsig-protocol, Generating HTTP Message Signature; “no more than 24 hours” is recommended there.
  'web-bot-auth': {
    components: ['@authority'],
    whenPresent: ['signature-agent'],
    required: ['created', 'expires', 'keyid', 'tag'],
    tags: ['web-bot-auth'],
    maxAgeMs: 24 * HOUR,
    maxLifetimeMs: 24 * HOUR,
    byThumbprint: true,
    agentHeader: 'signature-agent',
  },
  // ucp.dev, Message Signatures: REST Request Verification, Replay Protection; Identity Resolution Algorithm.
  ucp: {
    components: ['@method', '@authority', '@path'],
    whenPresent: [
      '@query',
      'content-digest',
      'content-type',
      'ucp-agent',
      'signature-agent',
      'idempotency-key',
    ],
    required: ['keyid'],
    tags: ['none', 'web-bot-auth'],
    maxAgeMs: 24 * HOUR,
    byThumbprint: false,
    agentHeader: 'ucp-agent',
    idHeader: 'idempotency-key',
    // Profile Requirements, Fetching: a body of 128 KiB is to be taken, and none asked for more than once in 60 s.
    fetching: { maxBytes: 128 * 1024, cooldownMs: MINUTE },
  },
  // adcontextprotocol.org, Security: AdCP RFC 9421 profile, of 3.2.
  adcp: {
    components: ['@method', '@target-uri', '@authority'],
    whenPresent: ['content-type', 'content-digest'],
    required: ALL_SIX,
    tags: ['adcp/request-signing/v1'],
    maxAgeMs: 5 * MINUTE,
    maxLifetimeMs: 5 * MINUTE,
    byThumbprint: false,
    keyMembers: { adcp_use: ['request-signing'] },
    distinctNames: true,
  },
  // The same page, Webhook callbacks: bytes are written in base64url without padding throughout 3.x.
  'adcp-webhook': {
    components: ['@method', '@target-uri', '@authority', 'content-type', 'content-digest'],
    whenPresent: [],
    required: ALL_SIX,
    tags: ['adcp/webhook-signing/v1'],
    maxAgeMs: 5 * MINUTE,
    maxLifetimeMs: 5 * MINUTE,
    byThumbprint: false,
    keyMembers: { adcp_use: ['request-signing', 'webhook-signing'] },
    byteEncoding: 'base64url',
    distinctNames: true,
  },
  // developer.visa.com, Trusted Agent Protocol Specifications: Required Message Signature Fields, Verification Steps.
  'visa-tap': {
    components: ['@authority', '@path'],
    whenPresent: [],
    required: ALL_SIX,
    tags: ['agent-browser-auth', 'agent-payer-auth'],
    maxAgeMs: 8 * MINUTE,
    maxLifetimeMs: 8 * MINUTE,
    byThumbprint: false,
  },
};
