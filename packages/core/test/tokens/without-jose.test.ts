/** A package that cannot be loaded is told as that: the key is not blamed, and nothing is accepted. */
import { execFileSync } from 'node:child_process';
import { resolve } from 'node:path';
import { expect, it } from 'vitest';
import { ED25519 } from './mint.ts';

/** Runs in a Node of its own, where the package jose is not installed. */
const PROGRAM = `
import { registerHooks } from 'node:module';
registerHooks({
  resolve(specifier, context, next) {
    if (specifier === 'jose') throw new Error('the package jose is not there');
    return next(specifier, context);
  },
});
const { createGate } = await import(process.env.CORE);
const gate = createGate({ provider: { id: 'jwt-bearer', algorithm: 'EdDSA' }, keys: [process.env.PEM] });
const token = [{ alg: 'EdDSA' }, { exp: 4e9 }].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'));
const headers = { authorization: 'Bearer ' + [...token, Buffer.alloc(64, 1).toString('base64url')].join('.') };
const came = await Promise.resolve(gate.verify({ method: 'GET', url: '/', headers })).catch((error) => error.message);
console.log(JSON.stringify({ came, warnings: gate.keys.list()[0].warnings }));
`;

it('verify rejects with what could not be loaded', () => {
  const args = ['--conditions=countersign-source', '--input-type=module', '--eval', PROGRAM];
  const env = { ...process.env, CORE: resolve('packages/core/src/index.ts'), PEM: ED25519.pem };
  const said = execFileSync(process.execPath, args, { env, encoding: 'utf8' });
  expect(JSON.parse(said)).toEqual({ came: 'the package jose is not there', warnings: [] });
});
