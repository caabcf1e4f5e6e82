// biome-ignore-all lint/suspicious/noTemplateCurlyInString: ${…} is what a configuration writes.
/** Where senders reach a gate, as the admin API says it. */
import { createAdminClient, type GateView } from '@countersign/api';
import { describe, expect, it } from 'vitest';
import { keyVariablesOf } from '../../src/admin/key-variables.ts';
import { parseConfig } from '../../src/config/parse-config.ts';
import { start } from '../harness.ts';

const GATES = {
  hook: { path: '/hook', provider: 'none', respond: { status: 200 } },
  actions: { path: '/actions/:action', provider: 'none', respond: { status: 200 } },
} as const;

async function views(publicUrl?: string): Promise<readonly GateView[]> {
  const gateway = await start(GATES, publicUrl === undefined ? {} : { publicUrl });
  return createAdminClient({ baseUrl: gateway.adminUrl ?? '', token: gateway.adminToken }).call('gates');
}

describe('the url of a gate in the admin API', () => {
  it('is publicUrl with the path', async () => {
    expect((await views('https://hooks.example.com')).map(({ url }) => url)).toEqual([
      'https://hooks.example.com/hook',
      'https://hooks.example.com/actions/:action',
    ]);
  });

  it('is absent where no publicUrl is configured: the listener’s own address is not what senders call', async () => {
    for (const view of await views()) expect(view).not.toHaveProperty('url');
  });

  it('of the gateway’s own machine is the listener’s, on loopback where it listens everywhere', async () => {
    for (const host of ['127.0.0.1', '0.0.0.0']) {
      const gateway = await start(GATES, { listen: { public: `${host}:0`, admin: '127.0.0.1:0' } });
      const { port } = new URL(gateway.publicUrl);
      const client = createAdminClient({ baseUrl: gateway.adminUrl ?? '', token: gateway.adminToken });
      const [hook] = await client.call('gates');
      expect(hook?.localUrl).toBe(`http://127.0.0.1:${port}/hook`);
    }
  });
});

describe('the variable of a gate’s key', () => {
  it('is the first that the configuration names for one', () => {
    const { written } = parseConfig(
      {
        gates: {
          named: {
            path: '/named',
            provider: 'github',
            keys: [
              { secret: 'a secret of more than sixteen' },
              { secret: '${env:FIRST}' },
              { secret: '${env:SECOND}' },
            ],
            keep: {},
          },
          written: {
            path: '/written',
            provider: 'github',
            keys: [{ secret: '${env:FIRST}-and-more' }],
            keep: {},
          },
        },
      },
      {
        baseDir: import.meta.dirname,
        env: { FIRST: 'the first of two secrets', SECOND: 'the second of two secrets' },
      },
    );
    const shown = written.shown(new Uint8Array(32));
    expect([...keyVariablesOf(shown)]).toEqual([['named', 'FIRST']]);
    expect(keyVariablesOf(shown)).toBe(keyVariablesOf(shown));
  });
});
