/** An event that the gateway shows masked is judged by its file, not by what is shown. */
import { createHmac } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startGateway } from '@countersign/gateway';
import { expect, it, onTestFinished } from 'vitest';
import { loadConfiguration } from '../src/config-gate.ts';
import { newFolder, run } from './support.ts';

const SECRET = 'a-secret-of-more-than-32-bytes-0123456';
const TOKEN = 'a-token-of-more-than-24-characters';

it('explain --event says why it cannot be judged, and judges it once the gateway has stopped', async () => {
  const cwd = newFolder();
  const configuration = (admin: string): void =>
    writeFileSync(
      join(cwd, 'countersign.yaml'),
      `listen: { public: "127.0.0.1:0", admin: "${admin}" }
store: kept.db
admin: { token: ${TOKEN} }
log: { level: error }
gates:
  hook: { path: /hook, provider: github, keys: [{ secret: ${SECRET} }], keep: { mask: { members: [email] } } }
`,
    );
  configuration('127.0.0.1:0');
  const { config } = await loadConfiguration(undefined, { cwd, env: {} });
  const gateway = await startGateway({ config, logSink: { write() {} } });
  onTestFinished(() => gateway.close());
  const body = '{"email":"ana@example.com"}';
  const signature = createHmac('sha256', SECRET).update(body).digest('hex');
  const headers = { 'x-hub-signature-256': `sha256=${signature}` };
  expect((await fetch(`${gateway.publicUrl}/hook`, { method: 'POST', body, headers })).status).toBe(200);
  const [event] = await gateway.store.events.list();
  const args = ['explain', '--event', event?.id ?? '', '--config', 'countersign.yaml'];
  const masked = await run([...args, '--admin', gateway.adminUrl ?? ''], { cwd });
  expect(masked.err).toContain(
    'countersign: the gateway shows this request with parts of it masked, so its proof cannot be checked\n  → Make a copy with `countersign store backup FILE`, and run the same command with a configuration whose store is the copy and whose admin listener is off: the file has the request as it came.\n',
  );
  expect(masked.code).toBe(2);
  await gateway.close();
  configuration('off');
  expect(await run(args, { cwd })).toMatchObject({ code: 0 });
});
