// biome-ignore-all lint/suspicious/noTemplateCurlyInString: ${…} is what a configuration writes.
/** check, providers, serve. */
import { spawn } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { findProvider, providerIds } from '@countersign/core';
import { describe, expect, it } from 'vitest';
import { newFolder, PROGRAM, run } from '../support.ts';

const SECRET = 'a-secret-nobody-may-see-0123';

describe('check', () => {
  const write = (text: string): string => {
    const cwd = newFolder();
    writeFileSync(join(cwd, 'countersign.yaml'), text);
    return cwd;
  };
  const stripe = (keys: string): string =>
    `gates:\n  stripe: { path: /stripe, provider: stripe, keys: [${keys}], keep: {} }\n`;

  it('warns of a gate that takes unsigned requests, and counts it', async () => {
    const cwd = write('gates:\n  open: { path: /open, provider: none, respond: { status: 204 } }\n');
    const { code, out } = await run(['check'], { cwd });
    expect(code).toBe(0);
    expect(out).toContain('  ! The gate takes unsigned requests: whoever reaches it can send any.\n');
    expect(out).toContain('! The gateway would start with this, with 1 warning.\n');
    const strict = await run(['check', '--strict'], { cwd });
    expect(strict.code).toBe(1);
    expect(strict.out).toMatch(
      /✗ The gateway would start with this, with 1 warning, and with --strict that is a failure\.\n$/,
    );
  });

  it('shows none of all the secrets that a configuration can hold', async () => {
    const folder = newFolder();
    const secret = (name: string) => `${SECRET}-${name}`;
    const apiToken = secret('d');
    const tree = {
      publicUrl: 'https://gate.example',
      admin: { token: secret('a') },
      storeKey: 'abcdef01'.repeat(8),
      gates: {
        g: {
          path: '/g',
          provider: 'flowent',
          keys: [{ secret: secret('c') }],
          answer: { actions: './a.js', register: { apiUrl: 'https://example.com', apiToken } },
        },
      },
      sessions: {
        incode: {
          apiUrl: 'https://example.com',
          apiKey: secret('e'),
          clientId: 'c',
          flowId: 'f',
          adminToken: secret('f'),
          auth: { secret: secret('g') },
        },
        partner: {
          broker: 'oauth2-client-credentials',
          at: '/p',
          tokenUrl: 'https://example.com',
          clientId: 'c',
          clientSecret: secret('h'),
          auth: { form: 'issued', clientId: 'p', clientSecret: secret('i') },
        },
      },
    };
    writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
    writeFileSync(
      join(folder, 'a.js'),
      "export const a = { name: 'a', description: 'Says hello.', input: { type: 'object' }, run: () => 'hello' };",
    );
    writeFileSync(join(folder, 'countersign.json'), JSON.stringify(tree));
    for (const args of [['check'], ['check', '--json']]) {
      const { code, out, err } = await run(args, { cwd: folder });
      expect(code, err).toBe(0);
      expect(out).toContain('incode');
      expect(out + err).not.toMatch(/nobody-may-see|abcdef01/);
    }
  });

  it('says by code, and by how grave it is, what whoever captures a request could do', async () => {
    const cwd = write(`listen: { public: "0.0.0.0:8787" }
gates:
  hub: { path: "/hub/*", provider: github, keys: [{ secret: "\${env:KEY}" }], forward: { to: "http://127.0.0.1:9", timeout: 60s } }
  own: { path: /own, scheme: { algorithm: sha1, signature: x-s, message: "{path}{body}" }, keys: [{ secret: "\${env:OWN}" }], keep: {} }
  open: { path: /open, provider: none, respond: { status: 204 } }
`);
    const env = { KEY: SECRET, OWN: 'placeholder-secret-1' };
    const { code, out } = await run(['check', '--json'], { cwd, env });
    expect(code).toBe(0);
    const { warnings, gates } = JSON.parse(out);
    const codesOf = (list: readonly { severity: string; code: string }[]): readonly string[] =>
      list.map((warning) => `${warning.severity} ${warning.code}`);
    expect(codesOf(warnings)).toEqual([
      'warning plain-http',
      'warning slow-upstream',
      'warning unsigned-path',
    ]);
    const [hub, own, open] = gates;
    expect(codesOf(hub.coverage.warnings)).toEqual([
      'info unsigned-parts',
      'info no-time',
      'info unsigned-id',
      'info unsigned-type',
      'info differing-requests',
    ]);
    expect(hub.keys[0]).toMatchObject({ strengthBits: 8 * SECRET.length, warnings: [] });
    expect(codesOf(own.keys[0].warnings)).toEqual(['warning key-placeholder']);
    expect(codesOf(own.coverage.warnings).slice(0, 2)).toEqual(['warning sha1', 'warning movable-text']);
    expect(codesOf(open.coverage.warnings)).toEqual(['warning unsigned-gate']);

    const strict = await run(['check', '--strict'], { cwd, env });
    expect(strict.code).toBe(1);
    expect(strict.out).toContain('  – Whoever captures a request on its way can give it another event type:');
    expect(strict.out).toContain('  ! Signatures are HMAC with SHA-1');
    expect(strict.err).toContain('! gates.hub.forward.timeout: The upstream may take 60 s, and the sender');
    expect(strict.out).toMatch(/with 7 warnings, and with --strict that is a failure\.\n$/);
  });

  it('prints gates, keys’ states and coverage, and no key', async () => {
    const cwd = write(
      stripe(
        '{ id: now, secret: "${env:KEY}" }, { id: old, secret: "${env:OLD}", state: retiring, until: 2020-01-01 }',
      ),
    );
    const env = { KEY: SECRET, OLD: 'old-secret' };
    const { code, out, err } = await run(['check'], { cwd, env });
    expect(code).toBe(0);
    expect(out).toContain('stripe  POST /stripe  stripe → keep');
    expect(out).toContain('now: active\n');
    expect(out).toContain('old: retiring, until 2020-01-01T00:00:00Z (not valid now)');
    expect(out).toContain('10 bytes long; at least 16 are advised');
    expect(out).toContain('proved    body, timestamp, id, type');
    const json = await run(['check', '--json'], { cwd, env });
    expect(JSON.parse(json.out)).toMatchObject({
      ok: true,
      gates: [
        {
          name: 'stripe',
          keys: [
            { id: 'now', validNow: true },
            { id: 'old', validNow: false },
          ],
          coverage: { replay: 'signed-id' },
        },
      ],
    });
    for (const text of [out, err, json.out]) expect(text).not.toMatch(/a-secret|old-secret/);
  });

  it.each([
    ['revoked', '{ id: main, secret: "${env:KEY}", state: revoked }', /main is revoked/],
    ['ended', '{ id: main, secret: "${env:KEY}", until: 2020-01-01 }', /main ended 2020-01-01/],
    [
      'not yet valid',
      '{ id: main, secret: "${env:KEY}", from: 2999-01-01 }',
      /main is valid from 2999-01-01/,
    ],
    [
      'revoked or ended',
      '{ id: a, secret: "${env:KEY}", state: revoked }, { id: b, secret: "${env:OLD}", until: 2020-01-01 }',
      /a is revoked, b ended 2020-01-01/,
    ],
  ])('says that no key is valid now, where all are %s', async (_, keys, words) => {
    const env = { KEY: SECRET, OLD: 'another-secret-of-length' };
    const { code, out, err } = await run(['check'], { cwd: write(stripe(keys)), env });
    expect(err).toMatch(/gates\.stripe\.keys: no key is valid now, and every request is refused/);
    expect(err).toMatch(words);
    expect(code).toBe(1);
    expect(out).toMatch(/✗ The gateway would start with this, and refuse every request of a gate\.\n$/);
    expect(out).not.toContain('✓');
    const json = await run(['check', '--json'], { cwd: write(stripe(keys)), env });
    expect(json.code).toBe(1);
    expect(JSON.parse(json.out)).toMatchObject({ ok: false, problems: [{ path: 'gates.stripe.keys' }] });
    const good = write(stripe(`${keys}, { id: now, secret: Vd3pQ0zkT9wXr2LmYb7H }`));
    const ran = await run(['check'], { cwd: good, env });
    expect(ran.err).not.toContain('no key is valid');
    expect(ran.code).toBe(0);
  });

  it.each([
    ['in quotes', `"${SECRET}"`, /stands in quotes/],
    ['an API key', `sk_live_${SECRET}`, /API key of Stripe.*whsec_/],
    ['a placeholder', 'changeme-changeme', /placeholder/],
    ['with a line end', `${SECRET}\n`, /line end/],
  ])('says of a key from the environment that it is %s', async (_, KEY, words) => {
    const { code, out, err } = await run(['check'], {
      cwd: write(stripe('{ secret: "${env:KEY}" }')),
      env: { KEY },
    });
    expect(out).toMatch(words);
    expect(out + err).not.toContain(SECRET);
    expect(code).toBe(0);
    expect(out).toMatch(/! The gateway would start with this, with \d+ warnings?\.\n$/);
    const strict = await run(['check', '--strict', '--json'], {
      cwd: write(stripe('{ secret: "${env:KEY}" }')),
      env: { KEY },
    });
    expect({ code: strict.code, ok: JSON.parse(strict.out).ok }).toEqual({ code: 1, ok: false });
  });

  it('ends with a check mark, and with 0 where it is strict, where nothing is to be looked at', async () => {
    const cwd = write(stripe('{ secret: "${env:KEY}" }'));
    const { code, out } = await run(['check', '--strict'], { cwd, env: { KEY: SECRET } });
    expect(out).toMatch(/✓ The gateway would start with this\.\n$/);
    expect(code).toBe(0);
  });

  it('says once what it says of several keys', async () => {
    const { err } = await run(['check'], {
      cwd: write(stripe('{ secret: Vd3pQ0zkT9wXr2LmYb7H }, { secret: kT9wXr2LmYb7HVd3pQ0z }')),
    });
    expect(err).toBe(
      '! gates.stripe.keys[0].secret, gates.stripe.keys[1].secret: The secret stands in the file. Write ${env:NAME} or ${file:path} instead.\n',
    );
  });

  it.each(['$KEY', '%KEY%', '$env:KEY', '{{ KEY }}'])('says how %s is written', async (text) => {
    const { err, out } = await run(['check'], {
      cwd: write(stripe(`{ secret: "${text}" }`)),
      env: { KEY: SECRET },
    });
    expect(err).toContain('nothing fills it in: write ${env:NAME}');
    expect(err).not.toContain(text);
    expect(out).not.toContain('✓');
  });

  it('looks at every secret, not at keys only', async () => {
    const cwd = write(`admin: { token: "$ADMIN" }
storeKey: "\${env:STORE_KEY}"
sessions:
  b: { at: /b, broker: oauth2-client-credentials, tokenUrl: "https://x.example/t", clientId: c, clientSecret: "\${env:QUOTED}", auth: none, origins: ["https://a.example"] }
`);
    const env = {
      STORE_KEY: '5f2b8a1c9d4e7f60a3b5c7d9e1f204865f2b8a1c9d4e7f60a3b5c7d9e1f20486',
      QUOTED: `"${SECRET}"`,
    };
    const { err } = await run(['check'], { cwd, env });
    expect(err).toMatch(/admin\.token: The secret is written like a variable.*write \$\{env:NAME\}\./);
    expect(err).not.toContain('$ADMIN');
    expect(err).toMatch(/sessions\.b\.clientSecret: The secret stands in quotes/);
    expect(err).not.toContain(SECRET);
  });

  it('refuses the secret of a session as serve would', async () => {
    const pem = '-----BEGIN PUBLIC KEY-----\\nMCowBQYDK2VwAyEA\\n-----END PUBLIC KEY-----';
    const session = (secret: string): string => `store: "memory:"
sessions:
  incode: { at: /, apiUrl: "https://x.example", apiKey: k, clientId: c, flowId: f, adminToken: t, redirects: ["https://a.example"], auth: { secret: "${secret}" } }
`;
    for (const [secret, words] of [
      [pem, /sessions\.incode\.auth\.secret: it is a PEM/],
      ['short', /sessions\.incode\.auth\.secret: is 5 bytes long/],
    ] as const) {
      const { code, err } = await run(['check'], { cwd: write(session(secret)) });
      expect(code).toBe(2);
      expect(err).toMatch(words);
    }
  });

  it('lists every problem of the file', async () => {
    const cwd = write(
      'gates:\n  a: { path: x, provider: strpe, keys: [{ secret: "${env:KEY}" }], keep: {} }\n  b: { path: /b }\n',
    );
    const { code, err } = await run(['check'], { cwd });
    expect(code).toBe(2);
    expect(err).toContain('gates.a.path');
    expect(err).toContain('gates.b');
    const json = await run(['check', '--json'], { cwd });
    expect(json.code).toBe(2);
    const view = JSON.parse(json.out) as { ok: boolean; problems: unknown[] };
    expect(view.ok).toBe(false);
    expect(view.problems.length).toBeGreaterThan(2);
  });

  it('finds what only the engine knows: options, keys that do not decode, short keys, missing actions', async () => {
    const cwd = write(`gates:
  a: { path: /a, provider: { id: stripe, nonsense: 1 }, keys: [{ secret: "\${env:KEY}" }], keep: {} }
  b: { path: /b, provider: approov, keys: [{ secret: "\${env:NOT_BASE64}" }], forward: { to: "http://127.0.0.1:9" } }
  c: { path: /c, provider: github, keys: [{ secret: "\${env:SHORT}" }], keep: {} }
  d: { path: /d, provider: github, keys: [{ secret: "\${env:KEY}" }], answer: { actions: ./nope.ts } }
`);
    const env = { KEY: SECRET, NOT_BASE64: '!!', SHORT: 'abc' };
    const { code, out } = await run(['check', '--json'], { cwd, env });
    expect(code).toBe(2);
    const { problems } = JSON.parse(out) as { problems: { path: string }[] };
    expect(problems.map(({ path }) => path)).toEqual([
      'gates.a.provider.nonsense',
      'gates.b.keys[0].secret',
      'gates.c.keys',
      'gates.d.answer.actions',
    ]);
    expect((await run(['check'], { cwd, env })).err.match(/^ {4}→/gm)?.length).toBe(4);
  });
});

describe('providers', () => {
  it('lists all', async () => {
    const { code, out } = await run(['providers']);
    expect(code).toBe(0);
    expect(
      out
        .trimEnd()
        .split('\n')
        .map((line) => line.split(' ')[0]),
    ).toEqual([...providerIds]);
  });

  it.each<readonly [string, readonly string[], string | undefined]>([
    ['approov', ['binding=authorization'], 'authorization'],
    ['approov', ['binding=["authorization","x-device"]'], 'authorization, x-device'],
    ['approov', ['binding=authorization', 'bindingMode=off'], undefined],
    ['approov', ['binding=authorization', 'bindingMode=optional'], undefined],
    ['hmac', ['message={timestamp}.{header:X-Order}.{body}'], 'x-order'],
    ['http-message-signatures', ['components=["@method","content-type"]'], 'content-type'],
    ['hmac', ['toleranceMs=1000'], undefined],
  ])('shows the headers that %s covers with %j', async (id, options, headers) => {
    const args = ['providers', id, ...options.flatMap((option) => ['--option', option])];
    const { code, out } = await run(args);
    expect(code).toBe(0);
    expect(/^headers {3}(.*)$/m.exec(out)?.[1]).toBe(headers);
    const { coverage } = JSON.parse((await run([...args, '--json'])).out);
    expect(coverage.headers).toEqual(headers === undefined ? [] : headers.split(', '));
  });

  it.each(providerIds)('shows %s', async (id) => {
    const { code, out } = await run(['providers', id]);
    expect(code).toBe(0);
    expect(out).toContain(findProvider(id)?.keyVariable);
    expect(out).toContain('proved');
    const view = JSON.parse((await run(['providers', id, '--json'])).out);
    expect(view).toMatchObject({ id, coverage: { covered: expect.any(Array) }, options: expect.any(Array) });
    const [, page = ''] = view.docs.split('/blob/main/');
    expect(existsSync(join(import.meta.dirname, '../../../..', page)), page).toBe(true);
  });
});

describe('serve', () => {
  const config = (port: number): string => {
    const cwd = newFolder();
    writeFileSync(
      join(cwd, 'countersign.yaml'),
      `listen: { public: "127.0.0.1:${port}", admin: "127.0.0.1:0" }\nstore: ":memory:"\ngates:\n  g: { path: /g, provider: github, keys: [{ id: a, secret: "\${env:KEY}" }], respond: { status: 200, body: ok } }\n`,
    );
    return cwd;
  };
  const start = (cwd: string) => {
    const child = spawn(process.execPath, [PROGRAM, 'serve'], {
      cwd,
      env: { PATH: process.env['PATH'], KEY: SECRET },
    });
    let err = '';
    let out = '';
    child.stdout.on('data', (chunk) => {
      out += String(chunk);
    });
    const ended = new Promise<{ code: number | null; out: string; err: string }>((done) => {
      child.on('close', (code) => done({ code, out, err }));
    });
    const url = new Promise<string>((resolve) => {
      child.stderr.on('data', (chunk) => {
        err += String(chunk);
        // The last line of the introduction.
        const match = /public {2}(http:\S+)[\s\S]*token/.exec(err);
        if (match?.[1] !== undefined) resolve(match[1]);
      });
    });
    return { child, url, ended };
  };

  it('serves, tells where, and ends with 0 on SIGTERM', async () => {
    const { child, url, ended } = start(config(0));
    const at = await url;
    expect((await fetch(`${at}/health`)).status).toBe(200);
    const sent = await run(['send', `${at}/g`, '-p', 'github', '--key-env', 'KEY', '-d', '{}'], {
      env: { KEY: SECRET },
    });
    expect(sent.code).toBe(0);
    child.kill('SIGTERM');
    const { code, out, err } = await ended;
    expect(code).toBe(0);
    expect(err).toContain(`${at}/g`);
    expect(err).toContain('token   none: set admin.token');
    expect(out).toContain('"verdict":"accepted"');
    expect(out + err).not.toContain(SECRET);
  });

  it('says that a port is taken, and ends with 2', async () => {
    const first = start(config(0));
    const port = Number(new URL(await first.url).port);
    const { code, err } = await start(config(port)).ended;
    expect(code).toBe(2);
    expect(err).toContain(`127.0.0.1:${port}`);
    expect(err).toContain('→');
    first.child.kill('SIGINT');
    expect((await first.ended).code).toBe(0);
  });
});
