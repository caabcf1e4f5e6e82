/** All of a gate's mistakes at once, and none that only follows from another. */
import { expect, it } from 'vitest';
import type { ConfigInput } from '../../src/config/config-input.ts';
import { parseConfig } from '../../src/config/parse-config.ts';
import { type DryStart, dryStart } from '../../src/dry-start.ts';

const KEY = 'Vd3pQ0zkT9wXr2LmYb7H';
const PEM = '-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----';
const KEYS = [{ secret: KEY }];
const SOUND = { path: '/g', keys: KEYS, keep: {} };

function dryStartOf(gate: object): Promise<DryStart> {
  const { config } = parseConfig({ store: 'memory:', gates: { g: gate } } as ConfigInput, {
    baseDir: '/nowhere',
    env: {},
  });
  return dryStart(config);
}

const optionsOf = async (gate: object): Promise<readonly string[]> =>
  (await dryStartOf(gate)).problems.map(({ option }) => option);

const delivering = (members: object): object => ({
  ...SOUND,
  provider: 'github',
  keep: { deliver: [{ to: 'http://127.0.0.1:9/', ...members }] },
});

it.each<readonly [what: string, gate: object, options: readonly string[]]>([
  ['none', { ...SOUND, provider: 'hmac' }, []],
  [
    'each wrong option, also one that does not exist, and the outcome',
    {
      path: '/g/:action',
      keys: KEYS,
      provider: { id: 'hmac', toleranceMs: -1, origin: 7, colour: 'red', nonce: 'x-nonce' },
      answer: { actions: './missing.mjs' },
    },
    [
      'gates.g.provider.toleranceMs',
      'gates.g.provider.origin',
      'gates.g.provider.colour',
      'gates.g.answer.actions',
    ],
  ],
  [
    'each wrong key',
    {
      ...SOUND,
      provider: 'github',
      keys: [{ secret: PEM }, { secret: KEY }, { secret: 'neither hex nor short', encoding: 'hex' }],
    },
    ['gates.g.keys[0].secret', 'gates.g.keys[2].secret'],
  ],
  [
    'each short key',
    { ...SOUND, provider: 'github', keys: [{ secret: 'a1b' }, { secret: 'c2d' }] },
    ['gates.g.keys', 'gates.g.keys'],
  ],
  [
    'a wrong option, and not the message that needs it',
    { ...SOUND, provider: { id: 'hmac', requestId: 7, message: '{id}.{timestamp}.{body}' } },
    ['gates.g.provider.requestId'],
  ],
  [
    'each wrong part of a declared scheme',
    {
      ...SOUND,
      scheme: {
        algorithm: 'hmac-sha256',
        signature: 'x-signature',
        message: '{body}',
        timestamp: 8,
        nonce: 9,
      },
    },
    ['gates.g.scheme.timestamp', 'gates.g.scheme.nonce'],
  ],
  [
    'each wrong part of a part, and nothing that a part lacks without them',
    {
      ...SOUND,
      scheme: {
        algorithm: 'hmac-sha256',
        signature: { header: 'x-signature', prefix: 5, encoding: 'hexx' },
        message: '{timestamp}.{body}',
        timestamp: { header: 7, unit: 'seconds', text: 'yes' },
      },
    },
    [
      'gates.g.scheme.signature.prefix',
      'gates.g.scheme.signature.encoding',
      'gates.g.scheme.timestamp.header',
      'gates.g.scheme.timestamp.unit',
      'gates.g.scheme.timestamp.text',
    ],
  ],
  [
    'a wrong part, and names that are not known beside it, once',
    {
      ...SOUND,
      scheme: {
        algorithm: 'hmac-sha256',
        signature: { header: 'x-signature', encoding: 'hexx', prefex: 'a', lst: {} },
        message: '{body}',
      },
    },
    ['gates.g.scheme.signature.encoding', 'gates.g.scheme.signature.prefex'],
  ],
  [
    'what is wrong between sound parts',
    { ...SOUND, provider: { id: 'hmac', message: '{body}' } },
    ['gates.g.provider.timestamp'],
  ],
  [
    'a wrong key, and not the destination that is signed with it',
    { ...delivering({ sign: 'sender' }), keys: [{ secret: 'a1b' }] },
    ['gates.g.keys'],
  ],
  [
    'a wrong filter of a destination that is signed as the sender signs',
    delivering({ sign: 'sender', when: { type: 'a*b*' } }),
    ['gates.g.keep.deliver[0].when.type'],
  ],
  [
    'a destination that is signed as a sender signs whose proof is in no header',
    {
      path: '/g',
      scheme: { algorithm: 'hmac-sha256', signature: { query: 's' }, message: '{body}' },
      keys: KEYS,
      keep: { deliver: [{ to: 'http://127.0.0.1:9/', sign: 'sender' }] },
    },
    ['gates.g.keep.deliver[0].sign'],
  ],
])('%s', async (_, gate, options) => {
  const found = await optionsOf(gate);
  expect([...found].sort()).toEqual([...options].sort());
});

it.each<readonly [what: string, gate: object]>([
  ['a filter by type that is wrong itself', delivering({ when: { type: 'a*b*' } })],
  [
    'a filter by type beside a wrong key',
    { ...delivering({ when: { type: 'push' } }), keys: [{ secret: 'a1b' }] },
  ],
])('%s draws no warning of a proof without types', async (_, gate) => {
  const { problems, warnings } = await dryStartOf(gate);
  expect(problems).toHaveLength(1);
  expect(warnings).toEqual([]);
});
