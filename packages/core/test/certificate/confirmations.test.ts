/** Messages that ask for a subscription to be confirmed: the address is told where it is proved and its sender’s own, and nowhere else. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { runs } from '../../../../scripts/effort.ts';
import { createGate, type Gate, writtenProvider, writtenScheme } from '../../src/index.ts';
import { RSA_PAIR } from '../support/rsa-pairs.ts';

const TOPIC = 'arn:aws:sns:us-east-1:123456789012:orders';
const NOW = Date.parse('2026-01-01T00:00:00.000Z');
const KEY = RSA_PAIR.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
const URL_OF_SNS = `https://sns.us-east-1.amazonaws.com/?Action=ConfirmSubscription&TopicArn=${TOPIC}&Token=2336412f37fb`;
const gateOf = (options: object = {}): Gate =>
  createGate({
    provider: writtenProvider('aws-sns', { topics: TOPIC, ...options }),
    keys: [KEY],
    now: () => NOW,
  });

/** What the gate tells of a message that SNS has signed. */
async function told(gate: Gate, members: object): Promise<string | undefined> {
  const body = JSON.stringify({
    Type: 'SubscriptionConfirmation',
    MessageId: '165545c9',
    Message: 'You have chosen to subscribe',
    TopicArn: TOPIC,
    Token: '2336412f37fb',
    SubscribeURL: URL_OF_SNS,
    Timestamp: '2026-01-01T00:00:00.000Z',
    ...members,
  });
  const verdict = await gate.verify(await gate.sign({ method: 'POST', url: '/sns', headers: {}, body }));
  expect(verdict).toMatchObject({ ok: true });
  return verdict.ok ? verdict.confirmUrl : undefined;
}

describe('a subscription', () => {
  it('is told by its address', async () => {
    expect(await told(gateOf(), {})).toBe(URL_OF_SNS);
    const china = URL_OF_SNS.replaceAll('us-east-1.amazonaws.com', 'cn-north-1.amazonaws.com.cn');
    expect(await told(gateOf(), { SubscribeURL: china })).toBe(china);
  });

  it('is told of no other message: its end least of all, whose address begins it anew', async () => {
    expect(await told(gateOf(), { Type: 'UnsubscribeConfirmation' })).toBeUndefined();
    expect(await told(gateOf(), { Type: 'Notification' })).toBeUndefined();
    expect(await told(gateOf({ confirm: false }), {})).toBeUndefined();
  });

  it('is told of each topic of a list, and of a text with commas, as a variable holds them', async () => {
    const other = `${TOPIC}-2`;
    for (const topics of [[other, TOPIC], `${other},${TOPIC}`, `${TOPIC} , ${other}`]) {
      const gate = gateOf({ topics });
      for (const TopicArn of [TOPIC, other]) expect(await told(gate, { TopicArn })).toBe(URL_OF_SNS);
    }
    for (const topics of [`${TOPIC},`, `${TOPIC},orders`, `${TOPIC};${other}`, ','])
      expect(() => gateOf({ topics }), topics).toThrow(
        expect.objectContaining({ option: 'provider.topics' }),
      );
  });

  it('is none of another topic, nor of a message that was changed', async () => {
    const gate = gateOf();
    const other = gateOf({ topics: `${TOPIC}-of-somebody-else` });
    const body = JSON.stringify({
      Type: 'SubscriptionConfirmation',
      Message: 'a',
      Token: 'b',
      SubscribeURL: URL_OF_SNS,
      TopicArn: `${TOPIC}-of-somebody-else`,
    });
    const signed = await other.sign({ method: 'POST', url: '/sns', headers: {}, body });
    expect(await gate.verify(signed)).toMatchObject({ ok: false, reason: 'unknown-key' });
    const changed = Buffer.from(signed.body).toString().replace('Token=2336', 'Token=9999');
    expect(await other.verify({ ...signed, body: Buffer.from(changed) })).toMatchObject({
      ok: false,
      reason: 'signature-mismatch',
    });
  });

  it.each([
    'http://sns.us-east-1.amazonaws.com/?a',
    'https://sns.us-east-1.amazonaws.com:8443/?a',
    'https://user@sns.us-east-1.amazonaws.com/?a',
    'https://sns.us-east-1.amazonaws.com@evil.example/?a',
    'https://evil.example/?sns.us-east-1.amazonaws.com',
    'https://sns.us-east-1.amazonaws.com.evil.example/',
    'https://s3.us-east-1.amazonaws.com/bucket',
    'https://sns.us-east-1.amazonaws.com/?a#b',
    'https://sns.us-east-1.amazonaws.com\\evil.example/',
    'https://SNS.us-east-1.amazonaws.com/',
    'https://169.254.169.254/latest/meta-data',
    'file:///etc/passwd',
    'a',
    `https://sns.us-east-1.amazonaws.com/?${'a'.repeat(2048)}`,
  ])('is not told by %s', async (url) => {
    expect(await told(gateOf(), { SubscribeURL: url })).toBeUndefined();
  });

  it('is told by no address of another host, whatever is signed', async () => {
    const gate = gateOf();
    const piece = fc.constantFrom(
      'https://',
      'http://',
      'sns.us-east-1.amazonaws.com',
      'evil.example',
      '@',
      ':',
      '/',
      '?',
      '#',
      '\\',
      '.',
      '%2f',
      ' ',
    );
    await fc.assert(
      fc.asyncProperty(fc.array(piece, { maxLength: 7 }), async (pieces) => {
        const url = await told(gate, { SubscribeURL: `https:${pieces.join('')}` });
        if (url !== undefined)
          expect(new URL(url)).toMatchObject({ protocol: 'https:', host: 'sns.us-east-1.amazonaws.com' });
      }),
      { numRuns: runs(100), seed: 15 },
    );
  });
});

describe('a declaration', () => {
  const scheme = {
    type: 'certificate',
    certificate: { member: 'cert', hosts: ['keys.partner.example'], names: ['keys.partner.example'] },
    signature: 'signature',
    algorithm: 'rsa-pkcs1-sha256',
    message: ['text', 'id', 'sent_at', 'kind', 'call'],
    timestamp: 'sent_at',
    confirm: { member: 'call', when: { kind: 'new' } },
  };
  const declared = (more: object): Gate =>
    createGate({ scheme: writtenScheme({ ...scheme, ...more }), keys: [KEY], now: () => NOW });

  it('says which address confirms, where the message is of that kind and the address at its hosts', async () => {
    const gate = declared({});
    for (const [kind, call, url] of [
      ['new', 'https://keys.partner.example/yes', 'https://keys.partner.example/yes'],
      ['old', 'https://keys.partner.example/yes', undefined],
      ['new', 'https://other.example/yes', undefined],
    ]) {
      const body = JSON.stringify({ text: 'a', id: '1', kind, call });
      const verdict = await gate.verify(await gate.sign({ method: 'POST', url: '/', headers: {}, body }));
      expect(verdict).toMatchObject({ ok: true });
      expect(verdict.ok && verdict.confirmUrl).toBe(url);
    }
  });

  it.each<[string, object]>([
    ['scheme.confirm', { confirm: { member: 'other', when: { kind: 'new' } } }],
    ['scheme.confirm', { confirm: { member: 'call', when: { other: 'new' } } }],
    ['scheme.confirm', { message: ['text', 'id', 'sent_at', 'kind', 'call?'] }],
    ['scheme.confirm.when', { confirm: { member: 'call', when: {} } }],
    ['scheme.confirm.member', { confirm: { when: { kind: 'new' } } }],
    ['scheme.confirm.whn', { confirm: { member: 'call', whn: {} } }],
  ])('is refused at set-up: %s of %j', (option, more) => {
    expect(() => declared(more)).toThrow(expect.objectContaining({ option }));
  });
});
