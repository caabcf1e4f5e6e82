import { describe, expect, it } from 'vitest';
import { eventType, namesEventType } from '../src/event-type.ts';
import { createGate, HeaderList } from '../src/index.ts';
import { JsonReader } from '../src/json-reader.ts';
import { utf8 } from './text/json-generators.ts';

const SECRET = 'a secret of thirty-two characters';
const WHSEC = `whsec_${Buffer.from(SECRET).toString('base64')}`;

interface Sent {
  readonly headers?: readonly string[];
  readonly body?: string;
  readonly url?: string;
}

const request = ({ headers = [], body = '', url = '/' }: Sent) => ({
  method: 'POST',
  url,
  headers: HeaderList.fromRaw(headers),
  body: utf8(body),
});

type Options = Parameters<typeof createGate>[0];
const typeOf = async (options: Omit<Options, 'keys'>, sent: Sent) =>
  eventType(
    createGate({ ...options, keys: [options.provider === 'standard-webhooks' ? WHSEC : SECRET] }).scheme,
    request(sent),
  );

describe('the type of an event', () => {
  it.each<[string, Omit<Options, 'keys'>, Sent, string | undefined]>([
    ['github’s header', { provider: 'github' }, { headers: ['X-GitHub-Event', 'push'] }, 'push'],
    [
      'a header of another name',
      { provider: { id: 'github', headers: { type: 'x-kind' } } },
      { headers: ['X-Kind', 'push'] },
      'push',
    ],
    [
      'stripe’s member',
      { provider: 'stripe' },
      { body: '{"type":"invoice.paid","data":{"type":"no"}}' },
      'invoice.paid',
    ],
    ['slack’s member', { provider: 'slack' }, { body: '{"type":"event_callback"}' }, 'event_callback'],
    [
      'Standard Webhooks’ member',
      { provider: 'standard-webhooks' },
      { body: '{"type":"user.created"}' },
      'user.created',
    ],
    ['flowent’s action', { provider: 'flowent' }, { body: '{"action_name":"rename"}' }, 'rename'],
    ['a declared path', declared({ member: 'data.kind' }), { body: '{"data":{"kind":"a"}}' }, 'a'],
    ['a whole number', declared({ member: 'kind' }), { body: '{"kind":12}' }, '12'],
    ['a declared query parameter', declared({ query: 'kind' }), { url: '/a?kind=%C3%A9t%C3%A9' }, 'été'],
    [
      'a declared form field',
      declared({ field: 'kind' }),
      { headers: ['content-type', 'application/x-www-form-urlencoded'], body: 'kind=%C3%A9' },
      'é',
    ],
    ['a header in UTF-8', declared('x-kind'), { headers: ['x-kind', 'Ã©'] }, 'é'],
    ['a header in Latin-1', declared('x-kind'), { headers: ['x-kind', 'é'] }, 'é'],
    ['no header', { provider: 'github' }, {}, undefined],
    [
      'two headers',
      { provider: 'github' },
      { headers: ['x-github-event', 'a', 'X-GitHub-Event', 'b'] },
      undefined,
    ],
    ['an empty header', { provider: 'github' }, { headers: ['x-github-event', ''] }, undefined],
    ['a very long one', { provider: 'github' }, { headers: ['x-github-event', 'a'.repeat(257)] }, undefined],
    ['no JSON', { provider: 'stripe' }, { body: 'type=a' }, undefined],
    ['a member that is there twice', { provider: 'stripe' }, { body: '{"type":"a","type":"b"}' }, undefined],
    ['a member that is no text', { provider: 'stripe' }, { body: '{"type":{}}' }, undefined],
    ['a number with a fraction', { provider: 'stripe' }, { body: '{"type":1.5}' }, undefined],
    ['no form', declared({ field: 'kind' }), { body: '{"kind":"a"}' }, undefined],
    ['a scheme that says none', { provider: 'twilio' }, { body: 'type=a' }, undefined],
  ])('%s', async (_, options, sent, type) => {
    expect(await typeOf(options, sent)).toBe(type);
  });

  it('is undefined of schemes without a template', async () => {
    const { scheme } = createGate({ scheme: { type: 'shared-token', header: 'x-token' }, keys: [SECRET] });
    expect(await eventType(scheme, request({ body: '{"type":"a"}' }))).toBeUndefined();
  });

  it('is named by a scheme that says where it stands', () => {
    const names = (provider: 'stripe' | 'twilio') =>
      namesEventType(createGate({ provider, keys: [`whsec_${SECRET}`] }).scheme);
    expect([names('stripe'), names('twilio')]).toEqual([true, false]);
  });

  it('takes a body that was read before', async () => {
    const { scheme } = createGate({ provider: 'stripe', keys: [SECRET] });
    const json = new JsonReader(utf8('{"type":"read before"}'));
    expect(await eventType(scheme, request({}), json)).toBe('read before');
  });
});

function declared(
  type: string | { member: string } | { query: string } | { field: string },
): Omit<Options, 'keys'> {
  return { provider: { id: 'hmac', message: '{body}', timestamp: 'none', type } } as Omit<Options, 'keys'>;
}
