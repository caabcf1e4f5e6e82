// biome-ignore-all lint/suspicious/noTemplateCurlyInString: ${…} is what a configuration writes.
/** Prevents: a page of tokens, message signatures or DPoP that is silent on what its gate demands, or a program that signs with no key. */
import { spawnSync } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { codeBlocks } from '../../../../scripts/docs-blocks.ts';
import { LANGUAGES } from '../../src/handout/languages.ts';
import { newFolder, run } from '../support.ts';

const SECRET = 'a-partner-secret-of-32-bytes-now';
const URL_OF_GATE = 'https://api.example';

interface Asked {
  readonly keys?: string;
  readonly rest?: string;
  readonly args?: readonly string[];
}

async function handoutOf(
  proof: string,
  { keys = '[{ secret: "${env:KEY}" }]', rest = 'respond: { status: 200 }', args = [] }: Asked = {},
): Promise<string> {
  const cwd = newFolder();
  writeFileSync(
    join(cwd, 'countersign.yaml'),
    `store: "memory:"\ngates:\n  partner: { path: /partner, ${proof}, ${keys === '' ? '' : `keys: ${keys}, `}${rest} }\n`,
  );
  const command = ['handout', 'partner', '--url', URL_OF_GATE, ...args];
  const { code, out, err } = await run(command, { cwd, env: { KEY: SECRET } });
  expect(err).toBe('');
  expect(code).toBe(0);
  return out;
}

interface View {
  readonly vector: { readonly key: string; readonly messageHex: string; readonly signature: string };
  readonly programs: readonly {
    readonly language: string;
    readonly code?: string;
    readonly lacks?: string;
  }[];
}

async function viewOf(proof: string, asked: Asked = {}): Promise<View> {
  return JSON.parse(await handoutOf(proof, { ...asked, args: ['--json'] })) as View;
}

/** The languages that a page has a program in. */
function programsOf(page: string): readonly string[] {
  const fences = LANGUAGES.map(({ fence }) => fence);
  return codeBlocks(page).flatMap(({ language }) => (fences.includes(language) ? [language] : []));
}

const ALL = LANGUAGES.map(({ fence }) => fence);

describe('a JSON Web Token', () => {
  const PROOF =
    'provider: { id: jwt-bearer, issuer: [ada, bob], audience: orders, typ: at+jwt, required: [sub, nbf], leewayMs: 30000, binding: [x-device], ip: true, consume: 3 }';

  it('has a page that tells all that the gate demands, and a program in each language', async () => {
    const page = await handoutOf(PROOF);
    for (const text of [
      '| token | header `authorization` | `Bearer`, a space and a JSON Web Token (RFC 7519) |',
      '| bound header | header `x-device` |',
      'Its `alg` must be `HS256`, its `typ` `at+jwt`.',
      '| `exp` | must be there: Unix seconds; from then on and 30 seconds the token is refused |',
      '| `nbf` | must be there: Unix seconds; at most 30 seconds ahead |',
      '| `iat` | may be there: Unix seconds; at most 30 seconds ahead |',
      '| `iss` | must be `ada` or `bob` |',
      '| `aud` | must be, or be a list that holds, `orders` |',
      '| `pay` | must be base64 of the SHA-256 of the value of the header `x-device` |',
      '| `ip` | must be the address that the request comes from |',
      '| `sub` | must be there |',
      'One token is good for 3 requests.',
    ]) {
      expect(page).toContain(text);
    }
    expect(programsOf(page)).toEqual(ALL);
  });

  it('has a vector that is what its formula says, made without us', async () => {
    const { vector } = await viewOf(PROOF);
    const [header = '', claims = '', signature] = vector.signature.replace('Bearer ', '').split('.');
    const message = `${header}.${claims}`;
    expect(Buffer.from(vector.messageHex, 'hex').toString()).toBe(message);
    expect(signature).toBe(createHmac('sha256', vector.key).update(message).digest('base64url'));
    expect(JSON.parse(Buffer.from(header, 'base64url').toString())).toEqual({ typ: 'at+jwt', alg: 'HS256' });
    expect(JSON.parse(Buffer.from(claims, 'base64url').toString())).toMatchObject({
      iss: 'ada',
      aud: 'orders',
    });
  });

  it('whose keys the gate fetches comes from whoever has them: no program', async () => {
    const page = await handoutOf(
      'provider: { id: jwt-bearer, algorithm: RS256, jwks: "https://id.example/keys?for=us", audience: orders }',
      { keys: '' },
    );
    expect(page).toContain('The gate fetches its public keys from `https://id.example/keys`');
    expect(page).not.toContain('for=us');
    expect(page).toContain('| `aud` | must be, or be a list that holds, `orders` |');
    expect(page).toContain('ask them for one, and send it');
    expect(page).not.toContain('test vector');
    expect(programsOf(page)).toEqual([]);
  });

  it('of ECDSA has no program in PHP, and says what to take', async () => {
    const { programs } = await viewOf('provider: { id: jwt-bearer, algorithm: ES256 }', {
      keys: `[{ secret: ${JSON.stringify(P256)} }]`,
    });
    expect(programs.filter(({ lacks }) => lacks !== undefined)).toEqual([
      { language: 'php', lacks: expect.stringContaining('phpseclib') },
    ]);
  });
});

const P256 = `-----BEGIN PUBLIC KEY-----
MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEEVs/o5+uQbTjL3chynL4wXgUg2R9
q9UU8I5mEovUf86QZ7kOBIjJwqnzD1omageEHWwHdBO6B+dFabmdT9POxg==
-----END PUBLIC KEY-----
`;

describe('an HTTP message signature', () => {
  it('has a page with the signature base, and a program in each language', async () => {
    const page = await handoutOf(
      'provider: { id: http-message-signatures, components: ["@method", "@target-uri", content-digest, x-tenant], required: [nonce, expires], tag: orders, digest: sha-512, maxAgeMs: 90000 }',
    );
    for (const text of [
      '"@method": …\n"@target-uri": …\n"content-digest": …\n"x-tenant": …\n"@signature-params": parameters',
      'parameters = ("@method" "@target-uri" "content-digest" "x-tenant");created=TIME;keyid="key-1";expires=TIME;nonce="NONCE";tag="orders"',
      '`sha-512=:…:`, with the SHA-512 of the body in base64',
      'at most 90 seconds old or 1 minute ahead',
      '"@method": POST\n"@target-uri": https://api.example/partner\n"content-digest": sha-512=:',
      'If you sign it again with another nonce, it is a new request',
    ]) {
      expect(page).toContain(text);
    }
    expect(programsOf(page)).toEqual(ALL);
  });

  it('of a component that programs do not write says which, and has the rest', async () => {
    for (const [component, reason] of [
      [
        '@query-param;name="shop"',
        'The signature covers "@query-param";name="shop", one parameter of the query',
      ],
      ['x-list;sf', 'The signature covers "x-list";sf, a field that is written anew'],
      [
        'connection',
        'The signature covers the header connection, which HTTP clients set or leave out themselves',
      ],
    ] as const) {
      const page = await handoutOf(
        `provider: { id: http-message-signatures, components: ["@method", '${component}'] }`,
      );
      expect(page).toContain(reason);
      expect(page).toContain('"@signature-params": parameters');
      expect(programsOf(page)).toEqual([]);
    }
  });
});

describe('a DPoP proof', () => {
  it('has a page, a vector and programs, but in PHP', async () => {
    const page = await handoutOf(
      'provider: { id: dpop, issuer: ada, proofAlgorithm: [ES256, EdDSA], toleranceMs: 20000 }',
    );
    for (const text of [
      '| access token | header `authorization` |',
      '| `htu` | the address without query: `https://api.example/partner` |',
      '| `iat` | Unix seconds; at most 20 seconds old or 20 seconds ahead |',
      '| `iss` | must be `ada` |',
      'A proof is good for one request',
      'ACCESS_TOKEN=ey',
    ]) {
      expect(page).toContain(text);
    }
    expect(programsOf(page)).toEqual(ALL.filter((fence) => fence !== 'php'));
  });

  it('of another algorithm has a program in JavaScript, and a reason elsewhere', async () => {
    const { programs } = await viewOf('provider: { id: dpop, proofAlgorithm: [Ed25519] }');
    expect(programs.flatMap(({ language, code }) => (code === undefined ? [] : [language]))).toEqual([
      'javascript',
    ]);
  });
});

describe('any gate', () => {
  it.each([
    ['jwt-bearer', ''],
    ['http-message-signatures', ''],
    ['dpop', ''],
    ['hmac', ''],
  ])('%s: speaks of nothing that is not on the page', async (id) => {
    const page = await handoutOf(`provider: ${id}`);
    expect(page).not.toContain('as is said above');
    expect(page.includes('test vector below')).toBe(page.includes('## Test vector'));
    expect(page.includes('See below')).toBe(page.includes('**Sending again.**'));
  });

  it('whose secret is sent as it is says where', async () => {
    const page = await handoutOf('scheme: { type: shared-token, header: x-api-key }');
    expect(page).toContain('| secret | header `x-api-key` | the secret as it is |');
    expect(programsOf(page)).toEqual([]);
  });

  it('that takes GET alone has programs that read no body', async () => {
    const message = 'message: "{method}{path}{timestamp}", timestamp: { header: x-timestamp }';
    const page = await handoutOf(
      `scheme: { algorithm: hmac-sha256, signature: { header: x-signature, encoding: hex }, ${message} }`,
      { rest: 'methods: [GET], respond: { status: 200 }' },
    );
    expect(page).toContain('Send `GET https://api.example/partner`.');
    expect(page).not.toContain('| body |');
    expect(page).toContain('Each program reads the key from');
    expect(programsOf(page)).toEqual(ALL);
  });

  it.each(['hmac', 'jwt-bearer', 'http-message-signatures', 'standard-webhooks'])(
    '%s: a program without a key says so, and sends nothing',
    async (id) => {
      const { programs } = await viewOf(`provider: ${id}`, {
        ...(id === 'standard-webhooks' && {
          keys: `[{ secret: whsec_${Buffer.from(SECRET).toString('base64')} }]`,
        }),
      });
      const folder = newFolder();
      // Those that are everywhere; `npm run examples` tries the others.
      for (const [language, command] of [
        ['javascript', [process.execPath, 'sign.mjs']],
        ['openssl', ['bash', 'sign.sh']],
      ] as const) {
        const code = programs.find((program) => program.language === language)?.code ?? '';
        writeFileSync(join(folder, command[1]), code);
        for (const key of [undefined, '', ...(id === 'standard-webhooks' ? ['whsec_'] : [])]) {
          const env = { PATH: process.env['PATH'] ?? '', ...(key !== undefined && { SIGNING_SECRET: key }) };
          const { status, stdout, stderr } = spawnSync(command[0], [command[1], 'print'], {
            cwd: folder,
            input: '{}',
            encoding: 'utf8',
            env,
          });
          expect(stderr).toContain('Set SIGNING_SECRET.');
          expect(stdout).toBe('');
          expect(status).toBe(1);
        }
      }
    },
  );
});
