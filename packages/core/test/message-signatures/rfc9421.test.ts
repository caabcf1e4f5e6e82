import { describe, expect, it } from 'vitest';
import { backend } from '#crypto';
import { createSignatureKey } from '#signatures';
import { isMac } from '../../src/crypto/backend.ts';
import { createGate, HeaderList, writtenScheme } from '../../src/index.ts';
import {
  MESSAGE_SIGNATURE_ALGORITHMS,
  type MessageSignatureAlgorithm,
} from '../../src/schemes/message-signatures/registered-names.ts';
import { signatureBase } from '../../src/schemes/message-signatures/signature-base.ts';
import {
  readSignatureFields,
  type WrittenFields,
} from '../../src/schemes/message-signatures/signature-input.ts';
import { decodeBase64 } from '../../src/text/encodings.ts';
import {
  appendixB2,
  caseNamed,
  keyOfCase,
  messageSignatures,
  requestOfCase,
} from './support/rfc9421-vectors.ts';

const PROVIDER = 'http-message-signatures';

describe('the requests of RFC 9421', () => {
  it.each(messageSignatures.cases)('$name: $expect', async (vector) => {
    const gate = createGate({
      scheme: { type: PROVIDER, ...vector.options },
      keys: [keyOfCase(vector)],
      now: () => vector.now * 1000,
    });
    const verdict = await gate.verify(requestOfCase(vector));
    expect(verdict.ok, JSON.stringify(verdict)).toBe(vector.expect === 'accept');
    if (verdict.ok) expect(verdict.keyId).toBe(vector.keyId);
    else expect(verdict.reason).toBe(vector.reason);
  });
});

function readFields(input: string, signature: string): WrittenFields {
  const fields = readSignatureFields(input, signature);
  if ('reason' in fields) throw new Error(fields.problem);
  return fields;
}

describe('Appendix B.2', () => {
  const requests = appendixB2.filter(({ id }) => id !== 'B.2.4');

  it.each(requests)('$id: the signature base, byte for byte', ({ id, signatureBase: expected }) => {
    const request = requestOfCase(caseNamed(id));
    const { headers } = request;
    const fields = readFields(headers.get('signature-input') ?? '', headers.get('signature') ?? '');
    const bases = fields.inputs.map(({ components, text }) => signatureBase(request, components, text));
    expect(bases).toEqual([expected]);
  });

  it.each(appendixB2)('$id: the signature ($alg)', async ({ alg, signatureBase: base, headers, key }) => {
    const [name, text = ''] = headers.split('\nSignature: ')[1]?.split(/=(.*)/) ?? [];
    const { signatures } = readFields(`${name}=()`, `${name}=${text}`);
    const algorithm = MESSAGE_SIGNATURE_ALGORITHMS[alg as MessageSignatureAlgorithm];
    const pem = key.publicKeyPem?.replace(/-----[A-Z ]+-----|\s/g, '');
    const bytes = decodeBase64(pem ?? key.sharedSecretBase64 ?? '') ?? new Uint8Array();
    const proof = isMac(algorithm)
      ? await backend.createSecretKey(algorithm, bytes)
      : await createSignatureKey(algorithm, { kind: 'public', format: 'der', bytes });
    expect(await proof.find([base], [...signatures.values()])).toBe(0);
    expect(await proof.find([`${base} `], [...signatures.values()])).toBe(-1);
  });

  it('B.2.4 signs a response, which a gate never judges', () => {
    const headers = appendixB2.find(({ id }) => id === 'B.2.4')?.headers ?? '';
    const [input = '', signature = ''] = headers.replace('Signature-Input: ', '').split('\nSignature: ');
    expect(readSignatureFields(input, signature)).toMatchObject({
      reason: 'malformed-signature',
      problem: expect.stringContaining('@status is a part of responses'),
    });
  });
});

describe('what sign makes', () => {
  it.each([
    { name: 'B.2.5', label: 'sig-b25' },
    { name: 'B.2.6', label: 'sig-b26' },
    { name: 'section 4.3, the proxy’s', label: 'proxy_sig' },
  ])('is the RFC’s own, byte for byte: $name', async ({ name, label }) => {
    const vector = caseNamed(name);
    const theirs = requestOfCase(vector);
    const isProxy = label === 'proxy_sig';
    const gate = createGate({
      scheme: writtenScheme({
        type: PROVIDER,
        ...vector.options,
        label,
        digest: 'sha-512',
        ...(isProxy && { required: ['created', 'alg', 'expires'] }),
      }),
      keys: [
        {
          id: vector.keyId,
          secret: vector.secret ?? messageSignatures.privateKeys[vector.keyId] ?? '',
          ...(vector.encoding && { encoding: vector.encoding }),
        },
      ],
    });
    const first = (field: string): string => (theirs.headers.get(field) ?? '').split(', proxy_sig=')[0] ?? '';
    const unsigned = [...theirs.headers].filter(([field]) => !/^signature/i.test(field));
    const headers = isProxy
      ? [...unsigned, ['Signature-Input', first('signature-input')], ['Signature', first('signature')]]
      : unsigned;
    const ours = await gate.sign({
      ...theirs,
      headers: HeaderList.from(headers as [string, string][]),
      timestampMs: vector.now * 1000 + 999,
    });
    for (const field of ['signature-input', 'signature', 'content-digest']) {
      expect(ours.headers.get(field)).toBe(theirs.headers.get(field));
    }
  });
});
