/** Without Node's cryptography, in a bundle as workers have it: messages of certificates, and requests signed as for AWS. */
import { sign } from 'node:crypto';
import { expect, it } from 'vitest';
import type { Gate, GateOptions } from '../../src/index.ts';
import { bundleOf } from '../support/bundle-of.ts';
import { certificatePem } from '../support/certificates.ts';
import { RSA_PAIR } from '../support/rsa-pairs.ts';

const NOW = 1_760_000_000_000;

interface Bundle {
  readonly sns: (options: Partial<GateOptions>) => Gate;
  readonly sigV4: (options: Partial<GateOptions>) => Gate;
}

async function bundle(): Promise<Bundle> {
  const { code, modules } = await bundleOf(
    `import { awsSns } from '@countersign/core/providers/aws-sns';
import { awsSigv4 } from '@countersign/core/providers/aws-sigv4';
import { createGate, withOptions } from '@countersign/core/gate';
const topics = 'arn:aws:sns:us-east-1:123456789012:orders';
export const sns = (options) => createGate({ provider: withOptions(awsSns, { topics }), ...options });
const scope = { region: 'us-east-1', service: 'execute-api' };
export const sigV4 = (options) => createGate({ provider: withOptions(awsSigv4, scope), ...options });`,
    'web',
  );
  expect(modules.filter((module) => module.startsWith('crypto/node') || module === 'jose')).toEqual([]);
  const exported: unknown = await import(
    /* @vite-ignore */ `data:text/javascript,${encodeURIComponent(code)}`
  );
  return exported as Bundle;
}

const { sns, sigV4 } = await bundle();
const now = (): number => NOW;

it('a message is signed, and proved by a certificate that is fetched', async () => {
  const privatePem = RSA_PAIR.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  const gate = sns({ now, fetch: async () => new Response(certificatePem()) });
  const body = JSON.stringify({ Message: 'é\n'.repeat(100_000) });
  const signed = await sns({ keys: [privatePem], now }).sign({ method: 'POST', url: '/', body });
  expect(await gate.verify(signed)).toMatchObject({ ok: true, timestampMs: NOW });
  const text = Buffer.from(signed.body).toString();
  const forged = { ...signed, body: Buffer.from(text.replace('é', 'e')) };
  expect(await gate.verify(forged)).toMatchObject({ reason: 'signature-mismatch' });
});

it('a message of the first version is proved over SHA-1', async () => {
  const json = {
    Message: 'a',
    MessageId: 'm-1',
    Timestamp: new Date(NOW).toISOString(),
    TopicArn: 'arn:aws:sns:us-east-1:123456789012:orders',
    Type: 'Notification',
  };
  const lines = Object.entries(json).map(([name, value]) => `${name}\n${value}\n`);
  const Signature = sign('sha1', Buffer.from(lines.join('')), RSA_PAIR.privateKey).toString('base64');
  const SigningCertURL = 'https://sns.us-east-1.amazonaws.com/a.pem';
  const gate = sns({ now, fetch: async () => new Response(certificatePem()) });
  const judged = async (SignatureVersion: string): Promise<boolean> => {
    const body = JSON.stringify({ ...json, Signature, SigningCertURL, SignatureVersion });
    return (await gate.verify({ method: 'POST', url: '/', body })).ok;
  };
  expect([await judged('1'), await judged('2')]).toEqual([true, false]);
});

it('a request is signed as for AWS, and proved', async () => {
  const gate = sigV4({
    keys: [{ id: 'AKIDEXAMPLE', secret: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY' }],
    now,
  });
  const signed = await gate.sign({
    method: 'PUT',
    url: 'https://api.example/a b?c=d'.replace(' ', '%20'),
    body: 'x',
  });
  expect(await gate.verify(signed)).toMatchObject({ ok: true, keyId: 'AKIDEXAMPLE' });
  expect(await gate.verify({ ...signed, body: Buffer.from('y') })).toMatchObject({
    reason: 'signature-mismatch',
  });
});
