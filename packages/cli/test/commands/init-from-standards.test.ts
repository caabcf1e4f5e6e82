/** Prevents: a gate that `init` writes for a sender of tokens or of Signature Version 4, and that refuses the request it was written from. */
import { createHash, createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createGate } from '@countersign/core';
import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { newFolder, run } from '../support.ts';

const SECRET = 'a-secret-of-the-partner-of-32-bytes';
const NOW = 1_764_300_000_000;
const now = (): number => NOW;

/** The gate that is written from a curl line, once it has taken that request. */
async function gateFrom(curl: string): Promise<Readonly<Record<string, unknown>>> {
  const cwd = newFolder();
  const env = { SENDER_KEY: SECRET };
  const { code, err } = await run(['init', '--from-curl', '-', '--key-env', 'SENDER_KEY'], {
    cwd,
    stdin: curl,
    now,
    env,
  });
  expect(code, err).toBe(0);
  const checked = await run(['check'], { cwd, env });
  expect(checked.code, checked.err).toBe(0);
  const verified = await run(['verify', '--config', 'countersign.yaml'], { cwd, stdin: curl, now, env });
  expect(verified.code, verified.out).toBe(0);
  return parse(readFileSync(join(cwd, 'countersign.yaml'), 'utf8')).gates.sender;
}

const segment = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');

it('a token is demanded with the claim that binds the body', async () => {
  const body = '{"a":1}';
  const sha = createHash('sha256').update(body).digest('hex');
  const input = `${segment({ alg: 'HS256', typ: 'JWT' })}.${segment({ iss: 'acme', exp: NOW / 1000 + 60, sha })}`;
  const token = `${input}.${createHmac('sha256', SECRET).update(input).digest('base64url')}`;
  const curl = `curl -X POST https://api.example/hooks/acme -H 'content-type: application/json' -H 'x-acme-token: ${token}' --data-raw '${body}'`;
  expect((await gateFrom(curl))['scheme']).toEqual({
    type: 'jwt',
    algorithm: 'HS256',
    header: 'x-acme-token',
    issuer: 'acme',
    bodyClaim: 'sha',
  });
});

it('the key has the id that the request names it by', async () => {
  const scheme = { type: 'aws-sigv4', region: 'eu-central-1', service: 'execute-api' } as const;
  const gate = createGate({ scheme, keys: [{ id: 'AKIDEXAMPLE', secret: SECRET }], now });
  const { headers } = await gate.sign({
    method: 'POST',
    url: 'https://api.example/hooks/acme',
    headers: { host: 'api.example' },
    body: 'hello',
  });
  const lines = [...headers].map(([name, value]) => `-H '${name}: ${value}'`).join(' ');
  const written = await gateFrom(`curl -X POST https://api.example/hooks/acme ${lines} --data-raw 'hello'`);
  expect(written).toMatchObject({ scheme, keys: [{ id: 'AKIDEXAMPLE' }] });
});
