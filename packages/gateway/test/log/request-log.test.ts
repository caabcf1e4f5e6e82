import { describe, expect, it } from 'vitest';
import {
  actionsModule,
  flowentBody,
  hmacHeaders,
  SECRET,
  send,
  start,
  startUpstream,
  token,
} from '../harness.ts';

describe('the log', () => {
  it('has one line a request, with what an operator needs', async () => {
    const keys = [{ id: 'main', secret: SECRET }];
    const gateway = await start({ h: { path: '/h', provider: 'hmac', keys, respond: { status: 200 } } });
    const before = gateway.log.length;
    await send(`${gateway.publicUrl}/h?q=1`, { headers: hmacHeaders('x'), body: 'x' });
    await send(`${gateway.publicUrl}/h`, {
      headers: { ...hmacHeaders('x'), 'x-signature': '0'.repeat(64) },
      body: 'x',
    });
    const lines = gateway.log.slice(before).map((line) => JSON.parse(line));
    expect(lines).toMatchObject([
      {
        level: 'info',
        time: expect.stringMatching(/Z$/),
        requestId: expect.any(String),
        gate: 'h',
        method: 'POST',
        path: '/h',
        verdict: 'accepted',
        keyId: 'main',
        claim: 'committed',
        status: 200,
        durationMs: expect.any(Number),
      },
      {
        gate: 'h',
        verdict: 'refused',
        reason: 'signature-mismatch',
        step: 'compare',
        message: expect.any(String),
        status: 401,
      },
    ]);
    expect(lines[0].requestId).not.toBe(lines[1].requestId);
  });

  it('says at the start that no key is valid, and of each request that such a key proves it', async () => {
    const old = { id: 'old', secret: SECRET, state: 'revoked' } as const;
    const later = { id: 'later', secret: `"${SECRET}"`, from: '2999-01-01' };
    const gateway = await start({
      h: { path: '/h', provider: 'hmac', keys: [old, later], respond: { status: 200 } },
    });
    const starting = gateway.log.join('\n');
    expect(starting).toContain(
      'no key is valid now, and every request is refused: old is revoked, later is valid from 2999-01-01',
    );
    expect(starting).toContain('stands in quotes');
    const { status, text } = await send(`${gateway.publicUrl}/h`, { headers: hmacHeaders('x'), body: 'x' });
    expect(status).toBe(401);
    expect(text).not.toContain('revoked');
    expect(JSON.parse(gateway.log.at(-1) ?? '')).toMatchObject({
      verdict: 'refused',
      message: 'key "old" proves the request, but is revoked',
    });
  });

  it('holds no secret, signature, token, query value or body, whatever happens', async () => {
    const key = Buffer.from('token-key-'.repeat(8));
    const upstream = await startUpstream((request) => request.socket.destroy());
    const actions = actionsModule(`
      export const leak = { name: 'leak', description: 'Throws.', input: { type: 'object', additionalProperties: true },
        run: () => { throw Object.assign(new Error('went wrong'), { config: { headers: { authorization: 'PROPERTY-OF-AN-ERROR' } } }); } };`);
    const keys = [{ secret: SECRET }];
    const gateway = await start(
      {
        flowent: { path: '/f', provider: 'flowent', keys, answer: { actions } },
        hmac: { path: '/h', provider: 'hmac', keys, forward: { to: upstream.url } },
        app: {
          path: '/a',
          provider: 'approov',
          keys: [{ secret: key.toString('base64') }],
          respond: { status: 200 },
        },
      },
      { log: { level: 'trace' } },
    );
    const call = flowentBody('leak', { text: 'BODY-TEXT' });
    const signature = /"signature":"(\w+)"/.exec(call)?.[1] ?? '';
    const headers = hmacHeaders('BODY-TEXT');
    const good = token({ exp: 4_000_000_000, sub: 'CLAIM-VALUE' }, key);
    await send(`${gateway.publicUrl}/f?token=QUERY-VALUE`, { body: call });
    await send(`${gateway.publicUrl}/f`, { body: `${call} ` });
    await send(`${gateway.publicUrl}/f`, { body: call.replace('leak', 'lead') });
    await send(`${gateway.publicUrl}/h?token=QUERY-VALUE`, { headers, body: 'BODY-TEXT' });
    await send(`${gateway.publicUrl}/h`, { headers, body: 'BODY-TEXT2' });
    await send(`${gateway.publicUrl}/a`, { headers: { 'approov-token': good } });
    await send(`${gateway.publicUrl}/a`, {
      headers: { 'approov-token': `${good}x`, authorization: 'Bearer OTHER-TOKEN' },
    });
    await send(`${gateway.publicUrl}/nowhere?token=QUERY-VALUE`);
    expect(gateway.records).toHaveLength(8);
    const text = gateway.log.join('');
    const forbidden = [
      SECRET,
      key.toString(),
      key.toString('base64'),
      signature,
      headers['x-signature'] ?? '-',
      ...good.split('.'),
      'BODY-TEXT',
      'QUERY-VALUE',
      'CLAIM-VALUE',
      'OTHER-TOKEN',
      'PROPERTY-OF-AN-ERROR',
    ];
    for (const word of forbidden) expect(text).not.toContain(word);
    expect(text).toContain('went wrong');
  });

  it('takes less than 2 KB for a refusal, whatever the request says', async () => {
    const keys = [{ secret: SECRET }];
    const gateway = await start({
      message: { path: '/m/*', provider: 'http-message-signatures', keys, respond: { status: 200 } },
      token: { path: '/t/*', provider: 'jwt-bearer', keys, methods: ['POST'], respond: { status: 200 } },
    });
    const long = 'x'.repeat(2500);
    const inputs = [
      `${long}=("${long}";key="${long}")`,
      `a=("X${long}")`,
      `a=("${long}" "${long}")`,
      `a=("@method";${long}="${long}")`,
      `a=("${long}";key="a");created=1;keyid="${long}"`,
      `${long}=1`,
    ];
    for (const input of inputs) {
      const headers = { 'signature-input': input, signature: `${input.split('=', 1)[0]}=:YWJj:` };
      await send(`${gateway.publicUrl}/m/${long}?${long}`, { headers });
    }
    await send(`${gateway.publicUrl}/t/${long}`, { headers: { authorization: `Bearer ${long}.${long}.x` } });
    expect(gateway.records.map(({ verdict }) => verdict)).toEqual(Array(7).fill('refused'));
    const lines = gateway.log.filter((line) => line.includes('"refused"'));
    expect(lines).toHaveLength(7);
    for (const line of lines) expect(Buffer.byteLength(line)).toBeLessThan(2048);
  });

  it('does not let a listener’s bug reach the sender', async () => {
    const gateway = await start({ n: { path: '/n', provider: 'none', respond: { status: 200 } } });
    gateway.onVerdict(() => {
      throw new Error('a bug of the listener');
    });
    expect((await send(`${gateway.publicUrl}/n`)).status).toBe(200);
    expect(gateway.log.at(-1)).toContain('a bug of the listener');
  });
});
