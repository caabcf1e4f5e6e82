/** The lines that a certificate’s key signs: no two sets of values have the same, and a declaration says all that the provider does. */
import { generateKeyPairSync, sign } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readCertificate } from '../../src/crypto/x509.ts';
import { createGate, type GateOptions } from '../../src/index.ts';
import type { SignedMember } from '../../src/schemes/certificate/certificate-options.ts';
import { signedLines, signedTexts } from '../../src/schemes/certificate/signed-members.ts';
import { isJsonFault, scanJsonObject } from '../../src/text/json-text.ts';
import { certificateDer } from '../support/certificates.ts';
import { RSA_PAIR } from '../support/rsa-pairs.ts';
import { readVectors } from '../support/vector-files.ts';

const MEMBERS: readonly SignedMember[] = [
  { name: 'Message', isOptional: false },
  { name: 'MessageId', isOptional: false },
  { name: 'Subject', isOptional: true },
  { name: 'Timestamp', isOptional: true },
  { name: 'Type', isOptional: false },
];

function linesOf(values: object): string | undefined {
  const json = scanJsonObject(Buffer.from(JSON.stringify(values)));
  if (isJsonFault(json)) throw new Error(json.fault);
  const texts = signedTexts(json, MEMBERS);
  return texts instanceof Map
    ? Buffer.concat(signedLines(texts).map((piece) => Buffer.from(piece as Uint8Array))).toString()
    : undefined;
}

describe('the lines', () => {
  it('are those of one set of values, however they are chosen', () => {
    const text = fc
      .array(fc.constantFrom('a', '\n', 'Message', 'MessageId', 'Subject', 'Timestamp', 'Type', '\r'), {
        maxLength: 8,
      })
      .map((parts) => parts.join(''));
    const values = fc.record(
      { Message: text, MessageId: text, Subject: text, Timestamp: text, Type: text },
      { requiredKeys: ['Message', 'MessageId', 'Type'] },
    );
    const seen = new Map<string, string>();
    fc.assert(
      fc.property(values, (texts) => {
        const lines = linesOf(texts);
        if (lines === undefined) return;
        const written = JSON.stringify(Object.entries(texts).sort());
        expect(seen.get(lines) ?? written).toBe(written);
        seen.set(lines, written);
      }),
      { numRuns: 20_000 },
    );
    expect(seen.size).toBeGreaterThan(1000);
  });

  it('of a text are never those of another that was cut elsewhere', () => {
    const text = 'a\nMessageId\n1\nSubject\nb\nType\nx';
    expect(linesOf({ Message: text, MessageId: '2', Type: 't' })).toBeDefined();
    expect(
      linesOf({ Message: 'a', MessageId: '1\nSubject\nb\nType\nx\nMessageId\n2', Type: 't' }),
    ).toBeUndefined();
    expect(
      linesOf({ Message: 'a', MessageId: '1', Subject: 'b\nType\nx\nMessageId\n2', Type: 't' }),
    ).toBeUndefined();
  });

  it('take an absent member, and one that is null, for the same', () => {
    const values = { Message: 'a', MessageId: '1', Type: 't' };
    expect(linesOf({ ...values, Subject: null })).toBe(linesOf(values));
    expect(linesOf({ ...values, Subject: '' })).not.toBe(linesOf(values));
    for (const wrong of [1, true, [], {}]) expect(linesOf({ ...values, Subject: wrong })).toBeUndefined();
  });
});

describe('a declaration', () => {
  const members = ['Message', 'MessageId', 'SubscribeURL', 'Timestamp', 'Token', 'TopicArn', 'Type'];
  const scheme = {
    type: 'certificate',
    certificate: {
      member: 'SigningCertURL',
      hosts: ['sns.{region}.amazonaws.com', 'sns.{region}.amazonaws.com.cn'],
      names: ['sns.amazonaws.com', 'sns.{region}.amazonaws.com'],
    },
    signature: 'Signature',
    algorithm: { member: 'SignatureVersion', values: { '1': 'rsa-pkcs1-sha1', '2': 'rsa-pkcs1-sha256' } },
    message: {
      member: 'Type',
      values: {
        Notification: ['Message', 'MessageId', 'Subject?', 'Timestamp', 'TopicArn', 'Type'],
        SubscriptionConfirmation: members,
        UnsubscribeConfirmation: members,
      },
    },
    timestamp: 'Timestamp',
    toleranceMs: { past: 3_900_000, future: 300_000 },
    id: 'MessageId',
    require: { TopicArn: 'arn:aws:sns:us-east-2:111122223333:ExampleTopic1' },
  } as const satisfies GateOptions['scheme'];

  it.each(readVectors('providers/aws-sns').cases.map((vector) => [vector.name, vector] as const))(
    'does as the provider: %s',
    async (_, {
      method,
      url,
      headers,
      bodyBase64,
      certificatePem,
      certificateUrl,
      now,
      expect: expected,
      reason,
      step,
    }) => {
      const gate = createGate({
        scheme,
        now: () => now * 1000,
        fetch: async (address) =>
          String(address) === certificateUrl
            ? new Response(certificatePem)
            : new Response('', { status: 404 }),
      });
      const verdict = await gate.verify({ method, url, headers, body: Buffer.from(bodyBase64, 'base64') });
      expect(verdict).toMatchObject(expected === 'accept' ? { ok: true } : { ok: false, reason, step });
    },
  );

  it('of one message and one algorithm goes without choices', async () => {
    const own = {
      type: 'certificate',
      certificate: { member: 'cert', hosts: 'keys.example', names: 'keys.example' },
      signature: 'sig',
      algorithm: 'rsa-pkcs1-sha512',
      message: ['note', 'order', 'shop?'],
    } as const;
    const gate = createGate({
      scheme: own,
      keys: [RSA_PAIR.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()],
    });
    const signed = await gate.sign({ method: 'POST', url: '/', body: '{"order":"7","extra":1}' });
    const json = JSON.parse(Buffer.from(signed.body).toString());
    expect(json).toMatchObject({
      cert: 'https://keys.example/certificate.pem',
      note: '',
      order: '7',
      extra: 1,
    });
    const lines = Buffer.from('note\n\norder\n7\n');
    expect(json.sig).toBe(sign('sha512', lines, RSA_PAIR.privateKey).toString('base64'));
    expect(await gate.verify(signed)).toMatchObject({ ok: true });
    expect(gate.coverage).toMatchObject({ covered: [], replay: 'message' });
  });
});

describe('a certificate', () => {
  it('is read of its names, its key and its end', () => {
    const spki = new Uint8Array(RSA_PAIR.publicKey.export({ type: 'spki', format: 'der' }));
    for (const endMs of [
      Date.UTC(1999, 11, 31, 23, 59, 59),
      Date.UTC(2049, 11, 31),
      Date.UTC(2050, 0, 1),
      Date.UTC(2126, 9, 29),
    ])
      expect(readCertificate(certificateDer({ endMs, names: ['A.example', 'b.example'] }))).toEqual({
        spki,
        endMs: endMs + 1000,
        names: ['a.example', 'b.example'],
      });
    expect(readCertificate(certificateDer())).toMatchObject({ names: ['sns.amazonaws.com'] });
    const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    expect(readCertificate(certificateDer({ publicKey }))).toMatchObject({ names: ['sns.amazonaws.com'] });
  });

  it('is none where a byte is gone, and never costs an exception', () => {
    const der = certificateDer({ names: ['a.example'] });
    for (let at = 0; at < der.length; at++) {
      expect(readCertificate(der.subarray(0, at)), `cut at ${at}`).toBeTypeOf('string');
      for (const bit of [1, 0x20, 0x80]) {
        const changed = Uint8Array.from(der);
        changed[at] = (changed[at] as number) ^ bit;
        readCertificate(changed);
      }
    }
    fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => void readCertificate(bytes)));
  });
});
