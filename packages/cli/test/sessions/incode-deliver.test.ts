/** A person's onboarding at the sandbox's Incode, told to a backend by a session that delivers. */
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createGate, requestFrom } from '@countersign/core';
import { loadConfig, startGateway } from '@countersign/gateway';
import { startIncodePlatform } from '@countersign/sandbox';
import { expect, it, onTestFinished } from 'vitest';

const TOKEN = 'the-token-of-the-webhooks';
const SECRET = `whsec_${Buffer.from('a secret of more than sixteen bytes').toString('base64')}`;

interface Backend {
  readonly url: string;
  /** Resolves with the bodies that were proved, once there are so many. */
  until(count: number): Promise<readonly Readonly<Record<string, unknown>>[]>;
}

/** Takes what is signed as Standard Webhooks has it, and nothing else. */
async function startBackend(): Promise<Backend> {
  const gate = createGate({ provider: 'standard-webhooks', keys: [SECRET] });
  const proved: Record<string, unknown>[] = [];
  const waiting = new Set<() => void>();
  const server = createServer(async (incoming, response) => {
    const pieces: Buffer[] = [];
    for await (const piece of incoming) pieces.push(piece);
    const { method = '', url = '', rawHeaders } = incoming;
    const body = Buffer.concat(pieces);
    const verdict = await gate.verify(requestFrom({ method, url, headers: rawHeaders, body }));
    response.writeHead(verdict.ok ? 204 : 401).end();
    if (!verdict.ok) return;
    proved.push(JSON.parse(body.toString()));
    for (const look of waiting) look();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/incode`,
    until: (count) =>
      new Promise((resolve) => {
        const look = (): void => {
          if (proved.length >= count) resolve(proved);
        };
        waiting.add(look);
        look();
      }),
  };
}

it('the backend hears of the webhook and of the approval, signed, and of no secret', async () => {
  const platform = await startIncodePlatform();
  onTestFinished(() => platform.close());
  const backend = await startBackend();
  const dir = mkdtempSync(join(tmpdir(), 'countersign-'));
  onTestFinished(() => rmSync(dir, { recursive: true }));
  const session = {
    apiUrl: platform.apiUrl,
    apiKey: platform.apiKey,
    clientId: platform.clientId,
    flowId: platform.flowId,
    adminEmail: platform.admin.email,
    adminPassword: platform.admin.password,
    auth: { secret: TOKEN },
    deliver: [{ to: backend.url, sign: { secret: SECRET } }],
  };
  const path = join(dir, 'countersign.config.json');
  const listen = { public: '127.0.0.1:0', admin: 'off' };
  const storeKey = '0123456789abcdef'.repeat(4);
  writeFileSync(path, JSON.stringify({ listen, storeKey, sessions: { incode: session } }));
  const { config } = await loadConfig({ path, cwd: dir, env: {} });
  const log: string[] = [];
  const gateway = await startGateway({ config, logSink: { write: (line) => void log.push(line) } });
  onTestFinished(() => gateway.close());

  const started = await fetch(`${gateway.publicUrl}/start`);
  const { interviewId } = (await started.json()) as { interviewId: string };
  await platform.finish(interviewId);
  const headers = { authorization: `Bearer ${TOKEN}` };
  for (const route of ['/webhook', '/approve']) {
    const url = gateway.publicUrl + route;
    const sent = await platform.sendWebhook(interviewId, 'ONBOARDING_FINISHED', url, { headers });
    expect(sent.map(({ status }) => status)).toEqual([200]);
  }
  const bodies = await backend.until(2);
  expect(bodies).toContainEqual(
    expect.objectContaining({ interviewId, onboardingStatus: 'ONBOARDING_FINISHED' }),
  );
  expect(bodies).toContainEqual({
    type: 'approval.approved',
    timestamp: expect.any(String),
    data: { interviewId, success: true, data: expect.objectContaining({ success: true }) },
  });
  expect(platform.approvals(interviewId)).toBe(1);
  const everything = [JSON.stringify(bodies), ...log].join('\n');
  for (const secret of [...platform.secrets(), TOKEN, SECRET]) expect(everything).not.toContain(secret);
}, 20_000);
