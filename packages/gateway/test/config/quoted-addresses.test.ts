/** What a refused configuration quotes of an address holds no user name, password, query or fragment. */
import { expect, it } from 'vitest';
import { parseConfig } from '../../src/config/parse-config.ts';
import { dryStart } from '../../src/dry-start.ts';

const SECRET = 'hunter2-of-the-operator';
const KEYS = [{ secret: 'a secret of thirty-two characters' }];
const gate = (more: object) => ({ gates: { g: { path: '/g', provider: 'github', keys: KEYS, ...more } } });
const token = (jwks: unknown) => ({
  gates: { g: { path: '/g', provider: { id: 'jwt-bearer', algorithm: 'ES256', jwks }, keep: {} } },
});
const session = (more: object) => ({ sessions: { s: { at: '/s', auth: 'none', clientId: 'c', ...more } } });

/** Every place of the configuration that takes an address. */
const PLACES: Readonly<Record<string, (url: string) => object>> = {
  publicUrl: (publicUrl) => ({ publicUrl }),
  'listen.public': (address) => ({ listen: { public: address } }),
  'listen.admin': (address) => ({ listen: { admin: address } }),
  'listen.trustedProxies': (address) => ({ listen: { trustedProxies: [address] } }),
  'forward.to': (to) => gate({ forward: { to } }),
  'cors.origins': (origin) => gate({ keep: {}, cors: { origins: [origin] } }),
  'register.apiUrl': (apiUrl) =>
    gate({ provider: 'flowent', answer: { actions: './a.mjs', register: { apiUrl, apiToken: 'abcdefgh' } } }),
  jwks: token,
  'jwks.url': (url) => token({ url }),
  'sessions.apiUrl': (apiUrl) => session({ broker: 'incode', apiUrl, apiKey: 'k', flowId: 'f' }),
  'sessions.redirects': (redirects) => session({ broker: 'incode', apiUrl: 'https://a.example', redirects }),
  'sessions.tokenUrl': (tokenUrl) =>
    session({ broker: 'oauth2-client-credentials', tokenUrl, clientSecret: 's' }),
  'provider.origin': (origin) => gate({ provider: { id: 'http-message-signatures', origin }, keep: {} }),
  'scheme.origin': (origin) => gate({ provider: { id: 'twilio', origin }, keep: {} }),
  store: (store) => ({ ...gate({ keep: {} }), store }),
  claims: (claims) => ({ ...gate({ keep: {} }), claims }),
  'claims.address': (address) => ({ ...gate({ keep: {} }), claims: { address } }),
};

const ADDRESSES = [
  `https://me:${SECRET}@api.example/x`,
  `https://${SECRET}@api.example/x`,
  `https://api.example/x?key=${SECRET}`,
  `https://api.example/x#${SECRET}`,
  `ftp://me:${SECRET}@api.example/x?key=${SECRET}`,
  `http://api.example:99999/x?key=${SECRET}`,
  `http://me:a/${SECRET}@api.example`,
  `https:/me:${SECRET}@api.example/x`,
  `https:me:${SECRET}@api.example/x`,
  `https:\\\\me:${SECRET}@api.example/x`,
  `https//me:${SECRET}@api.example/x`,
  `me:${SECRET}@api.example`,
  `postgres:me:${SECRET}@api.example/x`,
  `api.example/x?key=${SECRET}`,
  `https:/api.example/x?key=${SECRET}`,
  `https://api.example/x%3Fkey=${SECRET}`,
];

it.each(Object.entries(PLACES).flatMap(([place, of]) => ADDRESSES.map((url) => ({ place, of, url }))))(
  'at $place: $url',
  async ({ of, url }) => {
    let said = '';
    try {
      const { config, warnings } = parseConfig(of(url) as never, { baseDir: '/', env: {} });
      said = JSON.stringify([warnings, await dryStart(config)]);
    } catch (error) {
      said = `${String(error)} ${JSON.stringify(error)}`;
      expect(said).toMatch(/ConfigError/);
    }
    expect(said).not.toContain(SECRET);
  },
);

it('shows that there was a query, for it may be what is wrong', () => {
  const to = 'https://api.example/x?a=b';
  expect(() => parseConfig(gate({ forward: { to } }) as never, { baseDir: '/', env: {} })).toThrow(
    /"https:\/\/api\.example\/x\?…"/,
  );
});
