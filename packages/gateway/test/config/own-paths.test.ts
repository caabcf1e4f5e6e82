/** The paths that are not the gates': `check` keeps free what the gateway answers itself, and nothing else. */
import { ROUTES } from '@countersign/api';
import { providers } from '@countersign/core';
import { describe, expect, it } from 'vitest';
import { someOf } from '../../../../scripts/effort.ts';
import { ConfigError } from '../../src/config/config-error.ts';
import type { ConfigInput, GateInput } from '../../src/config/config-input.ts';
import { parseConfig } from '../../src/config/parse-config.ts';
import { actionsModule, proofOf, SECRET, send, start } from '../harness.ts';

type Gates = NonNullable<ConfigInput['gates']>;

/** What the gateway might answer itself: what the admin listener has as well, and what it lists. */
const PATHS = [
  ...new Set([...Object.values(ROUTES).map(({ path }) => path), '/actions', '/', '/metrics', '/favicon.ico']),
];

const ACTIONS = `export const one = { name: 'one', description: 'One.', input: { type: 'object' }, run: () => 'x' };`;

/** Every way in which a gate can say how requests prove themselves. */
const PROOFS: Readonly<Record<string, Pick<GateInput, 'provider' | 'scheme' | 'keys'>>> = {
  ...Object.fromEntries(providers.map((provider) => [provider.id, proofOf(provider)])),
  none: { provider: 'none' },
  'a scheme': {
    scheme: { algorithm: 'hmac-sha256', signature: 'x-signature', message: '{body}' },
    keys: [{ secret: SECRET }],
  },
};

function isKeptFree(gates: Gates, path: string): boolean {
  const own = { path, methods: ['GET'], provider: 'none', respond: { status: 418 } } as const;
  try {
    parseConfig({ store: 'memory:', gates: { ...gates, own } }, { baseDir: '/', env: {} });
    return false;
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    expect(error.problems.map(({ problem }) => problem)).toEqual(['is answered by the gateway itself']);
    return true;
  }
}

async function answeredPaths(gates: Gates): Promise<readonly string[]> {
  const { publicUrl } = await start(gates, { store: 'memory:' });
  const answers = await Promise.all(PATHS.map((path) => send(publicUrl + path, { method: 'GET' })));
  return PATHS.filter((_, i) => answers[i]?.status !== 404);
}

describe('the paths that check keeps free', () => {
  it.each(Object.entries(PROOFS).map(([id, proof], turn) => ({ id, proof, turn })))(
    'are those that a gateway with $id answers',
    async ({ proof, turn }) => {
      const actions = actionsModule(ACTIONS);
      for (const list of someOf([undefined, true, false], 3, turn)) {
        const answer = { actions, ...(list !== undefined && { list }) };
        const gates = { listed: { path: '/run/listed', ...proof, answer } };
        const answered = await answeredPaths(gates);
        expect(answered, `list: ${list}`).toEqual(PATHS.filter((path) => isKeptFree(gates, path)));
        if (list !== undefined) expect(answered.includes('/actions')).toBe(list);
      }
    },
  );

  it('are the gateway’s whatever else is configured, and those of the admin listener are free', async () => {
    const gates = { own: { path: '/x', provider: 'none', respond: { status: 204 } } } as const;
    expect(await answeredPaths(gates)).toEqual(['/health', '/ready']);
    const { publicUrl } = await start(
      Object.fromEntries(
        PATHS.filter((path) => !isKeptFree(gates, path)).map((path, i) => [
          `g${i}`,
          { path, methods: ['GET'], provider: 'none', respond: { status: 418 } },
        ]),
      ) as Gates,
      { store: 'memory:' },
    );
    for (const path of PATHS) {
      const { status } = await send(publicUrl + path, { method: 'GET' });
      expect(status, path).toBe(isKeptFree(gates, path) ? 200 : 418);
    }
  });
});
