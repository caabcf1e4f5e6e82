/** The commands with a gate that looks its keys up by tenant: they say where keys come from, and whose key has proved a request. */
import { createHmac } from 'node:crypto';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadConfig, startGateway } from '@countersign/gateway';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { newFolder, run } from '../support.ts';

const SECRET = 'the-secret-of-acme-of-32-characters';
const BODY = '{"a":1}';
const TOKEN = 'admin-token-of-this-test';

let cwd = '';
beforeEach(() => {
  cwd = newFolder();
  mkdirSync(join(cwd, 'tenants'));
  const keys = [{ id: 'main', secret: SECRET }];
  writeFileSync(join(cwd, 'tenants/acme.json'), JSON.stringify({ keys }));
  writeFileSync(
    join(cwd, 'countersign.yaml'),
    `listen: { public: 127.0.0.1:0, admin: 127.0.0.1:0 }
store: sqlite:store.db
admin: { token: ${TOKEN} }
gates:
  hooks: { path: "/hooks/:tenant", provider: github, keysFrom: { folder: ./tenants }, keep: {} }
`,
  );
});

const headers = {
  'x-hub-signature-256': `sha256=${createHmac('sha256', SECRET).update(BODY).digest('hex')}`,
};

function captured(url: string): string {
  writeFileSync(join(cwd, 'r.json'), JSON.stringify({ method: 'POST', url, headers, body: BODY }));
  return 'r.json';
}

describe('check', () => {
  it('says where keys are looked up, and that it does not know which there are', async () => {
    const { code, out } = await run(['check'], { cwd });
    expect(code).toBe(0);
    expect(out).toContain(
      `  keys      looked up by tenant in the folder ${join(cwd, 'tenants')}, for the tenant that :tenant of the path names, and used for 60 s; which there are is not known here`,
    );
    const { out: json } = await run(['check', '--json'], { cwd });
    expect(JSON.parse(json).gates[0]).toMatchObject({
      keys: [],
      keysFrom: {
        source: 'folder',
        from: `the folder ${join(cwd, 'tenants')}`,
        tenant: ':tenant of the path',
        maxAgeMs: 60_000,
        maxTenants: 1_000,
      },
    });
  });

  it('says that the folder is not there', async () => {
    rmSync(join(cwd, 'tenants'), { recursive: true });
    const { code, err } = await run(['check'], { cwd });
    expect(code).toBe(2);
    expect(err).toContain(`gates.hooks.keysFrom.folder: ${join(cwd, 'tenants')} is not there`);
  });

  it.each([
    [
      'header: X-Shop',
      'url: "https://keys.example/{tenant}?token=hunter2"',
      'in https://keys.example/{tenant}?…, for the tenant that the header x-shop names',
    ],
    ['query: shop', 'function: ./keys.mjs#find', 'keys.mjs, for the tenant that shop of the query names'],
    ['body: account.id', 'folder: ./tenants', 'for the tenant that account.id of the body names'],
  ])('says it of %s and %s', async (tenant, source, says) => {
    writeFileSync(join(cwd, 'keys.mjs'), 'export const find = async () => undefined;');
    writeFileSync(
      join(cwd, 'countersign.yaml'),
      `store: "memory:"
gates:
  hooks: { path: /hooks, provider: github, keysFrom: { tenant: { ${tenant} }, ${source} }, keep: {} }
`,
    );
    const { code, out } = await run(['check'], { cwd });
    expect(code).toBe(0);
    expect(out).toContain(says);
    expect(out).not.toContain('hunter2');
  });
});

describe('verify and explain', () => {
  it('look keys up as the gateway does, and say whose key it is', async () => {
    const args = ['verify', captured('/hooks/acme'), '-c', 'countersign.yaml'];
    expect((await run(args, { cwd })).out).toContain('key acme/main');
    const { out } = await run([...args, '--json'], { cwd });
    expect(JSON.parse(out)).toMatchObject({ tenant: 'acme', keyId: 'main' });
  });

  it('say of a tenant that there is none', async () => {
    const { code, out } = await run(['explain', captured('/hooks/initech'), '-c', 'countersign.yaml'], {
      cwd,
    });
    expect(code).toBe(1);
    expect(out).toContain('unknown-tenant');
    expect(out).toContain(
      'the request says it is of the tenant "initech", and there are no keys of that tenant',
    );
  });
});

describe('a gateway that runs', () => {
  async function started() {
    const { config } = await loadConfig({ cwd, env: {} });
    const gateway = await startGateway({ config, logSink: { write() {} } });
    onTestFinished(() => gateway.close());
    const ask = (args: readonly string[]) =>
      run([...args, '--admin', gateway.adminUrl ?? ''], { cwd, env: { HOME: cwd } });
    return { gateway, ask };
  }

  it('lists no keys, and says where they are', async () => {
    const { ask } = await started();
    const { code, out, err } = await ask(['keys', 'list', '--gate', 'hooks']);
    expect(code).toBe(0);
    expect(`${out}${err}`).toContain(
      'The gate looks its keys up by tenant: they are listed and changed where keysFrom in the configuration says.',
    );
  });

  it('shows whose key has proved an event', async () => {
    const { gateway, ask } = await started();
    await fetch(`${gateway.publicUrl}/hooks/acme`, { method: 'POST', headers, body: BODY });
    const { out: list } = await ask(['events', 'list']);
    expect(list).toMatch(/ hooks\/acme +POST \/hooks\/acme /);
    const [, id = ''] = / ([0-9a-f-]{36}) /.exec(list) ?? [];
    expect((await ask(['events', 'show', id])).out).toContain('by github with the key acme/main');
  });
});
