/** The signed responses that RFC 9421 prints, and what anybody could make of them. */
import { describe, expect, it } from 'vitest';
import { HeaderList } from '../../src/index.ts';
import {
  type AnsweredRequest,
  readResponseSignatures,
} from '../../src/schemes/message-signatures/response-scheme.ts';
import { signatureBase } from '../../src/schemes/message-signatures/signature-base.ts';
import { readSignatureFields } from '../../src/schemes/message-signatures/signature-input.ts';
import { gateOfCase, requestOfCase, responseOfCase, rfcResponses } from './support/response-vectors.ts';

describe.each(rfcResponses.cases)('RFC 9421, $name', (vector) => {
  const gate = gateOfCase(vector);
  const request = requestOfCase(vector);
  const response = responseOfCase(vector);
  const covered = vector.components.filter((name) => !name.startsWith('@') && !name.endsWith(';req'));

  it('is proved by its key', async () => {
    const verdict = await gate.verifyResponse(request, response);
    expect(verdict).toMatchObject({ ok: true, keyId: 'test-key-ecc-p256', timestampMs: vector.now * 1000 });
    expect(verdict.ok && Buffer.from(verdict.response.body).toString('base64')).toBe(vector.bodyBase64);
  });

  it('has the signature base that is printed, byte for byte', () => {
    const headers = HeaderList.from(vector.headers);
    const { context } = readResponseSignatures({ components: [...vector.components] });
    const { method, url } = request;
    const body = new Uint8Array();
    const exchange: AnsweredRequest = {
      method,
      url,
      headers,
      body,
      status: vector.status,
      answered: request,
    };
    const fields = readSignatureFields(
      headers.get('signature-input') ?? '',
      headers.get('signature') ?? '',
      'response',
    );
    if ('reason' in fields) throw new Error(fields.problem);
    const bases = fields.inputs.map(({ components, text }) =>
      signatureBase(exchange, components, text, context),
    );
    expect(bases).toEqual([vector.signatureBase]);
  });

  it('is refused with another status', async () => {
    for (const status of [201, 404, 500])
      expect(await gate.verifyResponse(request, { ...response, status })).toMatchObject({
        ok: false,
        reason: 'signature-mismatch',
      });
  });

  it('is refused with another body, and with none', async () => {
    for (const body of [`${vector.bodyBase64} `, '', '{}'])
      expect(await gate.verifyResponse(request, { ...response, body })).toMatchObject({
        ok: false,
        reason: 'signature-mismatch',
      });
  });

  it.each(covered)('is refused with another %s, and without it', async (name) => {
    const headers = HeaderList.from(vector.headers);
    const others = [...headers].filter(([field]) => field.toLowerCase() !== name);
    const changed = { ...response, headers: headers.with(name, `${headers.get(name)}0`) };
    expect(await gate.verifyResponse(request, changed)).toMatchObject({ ok: false });
    expect(await gate.verifyResponse(request, { ...response, headers: others })).toMatchObject({
      ok: false,
      reason: 'missing-part',
    });
  });

  it('is refused as the response to another request, where it says to which', async () => {
    const ofRequest = vector.components.filter((name) => name.endsWith(';req'));
    const others = {
      '@method;req': { ...request, method: 'PUT' },
      '@path;req': { ...request, url: '/bar?param=Value&Pet=dog' },
      '@query;req': { ...request, url: '/foo?param=Value&Pet=cat' },
      '@authority;req': { ...request, headers: request.headers.with('Host', 'other.example') },
      'content-digest;req': {
        ...request,
        headers: request.headers.with('Content-Digest', 'sha-256=:AAAA:'),
      },
      'content-type;req': { ...request, headers: request.headers.with('Content-Type', 'text/plain') },
      'content-length;req': { ...request, headers: request.headers.with('Content-Length', '19') },
    };
    for (const [component, other] of Object.entries(others)) {
      const { ok } = await gate.verifyResponse(other, response);
      expect([component, ok]).toEqual([component, !ofRequest.includes(component)]);
    }
  });

  it('is refused once it is old', async () => {
    const late = gateOfCase({ ...vector, now: vector.now + 301 });
    expect(await late.verifyResponse(request, response)).toMatchObject({ ok: false, reason: 'expired' });
  });
});
