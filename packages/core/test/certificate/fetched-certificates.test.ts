/** Certificates that messages name: when they are fetched, how long they are believed, and what a flood of addresses costs. */
import { type KeyObject, sign } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { createGate, type Gate, type RequestParts } from '../../src/index.ts';
import { type CertificateParts, certificatePem } from '../support/certificates.ts';
import { OTHER_RSA_PAIR, RSA_PAIR } from '../support/rsa-pairs.ts';

const NOW = 1_760_000_000_000;
const SECOND = 1000;
const HOUR = 3600 * SECOND;
const DAY = 24 * HOUR;
const TOPIC = 'arn:aws:sns:us-east-1:123456789012:orders';
const ADDRESS = 'https://sns.us-east-1.amazonaws.com/SimpleNotificationService-0.pem';

interface Sent {
  readonly at?: number;
  readonly address?: string;
  readonly privateKey?: KeyObject;
  readonly version?: '1' | '2';
}

function message({
  at = NOW,
  address = ADDRESS,
  privateKey = RSA_PAIR.privateKey,
  version = '2',
}: Sent = {}): RequestParts {
  const json = {
    Message: 'two\nlines, é and 😀',
    MessageId: 'm-1',
    Timestamp: new Date(at).toISOString(),
    TopicArn: TOPIC,
    Type: 'Notification',
  };
  const lines = Object.entries(json).map(([name, value]) => `${name}\n${value}\n`);
  const hash = version === '1' ? 'sha1' : 'sha256';
  const signature = sign(hash, Buffer.from(lines.join('')), privateKey).toString('base64');
  const body = JSON.stringify({
    ...json,
    Signature: signature,
    SignatureVersion: version,
    SigningCertURL: address,
  });
  return { method: 'POST', url: '/sns', headers: { 'content-type': 'text/plain' }, body };
}

interface Published {
  readonly gate: Gate;
  readonly fetched: string[];
  readonly reports: string[];
  answer: (address: string) => Response | Promise<Response>;
  nowMs: number;
  judge(sent?: Sent): Promise<string>;
}

const certificate = (parts?: Partial<CertificateParts>) => (): Response =>
  new Response(certificatePem(parts));

function publish(answer: Published['answer'] = certificate()): Published {
  const published: Published = {
    answer,
    nowMs: NOW,
    fetched: [],
    reports: [],
    gate: createGate({
      provider: { id: 'aws-sns', topics: TOPIC },
      now: () => published.nowMs,
      report: (problem) => published.reports.push(problem),
      fetch: async (address, init) => {
        expect(init).toMatchObject({ redirect: 'manual', credentials: 'omit' });
        published.fetched.push(String(address));
        return published.answer(String(address));
      },
    }),
    async judge(sent) {
      const verdict = await published.gate.verify(message({ at: published.nowMs, ...sent }));
      return verdict.ok ? 'ok' : verdict.reason;
    },
  };
  return published;
}

const other = (i: number): string => `https://sns.eu-west-1.amazonaws.com/${i}.pem`;

describe('a certificate', () => {
  it('is fetched once, and proves by both versions', async () => {
    const published = publish();
    expect(await published.judge()).toBe('ok');
    expect(await published.judge({ version: '1' })).toBe('ok');
    expect(await published.judge({ privateKey: OTHER_RSA_PAIR.privateKey })).toBe('signature-mismatch');
    expect(published.fetched).toEqual([ADDRESS]);
    expect(published.gate.keys.list()).toMatchObject([{ id: ADDRESS, hits: 2, state: 'active' }]);
  });

  it('is fetched once for requests that come together', async () => {
    const published = publish();
    const verdicts = await Promise.all(Array.from({ length: 20 }, () => published.judge()));
    expect(new Set(verdicts)).toEqual(new Set(['ok']));
    expect(published.fetched).toHaveLength(1);
  });

  it('tells the signed members, and the key by its address', async () => {
    const verdict = await publish().gate.verify(message());
    expect(verdict).toMatchObject({ ok: true, keyId: ADDRESS, id: 'm-1', timestampMs: NOW });
    expect(verdict.ok && Object.fromEntries(verdict.fields ?? [])).toEqual({
      Message: 'two\nlines, é and 😀',
      MessageId: 'm-1',
      Timestamp: new Date(NOW).toISOString(),
      TopicArn: TOPIC,
      Type: 'Notification',
    });
  });

  it('is asked for anew after a day, while the old one serves', async () => {
    const published = publish();
    await published.judge();
    published.nowMs += DAY - 1;
    expect(await published.judge()).toBe('ok');
    expect(published.fetched).toHaveLength(1);
    published.nowMs += 1;
    published.answer = certificate({ publicKey: OTHER_RSA_PAIR.publicKey });
    expect(await published.judge()).toBe('ok');
    expect(published.fetched).toHaveLength(2);
    await new Promise(setImmediate);
    expect(await published.judge()).toBe('signature-mismatch');
    expect(await published.judge({ privateKey: OTHER_RSA_PAIR.privateKey })).toBe('ok');
    expect(published.gate.keys.list()).toMatchObject([{ hits: 4 }]);
  });

  it('serves a day more where none can be fetched, and no longer', async () => {
    const published = publish();
    await published.judge();
    published.answer = () => new Response('', { status: 500 });
    published.nowMs += 2 * DAY - 1;
    expect(await published.judge()).toBe('ok');
    published.nowMs += 1;
    expect(await published.judge()).toBe('keys-unavailable');
    published.nowMs += 30 * SECOND;
    published.answer = certificate();
    expect(await published.judge()).toBe('ok');
  });

  it('proves nothing from its end on', async () => {
    const endMs = NOW + HOUR;
    const published = publish(certificate({ endMs: endMs - SECOND }));
    expect(await published.judge()).toBe('ok');
    published.nowMs = endMs - 1;
    expect(await published.judge()).toBe('ok');
    published.nowMs = endMs;
    expect(await published.judge()).toBe('unknown-key');
  });

  it('that is taken from its address is forgotten', async () => {
    const published = publish();
    await published.judge();
    published.nowMs += DAY;
    published.answer = () => new Response('<html>');
    expect(await published.judge()).toBe('ok');
    await new Promise(setImmediate);
    expect(await published.judge()).toBe('unknown-key');
    expect(published.reports).toEqual([
      `the certificate of ${ADDRESS} is not taken: it is not a PEM of a certificate.`,
    ]);
  });

  it.each([
    ['its common name', { commonName: 'sns.amazonaws.com' }, 'ok'],
    ['a region’s common name', { commonName: 'sns.us-gov-west-1.amazonaws.com' }, 'ok'],
    ['an alternative name', { commonName: undefined, names: ['a.example', 'SNS.amazonaws.com'] }, 'ok'],
    ['a common name beside other alternative ones', { names: ['a.example'] }, 'unknown-key'],
    ['a name below its own', { commonName: 'a.sns.amazonaws.com' }, 'unknown-key'],
    ['a name that ends like it', { commonName: 'xsns.amazonaws.com' }, 'unknown-key'],
    ['no name', { commonName: undefined }, 'unknown-key'],
  ] as const)('is for %s', async (_, parts, reason) => {
    expect(await publish(certificate(parts)).judge()).toBe(reason);
  });

  it.each([
    ['a redirect', () => new Response('', { status: 302, headers: { location: 'https://a.example/a.pem' } })],
    ['an error', () => new Response('', { status: 404 })],
    ['more than 64 KB', () => new Response(`${certificatePem()}${'x'.repeat(65_536)}`)],
    ['a failure', () => Promise.reject(new Error('ECONNREFUSED'))],
  ])('is not had by %s, and is asked for again after half a minute', async (_, answer) => {
    const published = publish(answer);
    expect(await published.judge()).toBe('keys-unavailable');
    published.answer = certificate();
    published.nowMs += 30 * SECOND - 1;
    expect(await published.judge()).toBe('keys-unavailable');
    expect(published.fetched).toHaveLength(1);
    published.nowMs += 1;
    expect(await published.judge()).toBe('ok');
  });
});

describe('nothing is fetched', () => {
  it.each([
    'https://sns.us-east-1.amazonaws.com.evil.example/a.pem',
    'https://evil.example/sns.us-east-1.amazonaws.com/a.pem',
    'https://sns.us-east-1.amazonaws.com@evil.example/a.pem',
    'https://evil.example\\@sns.us-east-1.amazonaws.com/a.pem',
    'https://sns.us-east-1.amazonaws.com./a.pem',
    'https://sns.s3.amazonaws.com/a.pem',
    'https://sns.s3-us-west-2.amazonaws.com/a.pem',
    'https://sns.us-east-1.s3.amazonaws.com/a.pem',
    'https://s3.us-east-1.amazonaws.com/sns/a.pem',
    'https://sns.us-east-1.amazonaws.com.cn.example/a.pem',
    'https://sns..amazonaws.com/a.pem',
    'https://sns.us-east-1.amazonaws.com/../a.pem',
    'https://sns.us-east-1.amazonaws.com/a.pem#b',
    'https://sns.us-east-1.amazonaws.com/?Action=a.pem',
    'https://sns.us-east-1.amazonaws.com/%2e%2e/a.pem',
    'https://sns.us-east-1.amazonaws.com/a.pem\n',
    ' https://sns.us-east-1.amazonaws.com/a.pem',
    'https:sns.us-east-1.amazonaws.com/a.pem',
    'https://sns.us-east-1.amazonaws.com:443/a.pem',
    'http://169.254.169.254/latest/meta-data/a.pem',
    'file:///etc/ssl/a.pem',
    'data:,a.pem',
    '',
  ])('from %j', async (address) => {
    const published = publish();
    expect(await published.judge({ address })).toBe('unknown-key');
    expect(published.fetched).toEqual([]);
  });

  it('for a message of another topic, or without a signature', async () => {
    const published = publish();
    for (const change of [
      { TopicArn: `${TOPIC}s` },
      { TopicArn: 7 },
      { Signature: undefined },
      { SignatureVersion: '9' },
    ]) {
      const body = JSON.stringify({ ...JSON.parse(String(message().body)), ...change });
      expect(await published.gate.verify({ ...message(), body })).toMatchObject({ ok: false });
    }
    expect(published.fetched).toEqual([]);
  });

  it('of what is no JSON object', async () => {
    const published = publish();
    for (const body of [
      '',
      'a=1',
      '[]',
      '{"Message":"a","Message":"b"}',
      '{"Message":"\\ud800"}',
      '\ufeff{}',
    ])
      expect(await published.gate.verify({ ...message(), body })).toMatchObject({ ok: false });
    expect(published.fetched).toEqual([]);
  });
});

describe('a flood of addresses', () => {
  const flooded = async (): Promise<Published> => {
    const published = publish((address) =>
      address === ADDRESS ? certificate()() : new Response('', { status: 404 }),
    );
    for (let i = 0; i < 100; i++) await published.judge({ address: other(i) });
    return published;
  };

  it('is asked for twenty times, and then every two seconds', async () => {
    const published = await flooded();
    expect(published.fetched).toHaveLength(20);
    const verdict = await published.gate.verify(message({ address: other(999) }));
    expect(verdict).toMatchObject({
      reason: 'keys-unavailable',
      message: 'too many addresses of certificates were asked for, and no more are for now',
      remedy:
        'Look for a flood of requests that name addresses without a certificate; the sender should retry.',
    });
    published.nowMs += 4 * SECOND;
    for (let i = 100; i < 110; i++) await published.judge({ address: other(i) });
    expect(published.fetched).toHaveLength(22);
  });

  it('counts no address that a certificate comes from', async () => {
    const published = publish();
    for (let i = 0; i < 40; i++) expect(await published.judge({ address: other(i) })).toBe('ok');
  });

  it('leaves a certificate that is there to those who name it', async () => {
    const published = publish((address) =>
      address === ADDRESS ? certificate()() : new Response('', { status: 404 }),
    );
    await published.judge();
    for (let i = 0; i < 100; i++) await published.judge({ address: other(i) });
    expect(await published.judge()).toBe('ok');
    published.nowMs += DAY;
    for (let i = 0; i < 100; i++) await published.judge({ address: other(i) });
    expect(await published.judge()).toBe('ok');
    expect(published.fetched.filter((address) => address === ADDRESS)).toHaveLength(2);
  });

  it('has eight fetches on their way at most', async () => {
    const answers: ((response: Response) => void)[] = [];
    const published = publish(() => new Promise((resolve) => answers.push(resolve)));
    const judged = Array.from({ length: 30 }, (_, i) => published.judge({ address: other(i) }));
    await new Promise(setImmediate);
    expect(published.fetched).toHaveLength(8);
    for (const answer of answers) answer(certificate()());
    const words = await Promise.all(judged);
    expect(words.filter((word) => word === 'ok')).toHaveLength(8);
    expect(words.filter((word) => word === 'keys-unavailable')).toHaveLength(22);
  });
});

it('a message runs once, and SNS hears that it was received', async () => {
  const { gate } = publish();
  const run = async (): Promise<unknown> => {
    const received = await gate.receive(message(), () => ({ kind: 'done', value: 1 }) as never);
    return received.kind === 'refused' ? received.verdict.repeat : received.kind;
  };
  expect(await run()).toBe('done');
  expect(await run()).toMatchObject({ state: 'committed', acknowledge: true });
});

it('keys that are given stand in place of certificates', async () => {
  const pem = RSA_PAIR.publicKey.export({ type: 'spki', format: 'pem' }).toString();
  const gate = createGate({
    provider: { id: 'aws-sns', topics: TOPIC },
    keys: [{ id: 'own', secret: pem }],
    now: () => NOW,
    fetch: () => expect.unreachable(),
  });
  for (const version of ['1', '2'] as const)
    expect(await gate.verify(message({ version }))).toMatchObject({ ok: true, keyId: 'own' });
  expect(gate.keys.list()).toMatchObject([{ id: 'own', hits: 2 }]);
  const forged = message({ privateKey: OTHER_RSA_PAIR.privateKey });
  expect(await gate.verify(forged)).toMatchObject({ reason: 'signature-mismatch' });
});

it('keys without ids that a function finds are counted each by itself', async () => {
  const [own, other] = [RSA_PAIR, OTHER_RSA_PAIR].map(({ publicKey }) =>
    publicKey.export({ type: 'spki', format: 'pem' }).toString(),
  ) as [string, string];
  const gate = createGate({
    provider: { id: 'aws-sns', topics: TOPIC },
    keys: async () => [other, own],
    now: () => NOW,
    fetch: () => expect.unreachable(),
  });
  for (const version of ['1', '2'] as const)
    expect(await gate.verify(message({ version }))).toMatchObject({ ok: true });
  expect(gate.keys.list()).toMatchObject([{ hits: 0 }, { hits: 2 }]);
});
