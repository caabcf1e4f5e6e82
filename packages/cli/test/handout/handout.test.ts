// biome-ignore-all lint/suspicious/noTemplateCurlyInString: ${…} is what a configuration writes.
/** What a partner is handed: enough to sign by, of every scheme, and nothing of the gate’s keys. */
import { spawnSync } from 'node:child_process';
import { createHmac, createPublicKey, verify } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { providers } from '@countersign/core';
import { describe, expect, it } from 'vitest';
import { codeBlocks } from '../../../../scripts/docs-blocks.ts';
import { HANDOUT_GATES, type HandoutGate } from '../../../../scripts/examples/handout-gates.ts';
import { LANGUAGES } from '../../src/handout/languages.ts';
import { newFolder, run } from '../support.ts';

const URL_OF_ALL = 'http://127.0.0.1:9';

/** A folder with a gate, whose key is in the variable KEY. */
function folderOf(proof: string, keys = '[{ secret: "${env:KEY}" }]', rest = 'keep: {}'): string {
  const folder = newFolder();
  writeFileSync(
    join(folder, 'countersign.yaml'),
    `store: "memory:"\ngates:\n  partner: { path: "/partner/:shop", ${proof}, ${keys === '' ? '' : `keys: ${keys}, `}${rest} }\n`,
  );
  return folder;
}

const SAMPLE_ADDRESS =
  '! The address on the page is a sample; --url https://… gives the one that the partner calls.\n';

async function handoutOf(cwd: string, key: string, ...more: readonly string[]): Promise<string> {
  const { code, out, err } = await run(['handout', 'partner', ...more], { cwd, env: { KEY: key } });
  const isSample = !more.includes('--url') && out.includes('https://gateway.example/');
  expect(err).toBe(isSample ? SAMPLE_ADDRESS : '');
  expect(code).toBe(0);
  return out;
}

function gateFolder({ proof, keyOptions, method = 'POST' }: HandoutGate): string {
  const options = keyOptions === undefined ? '' : `, ${keyOptions}`;
  const keys = `[{ secret: "\${env:KEY}"${options} }]`;
  return folderOf(
    proof.replace('ORIGIN', URL_OF_ALL),
    keys,
    `methods: [${method}], respond: { status: 200 }`,
  );
}

function gateNamed(name: string): HandoutGate {
  const gate = HANDOUT_GATES.find((candidate) => candidate.name === name);
  if (!gate) throw new Error(`no gate ${name}`);
  return gate;
}

const PARTNER =
  'scheme: { algorithm: hmac-sha256, signature: { header: x-signature, prefix: "sha256=", encoding: hex }, message: "{timestamp}.{body}", timestamp: { header: x-timestamp, unit: s } }';
const SECRET = 'a-partner-secret-of-28-bytes';

/** A secret in every way in which it could stand in a text. */
function spellings(secret: string): readonly string[] {
  const bare = secret.replace(/^whsec_/, '');
  const bytes = [
    Buffer.from(secret),
    Buffer.from(bare),
    Buffer.from(bare, 'base64'),
    Buffer.from(bare, 'hex'),
  ];
  return [
    secret,
    JSON.stringify(secret).slice(1, -1),
    encodeURIComponent(secret),
    ...bytes
      .filter(({ length }) => length >= 8)
      .flatMap((key) => [
        key.toString('hex'),
        key.toString('hex').toUpperCase(),
        // Inside a longer text the letters at both ends differ.
        key.toString('base64').slice(0, -4),
        key.toString('base64url').slice(0, -4),
      ]),
  ];
}

it('needs no key of any gate to be set', async () => {
  const folder = newFolder();
  writeFileSync(
    join(folder, 'countersign.yaml'),
    `store: "memory:"
gates:
  partner: { path: /partner, ${PARTNER}, keys: [{ secret: "\${env:PARTNER_SECRET}" }, { secret: "\${file:secrets/next}", id: k2 }], keep: {} }
  other: { path: /other, provider: github, keys: [{ secret: "\${env:OTHER_SECRET}" }], keep: {} }
`,
  );
  const options = { cwd: folder };
  const { code, out, err } = await run(['handout', 'partner', '--url', URL_OF_ALL], options);
  expect({ code, err }).toEqual({ code: 0, err: '' });
  expect(out).toContain('x-signature');
  expect(await run(['check'], options)).toMatchObject({ code: 2 });
});

it('needs what else the configuration names', async () => {
  const folder = folderOf(PARTNER, '[{ secret: "${env:KEY}", id: "${env:KEY_ID}" }]');
  const { code, err } = await run(['handout', 'partner'], { cwd: folder });
  expect(code).toBe(2);
  expect(err).toContain('KEY_ID');
  expect(err).not.toContain('variable KEY,');
});

const SECRET_GATES = HANDOUT_GATES.filter(({ sendersKey }) => sendersKey === undefined);

it('the address is publicUrl of the configuration where no --url is given', async () => {
  const folder = folderOf('provider: hmac', '[{ secret: "${env:KEY}" }]');
  const file = join(folder, 'countersign.yaml');
  writeFileSync(file, `publicUrl: https://hooks.example.com\n${readFileSync(file, 'utf8')}`);
  expect(await handoutOf(folder, SECRET)).toContain('https://hooks.example.com/partner/');
});

describe('no secret of the ring', () => {
  it.each(SECRET_GATES.map((gate) => [gate.name, gate] as const))(
    '%s: stands in no page and no JSON, in no encoding',
    async (_, gate) => {
      const folder = gateFolder(gate);
      const texts = [
        await handoutOf(folder, gate.key, '--url', URL_OF_ALL),
        await handoutOf(folder, gate.key, '--url', URL_OF_ALL, '--json'),
      ];
      for (const text of texts) {
        for (const spelling of spellings(gate.key)) expect(text).not.toContain(spelling);
        // The key that is printed on purpose is seen.
        const shown =
          /throw-away-key-for-tests-only-01|dGhyb3ctYXdheS1rZXkt|7468726f772d61776179|ORUHE33XFVQXOYLZ/;
        expect(text).toMatch(shown);
      }
    },
  );

  it('a page is the same whatever the key is, but for its form', async () => {
    const folder = folderOf(PARTNER);
    const page = await handoutOf(folder, SECRET);
    expect(await handoutOf(folder, 'another-secret-of-another-length')).toBe(page);
  });

  it('nor does one that is retired, revoked or to come', async () => {
    const states = ['next', 'active', 'retiring', 'revoked'];
    const secrets = states.map((state) => `${state}-secret-of-the-ring-of-a-gate`);
    const keys = states.map((state, i) => `{ id: ${state}, state: ${state}, secret: ${secrets[i]} }`);
    const text = await handoutOf(folderOf('provider: hmac', `[${keys.join(', ')}]`), '');
    for (const spelling of secrets.flatMap(spellings)) expect(text).not.toContain(spelling);
    expect(text).toContain('`x-key-id`');
    expect(text).toContain('| `active` |');
  });
});

interface View {
  readonly vector: {
    readonly key: string;
    readonly timestamp: string;
    readonly id?: string;
    readonly nonce?: string;
    readonly body: string;
    readonly messageHex: string;
    readonly signature: string;
  };
  readonly programs: readonly {
    readonly language: string;
    readonly code?: string;
    readonly lacks?: string;
  }[];
}

async function viewOf(folder: string, key: string): Promise<View> {
  return JSON.parse(await handoutOf(folder, key, '--url', URL_OF_ALL, '--json')) as View;
}

describe('the test vector', () => {
  it('is what its formula says, made without us', async () => {
    const { vector } = await viewOf(folderOf(PARTNER), SECRET);
    const message = `${vector.timestamp}.${vector.body}`;
    expect(Buffer.from(vector.messageHex, 'hex').toString()).toBe(message);
    const mac = createHmac('sha256', vector.key).update(message).digest('hex');
    expect(vector.signature).toBe(`sha256=${mac}`);
  });

  it.each(HANDOUT_GATES.filter(({ sendersKey }) => sendersKey !== undefined))(
    '$name: the public half of its throw-away key proves it',
    async (gate) => {
      const { vector } = await viewOf(gateFolder(gate), gate.key);
      const publicKey = createPublicKey(vector.key);
      const [, written = vector.signature] = /^\w+=:(.*):$/.exec(vector.signature) ?? [];
      const bare = gate.name.startsWith('jwt') || gate.name === 'dpop' ? written.split('.').at(-1) : written;
      const isHex = /^[0-9a-f]+$/.test(written);
      const signature = Buffer.from(bare ?? '', isHex ? 'hex' : 'base64');
      const hash = {
        ecdsa: 'sha256',
        'ecdsa-der': 'sha384',
        rsa: 'sha256',
        'rsa-pss': 'sha512',
        'jwt-rs256': 'sha256',
        'jwt-es512': 'sha512',
        dpop: 'sha256',
      }[gate.name];
      const form = {
        ...(['ecdsa', 'jwt-es512', 'dpop'].includes(gate.name) && { dsaEncoding: 'ieee-p1363' as const }),
        ...(gate.name === 'rsa-pss' && { padding: 6, saltLength: 64 }),
      };
      const message = Buffer.from(vector.messageHex, 'hex');
      expect(verify(hash, message, { key: publicKey, ...form }, signature)).toBe(true);
      expect(verify(hash, Buffer.concat([message, message]), { key: publicKey, ...form }, signature)).toBe(
        false,
      );
    },
  );

  it.each(SECRET_GATES.filter(({ name }) => name !== 'base32-key'))(
    '$name: the program in JavaScript prints its signature; in other languages `npm run examples` tries it',
    async (gate) => {
      const folder = gateFolder(gate);
      const { vector, programs } = await viewOf(folder, gate.key);
      const program = programs.find(({ language }) => language === 'javascript');
      writeFileSync(join(folder, 'sign.mjs'), program?.code ?? '');
      const { stdout, stderr } = spawnSync(process.execPath, [join(folder, 'sign.mjs'), 'print'], {
        input: vector.body,
        encoding: 'utf8',
        env: {
          SIGNING_SECRET: vector.key,
          TIMESTAMP: vector.timestamp ?? '',
          ID: vector.id ?? '',
          NONCE: vector.nonce ?? '',
        },
      });
      expect(stderr).toBe('');
      expect(stdout).toBe(`${vector.signature}\n`);
    },
  );
});

describe('the page', () => {
  it('says address, parts, formula, answers, and has a program in each language', async () => {
    const page = await handoutOf(folderOf(PARTNER), SECRET, '--url', 'https://api.example');
    expect(page).toContain('Send `POST https://api.example/partner/shop`.');
    expect(page).toContain(
      'message   = timestamp + "." + body\nsignature = "sha256=" + hex(HMAC-SHA256(key, message))',
    );
    expect(page).toContain(
      '| timestamp | header `x-timestamp` | whole seconds since 1970 (Unix time); at most 5 minutes',
    );
    for (const status of ['2xx', '401', '409', '413', '429, 503']) expect(page).toContain(`\n| ${status} |`);
    const programs = codeBlocks(page).filter(({ code }) => code.includes('SIGNING_SECRET'));
    const inText = programs.filter(({ language }) => language !== 'text');
    expect(inText.map(({ language }) => language)).toEqual(LANGUAGES.map(({ fence }) => fence));
  });

  it('has the languages that are asked for', async () => {
    const page = await handoutOf(folderOf(PARTNER), SECRET, '-l', 'ruby', '-l', 'go');
    expect(page.match(/^### .*$/gm)).toEqual(['### Go', '### Ruby']);
    // Go’s own form has tabs: a file gets them.
    expect(page).toContain('\n\tcheck(err)\n');
  });

  it('shows a terminal no control character', async () => {
    const { out } = await run(['handout', 'partner', '-l', 'go'], {
      cwd: folderOf(PARTNER),
      env: { KEY: SECRET },
      isTTY: true,
    });
    expect(out).toContain('\n    check(err)\n');
    expect(out).not.toMatch(/[\t␉]/);
  });

  it('is written to a file that is not there yet', async () => {
    const cwd = folderOf(PARTNER);
    const args = ['handout', 'partner', '--url', 'https://api.example', '--out', 'page.md'];
    const ran = await run(args, { cwd, env: { KEY: SECRET } });
    expect(ran).toEqual({ code: 0, out: '', err: 'wrote page.md\n' });
    expect(readFileSync(join(cwd, 'page.md'), 'utf8')).toMatch(/^# How to sign requests for `partner`\n/);
    expect((await run(args, { cwd, env: { KEY: SECRET } })).code).toBe(2);
    expect((await run([...args, '--force'], { cwd, env: { KEY: SECRET } })).code).toBe(0);
    expect(existsSync(join(cwd, 'page.md'))).toBe(true);
  });

  it('says of a language that cannot sign why, and what to do', async () => {
    for (const [name, reason] of [
      ['base32-key', /### PHP\n\nPHP has no base32: /],
      ['rsa-pss', /### PHP\n\nPHP’s openssl_sign has no RSASSA-PSS /],
      ['ecdsa', /### PHP\n\nPHP’s openssl_sign writes ECDSA signatures as DER: /],
    ] as const) {
      const gate = gateNamed(name);
      expect(await handoutOf(gateFolder(gate), gate.key, '--url', URL_OF_ALL)).toMatch(reason);
    }
  });

  it('tells what a retry must keep, by what requests are told apart by', async () => {
    const webhooks = folderOf('provider: standard-webhooks');
    const key = `whsec_${Buffer.from(SECRET).toString('base64')}`;
    expect(await handoutOf(webhooks, key)).toContain(
      'keep that id when you send it again, with a new time and a new signature',
    );
    expect(await handoutOf(folderOf(PARTNER), SECRET)).toContain('Send exactly the same request');
    expect(await handoutOf(folderOf(PARTNER, undefined, 'respond: { status: 200 }'), SECRET)).toContain(
      'it is answered 409',
    );
  });
});

describe('every provider', () => {
  it.each(providers.map((provider) => [provider.id, provider] as const))(
    '%s has a page',
    async (id, provider) => {
      const needs = Object.entries(provider.needs ?? {}).map(([name, value]) => `, ${name}: "${value}"`);
      const key =
        id === 'standard-webhooks' ? `whsec_${Buffer.from(SECRET).toString('base64')}` : SECRET.repeat(3);
      const keys =
        provider.fetchesKeys === true
          ? ''
          : `[{ secret: "\${env:KEY}"${id === 'approov' ? ', encoding: utf8' : ''} }]`;
      const outcome = 'respond: { status: 200 }';
      const page = await handoutOf(folderOf(`provider: { id: ${id}${needs.join('')} }`, keys, outcome), key);
      expect(page).toMatch(/^# How to (?:sign requests|set up .+) for `partner`\n/);
      if (provider.setUp !== undefined) {
        expect(page).toContain(`# How to set up ${provider.title} for `);
        expect(page).toContain(`${provider.title} come with their own proof; there is no code to write.`);
        expect(page).toContain(provider.setUp);
        expect(page).not.toContain('```');
      } else expect(page).toContain('## Answers');
    },
  );

  it('that a platform signs says what to set there; another one has code, or a reason why not', () => {
    const byPartners = providers.filter(({ setUp }) => setUp === undefined).map(({ id }) => id);
    expect(byPartners).toEqual([
      'dpop',
      'hmac',
      'http-message-signatures',
      'jwt-bearer',
      'standard-webhooks',
    ]);
    for (const { setUp = 'As is.' } of providers) expect(setUp).toMatch(/^[A-Z].*\.$/);
  });
});
