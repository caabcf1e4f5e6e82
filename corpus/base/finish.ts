/** From cases to lines: what was accepted before it broke, is refused now, and stands there once. */

import { judge } from './judge.ts';
import type { Case, KeySpec, Published, Wire } from './wire.ts';

export interface Line {
  readonly id: string;
  readonly provider?: string;
  readonly scheme?: unknown;
  readonly options?: unknown;
  readonly keys: readonly KeySpec[];
  readonly published?: Published;
  readonly now: number;
  readonly request: {
    readonly method: string;
    readonly url: string;
    readonly headers: readonly (readonly [string, string])[];
    readonly bodyBase64: string;
  };
  readonly cause: string;
  readonly truth: string;
  readonly madeBy: string;
}

export interface Dropped {
  readonly cause: string;
  readonly sender: string;
  readonly why: string;
}

export interface Finished {
  readonly lines: readonly (Line & { readonly sender: string; readonly said: string })[];
  readonly dropped: readonly Dropped[];
}

/** @param group the file that they go into. @param outcome what the library must say: `refused` of broken and forged ones, `accepted` of the control. */
export async function finish(
  group: string,
  cases: readonly Case[],
  outcome: 'refused' | 'accepted',
): Promise<Finished> {
  const lines: (Line & { sender: string; said: string })[] = [];
  const dropped: Dropped[] = [];
  const seen = new Set<string>();
  const counts = new Map<string, number>();
  for (const item of cases) {
    const { cause, sender } = item;
    const why = await whyDropped(item, outcome, seen);
    if (typeof why === 'string') {
      dropped.push({ cause, sender, why });
      continue;
    }
    const count = (counts.get(`${cause}/${sender}`) ?? 0) + 1;
    counts.set(`${cause}/${sender}`, count);
    lines.push({ ...lineOf(item, `${group}/${cause}/${sender}/${count}`), sender, said: why.said });
  }
  return { lines, dropped };
}

async function whyDropped(
  item: Case,
  outcome: 'refused' | 'accepted',
  seen: Set<string>,
): Promise<string | { said: string }> {
  const { choice, keys, published, now, wire, genuine } = item;
  const text = JSON.stringify([item.choice, keys, published, now, wireText(wire)]);
  if (seen.has(text)) return 'a line like it is there';
  const said = await judge(choice, keys, now, wire, published).catch(
    (error: Error) => `SETUP ${error.message}`,
  );
  if (said.startsWith('SETUP')) return said;
  if (outcome === 'refused' && said === 'accepted') return 'it is accepted: nothing is broken';
  if (outcome === 'accepted' && said !== 'accepted') return `it is refused: ${said}`;
  if (genuine) {
    const before = await judge(
      choice,
      genuine.keys ?? keys,
      genuine.now ?? now,
      genuine.wire,
      genuine.published ?? published,
    );
    if (before !== 'accepted') return `it was refused before it broke: ${before}`;
  }
  seen.add(text);
  return { said };
}

function lineOf({ choice, keys, published, now, wire, cause, truth, madeBy }: Case, id: string): Line {
  const { method, url, headers, body } = wire;
  return {
    id,
    ...choice,
    keys,
    ...(published && { published }),
    now,
    request: { method, url, headers, bodyBase64: body.toString('base64') },
    cause,
    truth,
    madeBy,
  };
}

function wireText({ method, url, headers, body }: Wire): string {
  return JSON.stringify([method, url, headers, body.toString('base64')]);
}
