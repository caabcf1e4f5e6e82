/** Requests of UCP under an Idempotency-Key, signed by a platform whose key the gate has. */
import { createHash, generateKeyPairSync, sign } from 'node:crypto';
import { type Answer, send } from '../harness.ts';

const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const secret = JSON.stringify({ ...publicKey.export({ format: 'jwk' }), kid: 'platform-2026' });

/** What a gate has of the platform. */
export const PROOF = {
  provider: { id: 'http-message-signatures', profile: 'ucp', origin: 'https://shop.example' },
  keys: [{ secret }],
} as const;

/** The headers of a POST of JSON to that path. */
export function signedBody(path: string, key: string, body: string): Readonly<Record<string, string>> {
  const digest = `sha-256=:${createHash('sha256').update(body).digest('base64')}:`;
  const lines = [
    ['"@method"', 'POST'],
    ['"@authority"', 'shop.example'],
    ['"@path"', path],
    ['"idempotency-key"', key],
    ['"content-digest"', digest],
    ['"content-type"', 'application/json'],
  ];
  const list = `(${lines.map(([name]) => name).join(' ')});keyid="platform-2026"`;
  const base = [...lines.map((line) => line.join(': ')), `"@signature-params": ${list}`].join('\n');
  const bytes = sign('sha256', Buffer.from(base), { key: privateKey, dsaEncoding: 'ieee-p1363' });
  return {
    'content-type': 'application/json',
    'content-digest': digest,
    'idempotency-key': key,
    'signature-input': `sig1=${list}`,
    signature: `sig1=:${bytes.toString('base64')}:`,
  };
}

/** Posts it to a gateway that listens there. */
export function post(publicUrl: string, path: string, key: string, body: string): Promise<Answer> {
  return send(`${publicUrl}${path}`, { body, headers: signedBody(path, key, body) });
}
