import { SetupError } from '@countersign/core';
import { describe, expect, it } from 'vitest';
import { type Action, defineAction } from '../src/actions/define-action.ts';
import { loadConfig } from '../src/config/load-config.ts';
import { Secret } from '../src/config/secret.ts';
import { createFlowentClient } from '../src/flowent/flowent-client.ts';
import { startGateway } from '../src/gateway.ts';
import { openStore } from '../src/stores/open-store.ts';
import { testClaimStore } from '../src/testing/claim-store-contract.ts';
import { testEventStore } from '../src/testing/event-store-contract.ts';
import { testRecordStore } from '../src/testing/record-store-contract.ts';
import { testAction } from '../src/testing/test-action.ts';

/** What untyped code may hand over. */
function untyped<T>(value: unknown): T {
  return value as T;
}

const action = { name: 'a', description: 'b', input: { type: 'object' }, run: () => 'c' } as const;
const client = { apiUrl: 'https://p.example/api/v1/gateway', apiToken: new Secret('t') };

const DOORS: Readonly<Record<string, (value: unknown) => unknown>> = {
  startGateway: (value) => startGateway(untyped(value)),
  loadConfig: (value) => loadConfig(untyped(value)),
  createFlowentClient: (value) => createFlowentClient(untyped(value)),
  defineAction: (value) => defineAction(untyped<Action>(value)),
  openStore: (value) => openStore(untyped(value)),
  testEventStore: (value) => testEventStore(untyped(value)),
  testClaimStore: (value) => testClaimStore(untyped(value)),
  testRecordStore: (value) => testRecordStore(untyped(value)),
  'testAction, its action': (value) => testAction(untyped<Action>(value)),
  'testAction, its options': (value) => testAction(defineAction(action), {}, untyped(value ?? null)),
  Secret: (value) => new Secret(untyped(value)),
};

async function thrownBy(run: () => unknown): Promise<unknown> {
  try {
    await run();
  } catch (error) {
    return error;
  }
  return undefined;
}

describe.each(Object.entries(DOORS))('%s', (_name, open) => {
  it.each<[string, unknown]>([
    ['undefined', undefined],
    ['null', null],
    ['a number', 5],
    ['a list', []],
    ['an empty object', {}],
    ['a promise', Promise.resolve({})],
    ['a symbol', Symbol('s')],
    ['a Map', new Map()],
    ['misspelt options', { optoins: 1 }],
  ])('refuses %s in words', async (name, value) => {
    const error = await thrownBy(() => open(value));
    if (name === 'an empty object' && error === undefined) return;
    expect(error).toBeInstanceOf(SetupError);
    expect(String(error)).not.toMatch(/Cannot|is not (?:a function|iterable)/);
  });
});

describe('an option of the wrong kind', () => {
  it.each<[string, () => unknown, RegExp]>([
    [
      'a raw configuration',
      () => startGateway(untyped({ config: { gates: {} } })),
      /config: it is a plain object. Give what loadConfig/,
    ],
    [
      'a store of one interface, as 0.1 had it',
      () => startGateway(untyped({ config: { gates: [], listen: {} }, store: { keep: () => {} } })),
      /store: it is a plain object. Give what openStore gives/,
    ],
    [
      'an option of the store',
      () => openStore(':memory:', untyped({ maxQueue: 5 })),
      /Did you mean maxQueued\?/,
    ],
    [
      'a clock',
      () => startGateway(untyped({ config: { gates: [], listen: {} }, now: 5 })),
      /now: it is a number/,
    ],
    [
      'a token as text',
      () => createFlowentClient(untyped({ ...client, apiToken: 't' })),
      /apiToken: it is a text. Give a Secret/,
    ],
    [
      'an unset token',
      () => createFlowentClient(untyped({ ...client, apiToken: undefined })),
      /apiToken: it is undefined/,
    ],
    [
      'an unset address',
      () => createFlowentClient(untyped({ ...client, apiUrl: undefined })),
      /apiUrl: it is undefined/,
    ],
    [
      'a misspelt option',
      () => createFlowentClient(untyped({ ...client, timeout: 5 })),
      /Did you mean timeoutMs\?/,
    ],
    [
      'the old name of the input',
      () => defineAction(untyped<Action>({ ...action, inputSchema: {} })),
      /inputSchema.*is called input/,
    ],
    [
      'no run',
      () => defineAction(untyped<Action>({ ...action, run: undefined })),
      /action\.run: it is undefined/,
    ],
  ])('%s', async (_name, run, message) => {
    expect(String(await thrownBy(run))).toMatch(message);
  });
});
