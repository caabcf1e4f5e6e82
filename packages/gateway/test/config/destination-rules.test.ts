/** What must hold between the members of a destination, and among destinations. */
import { describe, expect, it } from 'vitest';
import { parseConfig } from '../../src/config/parse-config.ts';
import { gate, gateRefusal, options, refusal } from './config-refusals.ts';

const TO = 'http://127.0.0.1:9/hook';
const deliver = (...items: readonly unknown[]) => ({ keep: { deliver: items } });
const SIGN = { secret: 'a secret of more than sixteen bytes' };

describe('the rules of a destination', () => {
  it.each<[string, Readonly<Record<string, unknown>>]>([
    ['one without a target', {}],
    ['one with two targets', { to: TO, file: './a' }],
    ['an action without its module', { to: TO, action: 'a' }],
    ['an environment without a command', { to: TO, environment: ['A'] }],
    ['a folder without a command', { to: TO, directory: '.' }],
    ['values for a command that is not there', { to: TO, pass: [{ source: 'entire-query' }] }],
    ['two kinds of credentials', { nats: { token: 'a', nkey: 'b' } }],
    ['a user without a password', { nats: { user: 'a' } }],
    ['a password without a user', { nats: { password: 'a' } }],
    ['an order without a place of its key', { to: TO, order: {} }],
    ['an order with two places of its key', { to: TO, order: { json: 'a', header: 'b' } }],
    ['a signature by two schemes', { to: TO, sign: { ...SIGN, provider: 'hmac', scheme: {} } }],
    ['a proof that is passed through and made anew', { to: TO, sign: SIGN, proof: 'pass' }],
    ['a metadata service', { to: 'http://169.254.169.254/latest' }],
    ['a URL with a fragment', { to: `${TO}#a` }],
    ['a URL with a password', { to: 'http://a:b@127.0.0.1:9/' }],
    ['a name that is none', { to: TO, name: 'Billing' }],
    ['an empty command', { command: [] }],
    ['a misspelt member', { to: TO, retry: ['5s'] }],
  ])('refuse %s', (_what, destination) => {
    expect(gateRefusal(deliver(destination))).toMatchSnapshot();
  });

  it.each<[string, Readonly<Record<string, unknown>>]>([
    ['two of one gate without names', { gates: { g: { ...gate, ...deliver({ to: TO }, { to: TO }) } } }],
    [
      'two of one name',
      { gates: { g: { ...gate, ...deliver({ to: TO, name: 'a' }) } }, destinations: { a: { to: TO } } },
    ],
    ['a name of no destination', { gates: { g: { ...gate, ...deliver('crm') } } }],
    [
      'a name of no destination among some',
      { gates: { g: { ...gate, ...deliver('crm') } }, destinations: { billing: { to: TO } } },
    ],
    [
      'a name that stands twice',
      { gates: { g: { ...gate, ...deliver('a', 'a') } }, destinations: { a: { to: TO } } },
    ],
    ['a key at the top that is no name', { gates: { g: gate }, destinations: { A: { to: TO } } }],
    [
      'another name than the one that it stands under',
      { gates: { g: gate }, destinations: { a: { name: 'b', to: TO } } },
    ],
    [
      'operator events signed as a sender does',
      { gates: { g: gate }, destinations: { ops: { to: TO, sign: 'sender' } }, operatorEvents: 'ops' },
    ],
    ['operator events to nobody', { gates: { g: gate }, operatorEvents: 'ops' }],
    ['a gate called as the gateway’s own events', { gates: { countersign: gate } }],
  ])('refuse %s', (_what, config) => {
    expect(refusal(config)).toMatchSnapshot();
  });
});

const session = {
  apiUrl: 'https://api.example.com',
  apiKey: 'k',
  clientId: 'c',
  flowId: 'f',
  adminToken: 't',
  auth: 'none',
};
const oauth = {
  broker: 'oauth2-client-credentials',
  tokenUrl: 'https://a.example/t',
  clientId: 'c',
  clientSecret: 'a secret of a client',
  auth: 'none',
};

describe('the rules of what a session delivers', () => {
  it.each<[string, Readonly<Record<string, unknown>>, Readonly<Record<string, unknown>>?]>([
    ['one destination where there is to be a list', { incode: { ...session, deliver: { to: TO } } }],
    ['one without a target', { incode: { ...session, deliver: [{}] } }],
    ['one with two targets', { incode: { ...session, deliver: [{ to: TO, file: './a' }] } }],
    ['a metadata service', { incode: { ...session, deliver: [{ to: 'http://169.254.169.254/latest' }] } }],
    ['an order without a place of its key', { incode: { ...session, deliver: [{ to: TO, order: {} }] } }],
    ['a misspelt member', { incode: { ...session, deliver: [{ to: TO, retry: ['5s'] }] } }],
    ['a misspelt list', { incode: { ...session, delivers: [{ to: TO }] } }],
    ['two without names', { incode: { ...session, deliver: [{ to: TO }, { to: TO }] } }],
    [
      'two sessions’ of one name',
      {
        incode: { ...session, deliver: [{ to: TO, name: 'a' }] },
        other: { ...session, broker: 'incode', at: '/b', deliver: [{ to: TO, name: 'a' }] },
      },
    ],
    [
      'a name that one of a gate has',
      { incode: { ...session, deliver: [{ to: TO, name: 'g' }] } },
      { gates: { g: { ...gate, ...deliver({ to: TO }) } } },
    ],
    ['a name of no destination', { incode: { ...session, deliver: ['crm'] } }],
    [
      'a name that stands twice',
      { incode: { ...session, deliver: ['a', 'a'] } },
      { destinations: { a: { to: TO } } },
    ],
    [
      'the sender’s signature, which a session has not',
      { incode: { ...session, deliver: [{ to: TO, sign: 'sender' }] } },
    ],
    [
      'a destination at the top with the sender’s signature',
      { incode: { ...session, deliver: ['crm'] } },
      { destinations: { crm: { to: TO, sign: 'sender' } } },
    ],
    ['a session that keeps no events', { partner: { ...oauth, deliver: [{ to: TO }] } }],
    ['rules for events of a session that keeps none', { partner: { ...oauth, keep: { for: '30d' } } }],
    ['a misspelt rule of a session’s events', { incode: { ...session, keep: { body: 'hash' } } }],
    ['a session called as the gateway’s own events', { countersign: { ...session, broker: 'incode' } }],
  ])('refuse %s', (_what, sessions, more = {}) => {
    expect(refusal({ store: 'memory:', sessions, ...more })).toMatchSnapshot();
  });

  it('take destinations of its own, by its name, and those at the top', () => {
    const { config, warnings } = parseConfig(
      {
        store: 'memory:',
        sessions: { incode: { ...session, deliver: [{ to: TO }, 'crm'] } },
        destinations: { crm: { file: './lines.jsonl' } },
      },
      { ...options, baseDir: '/srv' },
    );
    expect(config.sessions[0]?.deliver).toEqual(['incode', 'crm']);
    expect(config.destinations.map(({ name, option }) => [name, option])).toEqual([
      ['crm', 'destinations.crm'],
      ['incode', 'sessions.incode.deliver[0]'],
    ]);
    expect(warnings.map(({ code, sentence }) => [code, sentence])).toContainEqual([
      'events-in-memory',
      'Events that incode keeps are lost when the process ends.',
    ]);
  });
});

const KEPT = { kind: 'keep', isHashOnly: false, isFullText: false, mask: { headers: [], members: [] } };

it('a destination has all its defaults, absolute paths and a name', () => {
  const { config } = parseConfig(
    {
      gates: {
        one: { ...gate, ...deliver({ to: TO }, 'crm') },
        two: { ...gate, path: '/b', ...deliver('crm', { name: 'lines', file: './lines.jsonl' }) },
      },
      destinations: { crm: { command: ['./import.sh', '-v'], transform: './shape.ts#slim', retries: [] } },
      operatorEvents: 'crm',
    },
    { ...options, baseDir: '/srv' },
  );
  expect(config.destinations).toMatchInlineSnapshot(`
    [
      {
        "concurrency": 32,
        "disableAfterMs": 432000000,
        "headers": {},
        "keepHeaders": [],
        "name": "crm",
        "option": "destinations.crm",
        "retriesMs": [],
        "target": {
          "command": [
            "/srv/import.sh",
            "-v",
          ],
          "directory": "/srv",
          "environment": [],
          "kind": "command",
          "passed": [],
        },
        "timeoutMs": 15000,
        "transform": {
          "file": "/srv/shape.ts",
          "name": "slim",
        },
      },
      {
        "concurrency": 32,
        "disableAfterMs": 432000000,
        "headers": {},
        "keepHeaders": [],
        "name": "one",
        "option": "gates.one.keep.deliver[0]",
        "target": {
          "kind": "http",
          "url": "http://127.0.0.1:9/hook",
        },
        "timeoutMs": 15000,
      },
      {
        "concurrency": 32,
        "disableAfterMs": 432000000,
        "headers": {},
        "keepHeaders": [],
        "name": "lines",
        "option": "gates.two.keep.deliver[1]",
        "target": {
          "kind": "file",
          "path": "/srv/lines.jsonl",
        },
        "timeoutMs": 15000,
      },
    ]
  `);
  expect(config.gates.map(({ outcome }) => outcome)).toEqual([
    { ...KEPT, deliver: ['one', 'crm'] },
    { ...KEPT, deliver: ['crm', 'lines'] },
  ]);
  expect(config.operatorEvents).toBe('crm');
});

it('a header of a destination may begin as the value of one does: it is one', () => {
  const shop = { name: 'shop', to: TO, headers: { authorization: `Bearer ${'q8Zt3xLw'.repeat(4)}` } };
  const { warnings } = parseConfig({ gates: { g: { ...gate, ...deliver(shop) } } }, options);
  expect(JSON.stringify(warnings)).not.toContain('as a header’s value does');
});
