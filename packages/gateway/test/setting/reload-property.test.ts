/** A reload from any configuration to any other comes to the gateway that a start with the other gives. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { between } from '../../../../scripts/effort.ts';
import { gateView } from '../../src/admin/views.ts';
import type { ConfigInput, GateInput } from '../../src/config/config-input.ts';
import type { Gateway } from '../../src/running-gateway.ts';
import { send, startReloading } from './reloading.ts';

const SECRETS = ['a first secret of sixteen bytes', 'a second secret of sixteen bytes'] as const;
const PATHS = ['/one', '/two', '/three'] as const;
const NAMES = ['a', 'b', 'c'] as const;

const outcome = fc.constantFrom<Partial<GateInput>>(
  { respond: { status: 202 } },
  { keep: {} },
  { keep: { for: '1d', deliver: ['sink'] } },
  { keep: { deliver: [{ to: 'http://127.0.0.1:9/own' }] } },
);

const gateOf = (path: string): fc.Arbitrary<GateInput> =>
  fc
    .record({
      secret: fc.constantFrom(...SECRETS),
      outcome,
      repeat: fc.constantFrom('refuse' as const, 'run' as const, undefined),
      keepRefused: fc.boolean(),
      maxBody: fc.constantFrom(undefined, '2MB'),
    })
    .map((parts) => ({
      path,
      provider: 'github',
      keys: [{ id: 'main', secret: parts.secret }],
      ...parts.outcome,
      ...(parts.repeat && { replay: { repeat: parts.repeat } }),
      ...(parts.keepRefused && { keepRefused: {} }),
      ...(parts.maxBody !== undefined && { maxBody: parts.maxBody }),
    }));

const configuration: fc.Arbitrary<ConfigInput> = fc
  .record({
    names: fc.subarray([...NAMES], { minLength: 1 }),
    paths: fc.shuffledSubarray([...PATHS], { minLength: 3 }),
    timeout: fc.constantFrom('5s', '6s'),
  })
  .chain(({ names, paths, timeout }) =>
    fc.tuple(...paths.map(gateOf)).map((gates) => ({
      store: 'memory:',
      gates: Object.fromEntries(names.flatMap((name, i) => (gates[i] ? [[name, gates[i]]] : []))),
      destinations: { sink: { to: 'http://127.0.0.1:9/sink', timeout } },
    })),
  );

/** All that can be seen of a gateway, counts apart. */
function seen(gateway: Gateway): unknown {
  return {
    gates: gateway.gates.map((gate) => ({
      view: gateView(gate, {
        publicUrl: undefined,
        localUrl: '',
        keyVariables: new Map(),
        isStored: false,
        nowMs: 0,
      }),
      config: gate.config,
    })),
    destinations: gateway.deliveries
      .list()
      .map(({ name, kind, target, state }) => ({ name, kind, target, state }))
      .toSorted((a, b) => a.name.localeCompare(b.name)),
  };
}

describe('a reload from any configuration to any other', () => {
  it('comes to what a start with the other gives: gates, keys, coverage, destinations, answers', async () => {
    await fc.assert(
      fc.asyncProperty(configuration, configuration, async (before, after) => {
        const reloaded = await startReloading(before);
        const report = await reloaded.reload(after);
        expect(['applied', 'unchanged']).toContain(report.result);
        const fresh = await startReloading(after);
        expect(JSON.stringify(seen(reloaded.gateway))).toBe(JSON.stringify(seen(fresh.gateway)));
        for (const path of PATHS)
          for (const secret of SECRETS)
            expect(await send(reloaded, path, `${path} ${secret}`, secret)).toBe(
              await send(fresh, path, `${path} ${secret}`, secret),
            );
        await Promise.all([reloaded.gateway.close(), fresh.gateway.close()]);
      }),
      { numRuns: between(25, 300) },
    );
  }, 300_000);
});
