/** Keys that two gateways on one store change at the same time. */
import { type Gate, MemoryReplayGuard } from '@countersign/core';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { parseConfig } from '../../src/config/parse-config.ts';
import { Secret } from '../../src/config/secret.ts';
import { createCoreGate } from '../../src/gates/core-gate.ts';
import { type GateKeys, openGateKeys } from '../../src/gates/gate-keys.ts';
import { addKey, changeKey, type KeyFault, type Keys, type KeyWord } from '../../src/gates/key-changes.ts';
import { refreshKeys } from '../../src/gates/refresh-keys.ts';
import { createKeyRecords } from '../../src/sealed/key-records.ts';
import { createSealer } from '../../src/sealed/seal.ts';
import { changeMark } from '../../src/stores/change-mark.ts';
import { openStore } from '../../src/stores/open-store.ts';
import type { Store } from '../../src/stores/store.ts';

const IDS = ['configured', 'x', 'y', 'z'] as const;
const KEYS = [{ id: 'configured', secret: 'a-secret-of-thirty-two-bytes-of-a-file' }];
const [config] = parseConfig(
  {
    store: 'memory:',
    gates: { g: { path: '/g', provider: 'github', keys: KEYS, respond: { status: 204 } } },
  },
  { baseDir: '/', env: {} },
).config.gates;

interface Running {
  readonly keys: GateKeys;
  readonly core: Gate;
  refresh(): Promise<void>;
}

async function startOn(store: Store): Promise<Running> {
  const sealer = createSealer(new Uint8Array(32).fill(7));
  const core = config && createCoreGate(config, { replay: new MemoryReplayGuard(), now: Date.now });
  if (config === undefined || core === undefined) throw new Error('the configuration has a gate');
  const keys = await openGateKeys(config, createKeyRecords('g', store.records, sealer));
  keys.attach([core]);
  const log = { info() {}, warn() {} };
  return {
    keys,
    core,
    refresh: () => refreshKeys({ records: store.records, gates: [{ config, keys }], log }),
  };
}

/** What the gate goes by: the secrets too, for an id may have another by now. */
const stateOf = ({ keys, core }: Running) => ({
  state: keys.state,
  secrets: keys.current.map(({ secret }) => secret.reveal()),
  ring: core.keys.list().map(({ id, state }) => [id, state]),
});

const at = fc.constantFrom<0 | 1>(0, 1);
const id = fc.constantFrom(...IDS);
const step = fc.oneof(
  fc.record({ kind: fc.constant('add' as const), at, id }),
  fc.record({
    kind: fc.constant('change' as const),
    at,
    id,
    word: fc.constantFrom<KeyWord>('activate', 'make-next', 'retire', 'revoke', 'remove'),
    force: fc.boolean(),
  }),
  fc.record({ kind: fc.constant('refresh' as const), at }),
);

it('whatever two gateways change at the same time, none of it is lost, none is refused for the other’s sake, and both come to the same keys', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.array(step, { minLength: 1, maxLength: 4 }), { maxLength: 8 }),
      async (rounds) => {
        const store = await openStore(':memory:');
        const gateways = [await startOn(store), await startOn(store)] as const;
        let number = 0;
        for (const round of rounds) {
          const mark = await changeMark(store.records);
          let changes = 0;
          // All of a round at the same time.
          await Promise.all(
            round.map(async (each) => {
              const { keys, refresh } = gateways[each.at];
              if (each.kind === 'refresh') return refresh();
              const secret = new Secret(`a-secret-of-thirty-two-bytes-number-${number++}`);
              const make = (current: Keys): Keys | KeyFault =>
                each.kind === 'add'
                  ? addKey(current, { id: each.id, secret, state: 'next' })
                  : changeKey(current, { id: each.id, change: each.word, force: each.force }, Date.now());
              const fault = await keys.change(make);
              if (fault === undefined) changes++;
              else expect(fault.code).not.toBe('changed-meanwhile');
            }),
          );
          if (changes > 0) expect(await changeMark(store.records)).not.toBe(mark);
        }
        for (const { refresh } of gateways) await refresh();
        expect(stateOf(gateways[0])).toEqual(stateOf(gateways[1]));
        // A third that starts now has read nothing but the store.
        expect(stateOf(await startOn(store)).secrets).toEqual(stateOf(gateways[0]).secrets);
        await store.close();
      },
    ),
    { numRuns: 40 },
  );
});
