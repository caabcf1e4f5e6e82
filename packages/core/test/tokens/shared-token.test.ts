/** Tokens that are the secret itself: where they stand, how they are written, and which secret can be sent at all. */
import { describe, expect, it } from 'vitest';
import { createGate, type KeySpec, requestFrom } from '../../src/index.ts';
import { wordOf } from './mint.ts';

const SECRET = 'user:a secret of thirty-two characters';
type Form = 'plain' | 'bearer' | 'basic';
const gateOf = (form: Form | undefined, key: string | KeySpec = SECRET) =>
  createGate({
    scheme: { type: 'shared-token', header: 'X-Token', ...(form && { form }) },
    keys: [key],
  });
const judge = async (form: Form | undefined, token: string | undefined, key?: string | KeySpec) =>
  gateOf(form, key).verify(
    requestFrom({ method: 'GET', url: '/', headers: token === undefined ? {} : { 'x-token': token } }),
  );
const base64 = (text: string): string => Buffer.from(text).toString('base64');
const MOST = 8 * 1024;

describe('a shared token', () => {
  it.each<[Form | undefined, string | undefined, string]>([
    [undefined, SECRET, 'accepted'],
    ['plain', SECRET, 'accepted'],
    ['plain', `${SECRET}x`, 'signature-mismatch'],
    ['plain', undefined, 'missing-token'],
    ['plain', '', 'missing-token'],
    ['bearer', `Bearer ${SECRET}`, 'accepted'],
    ['bearer', `bearer  ${SECRET}`, 'accepted'],
    ['bearer', SECRET, 'malformed-token'],
    ['bearer', 'Bearer ', 'malformed-token'],
    ['basic', `Basic ${base64(SECRET)}`, 'accepted'],
    ['basic', `Basic ${base64(`${SECRET}x`)}`, 'signature-mismatch'],
    ['basic', `Basic ${SECRET}`, 'malformed-token'],
    ['basic', 'Basic ', 'malformed-token'],
    ['plain', 'a'.repeat(MOST), 'signature-mismatch'],
    ['plain', 'a'.repeat(MOST + 1), 'malformed-token'],
  ])('as %s, in %j, is %s', async (form, token, word) => {
    expect(wordOf(await judge(form, token))).toBe(word);
  });

  it.each(['plain', 'bearer', 'basic'] as const)('as %s is what is signed', async (form) => {
    const gate = gateOf(form);
    const signed = await gate.sign({ method: 'PUT', url: '/a', body: 'b', headers: { 'x-a': '1' } });
    expect(signed).toMatchObject({ method: 'PUT', url: '/a' });
    expect(signed.headers.get('x-a')).toBe('1');
    expect(await gate.verify(signed)).toMatchObject({ ok: true, keyId: 'key-1' });
  });

  it('covers nothing of its request', () => {
    const { scheme } = gateOf('bearer');
    expect(scheme.coverage).toMatchObject({
      covered: [],
      replay: 'none',
      warnings: [{ code: 'bearer-secret' }],
    });
    expect(scheme.keys.fromAddress).toBe(false);
  });
});

describe('a secret', () => {
  const COLON = 'the secret has no colon, and basic credentials have one';
  const BLANK = 'the token holds a line break, or a blank at one of its ends';

  it.each<[Form, string | KeySpec, string]>([
    ['basic', 'no colon in thirty-two characters', COLON],
    ['basic', { secret: 'no colon in thirty-two characters' }, COLON],
    ['basic', { secret: 'no colon in thirty-two characters', encoding: 'utf8' }, COLON],
    ['basic', 'no colon in thirty-two characters', 'Give USER:PASSWORD, as it is before base64.'],
    ['basic', { secret: base64(SECRET), encoding: 'base64' }, 'none'],
    ['basic', { secret: Buffer.from('no colon in thirty-two characters') }, 'none'],
    ['basic', ` ${SECRET}\n`, 'none'],
    ['plain', ` ${SECRET}`, BLANK],
    ['plain', { secret: `${SECRET}\t`, encoding: 'utf8' }, BLANK],
    ['bearer', `${SECRET}\n${SECRET}`, BLANK],
    ['bearer', { secret: ` ${base64(SECRET)}\n`, encoding: 'base64' }, 'none'],
    ['bearer', { secret: Buffer.from(`${SECRET}\n`) }, 'none'],
    ['plain', 'no colon in thirty-two characters', 'none'],
  ])('for %s: %j is %s', (form, key, words) => {
    let said = 'none';
    try {
      gateOf(form, key);
    } catch (error) {
      said = String(error);
    }
    expect(said).toContain(words);
  });
});
