/** Prevents: a proposed gate that does not start, or that does not take the request that it was proposed from. */
import { createHmac } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { newFolder, type Ran, run } from '../support.ts';

const SECRET = 'a-secret-of-the-partner-27';
const NOW_S = 1_764_300_000;
const now = (): number => NOW_S * 1000;
const hmac = (text: string): string => createHmac('sha256', SECRET).update(text).digest('hex');

const CURL = `curl -X POST https://api.example/hooks/acme -H 'content-type: application/json' -H 'x-acme-timestamp: ${NOW_S}' -H 'x-acme-signature: sha256=${hmac(`${NOW_S}.{"a":1}`)}' --data-raw '{"a":1}'`;

/** The example that GitHub’s documentation prints. */
const GITHUB_SECRET = "It's a Secret to Everybody";
const DOCS = `   \`\`\`http
   X-GitHub-Event: push
   X-GitHub-Delivery: 72d3162e-cc78-11e3-81ab-4c9367dc0958
   X-Hub-Signature-256: sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17
   Content-Type: text/plain

   Hello, World!
   \`\`\`
`;

async function init(cwd: string, stdin: string, ...args: readonly string[]): Promise<Ran> {
  return run(['init', ...args], { cwd, stdin, now, env: { ACME_SECRET: SECRET, GH: GITHUB_SECRET } });
}

describe('init --from-curl', () => {
  it('writes the gate, which takes the request, and says what is proved of it', async () => {
    const cwd = newFolder();
    const { code, out, err } = await init(cwd, CURL, '--from-curl', '-', '--key-env', 'ACME_SECRET');
    expect(code, err).toBe(0);
    expect(out).toContain('message: "{timestamp}.{body}"');
    expect(out).toMatch(/certain \(0\.9\d\)/);
    expect(out + err).not.toContain(SECRET);
    const yaml = readFileSync(join(cwd, 'countersign.yaml'), 'utf8');
    expect(yaml).not.toContain(SECRET);
    expect(yaml).not.toContain(hmac(`${NOW_S}.{"a":1}`));
    expect(parse(yaml).gates).toEqual({
      sender: {
        path: '/hooks/acme',
        scheme: {
          algorithm: 'hmac-sha256',
          signature: { header: 'x-acme-signature', encoding: 'hex', prefix: 'sha256=' },
          message: '{timestamp}.{body}',
          timestamp: { header: 'x-acme-timestamp', unit: 's' },
        },
        // biome-ignore lint/suspicious/noTemplateCurlyInString: what a configuration writes
        keys: [{ id: 'main', secret: '${env:ACME_SECRET}' }],
        keep: {},
        keepRefused: true,
      },
    });
    expect(readFileSync(join(cwd, '.env.example'), 'utf8')).toContain('\nACME_SECRET=\n');
    const checked = await run(['check'], { cwd, env: { ACME_SECRET: SECRET } });
    expect(checked.code, checked.err).toBe(0);
    const verified = await run(['verify', '--config', 'countersign.yaml'], {
      cwd,
      stdin: CURL,
      now,
      env: { ACME_SECRET: SECRET },
    });
    expect(verified.code, verified.out).toBe(0);
  });

  it.each(['*a', '&a', '!a', '%a', '`a', '#', 'null', '-'])(
    'writes a method %s that YAML has another meaning for as it is',
    async (method) => {
      const cwd = newFolder();
      const curl = CURL.replace('-X POST', `-X '${method}'`);
      const { code, err } = await init(cwd, curl, '--from-curl', '-', '--key-env', 'ACME_SECRET');
      expect(code, err).toBe(0);
      const yaml = readFileSync(join(cwd, 'countersign.yaml'), 'utf8');
      expect(parse(yaml).gates.sender.methods).toEqual([method]);
    },
  );

  it('prints everything as JSON, and no secret', async () => {
    const cwd = newFolder();
    const { code, out } = await init(cwd, CURL, '--from-curl', '-', '--key-env', 'ACME_SECRET', '--json');
    expect(code).toBe(0);
    expect(out).not.toContain(SECRET);
    expect(JSON.parse(out)).toMatchObject({
      variables: ['ACME_SECRET'],
      proposals: [{ confidence: 'certain', open: [], key: {} }],
      warnings: expect.any(Array),
    });
  });

  it('writes nothing where nothing holds, and says why', async () => {
    const cwd = newFolder();
    const other = await init(
      cwd,
      CURL,
      '--from-curl',
      '-',
      '--key',
      'another-secret-altogether',
      '--tries',
      '20000',
    );
    expect(other.code).toBe(1);
    expect(other.err).toContain('by this key no signature in the request holds');
    const unsigned = await init(cwd, "curl https://a.example/ -d 'x=1'", '--from-curl', '-', '--key', SECRET);
    expect(unsigned.code).toBe(1);
    expect(unsigned.err).toContain('nothing in the request looks like a signature');
    const asJson = await init(
      cwd,
      "curl https://a.example/ -d 'x=1'",
      '--from-curl',
      '-',
      '--key',
      SECRET,
      '--json',
    );
    expect(JSON.parse(asJson.out)).toMatchObject({ proposals: [], reason: 'no-signature' });
    expect(readdirSync(cwd)).toEqual([]);
  });

  it('finds the method where it is not POST, and a path that is signed', async () => {
    const cwd = newFolder();
    const curl = `curl -X PUT 'https://api.example/items/7?x=1' -H 'x-signature: ${hmac('PUT\n/items/7?x=1\n{"b":2}')}' --data-raw '{"b":2}'`;
    const { code, err } = await init(cwd, curl, '--from-curl', '-', '--key-env', 'ACME_SECRET');
    expect(code, err).toBe(0);
    const { sender } = parse(readFileSync(join(cwd, 'countersign.yaml'), 'utf8')).gates;
    expect(sender).toMatchObject({
      path: '/items/7',
      methods: ['PUT'],
      scheme: { message: '{method}\n{path}?{query}\n{body}' },
    });
    const env = { ACME_SECRET: SECRET };
    const verified = await run(['verify', '-c', 'countersign.yaml'], { cwd, stdin: curl, now, env });
    expect(verified.code, verified.out).toBe(0);
  });
});

describe('init --from-docs-example', () => {
  it('reads what a page prints, and names the provider', async () => {
    const cwd = newFolder();
    writeFileSync(join(cwd, 'page.md'), DOCS);
    const { code, out, err } = await init(cwd, '', '--from-docs-example', 'page.md', '--key-env', 'GH');
    expect(code, err).toBe(0);
    expect(out).toContain('provider: github');
    const { github } = parse(readFileSync(join(cwd, 'countersign.yaml'), 'utf8')).gates;
    // biome-ignore lint/suspicious/noTemplateCurlyInString: what a configuration writes
    expect(github).toMatchObject({ provider: 'github', keys: [{ secret: '${env:GH}' }] });
  });

  it('takes JSON that the page prints in lines for what was sent in one', async () => {
    const cwd = newFolder();
    const page = `POST /hook HTTP/1.1\nHost: api.example\nContent-Length: 999\nX-Sig: ${hmac('{"a":1,"b":[2]}')}\n\n{\n  "a": 1,\n  "b": [2]\n}\n`;
    const { code, out, err } = await init(cwd, page, '--from-docs-example', '-', '--key-env', 'ACME_SECRET');
    expect(code, err).toBe(0);
    expect(out).toContain('open, changed-body: ');
  });
});
