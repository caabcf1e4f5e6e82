/** A gateway in a process of its own, to be soaked. Reports over IPC: its port, its figures when asked, and what ends it. */
import { parseConfig } from '../../src/config/parse-config.ts';
import { startGateway } from '../../src/gateway.ts';
import type { ChildFigures, ChildMessage, ParentMessage } from './messages.ts';
import { ACTIONS } from './requests.ts';

const [dir = '', upstream = '', secret = ''] = process.argv.slice(2);
const say = (message: ChildMessage): void => void process.send?.(message);

const warnings: string[] = [];
process.on('warning', ({ name, message, stack }) => {
  if (name !== 'ExperimentalWarning') warnings.push(stack ?? `${name}: ${message}`);
});
process.on('uncaughtExceptionMonitor', (error, origin) => {
  say({ kind: 'uncaught', text: `${origin}: ${error instanceof Error ? error.stack : String(error)}` });
});

const signed = { provider: 'hmac', keys: [{ id: 'main', secret }] };
const open = { provider: 'none', methods: 'all' as const };
const forward = { to: upstream, timeout: '2s' };
const requestsPerMinute = 1_000_000;
const { config } = parseConfig(
  {
    listen: { public: '127.0.0.1:0', admin: '127.0.0.1:0' },
    // Bodies that are held for those who left would soon fill it.
    limits: { maxBodyBytesInFlight: '64MB' },
    store: 'sqlite:soak.db',
    storeKey: '0123456789abcdef'.repeat(4),
    gates: {
      ...Object.fromEntries(
        ACTIONS.filter((action) => action !== 'unknown').map((action) => [
          `answer-${action}`,
          {
            ...signed,
            path: `/answer/${action}`,
            answer: { actions: `${import.meta.dirname}/soaked-actions.ts`, action },
          },
        ]),
      ),
      'forward-open': { ...open, path: '/forward/open/*', forward },
      forward: { ...signed, path: '/forward/signed/*', forward },
      'forward-token': {
        provider: 'jwt-bearer',
        keys: [{ id: 'main', secret }],
        path: '/forward/token/*',
        forward,
      },
      keep: { ...signed, path: '/keep', keep: {} },
      respond: { ...signed, path: '/respond', respond: { status: 200, json: { ok: true } } },
      'respond-open': { ...open, path: '/respond/open', respond: { status: 204 } },
    },
    sessions: {
      incode: {
        at: '/incode',
        apiUrl: `${upstream}/vendor`,
        apiKey: 'key',
        clientId: 'client',
        flowId: 'flow',
        adminEmail: 'boss@example.com',
        adminPassword: 'password',
        redirects: ['https://page.example'],
        auth: 'none',
        timeout: '2s',
        requestsPerMinute,
      },
      oauth: {
        broker: 'oauth2-client-credentials',
        at: '/oauth',
        tokenUrl: `${upstream}/vendor/token`,
        clientId: 'client',
        clientSecret: 'client-secret',
        auth: 'none',
        origins: ['https://page.example'],
        timeout: '2s',
        requestsPerMinute,
      },
    },
  },
  { baseDir: dir, env: {} },
);
const gateway = await startGateway({ config });

function figures(): ChildFigures {
  globalThis.gc?.();
  const { rss, heapUsed, external } = process.memoryUsage();
  return {
    rssBytes: rss,
    heapBytes: heapUsed + external,
    sockets: process.getActiveResourcesInfo().filter((kind) => kind === 'TCPSocketWrap').length,
    warnings,
  };
}

process.on('message', (message: ParentMessage) => {
  if (message === 'figures') say({ kind: 'figures', figures: figures() });
  else void gateway.drain().then(() => process.disconnect());
});
// The parent has gone.
process.on('disconnect', () => process.exit());
say({ kind: 'ready', publicPort: gateway.publicPort, adminPort: gateway.adminPort ?? 0 });
