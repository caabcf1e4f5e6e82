/** Prevents: a warning on docs/deploy.md of what does no harm, and tests beside this one that would not notice the harm. */
import { HeaderList, type SignedRequest } from '@countersign/core';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { exchange, statusOf } from '../../../interop/system/proxies/wire.ts';
import type { ProxyProgram } from '../../../scripts/proxy-programs.ts';
import { deploy, HOST, ORIGIN, PROXIES, whyNot } from './deployed-proxy.ts';
import { ANY_PATH, type GatewayBehind, signAny, startGatewayBehind } from './gateway-behind.ts';
import { listening } from './listening.ts';
import type { Replacement } from './page.ts';
import { lastOne, openHttp1, openSecurely } from './senders-side.ts';

interface Harm {
  readonly program: ProxyProgram;
  readonly change: string;
  readonly changes: readonly Replacement[];
}

const lastLine = (from: string, to: string): readonly Replacement[] => [{ from, to: `${to}\n${from}` }];
const HAPROXY_LINE = '  option httpclose';

const REWRITING: readonly (Harm & { readonly target: string })[] = [
  {
    program: 'nginx',
    change: 'a slash behind proxy_pass',
    changes: [{ from: 'http://countersign;', to: 'http://countersign/;' }],
    target: '/a%2Fb',
  },
  {
    program: 'nginx',
    change: '$uri in proxy_pass',
    changes: [{ from: 'http://countersign;', to: 'http://countersign$uri;' }],
    target: '/caf%C3%A9',
  },
  {
    program: 'caddy',
    change: 'uri strip_prefix',
    changes: lastLine('\treverse_proxy ', `\turi strip_prefix ${ANY_PATH}`),
    target: '/a',
  },
  {
    program: 'haproxy',
    change: 'replace-path',
    changes: lastLine(HAPROXY_LINE, `  http-request replace-path ${ANY_PATH}(/.*) \\1`),
    target: '/a',
  },
  {
    program: 'haproxy',
    change: 'normalize-uri',
    changes: [
      { from: 'global\n', to: 'global\n  expose-experimental-directives\n' },
      ...lastLine(HAPROXY_LINE, '  http-request normalize-uri path-merge-slashes'),
    ],
    target: '/a//b',
  },
];

const REPEATING: readonly Harm[] = [
  {
    program: 'nginx',
    change: 'non_idempotent',
    changes: [{ from: 'proxy_next_upstream off;', to: 'proxy_next_upstream error non_idempotent;' }],
  },
  {
    program: 'haproxy',
    change: 'retry-on all-retryable-errors',
    changes: [{ from: 'retry-on conn-failure', to: 'retry-on all-retryable-errors' }],
  },
];

const isHere = ({ program }: Harm): boolean =>
  process.env['CI'] !== undefined || whyNot(program) === undefined;

let behind: GatewayBehind;
beforeAll(async () => {
  behind = await startGatewayBehind();
});
afterAll(() => behind.stop());

async function deployChanged(
  { program, changes }: Harm,
  ports = { publicPort: behind.publicPort, adminPort: behind.adminPort },
): Promise<number> {
  const proxy = PROXIES.find((each) => each.program === program) as (typeof PROXIES)[number];
  const deployed = await deploy(proxy, ports, changes);
  onTestFinished(() => deployed.stop());
  return deployed.port;
}

const send = async (port: number, request: SignedRequest): Promise<number> =>
  statusOf(await exchange(port, [lastOne(request)], openSecurely));

describe('what docs/deploy.md says a proxy must not do', () => {
  it.each(REWRITING.filter(isHere))('$program with $change has a signed URL refused', async (harm) => {
    const port = await deployChanged(harm);
    expect(await send(port, signAny(ANY_PATH + harm.target, Buffer.from('{}')))).toBeGreaterThanOrEqual(400);
    expect(behind.taken()).toEqual([]);
  });

  it.each(REPEATING.filter(isHere))('$program with $change sends a webhook twice', async (harm) => {
    let sent = 0;
    const publicPort = await listening((request, response) => {
      if (request.method === 'POST') sent++;
      // The second of four is dropped, on a connection that may have been used before.
      if (sent === 2) request.socket.destroy();
      else response.end();
    });
    const sending = openHttp1(await deployChanged(harm, { publicPort, adminPort: publicPort }), 1);
    onTestFinished(sending.end);
    for (let i = 0; i < 2; i++)
      expect(await sending.send(signAny(`${ANY_PATH}/a`, Buffer.from('{}')))).toBe(200);
    expect(sent).toBe(3);
  });

  const BELIEVING: Harm = {
    program: 'nginx',
    change: 'the client’s own X-Forwarded-Host',
    changes: [{ from: 'X-Forwarded-Host $host;', to: 'X-Forwarded-Host $http_x_forwarded_host;' }],
  };
  it.skipIf(!isHere(BELIEVING))(
    'nginx with the client’s own X-Forwarded-Host has a webhook of another host taken',
    async () => {
      const port = await deployChanged(BELIEVING);
      const { headers, ...captured } = signAny(
        `${ANY_PATH}/a`,
        Buffer.from('{}'),
        [],
        'https://other.example',
      );
      const fields: [string, string][] = [...headers].map(([name, value]) => [
        name,
        name === 'Host' ? HOST : value,
      ]);
      const lying = HeaderList.from([...fields, ['X-Forwarded-Host', 'other.example']]);
      const request = { ...captured, url: ORIGIN + new URL(captured.url).pathname };
      expect(await send(port, { ...request, headers: lying })).toBe(200);
      behind.taken();
    },
  );

  const SILENT: Harm = {
    program: 'caddy',
    change: 'no site for other hosts',
    changes: [{ from: '\trespond 421', to: '\t#' }],
  };
  it.skipIf(!isHere(SILENT))(
    'Caddy without an answer for other hosts acknowledges what it drops',
    async () => {
      const port = await deployChanged(SILENT);
      const { method, url, body } = signAny(`${ANY_PATH}/a`, Buffer.from('{}'));
      const other = { method, url, body, headers: HeaderList.from([['Host', 'other.example']]) };
      expect(await send(port, other)).toBe(200);
      expect(behind.taken()).toEqual([]);
    },
  );
});
