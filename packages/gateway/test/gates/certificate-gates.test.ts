/** Gates whose keys are certificates that requests name: written without keys, and ready to prove. */
import { MemoryReplayGuard } from '@countersign/core';
import { expect, it } from 'vitest';
import { parseConfig } from '../../src/config/parse-config.ts';
import { createCoreGate } from '../../src/gates/core-gate.ts';
import { gate, options } from '../config/config-refusals.ts';

const SNS = { provider: { id: 'aws-sns', topics: 'arn:aws:sns:us-east-1:123456789012:orders' } };

const DECLARED = {
  scheme: {
    type: 'certificate',
    certificate: { member: 'certificate', hosts: ['keys.partner.example'], names: ['keys.partner.example'] },
    signature: 'signature',
    algorithm: 'rsa-pkcs1-sha256',
    message: ['text', 'id', 'sent_at', 'account'],
    timestamp: 'sent_at',
    id: 'id',
    require: { account: ['acme'] },
  },
};

it.each([
  ['aws-sns', SNS],
  ['a declared scheme', DECLARED],
])('%s needs no keys, and takes some in place of certificates', (_, proof) => {
  const { provider: _provider, keys: _keys, ...rest } = gate;
  const coreGateOf = (more: object) => {
    const { config } = parseConfig(
      { gates: { g: { ...rest, ...proof, ...more } } },
      { ...options, knownProviders: ['aws-sns'] },
    );
    const [own] = config.gates;
    if (own === undefined) throw new Error('there is no gate');
    const replay = new MemoryReplayGuard();
    return createCoreGate(own, { replay, now: () => 0, fetch: () => expect.unreachable() });
  };
  expect(coreGateOf({})?.keys.list()).toMatchObject([{ id: 'certificate', state: 'active' }]);
  expect(() => coreGateOf({ keys: [{ secret: 'hunter2-hunter2' }] })).toThrow(/gates\.g.*keys\[0\]\.secret/);
  expect(() => coreGateOf({ keysFrom: { folder: '.' } })).toThrow(/the scheme fetches its keys/);
});
