// biome-ignore-all lint/suspicious/noTemplateCurlyInString: ${…} is what a configuration writes.
/**
 * Ten mistakes that people make in an evening: a gateway that runs refuses the request, and `countersign explain --last --for express` names the mistake at the
 * first try, as it does of the same request as a pasted curl line.
 */
import { createHmac } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { isLong } from '../../../scripts/effort.ts';
import { freePorts } from '../../../scripts/free-ports.ts';
import { newFolder, type Ran, run, spawnProgram, startProgram } from './support.ts';

const SECRET = 'the-production-secret-of-this-endpoint';
const BASE64_KEY = 'c2VjcmV0LWtleS1vZi1zb21lLWxlbmd0aC0hISE=';
const BODY = '{"action":"opened","number":7}';
const FORM = 'Body=Hi&From=%2B15550100';

const ENV = {
  SECRET,
  SECRET_OF_ECHO: `${SECRET}\n`,
  STRIPE_SECRET: 'whsec_5WbX5kEWLlfzsGNjH64I8lOOqUB6e8FH',
  BASE64_KEY,
  COUNTERSIGN_ADMIN_TOKEN: 'a-token-for-this-evening',
};

const gateText = (name: string, proof: string, variable = 'SECRET'): string =>
  `  ${name}: { path: /${name}, ${proof}, keys: [{ secret: "\${env:${variable}}" }], respond: { status: 204 }, keepRefused: true }`;

const GATES = [
  gateText('github', 'provider: github'),
  gateText('echoed', 'provider: github', 'SECRET_OF_ECHO'),
  gateText('stripe', 'provider: stripe', 'STRIPE_SECRET'),
  gateText('slack', 'provider: slack'),
  gateText('twilio', 'provider: twilio'),
  gateText('partner', 'provider: { id: hmac, timestamp: none, message: "{body}" }', 'BASE64_KEY'),
  gateText(
    'proxied',
    'provider: { id: hmac, timestamp: none, message: "{body}", signature: { header: x_signature } }',
  ),
];

interface Mistake {
  readonly name: string;
  readonly path: string;
  readonly method?: string;
  readonly headers: (nowSeconds: number) => Readonly<Record<string, string>>;
  readonly body?: string;
  /** Of what is printed, what says it and what to do. */
  readonly says: RegExp;
  /** Of the code for Express. Absent: none mends it. */
  readonly code?: string;
}

function mac(
  key: string | Buffer,
  text: string,
  encoding: 'hex' | 'base64' = 'hex',
  algorithm = 'sha256',
): string {
  return createHmac(algorithm, key).update(text).digest(encoding);
}

const github = (key: string, body = BODY): Record<string, string> => ({
  'x-hub-signature-256': `sha256=${mac(key, body)}`,
});

const MISTAKES: readonly Mistake[] = [
  {
    name: 'the body was parsed by express.json() and printed again',
    path: 'github',
    headers: () => github(SECRET, '{"action": "opened", "number": 7}'),
    body: BODY,
    says: /^Cause, proved by trying it: The body is JSON that was signed as Python’s json\.dumps writes it, and arrived as another program writes it: it was parsed and printed again between.*\n {2}→ Hand the gate the raw body, before any parser/m,
    code: "webhook('github', process.env.GITHUB_WEBHOOK_SECRET",
  },
  {
    name: 'the secret was written by echo, with a line end',
    path: 'echoed',
    headers: () => github(SECRET),
    body: BODY,
    says: /^Cause, proved by trying it: The gate’s key ends with a line end that the sender’s has not\.\n {2}→ Write the key without it: echo and editors add a line end/m,
    code: '.trim()',
  },
  {
    name: 'the secret is that of another environment',
    path: 'github',
    headers: () => github('the-staging-secret-of-this-endpoint'),
    body: BODY,
    says: /None of the mistakes that can be tried explains it, so the gate’s key is most likely another one than the sender’s: of another address, or of another environment \(test for live, staging for production\)\./,
  },
  {
    name: 'a test webhook came to the live endpoint',
    path: 'stripe',
    headers: (now) => ({
      'stripe-signature': `t=${now},v1=${mac('whsec_of_the_test_mode_endpoint_0123456789', `${now}.${BODY}`)}`,
    }),
    body: BODY,
    says: /most likely another one than the sender’s: .*\(test for live, staging for production\)\. Copy the secret of this very address from the sender’s page once more\./,
  },
  {
    name: 'a clock is off by an hour',
    path: 'slack',
    headers: (now) => slack(now - 3600),
    body: FORM,
    says: /^Likely cause: The time is off by 1 h, which is the difference of two time zones: local time was written as UTC\.\n {2}→ Have the sender take UTC/m,
  },
  {
    name: 'a proxy puts its own address in place of the public one, which is signed',
    path: 'twilio',
    headers: () => ({
      'x-forwarded-proto': 'https',
      'x-forwarded-host': 'hooks.example.com',
      'x-twilio-signature': mac(
        SECRET,
        'https://hooks.example.com/twilioBodyHiFrom+15550100',
        'base64',
        'sha1',
      ),
      'content-type': 'application/x-www-form-urlencoded',
    }),
    body: FORM,
    says: /^Cause, proved by trying it: The sender signed a URL of https:\/\/hooks\.example\.com, which a forwarded header of the request names\. .*\n {2}→ Set the gate’s origin to https:\/\/hooks\.example\.com/m,
    code: 'trust proxy',
  },
  {
    name: 'a secret in base64 was taken as text',
    path: 'partner',
    headers: () => ({ 'x-signature': mac(Buffer.from(BASE64_KEY, 'base64'), BODY) }),
    body: BODY,
    says: /^Cause, proved by trying it: The sender’s key is decoded from base64, and the gate reads it otherwise\.\n {2}→ Set the key’s encoding: base64\./m,
  },
  {
    name: 'a redirect made a GET of the POST',
    path: 'github',
    method: 'GET',
    headers: () => ({ ...github(SECRET), 'content-type': 'application/json' }),
    says: /^Likely cause: The request is a GET without a body, and its content-type is still there: a redirect \(301, 302 or 303\) turned a POST into a GET/m,
  },
  {
    name: 'nginx dropped the header of the signature for its underscore',
    path: 'proxied',
    headers: () => ({ 'x-real-ip': '203.0.113.7', 'content-type': 'application/json' }),
    body: BODY,
    says: /cause: The request came without the header x_signature, and without any other header whose name has an underscore: nginx and other servers drop these without a word\.\n {2}→ Have nginx pass them on \(underscores_in_headers on/m,
  },
  {
    name: 'the signature is in base64 where hex is read',
    path: 'github',
    headers: () => ({ 'x-hub-signature-256': `sha256=${mac(SECRET, BODY, 'base64')}` }),
    body: BODY,
    says: /^Cause, proved by trying it: The signature is right, and is written in base64/m,
  },
];

function slack(seconds: number): Record<string, string> {
  return {
    'x-slack-request-timestamp': String(seconds),
    'x-slack-signature': `v0=${mac(SECRET, `v0:${seconds}:${FORM}`)}`,
    'content-type': 'application/x-www-form-urlencoded',
  };
}

function curlLine(
  url: string,
  { method = 'POST', body }: Mistake,
  headers: Readonly<Record<string, string>>,
): string {
  const fields = Object.entries(headers).map(([name, value]) => ` -H '${name}: ${value}'`);
  return `curl -X ${method} '${url}'${fields.join('')}${body === undefined ? '' : ` --data-raw '${body}'`}`;
}

function expectExplained({ code, out, err }: Ran, mistake: Mistake): void {
  expect(code).toBe(1);
  expect(out + err).toMatch(mistake.says);
  if (mistake.code !== undefined) expect(out).toContain(mistake.code);
  expect(out + err).not.toContain(SECRET);
}

/** A short run starts a process for one of them only, and explains the others within the test. */
it('ten mistakes of an evening are explained at the first try, by the gateway’s last refused request and by a pasted curl line', {
  timeout: 120_000,
}, async () => {
  const cwd = newFolder();
  const [publicPort, adminPort] = await freePorts(2);
  const lines = [
    `listen: { public: "127.0.0.1:${publicPort}", admin: "127.0.0.1:${adminPort}" }`,
    'store: "memory:"',
    'admin: { token: "${env:COUNTERSIGN_ADMIN_TOKEN}" }',
    'gates:',
    ...GATES,
  ];
  writeFileSync(join(cwd, 'countersign.yaml'), lines.join('\n'));
  const { said } = startProgram(['serve'], cwd, ENV);
  await expect.poll(() => said.out + said.err, { timeout: 30_000 }).toContain('the gateway listens');
  for (const [at, mistake] of MISTAKES.entries()) {
    const { name, path, method = 'POST', body } = mistake;
    const url = `http://127.0.0.1:${publicPort}/${path}`;
    const headers = mistake.headers(Math.floor(Date.now() / 1000));
    const { status } = await fetch(url, { method, headers, ...(body !== undefined && { body }) });
    expect([name, status >= 400]).toEqual([name, true]);
    const start = isLong || at === 0 ? spawnProgram : run;
    expectExplained(await start(['explain', '--last', '--for', 'express'], { cwd, env: ENV }), mistake);
    const pasted = ['explain', '--config', 'countersign.yaml', '--for', 'express'];
    expectExplained(await start(pasted, { cwd, env: ENV, stdin: curlLine(url, mistake, headers) }), mistake);
  }
});
