/** `countersign claims release`, against a gateway that runs, and against the file of one that does not. */
import { createHmac } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type LogSink, loadConfig, startGateway } from '@countersign/gateway';
import { describe, expect, it, onTestFinished } from 'vitest';
import { freePort } from '../../../../scripts/free-ports.ts';
import { newFolder, run } from '../support.ts';

const SECRET = 'a secret of more than sixteen bytes';
const BODY = '{"zen":"once more"}';

interface Bench {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  readonly claimId: string;
  readonly adminUrl: string;
  /** Sends the one request of this test; its status. */
  post(): Promise<number>;
  stop(): Promise<void>;
  restart(): Promise<void>;
}

/** A gateway that has taken one delivery. */
async function taken(token = 'admin-token-of-this-test'): Promise<Bench> {
  const cwd = newFolder();
  const lines = [
    'listen: { public: 127.0.0.1:0, admin: 127.0.0.1:0 }',
    'store: sqlite:store.db',
    ...(token === '' ? [] : [`admin: { token: ${token} }`]),
    'gates:',
    `  hooks: { path: /hooks, provider: github, keys: [{ secret: "\${env:SECRET}" }], respond: { status: 204 } }`,
  ];
  writeFileSync(join(cwd, 'countersign.yaml'), lines.join('\n'));
  const log: string[] = [];
  const logSink: LogSink = { write: (line) => void log.push(line) };
  const { config } = await loadConfig({ cwd, env: { SECRET } });
  let gateway = await startGateway({ config, logSink });
  onTestFinished(() => gateway.close());
  const signature = `sha256=${createHmac('sha256', SECRET).update(BODY).digest('hex')}`;
  const post = async (): Promise<number> => {
    const headers = { 'x-hub-signature-256': signature };
    return (await fetch(`${gateway.publicUrl}/hooks`, { method: 'POST', headers, body: BODY })).status;
  };
  expect(await post()).toBe(204);
  const line = log.map((text) => JSON.parse(text)).find(({ claim }) => claim === 'committed');
  return {
    cwd,
    env: { SECRET, COUNTERSIGN_ADMIN_TOKEN: gateway.adminToken },
    claimId: line.claimId,
    adminUrl: gateway.adminUrl ?? '',
    post,
    stop: () => gateway.drain(),
    restart: async () => {
      gateway = await startGateway({ config, logSink });
    },
  };
}

describe('countersign claims release', () => {
  it('has the running gateway release a claim, by what its log says of the request', async () => {
    const { cwd, env, claimId, adminUrl, post } = await taken();
    // A repeat is acknowledged, and does not run.
    expect(await post()).toBe(200);
    const first = await run(['claims', 'release', 'hooks', claimId, '--admin', adminUrl], { cwd, env });
    expect(first).toMatchObject({
      code: 0,
      err: expect.stringContaining('Released: if the same request is sent again, it runs again'),
    });
    expect([await post(), await post()]).toEqual([204, 200]);
    const json = await run(['claims', 'release', 'hooks', claimId, '--admin', adminUrl, '--json'], {
      cwd,
      env,
    });
    expect(JSON.parse(json.out)).toEqual({ released: true, gate: 'hooks', claimId });
    const again = await run(['claims', 'release', 'hooks', claimId, '--admin', adminUrl], { cwd, env });
    expect(again).toMatchObject({ code: 1, err: expect.stringContaining('has no such claim') });
  });

  it('takes the token from the environment where the configuration has none, and says what to do without', async () => {
    const { cwd, env, claimId, adminUrl } = await taken('');
    const args = ['claims', 'release', 'hooks', claimId, '--admin', adminUrl];
    const { COUNTERSIGN_ADMIN_TOKEN: _, ...without } = env;
    const refused = await run(args, { cwd, env: without });
    expect(refused).toMatchObject({
      code: 2,
      err: expect.stringMatching(/answered 401.*COUNTERSIGN_ADMIN_TOKEN/s),
    });
    expect((await run(args, { cwd, env })).code).toBe(0);
  });

  it('needs no configuration where it has an address and a token, also of .env', async () => {
    const { env, claimId, adminUrl } = await taken();
    const cwd = newFolder();
    const args = (gate: string): readonly string[] => [
      'claims',
      'release',
      gate,
      claimId,
      '--admin',
      adminUrl,
    ];
    expect(await run(args('hook'), { cwd, env })).toMatchObject({
      code: 2,
      err: `countersign: ${adminUrl}: the admin API answered 404: the gateway has no gate of this name; did you mean hooks? (gates: hooks)\n  → Name a gate of the configuration that the gateway was started with.\n`,
    });
    writeFileSync(join(cwd, '.env'), `COUNTERSIGN_ADMIN_TOKEN=${env['COUNTERSIGN_ADMIN_TOKEN']}\n`);
    expect((await run(args('hooks'), { cwd })).code).toBe(0);
  });

  it('opens the file where no gateway runs', async () => {
    const { cwd, env, claimId, adminUrl, post, stop, restart } = await taken();
    const args = ['claims', 'release', 'hooks', claimId, '--admin', adminUrl];
    await stop();
    expect((await run(args, { cwd, env })).code).toBe(0);
    expect((await run(args, { cwd, env })).code).toBe(1);
    await restart();
    expect(await post()).toBe(204);
  });

  it('does not touch the file of a gateway that it cannot ask', async () => {
    const { cwd, env, claimId, post } = await taken();
    const nobody = `http://127.0.0.1:${await freePort()}`;
    const args = ['claims', 'release', 'hooks', claimId, '--admin', nobody];
    const { code, err } = await run(args, { cwd, env });
    expect(code).toBe(2);
    expect(err).toMatch(/a running gateway has \S+ open/);
    expect(await post()).toBe(200);
  });

  it.each([
    [[], /no claim to release is given/],
    [['release'], /no claim to release is given/],
    [['list'], /claims has no subcommand "list"\n.*Write: countersign claims release GATE CLAIM/],
    [['relase', 'hooks', '0'.repeat(32)], /claims has no subcommand "relase"\n.*Did you mean release\?/],
    [['release', 'hooks'], /no claim is given.*32 hex characters/s],
    [['release', 'hooks', 'abc'], /that is not a claim.*32 hex characters/s],
    [['release', 'hook', '0'.repeat(32)], /no gate "hook".*hooks/s],
  ])('says what is wrong with %j', async (args, message) => {
    const { cwd, env } = await taken();
    const { code, err } = await run(['claims', ...args], { cwd, env });
    expect(code).toBe(2);
    expect(err).toMatch(message);
  });
});
