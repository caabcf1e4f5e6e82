// biome-ignore-all lint/suspicious/noTemplateCurlyInString: ${…} is what a configuration writes.
/** Prevents: a handout with a program that signs otherwise than its gate wants, or that is silent on why there is none. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { newFolder, run } from '../support.ts';

const SECRET = 'a-partner-secret-of-32-bytes-now';
const HMAC = 'algorithm: hmac-sha256, signature: x-signature';

/** The page, or what the command says. */
async function handoutOf(scheme: string, args: readonly string[] = []): Promise<string> {
  const cwd = newFolder();
  writeFileSync(
    join(cwd, 'countersign.yaml'),
    `store: "memory:"\ngates:\n  partner: { path: /partner, scheme: { ${scheme} }, keys: [{ id: main, secret: "\${env:KEY}" }], respond: { status: 200 } }\n`,
  );
  const command = ['handout', 'partner', '--url', 'https://api.example', ...args];
  const { code, out, err } = await run(command, { cwd, env: { KEY: SECRET } });
  expect(err).toBe('');
  expect(code).toBe(0);
  return out;
}

describe('a part of which no program is written', () => {
  it.each([
    [
      'a plain hash',
      'algorithm: sha256-secret-first, signature: x-signature, message: "{body}"',
      'sha256-secret-first',
    ],
    ['the digest of the key', `${HMAC}, key: { digest: sha1 }, message: "{body}"`, 'key.digest'],
    ['a key behind words', `${HMAC}, key: { prefix: "k-*-" }, message: "{body}"`, 'key.prefix with a star'],
    ['a compressed body', `${HMAC}, body: gunzipped, message: "{body}"`, 'body: gunzipped'],
    ['an escaped body', `${HMAC}, body: [raw, ascii-escaped], message: "{body}"`, 'body: ascii-escaped'],
    ['a body in a string', `${HMAC}, body: json-string, message: "{body}"`, 'body: json-string'],
    ['members', `${HMAC}, message: "{member:a}:{member:b}"`, '{member:a}'],
    ['fields', `${HMAC}, message: "{field:a}:{field:b}"`, '{field:b}'],
    [
      'JSON in a form',
      'algorithm: hmac-sha256, signature: { field: json, member: hash }, message: "{json:json:a}"',
      'JSON in a form',
    ],
    ['parameters', `${HMAC}, message: "{parameter:a}"`, '{parameter:a}'],
    ['listed headers', `${HMAC}, message: "{headers:x-signed}\\n{body}"`, '{headers:x-signed}'],
    ['an optional part', `${HMAC}, message: "{?id:{header:x-id};?}of:{body}"`, '{?id:{header:x-id};?}'],
    [
      'items',
      'algorithm: hmac-sha256, signature: { member: sig }, each: "items.*", message: "{member:a}"',
      'each',
    ],
    [
      'an item of the list',
      'algorithm: hmac-sha256, signature: { header: x-signature, list: { items: { k: main } } }, message: "{item:k}.{body}"',
      '{item:k}',
    ],
    ['an address that is decoded', `${HMAC}, message: "{url:decoded}{body}"`, '{url:decoded}'],
    [
      'base64url of RFC 9421',
      'type: http-message-signatures, byteEncoding: base64url',
      'byteEncoding: base64url',
    ],
    [
      'an id header of RFC 9421',
      'type: http-message-signatures, idHeader: idempotency-key',
      'idHeader: idempotency-key',
    ],
    ['Signature Version 4', 'type: aws-sigv4, region: us-east-1, service: execute-api', 'aws-sigv4'],
  ])('is named: %s', async (_, scheme, gap) => {
    const page = await handoutOf(scheme);
    expect(page).toContain(`These programs do not have`);
    expect(page).toContain(`\`${gap}\``);
    expect(page).not.toMatch(/^## (?:Programs|Test vector)/m);
    expect(page).not.toContain(SECRET);
  });

  it('is named: base64 without padding', async () => {
    const page = await handoutOf(
      'algorithm: hmac-sha256, signature: { header: x-signature, encoding: base64-unpadded }, message: "{body}"',
    );
    expect(page).toContain('The signature is written in a way that these programs do not have.');
  });

  it('comes with the message as a declaration writes it', async () => {
    const page = await handoutOf(`${HMAC}, message: "{method}\\n{member:a}"`);
    expect(page).toContain('The message is `"{method}\\n{member:a}"`, and `hmac-sha256` signs it.');
  });
});

describe('a part that programs have', () => {
  it.each([
    [
      'several places',
      'algorithm: hmac-sha256, signature: { header: x-signature, also: x-signature-2 }, message: "{body}"',
    ],
    ['a key behind a word', `${HMAC}, key: { prefix: whsec_, encoding: base64 }, message: "{body}"`],
    [
      'seconds or milliseconds',
      `${HMAC}, message: "{timestamp}.{body}", timestamp: { header: x-time, unit: s-or-ms }`,
    ],
    [
      'a list without labels',
      'algorithm: hmac-sha256, signature: { header: x-signature, encoding: hex, list: { bare: true } }, message: "{body}"',
    ],
    ['a digest of the body', `${HMAC}, message: "{header:x-hash}", bodyDigest: x-hash`],
    ['a test of the address', `${HMAC}, message: "{body}", handshake: { method: GET, challenge: challenge }`],
  ])('has a program in each language, and a vector that the gate takes: %s', async (_, scheme) => {
    const { vector, programs } = JSON.parse(await handoutOf(scheme, ['--json'])) as {
      readonly vector?: object;
      readonly programs: readonly { readonly code?: string }[];
    };
    // What is printed was accepted by the gate.
    expect(vector).toBeDefined();
    expect(programs).not.toEqual([]);
    for (const { code } of programs) expect(code).toBeTypeOf('string');
  });
});
