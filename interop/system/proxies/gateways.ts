/** Two gateways in front of one upstream that notes what it gets: one that believes the proxy, one whose gates name their origin. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadConfig, startGateway } from '@countersign/gateway';
import { SENDERS, type Sender } from './senders.ts';
import { type Arrived, startUpstream } from './upstream.ts';

/** Whom every client speaks to. */
export const ORIGIN = 'http://shop.example';

export interface Gateways {
  readonly trusting: number;
  readonly plain: number;
  /** What came to the upstream since the last call. */
  taken(): readonly Arrived[];
  stop(): Promise<void>;
}

/** What the fuzz sends to: everything is proved by a MAC or by a message signature here, and nothing there. */
export const SIGNED_PATH = '/signed';
export const MESSAGES_PATH = '/messages';
export const OPEN_PATH = '/open';
export const FUZZ_COMPONENTS: readonly string[] = ['@method', '@target-uri', 'x-tenant', 'content-digest'];
export const FUZZ_SECRET = 'a secret of the gate that the fuzz sends to';

export async function startGateways(): Promise<Gateways> {
  const upstream = await startUpstream();
  const folder = mkdtempSync(join(tmpdir(), 'countersign-gateways-'));
  const open = async (isTrusting: boolean) => {
    const file = join(folder, `${isTrusting}.json`);
    writeFileSync(file, JSON.stringify(configOf(isTrusting, upstream.url)));
    const { config } = await loadConfig({ path: file, cwd: folder, env: {} });
    return startGateway({ config, logSink: { write: () => {} } });
  };
  const [trusting, plain] = await Promise.all([open(true), open(false)]);
  return {
    trusting: trusting.publicPort,
    plain: plain.publicPort,
    taken: upstream.taken,
    async stop() {
      await Promise.all([trusting.close(), plain.close()]);
      await upstream.stop();
      rmSync(folder, { recursive: true });
    },
  };
}

function configOf(isTrusting: boolean, to: string): object {
  const gates = SENDERS.map((sender) => [sender.name, gateOf(sender, isTrusting, to)]);
  const methods = ['GET', 'POST', 'PUT', 'OPTIONS'];
  const origin = isTrusting ? {} : { origin: ORIGIN };
  const scheme = {
    algorithm: 'hmac-sha256',
    signature: { header: 'x-sig', encoding: 'hex' },
    message: '{method} {url} {header:x-tenant} {body}',
    ...origin,
  };
  const messages = { type: 'http-message-signatures', components: FUZZ_COMPONENTS, ...origin };
  const proved = { keys: [{ id: 'k1', secret: FUZZ_SECRET }], replay: { repeat: 'run' } };
  return {
    listen: { public: '127.0.0.1:0', admin: 'off', ...(isTrusting && { trustedProxies: ['127.0.0.1'] }) },
    store: 'memory:',
    log: { level: 'error', format: 'json' },
    gates: {
      ...Object.fromEntries(gates),
      signed: { path: `${SIGNED_PATH}/*`, methods, scheme, ...proved, forward: { to, keepProof: true } },
      messages: { path: `${MESSAGES_PATH}/*`, methods, scheme: messages, ...proved, forward: { to } },
      open: { path: `${OPEN_PATH}/*`, methods, provider: 'none', forward: { to } },
    },
  };
}

function gateOf({ name, gate, signsUrl }: Sender, isTrusting: boolean, to: string): object {
  const { provider, keys } = gate;
  const id = typeof provider === 'string' ? { id: provider } : (provider as object);
  const origin = signsUrl && !isTrusting ? { origin: ORIGIN } : {};
  return { path: `/${name}`, methods: ['POST'], provider: { ...id, ...origin }, keys, forward: { to } };
}
