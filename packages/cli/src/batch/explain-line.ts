/** Explains one line of a batch: the same line as `verify --batch` takes, where the provider may be left out. */
import { providerIds, SetupError, writtenProvider } from '@countersign/core';
import { type Explanation, explain } from '@countersign/core/explain';
import { type AcceptedView, type RefusedView, verdictView } from '../verdict-view.ts';
import { readKey, setupFault, unknownProvider } from './gate-cache.ts';
import { type BatchLine, malformedLine, readLine } from './judge-line.ts';

export interface ExplainedLine extends Pick<Explanation, 'steps' | 'findings'> {
  readonly verdict: AcceptedView | RefusedView;
}

/** @param clock the time for lines that give none, milliseconds since the epoch. */
export function createLineExplainer(clock: () => number): (line: string) => Promise<ExplainedLine> {
  return async (text) => {
    const line = readLine(text);
    if ('ok' in line) return unexplained(line);
    try {
      return await explained(line, line.nowMs ?? clock());
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
): Promise<ExplainedLine> {
  if (provider !== undefined && !providerIds.includes(provider))
    return unexplained(unknownProvider(provider));
  const { verdict, steps, findings } = await explain(request, {
    ...(provider !== undefined && { provider: writtenProvider(provider, options) }),
    keys: keys.map(readKey),
    now: () => nowMs,
  });
  return { verdict: verdictView(verdict), steps, findings };
}

function unexplained(verdict: RefusedView): ExplainedLine {
  return { verdict, steps: [], findings: [] };
}
