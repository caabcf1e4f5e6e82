/** Ambiguous and smuggled requests through a setup: what the upstream gets is what was signed, and what the proxy knows of. */
import { isLong } from '../../../scripts/effort.ts';
import type { Row } from '../../table.ts';
import { randomOf } from './draw.ts';
import { type Gateways, OPEN_PATH } from './gateways.ts';
import { bytesOf } from './heads.ts';
import type { RunningSetup } from './programs.ts';
import { type Genuine, signAll } from './signed-requests.ts';
import type { Arrived } from './upstream.ts';
import { exchange } from './wire.ts';

/** For each setup: some seconds, most of which the proxy waits for what does not come. */
const CONNECTIONS = isLong ? 1500 : 300;
const AT_ONCE = 300;

const SEED = 9112;

/** Fewer than these would say that nothing was tried. */
const LEAST_ARRIVALS = CONNECTIONS / 10;

export async function runFuzz(
  library: string,
  setup: RunningSetup,
  gateways: Gateways,
  seed: number = SEED,
): Promise<readonly Row[]> {
  const draw = randomOf(seed);
  const signed = await signAll();
  const faults: string[] = [];
  for (let first = 0; first < CONNECTIONS; first += AT_ONCE) {
    const cases = Array.from({ length: AT_ONCE }, (_, i) => ({
      number: first + i,
      bytes: bytesOf(first + i, setup.prefix, signed, draw),
    }));
    await Promise.all(
      cases.map(async ({ number, bytes }) => {
        const answer = await exchange(setup.port, [bytes]);
        const fault = strangeAnswer(answer, number);
        if (fault !== undefined) faults.push(`${fault}: ${JSON.stringify(bytes.toString('latin1'))}`);
      }),
    );
  }
  const arrived = gateways.taken();
  const seen = new Set<string>();
  for (const request of arrived) {
    const fault = faultOf(request, setup, seen, signed);
    if (fault !== undefined) faults.push(`${fault}: ${shown(request)}`);
  }
  const proved = arrived.filter(isSigned).length;
  if (proved < LEAST_ARRIVALS || arrived.length - proved < LEAST_ARRIVALS) {
    faults.push(`only ${proved} proved and ${arrived.length - proved} other requests arrived`);
  }
  const name = `${CONNECTIONS} odd heads, of which ${proved} arrived proved and ${arrived.length - proved} at a gate without proof`;
  return [
    {
      library,
      direction: setup.name,
      name,
      ...(faults.length === 0
        ? { outcome: 'ok' }
        : { outcome: 'FAILED', note: faults.slice(0, 5).join('; ') }),
    },
  ];
}

const isSigned = ({ url }: Arrived): boolean => !url.startsWith(OPEN_PATH);

/** A client must hear answers to its own requests only. */
function strangeAnswer(answer: string, number: number): string | undefined {
  for (const [, echoed] of answer.matchAll(/^x-echo: (.*)\r$/gim)) {
    // What a proxy folds onto the line was the sender’s own.
    if (!`${echoed} `.startsWith(`${number} `)) return `connection ${number} heard the answer to ${echoed}`;
  }
  return undefined;
}

/** @param seen requests that the proxy has sent */
function faultOf(
  arrived: Arrived,
  { prefix, isTrusted }: RunningSetup,
  seen: Set<string>,
  signed: readonly Genuine[],
): string | undefined {
  const { method, url } = arrived;
  const id = only(arrived, 'x-witness-id');
  if (id === undefined || seen.has(id)) return 'the proxy sent no such request';
  seen.add(id);
  if (only(arrived, 'x-witness-method') !== method) return 'the proxy took it for another method';
  const target = (only(arrived, 'x-witness-target') ?? '').replace(/^https?:\/\/[^/?]*/i, '');
  if (prefix === '' && target !== url) return `the proxy took it for ${target}`;
  const host = only(arrived, 'x-witness-host')?.toLowerCase().replace(/:\d*$/, '');
  const ours = only(arrived, 'x-forwarded-host')?.replace(/:\d*$/, '');
  if (isTrusted && (host ?? '') !== (ours ?? ''))
    return `the proxy took it for one to ${host}, and not to ${ours}`;
  return isSigned(arrived) && !isGenuine(arrived, signed) ? 'nobody signed it' : undefined;
}

/** As the upstream reads it. */
function isGenuine(arrived: Arrived, signed: readonly Genuine[]): boolean {
  const address = `${only(arrived, 'x-forwarded-proto')}://${only(arrived, 'x-forwarded-host')}${arrived.url}`;
  const tenant = only(arrived, 'x-tenant');
  const body = arrived.body.toString('latin1');
  return signed.some(
    (request) =>
      request.method === arrived.method &&
      request.url === address &&
      request.tenant === tenant &&
      request.body === body,
  );
}

/** The one value of all that an application may take for that header: CGI makes one name of `X_A` and `X-A`. */
function only({ headers }: Arrived, name: string): string | undefined {
  const values = [...headers].flatMap(([key, all]) =>
    key.replaceAll(/[^a-z0-9]/g, '-') === name ? all : [],
  );
  return values.length === 1 ? values[0] : undefined;
}

function shown({ method, url, headers, body }: Arrived): string {
  return JSON.stringify([method, url, Object.fromEntries(headers), body.toString('latin1')]);
}
