// biome-ignore-all lint/suspicious/noTemplateCurlyInString: ${…} is what a configuration writes.
/** The configuration by the admin API: shown without secrets, judged without being applied, read again. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createAdminClient } from '@countersign/api';
import { describe, expect, it } from 'vitest';
import type { GateInput } from '../../src/config/config-input.ts';
import { createReloader } from '../../src/setting/reloader.ts';
import { start } from '../harness.ts';
import { type ReloadingGateway, SECRET, send, startReloading } from './reloading.ts';

const gate = (path: string, secret: string = SECRET): GateInput => ({
  path,
  provider: 'github',
  keys: [{ id: 'main', secret }],
  respond: { status: 202 },
});

const client = ({ gateway: { adminUrl = '', adminToken } }: Pick<ReloadingGateway, 'gateway'>) =>
  createAdminClient({ baseUrl: adminUrl, token: adminToken });

describe('GET /api/config', () => {
  it('shows what is at work with its defaults, and where secrets come from instead of secrets', async () => {
    const running = await startReloading(
      { gates: { a: gate('/a'), b: gate('/b', '${file:b.key}') } },
      {},
      { 'b.key': 'the secret of b, in a file' },
    );
    const view = await client(running).call('config');
    expect(view).toMatchObject({
      file: running.file,
      config: {
        limits: { maxBody: '1MB' },
        gates: {
          a: { path: '/a', keys: [{ id: 'main', secret: '[secret]', state: 'active' }] },
          b: { keys: [{ secret: '${file:b.key}' }] },
        },
      },
    });
    expect(view.defaults).toContain('limits.maxBody');
    expect(view.defaults).not.toContain('gates.a.path');
    expect(JSON.stringify(view)).not.toMatch(/a secret of more|the secret of b/);
  });

  it('has another etag after a reload that changed something, and the same after one that did not', async () => {
    const running = await startReloading({ gates: { a: gate('/a') } });
    const etag = async () => {
      const { adminUrl, adminToken } = running.gateway;
      const response = await fetch(`${adminUrl}/api/config`, {
        headers: { authorization: `Bearer ${adminToken}` },
      });
      await response.arrayBuffer();
      return response.headers.get('etag');
    };
    const first = await etag();
    await running.gateway.reload();
    expect(await etag()).toBe(first);
    await running.reload({ gates: { a: gate('/b') } });
    expect(await etag()).not.toBe(first);
  });

  it('is a problem where a program has started the gateway without a file', async () => {
    const gateway = await start({ a: gate('/a') });
    const { adminUrl = '', adminToken } = gateway;
    const admin = createAdminClient({ baseUrl: adminUrl, token: adminToken });
    const said = {
      code: 'no-config-file',
      message: expect.stringContaining('the gateway was started by a program that gave it no file'),
    };
    await expect(admin.call('config')).rejects.toMatchObject(said);
    await expect(admin.call('reloadConfig')).rejects.toMatchObject(said);
    await expect(admin.call('validateConfig')).rejects.toMatchObject(said);
  });
});

describe('POST /api/config/validate', () => {
  it('says of the file what a reload would do, and changes nothing', async () => {
    const running = await startReloading({ gates: { a: gate('/a') } });
    running.write({ gates: { a: gate('/b') } });
    expect(await client(running).call('validateConfig')).toMatchObject({
      result: 'valid',
      changes: [{ path: 'gates.a.path', kind: 'changed', from: '/a', to: '/b' }],
    });
    expect(await send(running, '/a', 'one')).toBe(202);
  });

  it('judges a text in the place of the file, with the line of what is wrong', async () => {
    const running = await startReloading({ gates: { a: gate('/a') } });
    const text =
      'gates:\n  a:\n    path: /a\n    provider: gitub\n    keys: [{ secret: "a secret of the text, long enough" }]\n    respond: { status: 202 }\n';
    const report = await client(running).call('validateConfig', { text });
    expect(report).toMatchObject({ result: 'restart', restart: expect.arrayContaining(['listen']) });
    const broken = await client(running).call('validateConfig', { text: 'gates:\n  a: { pth: /a }\n' });
    expect(broken.result).toBe('broken');
    expect(broken.findings[0]).toMatchObject({ path: 'gates.a', line: 2 });
    expect(JSON.stringify([report, broken])).not.toContain('a secret of the text');
  });

  it('does not load the modules that a text names', async () => {
    const running = await startReloading({ gates: { a: gate('/a') } });
    writeFileSync(join(running.dir, 'acts.mjs'), 'globalThis.wasLoaded = true; export default {};');
    const { respond: _, ...base } = gate('/a');
    const text = JSON.stringify({ gates: { a: { ...base, answer: { actions: './acts.mjs' } } } });
    await client(running).call('validateConfig', { text });
    expect(Reflect.get(globalThis, 'wasLoaded')).toBeUndefined();
  });
});

describe('POST /api/config/reload', () => {
  it('applies the file, and /metrics counts it', async () => {
    const running = await startReloading({ gates: { a: gate('/a') } });
    running.write({ gates: { a: gate('/b') } });
    expect(await client(running).call('reloadConfig')).toMatchObject({ result: 'applied' });
    running.write('no: configuration');
    expect(await client(running).call('reloadConfig')).toMatchObject({ result: 'broken' });
    const metrics = await client(running).call('metrics');
    expect(metrics).toContain('countersign_config_reloads_total{result="applied"} 1\n');
    expect(metrics).toContain('countersign_config_reloads_total{result="broken"} 1\n');
    expect(metrics).toMatch(/countersign_config_loaded_timestamp_seconds \d+/);
    expect(await send(running, '/b', 'one')).toBe(202);
  });
});

describe('/ready', () => {
  it('is 503 while no gate has a key that is valid, and says so', async () => {
    const ready = async ({ gateway }: ReloadingGateway) => {
      const response = await fetch(`${gateway.publicUrl}/ready`);
      return { status: response.status, view: (await response.json()) as unknown };
    };
    const running = await startReloading({ gates: { a: gate('/a') } });
    expect((await ready(running)).status).toBe(200);
    const over = {
      ...gate('/a'),
      keys: [{ id: 'old', secret: SECRET, state: 'retiring', until: '2020-01-01' }],
    } as const;
    await running.reload({ gates: { a: over } });
    expect(await ready(running)).toEqual({
      status: 503,
      view: { status: 'unready', reason: 'no gate has a key that is valid now' },
    });
  });
});

it('a fault that is no problem of the file is in the log, and the next reload is tried all the same', async () => {
  const running = await startReloading({ gates: { a: gate('/a') } });
  const { loaded } = running.source;
  const lines: string[] = [];
  const write = (_: object, text: string): void => void lines.push(text);
  let isFailing = true;
  const reloader = createReloader({
    source: {
      loaded,
      load: async () => {
        if (isFailing) throw new TypeError('a bug');
        return loaded;
      },
      judge: async () => loaded,
    },
    current: () => loaded.config,
    apply: async () => {},
    lookAgain: async () => {},
    onSecrets() {},
    now: Date.now,
    log: { info: write, warn: write, error: write },
  });
  expect(await reloader.reload()).toMatchObject({
    result: 'broken',
    findings: [{ problem: 'the gateway failed; its log says how' }],
  });
  expect(lines).toContain('the configuration could not be read again');
  isFailing = false;
  expect(await reloader.reload()).toMatchObject({ result: 'unchanged' });
});
