/** One case of one library: both sides sign, both sides judge, and a changed request is judged by both. */
import {
  createGate,
  type Gate,
  type GateOptions,
  HeaderList,
  type MaybePromise,
  type SignedRequest,
} from '@countersign/core';
import type { Row } from './table.ts';

/** One of the two that exchange requests. */
export interface Side {
  sign(): MaybePromise<SignedRequest>;
  /** A library’s exception counts as a refusal: most say it that way. */
  accepts(request: SignedRequest): MaybePromise<boolean>;
}

export type Direction = 'theirs → ours' | 'ours → theirs';

const DIRECTIONS: readonly Direction[] = ['theirs → ours', 'ours → theirs'];

export interface Exchange {
  readonly name: string;
  readonly theirs: Side;
  readonly ours: Side;
  /** Makes a request that nobody may accept. */
  readonly tamper: (request: SignedRequest) => SignedRequest;
  /** Known differences, and what decides who is right. A row fails where one is no longer there. */
  readonly differs?: Readonly<Partial<Record<Direction, string>>>;
  /** Default: both. */
  readonly directions?: readonly Direction[];
}

/** A case that cannot be run, and why. */
export interface Lack {
  readonly name: string;
  readonly lacking: string;
}

/** Runs one library’s cases in both directions. */
export async function runExchanges(
  library: string,
  exchanges: readonly (Exchange | Lack)[],
): Promise<readonly Row[]> {
  const rows: Row[] = [];
  for (const exchange of exchanges) {
    if ('lacking' in exchange) {
      const { name, lacking } = exchange;
      rows.push({ library, direction: 'both', name, outcome: 'not there', note: lacking });
      continue;
    }
    for (const direction of exchange.directions ?? DIRECTIONS) {
      rows.push({ library, direction, name: exchange.name, ...(await judge(exchange, direction)) });
    }
  }
  return rows;
}

async function judge(exchange: Exchange, direction: Direction): Promise<Pick<Row, 'outcome' | 'note'>> {
  const { theirs, ours, tamper } = exchange;
  let request: SignedRequest;
  try {
    request = await (direction === 'theirs → ours' ? theirs : ours).sign();
  } catch (error) {
    return { outcome: 'FAILED', note: `signing threw: ${error instanceof Error ? error.message : error}` };
  }
  const genuine = {
    theirs: await accepted(theirs.accepts, request),
    ours: await accepted(ours.accepts, request),
  };
  const changed = tamper(request);
  const forged = {
    theirs: await accepted(theirs.accepts, changed),
    ours: await accepted(ours.accepts, changed),
  };
  const faults = [
    ...(genuine.theirs === true ? [] : [`the library refuses it${genuine.theirs}`]),
    ...(genuine.ours === true ? [] : [`we refuse it${genuine.ours}`]),
    ...(forged.theirs === true ? ['the library accepts a changed one'] : []),
    ...(forged.ours === true ? ['we accept a changed one'] : []),
  ];
  const difference = exchange.differs?.[direction];
  if (difference === undefined) {
    return faults.length === 0 ? { outcome: 'ok' } : { outcome: 'FAILED', note: faults.join('; ') };
  }
  if (faults.length === 0) return { outcome: 'FAILED', note: `differs no longer: ${difference}` };
  // What is known excuses that the receiver refuses a genuine request, and nothing else.
  const [signer, receiver] =
    direction === 'theirs → ours' ? (['theirs', 'ours'] as const) : (['ours', 'theirs'] as const);
  const isExcused = faults.length === 1 && genuine[signer] === true && genuine[receiver] !== true;
  return isExcused
    ? { outcome: 'DIFFERS', note: difference }
    : { outcome: 'FAILED', note: faults.join('; ') };
}

/** True, or the refusal’s words. */
async function accepted(
  accepts: (request: SignedRequest) => MaybePromise<boolean>,
  request: SignedRequest,
): Promise<true | string> {
  try {
    return (await accepts(request)) || '';
  } catch (error) {
    return error instanceof Error ? `: ${error.message}` : ': it threw';
  }
}

type Draft = Parameters<Gate['sign']>[0];

/** Our side, by gates of their own for signing and judging where the keys differ. */
export function ourSide(judging: GateOptions, signing: GateOptions, draft: () => Draft): Side {
  const verifier = createGate(judging);
  const signer = createGate(signing);
  return {
    sign: () => signer.sign(draft()),
    async accepts(request) {
      const verdict = await verifier.verify(request);
      if (!verdict.ok) throw new Error(`${verdict.reason}, ${verdict.message}`);
      return true;
    },
  };
}

export const BODY = '{"id":"evt_1","type":"order.paid","note":"café ☕ 1.0"}';

/** A webhook to sign: a fresh one each time. */
export function webhook(headers: Readonly<Record<string, string>> = {}): SignedRequest {
  return {
    method: 'POST',
    url: 'https://shop.example/webhooks?from=peer',
    headers: HeaderList.from({ host: 'shop.example', 'content-type': 'application/json', ...headers }),
    body: new TextEncoder().encode(BODY),
  };
}

export function textOf({ body }: SignedRequest): string {
  return new TextDecoder().decode(body);
}

/** As most libraries take headers: one value a lower-case name. */
export function recordOf({ headers }: SignedRequest): Record<string, string> {
  return Object.fromEntries([...headers].map(([name, value]) => [name.toLowerCase(), value]));
}

/** Another letter inside the body. */
export function changeBody(request: SignedRequest): SignedRequest {
  const body = Uint8Array.from(request.body);
  const at = body.length - 3;
  body[at] = (body[at] ?? 0) ^ 1;
  return { ...request, body };
}

/** The last claim of a token, changed: of the payload, whose bits all count. */
export function changeToken(header: string): (request: SignedRequest) => SignedRequest {
  return (request) => {
    const value = request.headers.get(header) ?? '';
    const [head = '', payload = '', signature = ''] = value.split('.');
    const changed = payload.startsWith('eyJ') ? `eyK${payload.slice(3)}` : `A${payload.slice(1)}`;
    return { ...request, headers: request.headers.with(header, [head, changed, signature].join('.')) };
  };
}

export function changeMethod(request: SignedRequest): SignedRequest {
  return { ...request, method: request.method === 'PUT' ? 'POST' : 'PUT' };
}
