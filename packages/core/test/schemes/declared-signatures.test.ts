/** How a declared signature may be written: its encoding, its prefix, and what stands about the items of a list. */
import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { createGate, type Gate, SetupError, type SignedRequest } from '../../src/index.ts';

const KEY = 'a-secret-of-20-bytes!';
const NOW = 1_760_000_000_000;
const BODY = '{"a":1}';
const mac = createHmac('sha256', KEY).update(BODY).digest();
const other = createHmac('sha256', 'another').update(BODY).digest();

function gateOf(signature: Record<string, unknown>, scheme: Record<string, unknown> = {}): Gate {
  return createGate({
    scheme: {
      algorithm: 'hmac-sha256',
      signature: { header: 'x-sig', ...signature },
      message: '{body}',
      ...scheme,
    },
    keys: [KEY],
    now: () => NOW,
  });
}

const post = (text: string, body = BODY) => ({
  method: 'POST',
  url: '/',
  headers: { 'x-sig': text },
  body,
});

describe('an encoding', () => {
  it.each([
    ['hex', mac.toString('hex')],
    ['hex-any-case', mac.toString('hex')],
    ['base64', mac.toString('base64')],
    ['base64-unpadded', mac.toString('base64').replace('=', '')],
    ['base64url', mac.toString('base64url')],
  ])('%s is written as Node writes it, and read', async (encoding, text) => {
    const gate = gateOf({ encoding });
    const { headers } = await gate.sign({ method: 'POST', url: '/', headers: {}, body: BODY });
    expect(headers.get('x-sig')).toBe(text);
    expect(await gate.verify(post(text))).toMatchObject({ ok: true });
    expect(await gate.verify(post(`${text}0`))).toMatchObject({ reason: 'malformed-signature' });
  });

  it.each([
    ['hex', false],
    ['hex-any-case', true],
  ])('%s takes upper case: %j', async (encoding, ok) => {
    const verdict = await gateOf({ encoding }).verify(post(mac.toString('hex').toUpperCase()));
    expect(verdict.ok ? 'accepted' : verdict.reason).toBe(ok ? 'accepted' : 'malformed-signature');
  });

  it('of too few bytes is malformed, whatever the algorithm', async () => {
    const cases = [
      { algorithm: 'hmac-sha1', bytes: 20 },
      { algorithm: 'hmac-sha256', bytes: 32 },
      { algorithm: 'hmac-sha512', bytes: 64 },
    ];
    for (const { algorithm, bytes } of cases) {
      const gate = gateOf({ encoding: 'hex' }, { algorithm });
      for (const [length, reason] of [
        [bytes - 1, 'malformed-signature'],
        [bytes, 'signature-mismatch'],
        [bytes + 1, 'malformed-signature'],
      ] as const) {
        expect(await gate.verify(post('00'.repeat(length)))).toMatchObject({ reason });
      }
    }
  });
});

describe('a text as a signature', () => {
  it('is read up to 8 KB', async () => {
    const gate = gateOf({ encoding: 'hex', list: { separator: ';' } });
    const good = `v1=${mac.toString('hex')}`;
    const fill = (length: number): string => `${good};${'x'.repeat(length - good.length - 1)}`;
    expect(await gate.verify(post(fill(8192)))).toMatchObject({ ok: true });
    expect(await gate.verify(post(fill(8193)))).toMatchObject({ reason: 'malformed-signature' });
  });
});

describe('a prefix', () => {
  it.each(['sha256=', 'v1 ', '~', 'a b'])('%j stands before the signature', async (prefix) => {
    const gate = gateOf({ encoding: 'hex', prefix });
    expect(await gate.verify(post(`${prefix}${mac.toString('hex')}`))).toMatchObject({ ok: true });
  });

  it.each(['', ' ', ' v1', '\tv1', 'v1\n', 'v1\0=', 'é', 'v1é'])('%j begins no value', (prefix) => {
    expect(() => gateOf({ encoding: 'hex', prefix })).toThrow(SetupError);
  });
});

describe('what separates the items of a list', () => {
  it.each([
    ['hex', ';'],
    ['hex', ' '],
    ['hex', 'g'],
    ['hex', '-'],
    ['hex', '=g='],
    ['hex-any-case', 'G'],
    ['base64', '.'],
    ['base64', ' | '],
    ['base64url', ','],
  ])('%s: %j may', async (encoding, separator) => {
    const gate = gateOf({ encoding, list: { separator, assign: ':' } });
    const written = (bytes: Buffer): string =>
      `v1:${bytes.toString(encoding.startsWith('hex') ? 'hex' : encoding === 'base64' ? 'base64' : 'base64url')}`;
    for (const items of [[mac], [other, mac], [mac, other], [other, other, mac]]) {
      expect(await gate.verify(post(items.map(written).join(separator)))).toMatchObject({ ok: true });
    }
    expect(await gate.verify(post(written(other)))).toMatchObject({ reason: 'signature-mismatch' });
  });

  it.each([
    ['hex', '0'],
    ['hex', ';a'],
    ['hex', 'F;'],
    ['hex-any-case', 'B'],
    ['base64', 'g'],
    ['base64', '.='],
    ['base64', '/'],
    ['base64', '+'],
    ['base64url', '-'],
    ['base64url', '_;'],
    ['hex', '\n'],
    ['hex', ';\r'],
    ['hex', ';\0'],
  ])('%s: %j may not, since it can stand inside one', (encoding, separator) => {
    expect(() => gateOf({ encoding, list: { separator, assign: ':' } })).toThrow(
      'list.separator: ' +
        JSON.stringify(separator) +
        ' can stand inside a signature. Give what the header has between its items.',
    );
  });

  it.each([
    [';', ';'],
    [';', ';:'],
    [';:', ';'],
  ])('%j and %j behind a label cannot be told apart', (separator, assign) => {
    expect(() => gateOf({ encoding: 'hex', list: { separator, assign } })).toThrow(
      'list.assign: it cannot be told apart from the separator. Give what stands between label and value, e.g. "=".',
    );
  });

  it('takes blanks beside it where it is none itself, and beside what stands behind a label', async () => {
    const comma = gateOf({ encoding: 'hex', list: {} });
    const space = gateOf({ encoding: 'hex', list: { separator: ' ' } });
    const good = mac.toString('hex');
    for (const text of [`a=1 , v1=${good}`, `v1=${good}\t,b`, `\tv1 = ${good} `, `,,v1\t=\t${good}`]) {
      expect(await comma.verify(post(text)), text).toMatchObject({ ok: true });
    }
    for (const text of [`v1\t=${good}`, `v1=\t${good}`, `v1=${good}\t`, `\tv1=${good}`]) {
      const verdict = await space.verify(post(`v1=${other.toString('hex')} ${text}`));
      expect(verdict.ok, text).toBe(false);
    }
  });
});

describe('the labels of a list', () => {
  it.each([[['v1', 'v2']], [['!', '~']], [['v-1']]])('may be %j', async (labels) => {
    const gate = gateOf({ encoding: 'hex', list: { labels } });
    for (const label of labels) {
      expect(await gate.verify(post(`${label}=${mac.toString('hex')}`))).toMatchObject({ ok: true });
    }
    expect(await gate.verify(post(`x1=${mac.toString('hex')}`))).toMatchObject({
      reason: 'missing-signature',
      message: `the signature header has no item labelled ${labels.join(' or ')}`,
    });
  });

  it.each([
    ['v1', 'v,1', 'is not a label'],
    ['v1', 'v=1', 'is not a label'],
    ['v1', ',', 'is not a label'],
    ['v1', ' v2', 'is not a label'],
    ['v1', 'v2 ', 'is not a label'],
    ['v1', 'é', 'is not a label'],
    ['v1', 'v1', 'occurs twice'],
  ])('%j and %j may not be', (first, second, why) => {
    for (const labels of [
      [first, second, 'v3'],
      ['v3', second, first],
    ]) {
      expect(() => gateOf({ encoding: 'hex', list: { labels } })).toThrow(
        `list.labels: ${JSON.stringify(second)} ${why}. Give each label as it stands in the header, without blanks, separator or assign.`,
      );
    }
  });

  it('are sixteen signatures at most, of which the last may be the good one', async () => {
    const gate = gateOf({ encoding: 'hex', list: {} });
    const wrong = `v1=${other.toString('hex')}`;
    const list = (before: number): string =>
      [...Array(before).fill(wrong), `v1=${mac.toString('hex')}`].join(',');
    expect(await gate.verify(post(list(15)))).toMatchObject({ ok: true, evidence: { signatures: 16 } });
    expect(await gate.verify(post(list(16)))).toMatchObject({ reason: 'malformed-signature' });
  });
});

describe('a time that is a member of the body', () => {
  const signature = { encoding: 'hex' };
  const signed = (body: string) => ({ ...post(createHmac('sha256', KEY).update(body).digest('hex'), body) });
  const textOf = ({ body }: SignedRequest): string => new TextDecoder().decode(body);

  it.each([
    [{ unit: 's' }, '1760000000', '"1760000000"'],
    [{ unit: 'ms' }, '1760000000000', '"1760000000000"'],
    [{ unit: 's', text: true }, '"1760000000"', '1760000000'],
    [{ unit: 'rfc3339' }, '"2025-10-09T08:53:20Z"', '1760000000'],
  ])('%j is %s, and not %s', async (written, right, wrong) => {
    const gate = gateOf(signature, { timestamp: { member: 't', ...written } });
    const draft = await gate.sign({
      method: 'POST',
      url: '/',
      headers: { 'content-type': 'application/json' },
      body: '{}',
    });
    expect(textOf(draft)).toBe(`{"t":${right}}`);
    expect(await gate.verify(draft)).toMatchObject({ ok: true, timestampMs: NOW });
    expect(await gate.verify(signed(`{"t":${right}}`))).toMatchObject({ ok: true });
    for (const [value, message] of [
      [wrong, 'the timestamp is malformed'],
      ['{}', 'the timestamp is malformed'],
    ]) {
      expect(await gate.verify(signed(`{"t":${value}}`))).toMatchObject({
        reason: 'malformed-timestamp',
        message,
      });
    }
    expect(await gate.verify(signed('{}'))).toMatchObject({
      reason: 'missing-timestamp',
      message: 'the request carries no timestamp',
    });
  });

  it.each([
    ['s', '.5', 'is not Unix seconds'],
    ['s', '1760000000.', 'is not Unix seconds'],
    ['s', '1234567890123456', 'is not Unix seconds'],
    ['ms', '1234567890123456', 'is not whole Unix milliseconds'],
    ['ms', '1760000000000.5', 'is not whole Unix milliseconds'],
    ['ms', '999999999999999', 'is not a time before the year 10000'],
    ['s', '999999999999999', 'is not a time before the year 10000'],
  ])('in %s as text is not %s', async (unit, text, why) => {
    const gate = gateOf(signature, { timestamp: { member: 't', unit, text: true } });
    expect(await gate.verify(signed(`{"t":"${text}"}`))).toMatchObject({
      reason: 'malformed-timestamp',
      message: `the timestamp ${why}`,
    });
  });
});
