/** Ambiguous and smuggled requests through a setup: what the upstream gets is what was signed, and what the proxy knows of. */
import type { Row } from '../../table.ts';
import { type Arrived, type Gateways, SIGNED_PATH } from './gateways.ts';
import { bytesOf, GENUINE, macOf, randomOf } from './heads.ts';
import type { RunningSetup } from './programs.ts';
import { exchange } from './wire.ts';

/** For each setup: some seconds, most of which the proxy waits for what does not come. */
const CONNECTIONS = 600;
const AT_ONCE = 60;

const SEED = 9112;

/** Fewer than these would say that nothing was tried. */
const LEAST_ARRIVALS = 60;

export async function runFuzz(
  library: string,
  setup: RunningSetup,
  gateways: Gateways,
  seed: number = SEED,
): Promise<readonly Row[]> {
  const draw = randomOf(seed);
  const faults: string[] = [];
  for (let first = 0; first < CONNECTIONS; first += AT_ONCE) {
    const cases = Array.from({ length: AT_ONCE }, (_, i) => ({
      number: first + i,
      bytes: bytesOf(first + i, setup.prefix, draw),
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
  for (const one of arrived) {
    const fault = faultOf(one, setup, seen);
    if (fault !== undefined) faults.push(`${fault}: ${shown(one)}`);
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

const isSigned = ({ url }: Arrived): boolean => url.startsWith(SIGNED_PATH);

/** A client must hear answers to its own requests only. */
function strangeAnswer(answer: string, number: number): string | undefined {
  for (const [, echoed] of answer.matchAll(/^x-echo: (.*)\r$/gim)) {
    // What a proxy folds onto the line was the sender’s own.
    if (!`${echoed} `.startsWith(`${number} `)) return `connection ${number} heard the answer to ${echoed}`;
  }
  return undefined;
}

/** @param seen requests that the proxy has sent */
function faultOf(arrived: Arrived, setup: RunningSetup, seen: Set<string>): string | undefined {
  const { method, url, headers } = arrived;
  const witness = (name: string): string | undefined => {
    const values = headers.get(`x-witness-${name}`);
    return values?.length === 1 ? values[0] : undefined;
  };
  const id = witness('id');
  if (id === undefined || seen.has(id)) return 'the proxy sent no such request';
  seen.add(id);
  if (witness('method') !== method) return 'the proxy took it for another method';
  const target = (witness('target') ?? '').replace(/^https?:\/\/[^/?]*/i, '');
  if (setup.prefix === '' && target !== url) return `the proxy took it for ${target}`;
  return isSigned(arrived) ? forgery(arrived) : undefined;
}

/** As the upstream reads it: method, address and body, under the one signature. */
function forgery({ method, url, headers, body }: Arrived): string | undefined {
  const only = (name: string): string | undefined => {
    const values = headers.get(name);
    return values?.length === 1 ? values[0] : undefined;
  };
  const address = `${only('x-forwarded-proto')}://${only('x-forwarded-host')}${url}`;
  const read = { method, url: address, body: body.toString('latin1') };
  const isGenuine = GENUINE.some(
    (one) => one.method === method && one.url === address && one.body === read.body,
  );
  return isGenuine && only('x-sig') === macOf(read) ? undefined : 'nobody signed it';
}

function shown({ method, url, headers, body }: Arrived): string {
  return JSON.stringify([method, url, Object.fromEntries(headers), body.toString('latin1')]);
}
