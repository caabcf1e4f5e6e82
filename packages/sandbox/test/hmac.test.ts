import { describe, expect, it } from 'vitest';
import type { HmacRequestOptions } from '../src/index.ts';
import { headerOf, hmacRequest } from '../src/index.ts';
import { bodyText, hasPython, python } from './support.ts';

const BODY = '{"message":"Grüße"}';
const build = (options: Partial<HmacRequestOptions> = {}) =>
  hmacRequest({ key: 'your-chosen-secret-key', nowMs: 1_760_000_000_999, body: BODY, ...options });

describe('hmacRequest', () => {
  it('posts to /hmac with a timestamp in whole seconds', () => {
    const request = build();
    expect(request).toMatchObject({ method: 'POST', path: '/hmac' });
    expect(request.headers.map((field) => field.name)).toEqual([
      'content-type',
      'x-timestamp',
      'x-signature',
    ]);
    expect(headerOf(request, 'x-timestamp')).toBe('1760000000');
    expect(bodyText(request)).toBe(BODY);
  });

  it('carries key id, nonce and prefix where asked for', () => {
    const request = build({ keyId: 'main', nonce: 'n-1', prefix: 'sha256=' });
    expect(headerOf(request, 'x-key-id')).toBe('main');
    expect(headerOf(request, 'x-nonce')).toBe('n-1');
    expect(headerOf(request, 'x-signature')).toMatch(/^sha256=[0-9a-f]{64}$/);
  });

  it('signs a body of any bytes', () => {
    const body = new Uint8Array([0xff, 0x00, 0xfe]);
    expect(build({ body }).body).toEqual(body);
    expect(headerOf(build({ body }), 'x-signature')).not.toBe(
      headerOf(build({ body: '\ufffd' }), 'x-signature'),
    );
  });

  it('spoils one thing a fault', () => {
    const genuine = build();
    expect(headerOf(build({ fault: 'tampered' }), 'x-signature')).toBe(headerOf(genuine, 'x-signature'));
    expect(build({ fault: 'tampered' }).body).not.toEqual(genuine.body);
    expect(build({ fault: 'tampered', body: '' }).body).toHaveLength(1);
    expect(headerOf(build({ fault: 'wrong-key' }), 'x-signature')).not.toBe(headerOf(genuine, 'x-signature'));
    expect(headerOf(build({ fault: 'stale' }), 'x-timestamp')).toBe('1759999400');
    expect(headerOf(build({ fault: 'future' }), 'x-timestamp')).toBe('1760000600');
    expect(headerOf(build({ fault: 'unsigned' }), 'x-signature')).toBeUndefined();
    expect(headerOf(build({ fault: 'truncated-signature' }), 'x-signature')).toHaveLength(60);
  });
});

describe.runIf(hasPython())('against python3', () => {
  const program = `
import base64, hashlib, hmac, json, sys
given = json.load(sys.stdin)
def sign(one):
    parts = [p for p in (one.get("timestamp"), one.get("nonce"), given["body"]) if p is not None]
    mac = hmac.new(given["key"].encode(), ".".join(parts).encode(), one["algorithm"])
    if one["encoding"] == "hex": return mac.hexdigest()
    if one["encoding"] == "base64": return base64.b64encode(mac.digest()).decode()
    return base64.urlsafe_b64encode(mac.digest()).rstrip(b"=").decode()
print(json.dumps([sign(one) for one in given["cases"]]))
`;

  it('signs the same in every algorithm, encoding and form of the message', () => {
    const cases = (['sha1', 'sha256', 'sha384', 'sha512'] as const).flatMap((algorithm) =>
      (['hex', 'base64', 'base64url'] as const).flatMap((encoding) => [
        { algorithm, encoding },
        { algorithm, encoding, timestamp: '1760000000' },
        { algorithm, encoding, timestamp: '1760000000', nonce: 'n-1' },
      ]),
    );
    const ours = cases.map(({ timestamp, ...options }) =>
      headerOf(build({ ...options, timestamp: timestamp === undefined ? 'none' : 'signed' }), 'x-signature'),
    );
    expect(ours).toEqual(python(program, { key: 'your-chosen-secret-key', body: BODY, cases }));
  });
});
