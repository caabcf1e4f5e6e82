/** What sentences quote of an operator's address holds no user name, password, query or fragment, whatever the address. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { quotesSecretOf, shownUrl } from '../../src/text/shown-url.ts';

it.each([
  ['https://keys.example/a/jwks', 'https://keys.example/a/jwks'],
  ['https://keys.example:8443/@scope/a@b', 'https://keys.example:8443/@scope/a@b'],
  ['https://keys.example/jwks?key=hunter2', 'https://keys.example/jwks?…'],
  ['https://keys.example/jwks?', 'https://keys.example/jwks?…'],
  ['https://keys.example/jwks#hunter2', 'https://keys.example/jwks#…'],
  ['https://keys.example?hunter2', 'https://keys.example?…'],
  ['https://me:hunter2@keys.example/jwks', 'https://keys.example/jwks'],
  ['https://hunter2@keys.example', 'https://keys.example'],
  ['https://me:hun@ter2@keys.example/a@b', 'https://keys.example/a@b'],
  ['https://me:hunter2@keys.example\\a@b', 'https://keys.example\\a@b'],
  ['http://me:hun/ter2@keys.example/a', 'http://keys.example/a'],
  ['http://me:hunter2@[::1/a', 'http://[::1/a'],
  ['http://h:99999/\n?hunter2\n', 'http://h:99999/\n?…'],
  ['no address', 'no address'],
  // A slash too few, or too many, or a backslash: what browsers and servers take for an address as well.
  ['https:/me:hunter2@keys.example/a', '…@keys.example/a'],
  ['https:me:hunter2@keys.example/a', '…@keys.example/a'],
  ['https:\\\\me:hunter2@keys.example/a', '…@keys.example/a'],
  ['https:/\t/me:hunter2@keys.example/a', '…@keys.example/a'],
  ['https:///me:hunter2@keys.example/a', 'https:///keys.example/a'],
  // No scheme, or one that is misspelt.
  ['me:hunter2@keys.example', '…@keys.example'],
  ['hunter2@keys.example', '…@keys.example'],
  ['//me:hunter2@keys.example', '//keys.example'],
  ['htps//me:hunter2@keys.example/a', 'htps//keys.example/a'],
  ['postgres:me:hunter2@keys.example', '…@keys.example'],
  ['keys.example/a?key=hunter2', 'keys.example/a?…'],
  ['https://keys.example/a%3Fkey=hunter2', 'https://keys.example/a%3F…'],
  ['https://keys.example/a%23hunter2', 'https://keys.example/a%23…'],
])('of %j: %j', (url, shown) => {
  expect(shownUrl(url)).toBe(shown);
});

const SECRET = 'hunter2';
const plain = fc.stringMatching(/^[a-z0-9._~-]{0,8}$/);
const around = fc.tuple(plain, plain).map(([before, after]) => `${before}${SECRET}${after}`);

it('of any address with a secret in one of these places', () => {
  const place = fc.constantFrom('user', 'password', 'query', 'name', 'fragment');
  fc.assert(
    fc.property(place, around, plain, (where, secret, path) => {
      const user = where === 'user' ? `${secret}@` : where === 'password' ? `me:${secret}@` : '';
      const query = where === 'query' ? `?a=b&key=${secret}` : where === 'name' ? `?${secret}` : '';
      const fragment = where === 'fragment' ? `#${secret}` : '';
      const url = `https://${user}keys.example/${path}${query}${fragment}`;
      expect(shownUrl(url)).not.toContain(SECRET);
      expect(shownUrl(url)).toContain(`https://keys.example/${path}`);
      expect(quotesSecretOf(url, `request to ${url} failed`)).toBe(true);
      expect(quotesSecretOf(url, 'connect ECONNREFUSED 192.0.2.1:443')).toBe(false);
    }),
  );
});

it.each([
  ['https://h/?key=hunter2', 'key "hunter2" is not taken', true],
  ['https://h/?key=hunter%202', 'key "hunter 2" is not taken', true],
  ['https://h/?key=hunter%202', 'GET /?key=hunter%202', true],
  ['https://h/?key=hun+ter+2', 'key "hun+ter+2" is not taken', true],
  ['https://h/?key=hun+ter+2', 'key "hun ter 2" is not taken', true],
  ['https://h/?key=hunter%2f2', 'GET /?key=hunter%2f2', true],
  ['https://h/?key=hunter%2f2', 'GET /?key=hunter%2F2', true],
  ['https://h/?key=hunter%zz', 'key "hunter%zz" is not taken', true],
  ['https://me:hunter%402@h/', 'password "hunter@2" is not taken', true],
  ['https://me:hunter 2@h/', 'password "hunter 2" is not taken', true],
  ['https://h/#hunter%202', 'no part "hunter 2"', true],
  ['https://h/?hunter2', 'key "hunter2" is not taken', true],
  ['https://h/?key=pass', 'key "pass" is not taken', true],
  ['https://h/?key=pas', 'key "pas" is not taken', false],
  ['https://h/?v=1', 'HTTP 1', false],
  ['https://h/hunter2', 'GET /hunter2', false],
  ['https://me:hunter%202@h/', 'the password "hunter 2" is wrong', true],
  ['https://h/#hunter%202', 'no "hunter 2"', true],
  ['https://h/#hunter%', 'no "hunter%"', true],
])('of %s, %j quotes a secret: %s', (url, sentence, quotes) => {
  expect(quotesSecretOf(url, sentence)).toBe(quotes);
});
