import { describe, expect, it } from 'vitest';
import type { GateInput } from '../../src/config/config-input.ts';
import { SECRET, send, start, startUpstream } from '../harness.ts';

const PAGE = 'https://app.example';
const OTHER = 'https://evil.example';
const proof = { authorization: `Bearer ${SECRET}` };

const gate = (more: object = {}): GateInput => ({
  path: '/v1/*',
  provider: 'incode',
  keys: [{ secret: SECRET }],
  cors: { origins: [PAGE, 'http://127.0.0.1:3000/'] },
  ...more,
});

const preflight = (origin: string, more: Record<string, string> = {}) => ({
  method: 'OPTIONS',
  headers: {
    origin,
    'access-control-request-method': 'PUT',
    'access-control-request-headers': 'authorization, x-a',
    ...more,
  },
});

describe('a page of a listed origin', () => {
  it('is told by a preflight without a proof that it may call', async () => {
    const upstream = await startUpstream((_request, response) => void response.end('up'));
    const { publicUrl } = await start({ api: gate({ forward: { to: upstream.url } }) });
    const answer = await send(`${publicUrl}/v1/a`, preflight(PAGE));
    expect(answer.status).toBe(204);
    expect(answer.headers).toMatchObject({
      'access-control-allow-origin': PAGE,
      'access-control-allow-methods': 'PUT',
      'access-control-allow-headers': 'content-type, authorization, x-a',
      vary: 'origin',
    });
    expect(answer.headers['access-control-allow-credentials']).toBeUndefined();
    expect(upstream.received).toEqual([]);
  });

  it('may read the answer of the upstream, and a refusal, whatever the upstream says of origins', async () => {
    const upstream = await startUpstream((_request, response) => {
      response.setHeader('Access-Control-Allow-Origin', '*');
      response.setHeader('access-control-allow-credentials', 'true');
      response.end('up');
    });
    const { publicUrl } = await start({ api: gate({ forward: { to: upstream.url } }) });
    const good = await send(`${publicUrl}/v1/a`, { method: 'PUT', headers: { ...proof, origin: PAGE } });
    expect([good.status, good.text, good.headers['access-control-allow-origin']]).toEqual([200, 'up', PAGE]);
    expect(good.headers['access-control-allow-credentials']).toBeUndefined();
    const refused = await send(`${publicUrl}/v1/a`, { method: 'PUT', headers: { origin: PAGE } });
    expect([refused.status, refused.headers['access-control-allow-origin']]).toEqual([401, PAGE]);
  });
});

describe('any other page', () => {
  it.each([OTHER, 'null', `${PAGE}.evil.example`, 'https://APP.example', 'http://app.example', ''])(
    '%s is told nothing',
    async (origin) => {
      const { publicUrl } = await start({ api: gate({ respond: { status: 200 } }) });
      const asked = await send(`${publicUrl}/v1/a`, preflight(origin));
      expect(asked.headers['access-control-allow-origin']).toBeUndefined();
      expect(asked.headers['access-control-allow-methods']).toBeUndefined();
      const called = await send(`${publicUrl}/v1/a`, { method: 'PUT', headers: { ...proof, origin } });
      expect(called.headers['access-control-allow-origin']).toBeUndefined();
    },
  );
});

describe('OPTIONS', () => {
  it('is no preflight without a method to ask for, and needs its proof', async () => {
    const { publicUrl } = await start({ api: gate({ respond: { status: 200 } }) });
    const bare = await send(`${publicUrl}/v1/a`, { method: 'OPTIONS', headers: { origin: PAGE } });
    expect(bare.status).toBe(401);
  });

  it('needs its proof at a gate that names no origins', async () => {
    const { publicUrl } = await start({
      api: { path: '/v1/*', provider: 'incode', keys: [{ secret: SECRET }], respond: { status: 200 } },
    });
    const asked = await send(`${publicUrl}/v1/a`, preflight(PAGE));
    expect([asked.status, asked.headers['access-control-allow-origin']]).toEqual([401, undefined]);
  });

  it('is answered for a signed gate that takes POST, for that method only', async () => {
    const { publicUrl } = await start({
      hook: { ...gate({ respond: { status: 200 } }), provider: 'github' },
    });
    const put = await send(`${publicUrl}/v1/a`, preflight(PAGE));
    expect([put.status, put.headers['access-control-allow-methods']]).toEqual([405, undefined]);
    const post = await send(
      `${publicUrl}/v1/a`,
      preflight(PAGE, { 'access-control-request-method': 'POST' }),
    );
    expect([post.status, post.headers['access-control-allow-methods']]).toEqual([204, 'POST']);
  });

  it('reflects nothing that is not a header’s name', async () => {
    const { publicUrl } = await start({ api: gate({ respond: { status: 200 } }) });
    for (const names of ['a b', '*:x', `${'a'.repeat(2000)}`, 'x,,y', 'x,\u00a0y', 'x\u00a0']) {
      const asked = await send(
        `${publicUrl}/v1/a`,
        preflight(PAGE, { 'access-control-request-headers': names }),
      );
      expect(asked.headers['access-control-allow-headers']).toBe('content-type');
    }
  });
});

it.each(['*', 'app.example', 'https://app.example/path', 'https://user@app.example'])(
  'the origin %s is refused at the start',
  async (origin) => {
    await expect(
      start({ api: gate({ respond: { status: 200 }, cors: { origins: [origin] } }) }),
    ).rejects.toThrow(/cors\.origins/);
  },
);
