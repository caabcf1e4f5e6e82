/** What becomes of a presigned URL when anything of it is changed, and what a gate demands of one. */
import { createHash, createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { gateOf, type Headers, HOST, requestOf, SECRET } from './presigned.ts';

/** A presigned URL by node’s own HMAC. @param own parameters beside the six, or in their place */
function presign(own: Readonly<Record<string, string>> = {}, body = '', headers: Headers = [HOST]): string {
  const scope = '20150830/us-east-1/service/aws4_request';
  const parameters: Record<string, string> = {
    'X-Amz-Algorithm': 'AWS4-HMAC-SHA256',
    'X-Amz-Credential': `AKIDEXAMPLE/${scope}`,
    'X-Amz-Date': '20150830T123600Z',
    'X-Amz-Expires': '60',
    'X-Amz-SignedHeaders': headers.map(([name]) => name.toLowerCase()).join(';'),
    ...own,
  };
  const query = Object.keys(parameters)
    .sort()
    .map((name) => `${name}=${encodeURIComponent(parameters[name] as string)}`)
    .join('&');
  const lines = headers.map(([name, value]) => `${name.toLowerCase()}:${value}\n`).join('');
  const hash = parameters['X-Amz-Content-Sha256'] ?? createHash('sha256').update(body).digest('hex');
  const canonical = `POST\n/\n${query}\n${lines}\n${parameters['X-Amz-SignedHeaders']}\n${hash}`;
  const text = `AWS4-HMAC-SHA256\n${parameters['X-Amz-Date']}\n${scope}\n${createHash('sha256').update(canonical).digest('hex')}`;
  const key = scope
    .split('/')
    .reduce<string | Buffer>(
      (last, part) => createHmac('sha256', last).update(part).digest(),
      `AWS4${SECRET}`,
    );
  return `/?${query}&X-Amz-Signature=${createHmac('sha256', key).update(text).digest('hex')}`;
}

describe('a presigned URL', () => {
  const heard = async (
    url: string,
    headers: Headers = [HOST],
    body = '{}',
    options = {},
  ): Promise<string> => {
    const verdict = await gateOf(options).verify(requestOf('POST', url, headers, body));
    return verdict.ok ? 'ok' : verdict.reason;
  };

  it('proves its body, and all else of the request', async () => {
    const url = presign({}, '{}');
    expect(await heard(url)).toBe('ok');
    expect(await heard(url, [HOST], '[]')).toBe('signature-mismatch');
    expect(await heard(url, [['Host', 'other.example']])).toBe('signature-mismatch');
    expect(await heard(`${url}&more=1`)).toBe('signature-mismatch');
    expect(await heard(url.replace('Expires=60', 'Expires=61'))).toBe('signature-mismatch');
    expect(await heard(url.replace('T123600Z', 'T123601Z'))).toBe('signature-mismatch');
    expect(gateOf().coverage.covered).toContain('body');
  });

  const changed: readonly (readonly [title: string, url: string, reason: string, headers?: Headers])[] = [
    ['without Expires', presign({}, '{}').replace('&X-Amz-Expires=60', ''), 'malformed-signature'],
    ['with Expires twice', `${presign({}, '{}')}&X-Amz-Expires=60`, 'malformed-signature'],
    ['with two signatures', `${presign({}, '{}')}&X-Amz-Signature=${'0'.repeat(64)}`, 'malformed-signature'],
    [
      'with a second signature whose name is encoded',
      `${presign({}, '{}')}&X-Amz-Signatur%65=${'0'.repeat(64)}`,
      'malformed-signature',
    ],
    ['for no time', presign({ 'X-Amz-Expires': '0' }, '{}'), 'malformed-signature'],
    ['for a negative time', presign({ 'X-Amz-Expires': '-1' }, '{}'), 'malformed-signature'],
    ['for a time in another writing', presign({ 'X-Amz-Expires': '6e1' }, '{}'), 'malformed-signature'],
    ['for more than seven days', presign({ 'X-Amz-Expires': '604801' }, '{}'), 'malformed-timestamp'],
    [
      'of another algorithm',
      presign({ 'X-Amz-Algorithm': 'AWS4-ECDSA-P256-SHA256' }, '{}'),
      'algorithm-not-allowed',
    ],
    [
      'of another region',
      presign({ 'X-Amz-Credential': 'AKIDEXAMPLE/20150830/eu-west-1/service/aws4_request' }, '{}'),
      'unknown-key',
    ],
    [
      'of a credential with a date too much',
      presign({ 'X-Amz-Credential': 'AKIDEXAMPLE/20150830' }, '{}'),
      'malformed-signature',
    ],
    [
      'of another day than its credential',
      presign({ 'X-Amz-Date': '20150829T123600Z' }, '{}'),
      'malformed-timestamp',
    ],
    ['with a time that is none', presign({ 'X-Amz-Date': '20150830T253600Z' }, '{}'), 'malformed-timestamp'],
    ['that does not sign the host', presign({ 'X-Amz-SignedHeaders': 'x-a' }, '{}'), 'missing-part'],
    [
      'with an x-amz header that is not signed',
      presign({}, '{}'),
      'missing-part',
      [HOST, ['X-Amz-Acl', 'public-read']],
    ],
    [
      'that says the body is unsigned',
      presign({ 'X-Amz-Content-Sha256': 'UNSIGNED-PAYLOAD' }),
      'missing-part',
    ],
    [
      'that names another body’s hash',
      presign({ 'X-Amz-Content-Sha256': 'a'.repeat(64) }),
      'signature-mismatch',
    ],
    [
      'beside a signature in the header',
      presign({}, '{}'),
      'malformed-signature',
      [HOST, ['Authorization', 'AWS4-HMAC-SHA256 Credential=a']],
    ],
  ];
  const cases = changed.map(([title, url, reason, headers = [HOST]]) => ({ title, url, reason, headers }));
  it.each(cases)('$title is refused', async ({ url, reason, headers }) => {
    expect(await heard(url, headers)).toBe(reason);
  });

  it('that says the body is unsigned is taken where the gate takes that', async () => {
    const url = presign({ 'X-Amz-Content-Sha256': 'UNSIGNED-PAYLOAD' });
    expect(await heard(url, [HOST], 'any', { unsignedPayload: true })).toBe('ok');
  });

  it('may sign the headers that the gate demands', async () => {
    const headers: Headers = [['Content-Type', 'application/json'], HOST];
    const demands = { signedHeaders: ['content-type'] };
    expect(await heard(presign({}, '{}', headers), headers, '{}', demands)).toBe('ok');
    expect(await heard(presign({}, '{}'), headers, '{}', demands)).toBe('missing-part');
  });

  it('is refused by a gate that takes none, and the refusal names the option', async () => {
    const verdict = await gateOf({ presigned: false }).verify(
      requestOf('POST', presign({}, '{}'), [HOST], '{}'),
    );
    expect(verdict).toMatchObject({ reason: 'missing-signature' });
    expect(verdict.ok ? '' : verdict.remedy).toContain('or set presigned');
  });

  it('leaves signatures in the header as they were', async () => {
    const gate = gateOf();
    const signed = await gate.sign({
      method: 'POST',
      url: 'https://example.amazonaws.com/',
      body: '{}',
      headers: { Host: 'example.amazonaws.com' },
    });
    expect(await gate.verify(signed)).toMatchObject({ ok: true });
  });

  it('has a bound only where it is taken', () => {
    expect(() => gateOf({ presigned: false, maxLifetimeMs: 1000 })).toThrow(
      /provider\.maxLifetimeMs: it is for presigned URLs/,
    );
  });
});
