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
    ['{timestamp}{body}', 's', `${SECONDS}.5`, 'b', /^malformed-timestamp: .*has not 10 digits/],
    ['{timestamp}{body}', 's', `0${SECONDS}`, 'b', /^malformed-timestamp: .*has not 10 digits/],
    ['{timestamp}{body}', 's', '176000000.', 'b', /^malformed-timestamp: .*has not 10 digits/],
    ['{timestamp}{body}', 'ms', String(NOW), 'b', 'accepted'],
    ['{timestamp}{body}', 'ms', `0${NOW}`, 'b', /^malformed-timestamp: .*has not 13 digits/],
    ['{timestamp}0{body}', 's', `${SECONDS}.5`, 'b', /^malformed-timestamp: .*has not 10 digits/],
    ['{body}{timestamp}', 's', SECONDS, '5', 'accepted'],
    ['{body}{timestamp}', 's', `0${SECONDS}`, 'b', /^malformed-timestamp: .*has not 10 digits/],
    ['{body}0{timestamp}', 's', `0${SECONDS}`, 'b', /^malformed-timestamp: .*has not 10 digits/],
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
