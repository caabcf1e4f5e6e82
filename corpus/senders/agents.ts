/** Agents that publish their keys (Web Bot Auth): signed by a package, the key’s id its thumbprint, the directory where they say. */
import { createHash } from 'node:crypto';
import { createSigner, httpbis } from 'http-message-signatures';
import { calculateJwkThumbprint, exportJWK } from 'jose';
import { timeOf, uuidOf } from '../base/draw.ts';
import { versionOf } from '../base/versions.ts';
import type { Published, Sender, Wire } from '../base/wire.ts';
import { ed25519Pair } from './key-pairs.ts';

const agentPair = ed25519Pair('agent');
const agentJwk = { ...(await exportJWK(agentPair.publicKey)), use: 'sig' };
export const THUMBPRINT = await calculateJwkThumbprint(agentJwk);
export const AGENT = 'https://agent.acme.example';
const WELL_KNOWN = '/.well-known/http-message-signatures-directory';
export const directoryAt = (origin: string): string => `${origin}${WELL_KNOWN}`;
export const DIRECTORY = JSON.stringify({ keys: [agentJwk] });
const otherJwk = { ...(await exportJWK(ed25519Pair('agent of last year').publicKey)), use: 'sig' };
export const OTHER_DIRECTORY = JSON.stringify({ keys: [otherJwk] });
export const PUBLISHED: Published = { [directoryAt(AGENT)]: DIRECTORY };

export interface AgentWords {
  readonly agent?: string;
  readonly keyid?: string;
  readonly fields?: readonly string[];
  readonly tag?: string;
  readonly seconds?: number;
}

export const agent: Sender = {
  name: 'web-bot-auth',
  choice: {
    provider: 'http-message-signatures',
    options: { profile: 'web-bot-auth', agents: ['agent.acme.example'] },
  },
  keys: [],
  published: PUBLISHED,
  kinds: ['none'],
  covers: { body: false, url: true },
  signedBy: versionOf('http-message-signatures'),
  draft: (label) => ({
    method: 'GET',
    url: `https://news.acme.example/articles/${createHash('sha256').update(label).digest('hex').slice(0, 8)}`,
    contentType: '',
    body: Buffer.alloc(0),
    at: timeOf(`agent/${label}`),
    id: uuidOf(label),
  }),
  sign: (draft) => signAsAgent(draft),
};

/** With what is said otherwise than it should. */
export async function signAsAgent(
  {
    method,
    url,
    body,
    at,
    id,
  }: Pick<Wire, 'method' | 'url' | 'body'> & { readonly at: number; readonly id: string },
  words: AgentWords = {},
): Promise<Wire> {
  const { agent: origin = AGENT, keyid = THUMBPRINT, tag = 'web-bot-auth', seconds = 3600 } = words;
  const fields = words.fields ?? ['@authority', 'signature-agent'];
  const signed = await httpbis.signMessage(
    {
      key: createSigner(agentPair.privateKey, 'ed25519', keyid),
      name: 'sig1',
      fields: [...fields],
      params: ['created', 'expires', 'keyid', 'nonce', 'tag'],
      paramValues: { created: new Date(at), expires: new Date(at + 1000 * seconds), nonce: id, tag },
    },
    {
      method,
      url,
      headers: { Host: new URL(url).host, 'User-Agent': 'acme-agent/1.0', 'Signature-Agent': `"${origin}"` },
    },
  );
  const headers = Object.entries(signed.headers).map(([name, value]) => [name, String(value)] as const);
  return { method, url, body, headers };
}
