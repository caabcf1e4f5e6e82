/** What anybody can sign, or has captured, is no cause that an operator may be told as proved. */
import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { explain } from '../../src/explain/index.ts';
import { createGate } from '../../src/index.ts';

const SECRET = 'Xq3v9-Zt7_LmPw2RbKd8sYf4';
const BODY = '{"id":1,"amount":99999}';
const NOW_MS = 1_760_000_000_000;
const hex = (key: string, text: string): string => createHmac('sha256', key).update(text).digest('hex');

describe('a request that is signed with a part of the key that anybody can guess', () => {
  it.each([
    ['a word of a sentence', 'a correct horse battery staple', 'a'],
    ['a user’s name before a colon', `partner:${SECRET}`, 'partner'],
    ['a long name before a colon', `acme-production-account:${SECRET}`, 'acme-production-account'],
    ['one letter before a colon', `k:${SECRET}`, 'k'],
    ['a member of its JSON', JSON.stringify({ username: 'admin', password: SECRET }), 'admin'],
    ['what stands before #', `a#${SECRET}`, 'a'],
    ['what stands before $', `p$${SECRET}`, 'p'],
    ['what stands before a comment', `x // ${SECRET}`, 'x'],
    ['one of several', `one, two, ${SECRET}`, 'one'],
    ['a value of one letter', 'SECRET=x', 'x'],
  ])('is no mistake: %s', async (_, secret, part) => {
    const gate = createGate({
      provider: 'github',
      keys: [{ id: 'k1', secret, encoding: 'utf8' }],
      allowShortKey: true,
      now: () => NOW_MS,
    });
    const headers = { 'x-hub-signature-256': `sha256=${hex(part, BODY)}` };
    const { findings } = await explain({ method: 'POST', url: '/', headers, body: BODY }, gate, {
      budgetMs: 5000,
    });
    expect(findings.filter(({ certainty }) => certainty === 'proved')).toEqual([]);
  });

  it.each([
    ['the secret behind a name', `partner:${SECRET}`],
    ['the secret of several', `one, ${SECRET}`],
    ['the secret of its JSON', JSON.stringify({ username: 'admin', password: SECRET })],
  ])('is one where it is the secret itself: %s', async (_, secret) => {
    const gate = createGate({
      provider: 'github',
      keys: [{ id: 'k1', secret, encoding: 'utf8' }],
      now: () => NOW_MS,
    });
    const headers = { 'x-hub-signature-256': `sha256=${hex(SECRET, BODY)}` };
    const { findings } = await explain({ method: 'POST', url: '/', headers, body: BODY }, gate, {
      budgetMs: 5000,
    });
    expect(findings[0]).toMatchObject({ certainty: 'proved', id: expect.stringMatching(/^key-/) });
  });
});

describe('a message that was captured whole and sent as a body', () => {
  const seconds = NOW_MS / 1000;
  it.each([
    [
      'stripe',
      `1700000000.${BODY}`,
      (signature: string) => ({ 'stripe-signature': `t=${seconds},v1=${signature}` }),
    ],
    [
      'slack',
      `v0:1700000000:${BODY}`,
      (signature: string) => ({
        'x-slack-request-timestamp': `${seconds}`,
        'x-slack-signature': `v0=${signature}`,
      }),
    ],
    [
      'hmac',
      `1700000000.${BODY}`,
      (signature: string) => ({ 'x-timestamp': `${seconds}`, 'x-signature': signature }),
    ],
  ] as const)('is no mistake of the formula: %s', async (provider, message, headersOf) => {
    const gate = createGate({ provider, keys: [SECRET], now: () => NOW_MS });
    const request = { method: 'POST', url: '/', headers: headersOf(hex(SECRET, message)), body: message };
    const { verdict, findings } = await explain(request, gate, { budgetMs: 5000 });
    expect(verdict.ok).toBe(false);
    expect(findings.map(({ id }) => id).filter((id) => id.includes('message-'))).toEqual([]);
  });
});

it('what may be a key of another platform is not quoted', async () => {
  const told = async (token: string): Promise<string> => {
    const gate = createGate({
      provider: 'approov',
      keys: [{ secret: SECRET, encoding: 'utf8' }],
      allowShortKey: true,
    });
    const request = { method: 'GET', url: '/', headers: { 'approov-token': token }, body: '' };
    return JSON.stringify((await explain(request, gate)).findings);
  };
  expect(await told('API_KEY_DEADBEEF01')).not.toContain('DEADBEEF');
  expect(await told('SECRET_OF_THIS_PLACE')).not.toContain('OF_THIS');
  expect(await told('NO_APPROOV_SERVICE')).toContain('NO_APPROOV_SERVICE');
  expect(await told('MITM_DETECTED')).toContain('MITM_DETECTED');
});
