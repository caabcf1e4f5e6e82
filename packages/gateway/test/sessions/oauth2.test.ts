import { createServer, type IncomingMessage } from 'node:http';
import { describe, expect, it } from 'vitest';
import { listen, send, start } from '../harness.ts';
import { json } from './support.ts';

const CLIENT_SECRET = 'client secret: nobody may see it';

async function startTokenServer(answer: (n: number) => readonly [number, object]) {
  const requests: { readonly headers: IncomingMessage['headers']; readonly body: string }[] = [];
  const server = createServer(async (incoming, response) => {
    let body = '';
    for await (const chunk of incoming) body += chunk;
    const n = requests.push({ headers: incoming.headers, body });
    const [status, value] = answer(n);
    response.writeHead(status).end(JSON.stringify(value));
  });
  const origin = await listen(server);
  return { url: `${origin}/token`, requests };
}

const session = (tokenUrl: string) => ({
  broker: 'oauth2-client-credentials' as const,
  at: '/partner',
  tokenUrl,
  clientId: 'client:1',
  clientSecret: CLIENT_SECRET,
  scope: 'read write',
  origins: ['https://page.example'],
  auth: 'none' as const,
});

describe('the broker oauth2-client-credentials', () => {
  it('gives a front end the token, its type and what is left of its life, and fetches it once', async () => {
    let nowMs = 1_760_000_000_000;
    const upstream = await startTokenServer((n) => [
      200,
      {
        access_token: `token-${n}`,
        token_type: 'bearer',
        expires_in: 1000,
        refresh_token: 'r',
        id_token: 'i',
      },
    ]);
    const gateway = await start(undefined, {
      store: 'memory:',
      sessions: { partner: session(upstream.url) },
      now: () => nowMs,
    });
    const get = () =>
      send(`${gateway.publicUrl}/partner/token`, {
        method: 'GET',
        headers: { origin: 'https://page.example' },
      });
    const answers = await Promise.all(Array.from({ length: 20 }, get));
    for (const answer of answers) {
      expect(json(answer)).toEqual({ access_token: 'token-1', token_type: 'Bearer', expires_in: 1000 });
      expect(answer.headers['access-control-allow-origin']).toBe('https://page.example');
    }
    nowMs += 400_000;
    expect(json(await get())['expires_in']).toBe(600);
    nowMs += 600_000;
    expect(json(await get())).toEqual({ access_token: 'token-2', token_type: 'Bearer', expires_in: 1000 });
    expect(upstream.requests.length).toBe(2);
    const [request] = upstream.requests;
    expect(request?.body).toBe('grant_type=client_credentials&scope=read+write');
    const basic = Buffer.from((request?.headers.authorization ?? '').slice(6), 'base64').toString();
    expect(basic).toBe('client%3A1:client+secret%3A+nobody+may+see+it');
  });

  it.each([
    ['refuses the client', 401, { error: 'invalid_client', error_description: CLIENT_SECRET }],
    ['answers another type of token', 200, { access_token: 'x', token_type: 'mac' }],
    ['answers no token', 200, { token_type: 'bearer' }],
  ])('answers 502 in neutral words where the server %s', async (_what, status, value) => {
    const upstream = await startTokenServer(() => [status, value]);
    const gateway = await start(undefined, {
      store: 'memory:',
      sessions: { partner: session(upstream.url) },
    });
    const answer = await send(`${gateway.publicUrl}/partner/token`, { method: 'GET' });
    expect([answer.status, json(answer)]).toEqual([502, { error: 'bad gateway' }]);
    expect(gateway.log.join('')).not.toContain('nobody may see it');
  });
});
