/** A message that could be cut into its parts in two ways is refused, by what a part holds: no text moves into its neighbour under one signature. */
import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { createGate, type GateOptions, type Verdict } from '../../src/index.ts';

const KEY = 'a-secret-of-20-bytes!';
const NOW = 1_760_000_000_000;
const SECONDS = '1760000000';
const RFC3339 = '2025-10-09T08:53:20Z';

interface Parts {
  readonly timestamp?: string;
  readonly id?: string;
  readonly nonce?: string;
  readonly body?: string;
}

/** Signs what the template makes of the parts, and judges it. */
async function judge(
  message: string | readonly string[],
  parts: Parts,
  unit = 's',
  signed = 0,
): Promise<Verdict> {
  const templates = [message].flat();
  const named = (name: string): boolean => templates.some((text) => text.includes(`{${name}}`));
  const gate = createGate({
    scheme: {
      algorithm: 'hmac-sha256',
      signature: { header: 'x-sig', encoding: 'hex' },
      message,
      ...(named('timestamp') && { timestamp: { header: 'x-timestamp', unit } }),
      ...(named('id') && { id: { header: 'x-id' } }),
      ...(named('nonce') && { nonce: { header: 'x-nonce' } }),
    },
    keys: [KEY],
    now: () => NOW,
  } as unknown as GateOptions);
  const { body = 'b', ...others } = parts;
  const text = (templates[signed] ?? '').replaceAll(/\{(\w+)\}/g, (_, name: keyof Parts) =>
    name === 'body' ? body : (parts[name] ?? ''),
  );
  const headers = Object.fromEntries(Object.entries(others).map(([name, value]) => [`x-${name}`, value]));
  const signature = createHmac('sha256', KEY).update(text).digest('hex');
  return gate.verify({ method: 'POST', url: '/', headers: { ...headers, 'x-sig': signature }, body });
}

const said = (verdict: Verdict): string =>
  verdict.ok ? 'accepted' : `${verdict.reason}: ${verdict.message}`;

describe('a time', () => {
  it.each([
    // Nothing shows where it ends but how many digits it has.
    ['{timestamp}{body}', 's', SECONDS, 'b', 'accepted'],
    ['{timestamp}{body}', 's', SECONDS, '5', 'accepted'],
    ['{timestamp}{body}', 's', `${SECONDS}.5`, 'b', /^malformed-timestamp: .*does not have 10 digits/],
    ['{timestamp}{body}', 's', `0${SECONDS}`, 'b', /^malformed-timestamp: .*does not have 10 digits/],
    ['{timestamp}{body}', 's', '176000000.', 'b', /^malformed-timestamp: .*does not have 10 digits/],
    ['{timestamp}{body}', 'ms', String(NOW), 'b', 'accepted'],
    ['{timestamp}{body}', 'ms', `0${NOW}`, 'b', /^malformed-timestamp: .*does not have 13 digits/],
    ['{timestamp}0{body}', 's', `${SECONDS}.5`, 'b', /^malformed-timestamp: .*does not have 10 digits/],
    ['{body}{timestamp}', 's', SECONDS, '5', 'accepted'],
    ['{body}{timestamp}', 's', `0${SECONDS}`, 'b', /^malformed-timestamp: .*does not have 10 digits/],
    ['{body}0{timestamp}', 's', `0${SECONDS}`, 'b', /^malformed-timestamp: .*does not have 10 digits/],
    // A date shows both its ends.
    ['{timestamp}{body}', 'rfc3339', RFC3339, '5', 'accepted'],
    ['{body}{timestamp}', 'rfc3339', RFC3339, '5', 'accepted'],
    // A point may be that of a fraction.
    ['{timestamp}.{body}', 's', SECONDS, 'b', 'accepted'],
    ['{timestamp}.{body}', 's', `${SECONDS}.5`, 'b', 'accepted'],
    ['{timestamp}.{body}', 's', SECONDS, '5', 'accepted'],
    ['{timestamp}.{body}', 's', SECONDS, '5.b', /^malformed-body: /],
    ['{timestamp}.{body}', 's', SECONDS, 'a5.b', 'accepted'],
    ['{timestamp}.{body}', 's', SECONDS, '.b', 'accepted'],
    ['{timestamp}.{body}', 'ms', String(NOW), '5.b', 'accepted'],
    ['{timestamp}.v1.{body}', 's', SECONDS, 'b', 'accepted'],
    [
      '{timestamp}.v1.{body}',
      's',
      `${SECONDS}.5`,
      'b',
      /^malformed-timestamp: .*has a fraction, and a point stands/,
    ],
    [
      '{body}.{timestamp}',
      's',
      `${SECONDS}.5`,
      'b',
      /^malformed-timestamp: .*has a fraction, and a point stands/,
    ],
    ['{timestamp}{body}', 's', 'x760000000', 'b', /^malformed-timestamp: .*does not have 10 digits/],
    // Of seconds only those that nothing but a body follows may have one.
    ['{timestamp}.{body}', 's', SECONDS, '5a.b', 'accepted'],
    ['{timestamp}:{body}', 's', `${SECONDS}.5`, '5.b', 'accepted'],
    ['{timestamp}:{body}', 's', `0${SECONDS}`, '5.b', 'accepted'],
  ])('%s in %s: %s beside %s', async (message, unit, timestamp, body, wanted) => {
    const verdict = said(await judge(message, { timestamp, body }, unit));
    if (typeof wanted === 'string') expect(verdict).toBe(wanted);
    else expect(verdict).toMatch(wanted);
  });
});

describe.each(['id', 'nonce'] as const)('an %s', (name) => {
  it.each([
    ['.{body}', 'ab', true],
    ['.{body}', 'a.b', false],
    ['.{body}', 'ab.', false],
    ['.{body}', '.ab', false],
    ['::{body}', 'a:b', true],
    ['::{body}', 'a::b', false],
    ['::{body}', 'ab:', false],
    ['::{body}', ':ab', true],
  ])('before %j may be %j: %j', async (rest, text, ok) => {
    const verdict = await judge(`{${name}}${rest}`, { [name]: text });
    expect(verdict.ok ? 'accepted' : verdict.reason).toBe(ok ? 'accepted' : 'missing-part');
  });

  it.each([
    ['{body}.', 'ab', true],
    ['{body}.', 'a.b', false],
    ['{body}.', '.ab', false],
    ['{body}::', 'a:b', true],
    ['{body}::', ':ab', false],
    ['{body}::', 'ab:', true],
  ])('behind %j may be %j: %j', async (rest, text, ok) => {
    const verdict = await judge(`${rest}{${name}}`, { [name]: text });
    expect(verdict.ok ? 'accepted' : verdict.reason).toBe(ok ? 'accepted' : 'missing-part');
  });

  it('that one message has and the other leaves out may not be taken for the beginning of the body, nor that for it', async () => {
    const message = [`{${name}}.{body}`, '{body}'];
    expect(said(await judge(message, { [name]: 'abc' }))).toBe('accepted');
    expect(said(await judge(message, { body: 'b' }, 's', 1))).toBe('accepted');
    expect(said(await judge(message, { body: 'a b.c' }, 's', 1))).toBe('accepted');
    expect((await judge(message, { body: 'abc.b' }, 's', 1)).ok).toBe(false);
    expect((await judge(message, { [name]: 'a b' })).ok).toBe(false);
    expect((await judge(message, { [name]: 'x'.repeat(129) })).ok).toBe(false);
  });
});

describe('of two parts without a body', () => {
  it.each([
    ['{id}.{nonce}', 'i', 'n.1', true],
    ['{id}.{nonce}', 'i.1', 'n', false],
    ['{nonce}.{id}', 'i.1', 'n', true],
    ['{nonce}.{id}', 'i', 'n.1', false],
    ['{nonce}.{body}.{id}', 'i.1', 'n', false],
    ['{nonce}.{body}.{id}', 'i', 'n.1', false],
  ])('%s: the last may hold what parts them, beside a body none: %s, %s', async (message, id, nonce, ok) => {
    const verdict = await judge(message, { id, nonce });
    expect(verdict.ok ? 'accepted' : verdict.reason).toBe(ok ? 'accepted' : 'missing-part');
  });

  it('seconds have no fraction before a point, whatever comes behind it', async () => {
    expect(said(await judge('{timestamp}.{id}', { timestamp: SECONDS, id: 'i' }))).toBe('accepted');
    expect(said(await judge('{timestamp}.{id}', { timestamp: `${SECONDS}.5`, id: 'i' }))).toBe(
      'malformed-timestamp: the timestamp has a fraction, and a point stands beside it in the message',
    );
  });
});

describe('a nonce that may be absent', () => {
  const MESSAGES = ['{nonce}::::{body}', '{body}'];
  const NO_NONCE =
    'missing-part: the nonce is not 1 to 128 letters, digits or - _ ~ + /, or is a short number';
  const NO_BODY =
    'malformed-body: the body begins as a nonce does, up to the "::::": it could as well be a nonce and another body';

  it.each<[nonce: string, isNonce: boolean]>([
    ['a', true],
    ['-_~+/', true],
    ['YQ==', true],
    ['YQ===', false],
    ['a.b', false],
    ['x'.repeat(128), true],
    [`${'x'.repeat(128)}==`, true],
    ['x'.repeat(129), false],
    ['1', false],
    ['123456789', false],
    ['1234567890', true],
    ['12345678a', true],
    ['é', false],
  ])('is %s: %j, and a body is taken that does not begin with one', async (nonce, isNonce) => {
    expect(said(await judge(MESSAGES, { nonce, body: 'b' }))).toBe(isNonce ? 'accepted' : NO_NONCE);
    expect(said(await judge(MESSAGES, { body: `${nonce}::::b` }, 's', 1))).toBe(
      isNonce ? NO_BODY : 'accepted',
    );
    // Without what parts them there is no nonce in a body.
    for (const body of [nonce, `${nonce}:::b`]) {
      expect(said(await judge(MESSAGES, { body }, 's', 1))).toBe('accepted');
    }
  });

  it('is no fraction of the seconds before it', async () => {
    const message = ['{timestamp}.{nonce}.{body}', '{timestamp}.{body}'];
    const at = (timestamp: string, body: string) => judge(message, { timestamp, body }, 's', 1);
    expect(said(await at(`${SECONDS}.123456789`, 'b'))).toBe('accepted');
    expect(said(await at(`${SECONDS}.1234567890`, 'b'))).toBe(
      'malformed-timestamp: the timestamp’s fraction could as well be a nonce',
    );
    expect(said(await at(SECONDS, '12.b'))).toBe(
      'malformed-body: the body begins with digits and a point: they could as well be the timestamp’s fraction',
    );
    expect(said(await at(`${SECONDS}.5`, '12.b'))).toBe('accepted');
    expect(said(await at(`${SECONDS}.5`, 'abc.b'))).toBe('accepted');
  });
});
