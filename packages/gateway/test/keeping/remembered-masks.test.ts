/** What was masked while it was kept is shown to nobody when its gate is gone. */
import { createAdminClient } from '@countersign/api';
import { describe, expect, it } from 'vitest';
import type { ConfigInput } from '../../src/config/config-input.ts';
import { loadConfig } from '../../src/config/load-config.ts';
import { startGateway } from '../../src/gateway.ts';
import { later } from '../harness.ts';
import { type ReloadingGateway, SECRET, send, startReloading } from '../setting/reloading.ts';

const GATE = { path: '/g', provider: 'github', keys: [{ id: 'main', secret: SECRET }] } as const;
const OTHER = { other: { ...GATE, path: '/other', respond: { status: 204 } } } as const;
const masking = (members: string[]): ConfigInput => ({
  gates: { ...OTHER, people: { ...GATE, keep: { mask: { members } } } },
});
const BODY = '{"ssn":"111-22-3333"}';

const clientOf = ({
  adminUrl = '',
  adminToken,
}: Pick<ReloadingGateway['gateway'], 'adminUrl' | 'adminToken'>) =>
  createAdminClient({ baseUrl: adminUrl, token: adminToken });

async function shown(gateway: ReloadingGateway['gateway']): Promise<string> {
  const client = clientOf(gateway);
  const [event] = (await client.call('events')).events;
  const { bodyBase64 } = await client.call('event', { id: event?.id ?? '' });
  return Buffer.from(bodyBase64, 'base64').toString();
}

/** The same file in another process, as far as the gateway can tell. */
async function restarted({ gateway, dir, write }: ReloadingGateway, input: ConfigInput) {
  await gateway.close();
  write(input);
  const { config } = await loadConfig({ cwd: dir, env: {} });
  const next = await startGateway({ config, logSink: { write: () => {} } });
  later(() => next.close());
  return next;
}

describe('the events of a gate', () => {
  it.each<[how: string, input: ConfigInput]>([
    ['that is gone', { gates: OTHER }],
    ['that has another name', { gates: { ...OTHER, persons: { ...GATE, keep: {} } } }],
    ['that keeps no more', { gates: { ...OTHER, people: { ...GATE, respond: { status: 204 } } } }],
  ])('%s stay masked, after a reload and after a restart', async (_, input) => {
    const running = await startReloading(masking(['ssn']));
    expect(await send(running, '/g', BODY)).toBe(200);
    expect(await shown(running.gateway)).toBe('{"ssn":"***"}');
    expect((await running.reload(input)).result).toBe('applied');
    expect(await shown(running.gateway)).toBe('{"ssn":"***"}');
    expect(await shown(await restarted(running, input))).toBe('{"ssn":"***"}');
  });

  it('go by the last mask that it had, and by none where the mask was taken off while it was there', async () => {
    const running = await startReloading(masking([]));
    expect(await send(running, '/g', BODY)).toBe(200);
    for (const [members, text] of [
      [['ssn'], '{"ssn":"***"}'],
      [[], BODY],
    ] as const) {
      expect((await running.reload(masking([...members]))).result).toBe('applied');
      const next = { gates: OTHER };
      expect((await running.reload(next)).result).toBe('applied');
      expect(await shown(running.gateway)).toBe(text);
    }
  });

  it('are masked by as much as a record of the store holds; a longer mask is a problem of the configuration', async () => {
    const running = await startReloading(masking([]));
    const longest = ['ssn', 'a'.repeat(65_000 - '[[],["ssn",""]]'.length)];
    expect((await running.reload(masking(longest))).result).toBe('applied');
    expect(await send(running, '/g', BODY)).toBe(200);
    expect(await shown(running.gateway)).toBe('{"ssn":"***"}');
    expect(await running.reload(masking([...longest, 'b']))).toMatchObject({
      result: 'broken',
      findings: [{ path: 'gates.people.keep.mask', problem: 'is too long: its names take 65,004 bytes' }],
    });
  });
});
