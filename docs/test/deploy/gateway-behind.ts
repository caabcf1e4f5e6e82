/** The gateway of docs/deploy.md with gates of the tests, and an upstream that notes what it is passed. */
import { createHmac, randomUUID } from 'node:crypto';
import { HeaderList, type SignedRequest } from '@countersign/core';
import { type Gateway, startGateway } from '@countersign/gateway';
import { parse } from 'yaml';
import { SENDERS, type Sender } from '../../../interop/system/proxies/senders.ts';
import { startUpstream, type Upstream } from '../../../interop/system/proxies/upstream.ts';
import { parseConfig } from '../../../packages/gateway/src/config/parse-config.ts';
import { ORIGIN } from './deployed-proxy.ts';
import { fileOnPage } from './page.ts';

const SECRET = 'a-secret-of-thirty-two-characters';

/** As HubSpot documents it, and docs/catalogue.md declares it: it signs method and URL. */
const HUBSPOT = {
  algorithm: 'hmac-sha256',
  signature: { header: 'x-hubspot-signature-v3', encoding: 'base64' },
  message: '{method}{url}{body}{timestamp}',
  timestamp: { header: 'x-hubspot-request-timestamp', unit: 'ms' },
};

/** Takes any path below it whose URL is signed. */
export const ANY_PATH = '/any';
const ANY = {
  algorithm: 'hmac-sha256',
  signature: { header: 'x-sig', encoding: 'hex' },
  message: '{method} {url} {body}',
};

/** A request at a path of `ANY_PATH`. @param target as it is written, with its query */
export function signAny(
  target: string,
  body: Buffer,
  more: readonly [string, string][] = [],
  origin: string = ORIGIN,
): SignedRequest {
  const url = origin + target;
  const mac = createHmac('sha256', SECRET).update(`POST ${url} `).update(body).digest('hex');
  const headers = HeaderList.from([['Host', new URL(url).host], ['X-Sig', mac], ...more]);
  return { method: 'POST', url, headers, body };
}

const hubSpot: Pick<Sender, 'name' | 'sign'> = {
  name: 'hubspot-v3',
  async sign(url) {
    const body = Buffer.from(JSON.stringify([{ eventId: randomUUID() }]));
    const time = String(Date.now());
    const mac = createHmac('sha256', SECRET).update(`POST${url}`).update(body).update(time).digest('base64');
    const headers = HeaderList.from([
      ['Host', new URL(url).host],
      ['X-HubSpot-Signature-v3', mac],
      ['X-HubSpot-Request-Timestamp', time],
    ]);
    return { method: 'POST', url, headers, body };
  },
};

export const ALL_SENDERS: readonly Pick<Sender, 'name' | 'sign'>[] = [...SENDERS, hubSpot];

export interface GatewayBehind {
  readonly gateway: Gateway;
  readonly publicPort: number;
  readonly adminPort: number;
  readonly taken: Upstream['taken'];
  stop(): Promise<void>;
}

/** Listener, limits and trusted proxies are the page's. */
export async function startGatewayBehind(): Promise<GatewayBehind> {
  const upstream = await startUpstream();
  const to = upstream.url;
  const page = parse(fileOnPage('/etc/countersign/countersign.yaml')) as {
    readonly listen: object;
    readonly limits: object;
  };
  const keys = [{ id: 'k1', secret: SECRET }];
  const { config } = parseConfig(
    {
      limits: page.limits,
      listen: { ...page.listen, public: '127.0.0.1:0', admin: '127.0.0.1:0' },
      store: 'memory:',
      log: { level: 'error', format: 'json' },
      gates: {
        ...Object.fromEntries(
          SENDERS.map(({ name, gate }) => [
            name,
            { path: `/${name}`, methods: ['POST'], ...gate, forward: { to } },
          ]),
        ),
        'hubspot-v3': { path: '/hubspot-v3', methods: ['POST'], scheme: HUBSPOT, keys, forward: { to } },
        any: {
          path: `${ANY_PATH}/*`,
          methods: ['POST'],
          scheme: ANY,
          keys,
          replay: { repeat: 'run' },
          forward: { to },
        },
      },
    },
    { baseDir: '/', env: {} },
  );
  const gateway = await startGateway({ config, logSink: { write() {} } });
  return {
    gateway,
    publicPort: gateway.publicPort,
    adminPort: gateway.adminPort ?? 0,
    taken: upstream.taken,
    async stop() {
      await gateway.close();
      await upstream.stop();
    },
  };
}
