/** What `explain` prints beside the steps: a note for support, the expected signature, a stream of lines. */
import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { run } from '../support.ts';

const KEY = 'a-secret-of-some-length-0123456789';
const SIGNATURE = createHmac('sha256', KEY).update('{"a":1}').digest('hex');
const REQUEST = {
  method: 'POST',
  url: 'https://a.example/hook?token=top-secret',
  headers: { 'X-Hub-Signature-256': `sha256=${SIGNATURE}`, authorization: 'Bearer top-secret' },
  bodyBase64: Buffer.from('{"a":1}\n').toString('base64'),
};
const now = () => 1_760_000_000_000;

describe('--note', () => {
  it('is a text for the sender’s support with nothing secret in it', async () => {
    const { code, out } = await run(['explain', '-p', 'github', '-k', KEY, '--note'], {
      stdin: JSON.stringify(REQUEST),
      now,
    });
    expect(code).toBe(1);
    expect(out).toContain('request: POST https://a.example/hook?…\n');
    expect(out).toContain('judged at: 2025-10-09T08:53:20.000Z\n');
    expect(out).toContain('body: 8 bytes, SHA-256 ');
    expect(out).toContain('headers with a proof: x-hub-signature-256\n');
    expect(out).toContain('What we see: A line end was added to the end of the body after it was signed.\n');
    for (const secret of [KEY, SIGNATURE, 'top-secret']) expect(out).not.toContain(secret);
  });

  it('is none where the receiver’s own key is the mistake', async () => {
    const { code, out } = await run(['explain', '-p', 'github', '-k', `"${KEY}"`, '--note'], {
      stdin: JSON.stringify({ ...REQUEST, bodyBase64: Buffer.from('{"a":1}').toString('base64') }),
      now,
    });
    expect(code).toBe(1);
    expect(out).toMatch(/^The mistake is on this side, so there is nothing to report: The gate’s key .*\n$/);
    expect(out).not.toContain(KEY);
  });
});

it('says that a long body was not written otherwise, and nothing of the key', async () => {
  const { err } = await run(['explain', '-p', 'github', '-k', KEY], {
    stdin: JSON.stringify({
      ...REQUEST,
      bodyBase64: Buffer.from(JSON.stringify('x'.repeat(70_000))).toString('base64'),
    }),
    now,
  });
  expect(err).toContain('the body, with more than 64 KB, was not written otherwise');
  expect(err).not.toContain('most likely another one');
});

describe('--for', () => {
  const explained = (...more: readonly string[]) =>
    run(['explain', '-p', 'github', '-k', KEY, ...more], { stdin: JSON.stringify(REQUEST), now });

  it('prints the code of the asker’s framework under the mend of the first finding', async () => {
    const { code, out } = await explained('--for', 'express');
    expect(code).toBe(1);
    const at = out.indexOf('Cause, proved by trying it: A line end was added');
    expect(out.indexOf("    app.post('/webhook', webhook('github', process.env.")).toBeGreaterThan(at);
  });

  it('has the secret in the variable that the key was read from', async () => {
    const { out } = await run(['explain', '-p', 'github', '--key-env', 'MY_HOOK_SECRET', '--for', 'koa'], {
      stdin: JSON.stringify(REQUEST),
      now,
      env: { MY_HOOK_SECRET: KEY },
    });
    expect(out).toContain("webhook('github', process.env.MY_HOOK_SECRET, (event, ctx) => {");
  });

  it('says what was not run, and why', async () => {
    const key = 'whsec_EXAMPLE0the0signing0secret0of0an0endpoint';
    const time = now() / 1000 + 7 * 60;
    const signature = createHmac('sha256', key).update(`${time}.{}`).digest('hex');
    const { out } = await run(['explain', '-p', 'stripe', '-k', key, '--for', 'spring'], {
      stdin: JSON.stringify({
        ...REQUEST,
        headers: { 'stripe-signature': `t=${time},v1=${signature}` },
        body: '{}',
        bodyBase64: undefined,
      }),
      now,
    });
    expect(out).toContain('    timedatectl set-ntp true');
    expect(out).toContain('This code was not run by us: it sets the machine’s clock.');
  });

  it('says so where there is none', async () => {
    const { out } = await run(['explain', '-p', 'github', '-k', ` ${KEY}`, '--for', 'nginx'], {
      stdin: JSON.stringify({ ...REQUEST, bodyBase64: Buffer.from('{"a":1}').toString('base64') }),
      now,
    });
    expect(out).toContain('There is no example of it for nginx.');
  });

  it('is the member code with --json, and of nobody who did not ask', async () => {
    const { out } = await explained('--for', 'php', '--json');
    expect(JSON.parse(out).findings[0]).toMatchObject({
      id: 'body-newline-added',
      code: expect.stringContaining("file_get_contents('php://input')"),
    });
    const without = JSON.parse((await explained('--json')).out);
    expect(without.findings[0]).not.toHaveProperty('code');
  });
});

describe('--reveal', () => {
  const args = ['explain', '-p', 'github', '-k', KEY, '--reveal'];

  it('shows the signature that was expected on a terminal', async () => {
    const { out } = await run(args, { stdin: JSON.stringify(REQUEST), isTTY: true });
    const expected = createHmac('sha256', KEY).update('{"a":1}\n').digest('hex');
    expect(out).toContain(`sha256=${expected}`);
  });

  it('is refused anywhere else', async () => {
    const { code, out, err } = await run(args, { stdin: JSON.stringify(REQUEST) });
    expect(code).toBe(2);
    expect(out).toBe('');
    expect(err).toContain('--reveal is given, and standard output is no terminal');
    expect(err).toContain(
      'Whoever has an expected signature can send the request: it is shown on your own terminal only.',
    );
  });
});

describe('a key that cannot be read', () => {
  it('is a finding, and not the end', async () => {
    const { code, out } = await run(['explain', '-p', 'approov', '-k', '%%%', '--json'], {
      stdin: JSON.stringify(REQUEST),
    });
    expect(code).toBe(1);
    expect(JSON.parse(out)).toMatchObject({
      verdict: { reason: 'missing-token' },
      findings: [
        { id: 'key-encoding-wrong', certainty: 'possible' },
        { id: 'token-missing', certainty: 'likely' },
      ],
    });
  });
});

describe('--batch', () => {
  const line = (more: object): string =>
    JSON.stringify({ provider: 'github', keys: [KEY], now: 1_760_000_000, request: REQUEST, ...more });

  it('answers each line of `verify --batch` with verdict, steps and findings, in order', async () => {
    const good = { ...REQUEST, bodyBase64: Buffer.from('{"a":1}').toString('base64') };
    const stdin = [
      line({}),
      line({ request: good }),
      'nonsense',
      line({ provider: 'githb' }),
      line({ keys: [{ secret: KEY, untilMs: 1 }] }),
    ].join('\n');
    const { code, out } = await run(['explain', '--batch'], { stdin });
    expect(code).toBe(0);
    const answers = out
      .trim()
      .split('\n')
      .map((text) => JSON.parse(text) as { verdict: object; steps: object[]; findings: object[] });
    expect(answers.map(({ verdict }) => verdict)).toMatchObject([
      { ok: false, reason: 'signature-mismatch' },
      { ok: true },
      { ok: false, reason: 'malformed-line' },
      { ok: false, reason: 'unknown-provider' },
      { ok: false, reason: 'unknown-key' },
    ]);
    expect(answers[0]?.findings[0]).toMatchObject({ id: 'body-newline-added', certainty: 'proved' });
    expect(Object.keys(answers[0]?.findings[0] ?? {})).toEqual(['id', 'certainty', 'sentence', 'mend']);
    expect(answers[0]?.steps).toHaveLength(10);
    expect(answers[1]?.findings).toEqual([]);
  });

  it('says of lines of one gate that are all off by the same time that a clock is', async () => {
    const lines = Array.from({ length: 7 }, (_, n) => {
      const cameAt = 1_760_000_000 + 60 * n;
      const signedAt = cameAt + 1100 - (n % 2);
      const signature = createHmac('sha256', KEY).update(`v0:${signedAt}:{}`).digest('hex');
      const headers = { 'x-slack-request-timestamp': `${signedAt}`, 'x-slack-signature': `v0=${signature}` };
      const request = {
        method: 'POST',
        url: '/slack',
        headers,
        bodyBase64: Buffer.from('{}').toString('base64'),
      };
      // The last is of another gate.
      const keys = n === 6 ? [KEY, 'another-key-of-another-gate'] : [KEY];
      return line({ provider: 'slack', keys, now: cameAt, request });
    });
    const { out } = await run(['explain', '--batch'], { stdin: lines.join('\n') });
    const firsts = out
      .trim()
      .split('\n')
      .map((text) => (JSON.parse(text) as { findings: { id: string; certainty: string }[] }).findings[0]);
    expect(firsts.map((finding) => `${finding?.id} ${finding?.certainty}`)).toEqual([
      ...Array(2).fill('time-sender-ahead likely'),
      ...Array(2).fill('time-clock-of-several possible'),
      ...Array(2).fill('time-clock-of-several likely'),
      'time-sender-ahead likely',
    ]);
  });

  it('takes no gate and no file beside it', async () => {
    const { code, err } = await run(['explain', '--batch', '-p', 'github'], { stdin: '' });
    expect(code).toBe(2);
    expect(err).toContain('--batch and --provider are given');
  });
});
