/** Explains one line of a batch: the same line as `verify --batch` takes, where the provider may be left out. */
import { providerIds, SetupError, writtenProvider } from '@countersign/core';
import { type Arrival, type Explanation, explain } from '@countersign/core/explain';
import { type AcceptedView, type RefusedView, verdictView } from '../verdict-view.ts';
import { readKey, setupFault, unknownProvider } from './gate-cache.ts';
import { type BatchLine, malformedLine, readLine } from './judge-line.ts';

export interface ExplainedLine extends Pick<Explanation, 'steps' | 'findings'> {
  readonly verdict: AcceptedView | RefusedView;
}

/** @param clock the time for lines that give none, milliseconds since the epoch. */
export function createLineExplainer(clock: () => number): (line: string) => Promise<ExplainedLine> {
  const arrivals = new Map<string, Arrival[]>();
  return async (text) => {
    const line = readLine(text);
    if ('ok' in line) return unexplained(line);
    try {
      return await explained(line, line.nowMs ?? clock(), neighboursOf(line, arrivals));
    } catch (error) {
      if (!(error instanceof SetupError)) throw error;
      return unexplained(setupFault(error));
    }
  };
}

export function malformedExplained(message: string): ExplainedLine {
  return unexplained(malformedLine(message));
}

async function explained(
  { provider, options, keys, request }: BatchLine,
  nowMs: number,
  neighbours: Arrival[],
): Promise<ExplainedLine> {
  if (provider !== undefined && !providerIds.includes(provider))
    return unexplained(unknownProvider(provider));
  const candidates = {
    ...(provider !== undefined && { provider: writtenProvider(provider, options) }),
    keys: keys.map(readKey),
    now: () => nowMs,
  };
  const { verdict, steps, findings, arrival } = await explain(request, candidates, { neighbours });
  if (arrival !== undefined) neighbours.push(arrival);
  if (neighbours.length > MAX_NEIGHBOURS) neighbours.shift();
  return { verdict: verdictView(verdict), steps, findings };
}

/** More say no more of a clock. */
const MAX_NEIGHBOURS = 20;
/** A log of more tenants than this forgets some. */
const MAX_GATES = 1000;

/** When the last lines of the same provider, options and keys were signed, and when they came: to be added to. */
function neighboursOf({ provider, options, keys }: BatchLine, arrivals: Map<string, Arrival[]>): Arrival[] {
  const gate = JSON.stringify([provider, options, keys]);
  const neighbours = arrivals.get(gate) ?? [];
  if (arrivals.size >= MAX_GATES && !arrivals.has(gate)) arrivals.delete(arrivals.keys().next().value ?? '');
  arrivals.set(gate, neighbours);
  return neighbours;
}

function unexplained(verdict: RefusedView): ExplainedLine {
  return { verdict, steps: [], findings: [] };
}
