/** Genuine requests of every provider, in every manner of writing, through every setup: each has to arrive as it was signed. */
import type { SignedRequest } from '@countersign/core';
import type { Row } from '../../table.ts';
import { type Gateways, ORIGIN } from './gateways.ts';
import type { RunningSetup } from './programs.ts';
import { SENDERS, type Sender } from './senders.ts';
import { exchange, keptOpen, MANNERS, type Manner, statusOf } from './wire.ts';

const REWRITTEN =
  'the path that was signed is not the one that comes: let the proxy leave the path as it is, and the gate have it';

/** One row for all that is taken, one for each provider that is not, and one for those whose paths are rewritten. */
export async function runHonest(
  library: string,
  setup: RunningSetup,
  gateways: Gateways,
): Promise<readonly Row[]> {
  const row = (name: string, outcome: Row['outcome'], note?: string): Row => {
    return { library, direction: setup.name, name, outcome, ...(note !== undefined && { note }) };
  };
  const taken: string[] = [];
  const rewritten: string[] = [];
  const rows: Row[] = [];
  for (const sender of SENDERS) {
    const faults = await faultsOf(sender, setup, gateways);
    const isRewritten = sender.signsUrl && setup.prefix !== '';
    if (isRewritten && faults.length === MANNERS.length) rewritten.push(sender.name);
    else if (isRewritten) rows.push(row(sender.name, 'FAILED', `differs no longer: ${REWRITTEN}`));
    else if (faults.length > 0) rows.push(row(sender.name, 'FAILED', faults.join('; ')));
    else taken.push(sender.name);
  }
  const inOne = await pipelined(setup, gateways, taken);
  return [
    row(`${taken.length} senders, each in ${MANNERS.length} manners, and all on one connection`, ...inOne),
    ...(rewritten.length === 0 ? [] : [row(rewritten.join(', '), 'DIFFERS', REWRITTEN)]),
    ...rows,
  ];
}

async function faultsOf(sender: Sender, setup: RunningSetup, gateways: Gateways): Promise<readonly string[]> {
  const faults: string[] = [];
  for (const manner of MANNERS) {
    const fault = await sendOne(sender, manner, setup, gateways);
    if (fault !== undefined) faults.push(`${manner.name}: ${fault}`);
  }
  return faults;
}

/** One request of each on a connection that stays open until the last. */
async function pipelined(
  { port, prefix }: RunningSetup,
  gateways: Gateways,
  names: readonly string[],
): Promise<[Row['outcome'], string?]> {
  const senders = SENDERS.filter(({ name }) => names.includes(name));
  const requests = await Promise.all(senders.map(({ name, sign }) => sign(urlOf(prefix, name))));
  const parts = requests.map((request, i) => keptOpen(request, i === requests.length - 1));
  const answer = await exchange(port, parts);
  const arrived = gateways.taken();
  const isSame = requests.every((request, i) => isWhole(request, prefix, arrived[i]));
  if (arrived.length === requests.length && isSame) return ['ok'];
  return [
    'FAILED',
    `of ${requests.length} on one connection ${arrived.length} arrived: ${answer.slice(0, 80)}`,
  ];
}

const urlOf = (prefix: string, name: string): string => `${ORIGIN}${prefix}/${name}?a=1&b=%20c`;

async function sendOne(
  sender: Sender,
  manner: Manner,
  { port, prefix }: RunningSetup,
  gateways: Gateways,
): Promise<string | undefined> {
  const request = await sender.sign(urlOf(prefix, sender.name));
  const answer = await exchange(port, manner.parts(request));
  const arrived = gateways.taken();
  const status = statusOf(answer);
  if (status !== 200) return `answered ${status || answer.slice(0, 60)}`;
  return arrived.length === 1 && isWhole(request, prefix, arrived[0])
    ? undefined
    : `arrived ${arrived.length} times, or otherwise than it was signed`;
}

function isWhole(
  request: SignedRequest,
  prefix: string,
  arrived: ReturnType<Gateways['taken']>[number] | undefined,
): boolean {
  const target = request.url.slice(ORIGIN.length + prefix.length);
  return arrived?.method === request.method && arrived.url === target && arrived.body.equals(request.body);
}
