/** What a finding says to do leads to an accepted request: a message that it says to declare is one that a gate takes, and takes the request by. */
import { createHash, createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { exampleFor, explain } from '../../src/explain/index.ts';
import { createGate } from '../../src/index.ts';

const KEY = 'the-shared-secret-of-this-partner';
const NOW = Date.UTC(2026, 10, 26);
const SECONDS = String(NOW / 1000);
const BODY = '{"action":"opened","number":7}';
const DIGEST = createHash('sha256').update(BODY).digest('hex');

function gateOf(message: string): ReturnType<typeof createGate> {
  return createGate({
    scheme: {
      algorithm: 'hmac-sha256',
      signature: { header: 'x-partner-signature', encoding: 'hex' },
      message,
      timestamp: message.includes('{timestamp}') ? { header: 'x-partner-time', unit: 's' } : 'none',
    },
    keys: [KEY],
    now: () => NOW,
  });
}

function signed(message: string, encoding: 'hex' | 'base64' = 'hex') {
  const headers = {
    'x-partner-time': SECONDS,
    'x-partner-signature': createHmac('sha256', KEY).update(message).digest(encoding),
  };
  return { method: 'POST', url: '/partner?page=2', headers, body: BODY };
}

const OWN = '{method}\n{path}\n{timestamp}\n{body:sha256:hex}';
const PARTS = ['POST', '/partner', SECONDS, DIGEST] as const;

describe('a sender that signs', () => {
  it.each([
    ['a backslash and an n for a line end', PARTS.join('\\n')],
    ['a backslash and an n, behind the message too', `${PARTS.join('\\n')}\\n`, `${OWN}\n`],
    ['CR LF', PARTS.join('\r\n')],
    [
      'quotes and braces between, which it need not',
      PARTS.join('"}"'),
      '{method}"\\}"{timestamp}"\\}"{path}"\\}"{body:sha256:hex}',
    ],
    ['points', PARTS.join('.')],
    ['nothing between', PARTS.join('')],
    ['another order', [SECONDS, ...PARTS.slice(0, 2), DIGEST].join('\n')],
    ['the query as well', ['POST', '/partner?page=2', SECONDS, DIGEST].join('\n')],
    ['a line end behind', `${PARTS.join('\n')}\n`],
    ['the body itself', [...PARTS.slice(0, 3), BODY].join('\n')],
    ['the body alone', BODY],
    ['the method in lower case', ['post', ...PARTS.slice(1)].join('\n')],
    ['the digest in upper case', [...PARTS.slice(0, 3), DIGEST.toUpperCase()].join('\n')],
    ['the time in milliseconds', ['POST', '/partner', `${SECONDS}000`, DIGEST].join('\n')],
  ])(
    '%s is told so once, and a message to declare only where it holds',
    async (_name, message, own = OWN) => {
      const request = signed(message);
      const { findings } = await explain(request, gateOf(own), { budgetMs: 10_000 });
      const proved = findings.filter(({ certainty }) => certainty === 'proved');
      expect(proved).not.toEqual([]);
      const patterns = proved.map(({ sentence }) => sentence.split('what is signed is ')[1]);
      expect(new Set(patterns).size).toBe(patterns.length);
      for (const { mend } of proved) {
        const text = /message: "(.*)"\./.exec(mend)?.[1];
        if (text === undefined) expect(mend).toMatch(/no declared scheme has this form|Have the sender/);
        else expect(await gateOf(JSON.parse(`"${text}"`)).verify(request), mend).toMatchObject({ ok: true });
      }
    },
  );
});

describe('a message whose parts are named', () => {
  const url = '/partner?page=2&lang=en';

  it.each([
    ['{parameter:page}', {}, '2'],
    ['{parameter:lang:lower}', {}, 'en'],
    ['{query:encoded}', {}, 'lang=en&page=2'],
    ['{header:x-partner-shop}', { 'x-partner-shop': 'a' }, 'a'],
    ['{item:env}', {}, 'live'],
    ['{?shop={header:x-partner-shop};?}', { 'x-partner-shop': 'a' }, 'shop=a;'],
  ])('with %s is advised to be declared in another order', async (part, headers, text) => {
    const scheme = (message: string): Parameters<typeof createGate>[0] => ({
      scheme: {
        algorithm: 'hmac-sha256',
        signature: {
          header: 'x-partner-signature',
          encoding: 'hex',
          list: { separator: ',', assign: '=', labels: ['v1'], items: { env: 'live' } },
        },
        message,
        timestamp: { header: 'x-partner-time', unit: 's' },
      },
      keys: [KEY],
      now: () => NOW,
    });
    const signature = createHmac('sha256', KEY).update(`${SECONDS}|${text}`).digest('hex');
    const request = {
      method: 'POST',
      url,
      headers: {
        ...headers,
        'x-partner-time': SECONDS,
        'x-partner-signature': `env=live,v1=${signature}`,
      },
      body: BODY,
    };
    const gate = createGate(scheme(`${part}|{timestamp}`));
    const { findings } = await explain(request, gate, { budgetMs: 10_000 });
    expect(findings[0]).toMatchObject({
      id: 'message-order',
      mend: `Have the sender sign what the gate expects; or, where it cannot, declare a scheme with message: "{timestamp}|${part}".`,
    });
    expect(await createGate(scheme(`{timestamp}|${part}`)).verify(request)).toMatchObject({ ok: true });
  });
});

it('a backslash and an n for a line end is told in words, not in backslashes', async () => {
  const { findings } = await explain(signed(PARTS.join('\\n')), gateOf(OWN), { budgetMs: 10_000 });
  expect(findings[0]?.sentence).toBe(
    'The sender puts a backslash and an n between the parts of the message, and no line end.',
  );
});

it('a signature in base64 is one finding, not base64url too', async () => {
  for (let turn = 0; turn < 40; turn++) {
    const gate = gateOf(`${turn}{body}`);
    const { findings } = await explain(signed(`${turn}${BODY}`, 'base64'), gate, { budgetMs: 10_000 });
    expect(findings.map(({ id }) => id)).toEqual(['signature-is-base64']);
  }
});

it.each([
  ['cookie', 'token='],
  ['x-forwarded-authorization', 'Bearer '],
  ['x-token', ''],
])('of a token in %s, the header is to be set only where it stands there alone', async (header, before) => {
  const text = [{ alg: 'HS256' }, { iss: 'an-issuer', exp: NOW / 1000 + 60 }]
    .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
    .join('.');
  const token = `${text}.${createHmac('sha256', KEY).update(text).digest('base64url')}`;
  const gateWith = (options: object): ReturnType<typeof createGate> =>
    createGate({ provider: { id: 'jwt-bearer', ...options }, keys: [KEY], now: () => NOW });
  const request = { method: 'GET', url: '/', headers: { [header]: before + token }, body: '' };
  const { findings } = await explain(request, gateWith({}), { budgetMs: 10_000 });
  expect(findings[0]?.id).toBe('token-other-header');
  const told = /set header: (\S+)\./.exec(findings[0]?.mend ?? '')?.[1];
  expect(told).toBe(before === '' ? header : undefined);
  if (told !== undefined)
    expect(await gateWith({ header: told }).verify(request)).toMatchObject({ ok: true });
});

it.each(['express', 'nginx', 'flask'] as const)(
  'where only the SHA-1 of GitHub came, the header that is missing is named, and the code for %s is about that',
  async (framework) => {
    const headers = { 'x-hub-signature': `sha1=${createHmac('sha1', KEY).update(BODY).digest('hex')}` };
    const gate = createGate({ provider: 'github', keys: [KEY] });
    const { findings } = await explain({ method: 'POST', url: '/github', headers, body: BODY }, gate, {
      budgetMs: 10_000,
    });
    expect(findings[0]).toMatchObject({
      id: 'algorithm-other-header',
      mend: expect.stringContaining('Have the header x-hub-signature-256 reach the gate'),
    });
    expect(exampleFor('algorithm-other-header', framework)?.code ?? '').not.toContain('message:');
  },
);
