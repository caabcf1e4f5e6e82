/** What is said of the key that a destination signs with, and what is not shown of it. */
import { describe, expect, it } from 'vitest';
import type { ConfigInput } from '../../src/config/config-input.ts';
import { parseConfig } from '../../src/config/parse-config.ts';
import { dryStart } from '../../src/dry-start.ts';
import { start } from '../harness.ts';

const SECRET = 'a secret of thirty-two characters';
const WHSEC = `whsec_${Buffer.from(SECRET).toString('base64')}`;

const configOf = (sign: object): ConfigInput => ({
  gates: {
    inbox: {
      path: '/in',
      provider: 'github',
      keys: [{ secret: SECRET }],
      keep: { deliver: [{ to: 'http://127.0.0.1:9/', sign } as never] },
    },
  },
});

async function saidOf(sign: object): Promise<readonly string[]> {
  const { config, warnings } = parseConfig(configOf(sign), { baseDir: '/', env: {} });
  const dry = await dryStart(config);
  const all = [...warnings, ...dry.warnings].filter(({ path }) => path.includes('sign'));
  return all.map(({ sentence }) => sentence);
}

describe('the key that a destination signs with', () => {
  it('is called odd as its scheme reads it, and not as any text would be', async () => {
    expect(await saidOf({ secret: WHSEC })).toEqual([]);
    expect(await saidOf({ secret: `"${SECRET}"`, provider: 'github' })).toEqual([
      expect.stringContaining('quotes'),
    ]);
  });

  it('is judged where only the gateway’s own events are signed with it', async () => {
    const checkOf = (secret: string) =>
      dryStart(
        parseConfig(
          {
            ...configOf({ secret: WHSEC }),
            destinations: { ops: { to: 'http://127.0.0.1:9/', sign: { secret, provider: 'github' } } },
            operatorEvents: 'ops',
          },
          { baseDir: '/', env: {} },
        ).config,
      );
    expect((await checkOf('a1b')).problems.map(({ option }) => option)).toEqual([
      'destinations.ops.sign.secret',
    ]);
    const { warnings } = await checkOf(`"${SECRET}"`);
    expect(warnings.filter(({ path }) => path === 'destinations.ops.sign.secret')).toEqual([
      expect.objectContaining({ code: 'key-quotes-kept' }),
    ]);
  });

  it('is in no preview, where the scheme sends it', async () => {
    const gateway = await start(
      configOf({ secret: SECRET, scheme: { type: 'shared-token', header: 'x-token' } }).gates,
    );
    const event = {
      id: '01900000-0000-7000-8000-000000000001',
      gate: 'inbox',
      provider: 'github',
      keyId: 'key-1',
      receivedMs: 1,
      method: 'POST',
      url: '/in',
      headers: [],
      body: Buffer.from('{}'),
    };
    const preview = await gateway.deliveries.preview(event, 'inbox');
    expect(preview).toMatchObject({ kind: 'message', secretHeaders: ['x-token'] });
  });
});
