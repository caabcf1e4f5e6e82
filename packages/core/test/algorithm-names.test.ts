/** A scheme's algorithm: the page, the types, the editor's schema and the gate know the same names. */
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { createGate, type GateOptions, SetupError, schemeTypes } from '../src/index.ts';

const value = schemeTypes
  .find(({ type }) => type === 'template')
  ?.options.find(({ name }) => name === 'algorithm')?.value;
const names = value !== undefined && 'enum' in value ? value.enum : [];
const PAGE = readFileSync(new URL('../../../docs/configuration.md', import.meta.url), 'utf8');

/** What is advised of a name that is none. */
function adviceOn(algorithm: string): string {
  const scheme = { algorithm, message: '{body}', signature: { header: 'x-signature', encoding: 'base64' } };
  try {
    createGate({ scheme, keys: ['a secret of thirty-two characters'] } as unknown as GateOptions);
    return '';
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    return error.remedy;
  }
}

it.each([
  ['HS256', 'hmac-sha256'],
  ['HMAC-SHA256', 'hmac-sha256'],
  ['RSA-SHA256', 'rsa-pkcs1-sha256'],
  ['SHA256withRSA', 'rsa-pkcs1-sha256'],
  ['RS512', 'rsa-pkcs1-sha512'],
  ['PS256', 'rsa-pss-sha256'],
  ['rsa-v1_5-sha256', 'rsa-pkcs1-sha256'],
  ['ES256', 'ecdsa-p256-sha256'],
  ['SHA256withECDSA', 'ecdsa-p256-sha256-der'],
  ['ecdsa-sha256', 'ecdsa-p256-sha256-der'],
  ['EdDSA', 'ed25519'],
])('%s, as vendors write it, is answered with %s', (written, name) => {
  expect(adviceOn(written)).toMatch(new RegExp(`^Did you mean ${name}\\? `));
});

/** What is wrong with the option; undefined where it is the key that does not suit it, or nothing. */
function faultOf(algorithm: string): string | undefined {
  const signature = { header: 'x-signature', encoding: 'base64' };
  const scheme = { algorithm, message: '{body}', signature };
  try {
    createGate({ scheme, keys: ['a secret of thirty-two characters'] } as unknown as GateOptions);
    return undefined;
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    return error.option === 'scheme.algorithm' ? error.problem : undefined;
  }
}

it.each(names)('%s is taken', (name) => {
  expect(faultOf(name)).toBeUndefined();
});

it('those that are short for another are on the page, and no other is taken', () => {
  const short = names.filter((name) => names.includes(`hmac-${name}`));
  expect(short).toEqual(['sha1', 'sha256', 'sha384', 'sha512']);
  expect(PAGE).toContain('`sha256` is short for `hmac-sha256`');
  for (const name of ['SHA256', 'sha-256', 'md5', 'hmac-md5'])
    expect(faultOf(name)).toContain('is not an algorithm');
});
