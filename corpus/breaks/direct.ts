/** Rows of one sender: how the broken request is made, from the draft that the genuine one is made from. */
import type { Case, Draft, KeySpec, Published, Sender, Wire } from '../base/wire.ts';
import { withHeader } from '../base/wire.ts';

export interface DirectRow {
  readonly cause: string;
  readonly truth: string;
  readonly madeBy: string;
  readonly count: number;
  /** Undefined where this draft would not show it. */
  make(draft: Draft, genuine: Wire, label: string): Promise<Wire | undefined> | Wire | undefined;
  /** The receiver's keys where they are what is wrong. */
  keys?(label: string, draft: Draft): readonly KeySpec[];
  /** What stands at the sender’s addresses, where that is it. */
  readonly published?: Published;
  /** The receiver's clock, in seconds, where that is it. */
  now?(draft: Draft, label: string): number;
  /** Of the receiver, where not the sender's usual ones. */
  readonly options?: Readonly<Record<string, unknown>>;
}

const TRIES = 10;

export async function casesOfSender(sender: Sender, rows: readonly DirectRow[]): Promise<readonly Case[]> {
  const cases: Case[] = [];
  for (const [index, row] of rows.entries()) {
    const { cause, truth, madeBy, count } = row;
    let successes = 0;
    for (let i = 0; successes < count && i < count + TRIES; i++) {
      const label = `direct/${cause}/${index}/${i}`;
      const draft = sender.draft(label);
      const genuine = await sender.sign(draft);
      const wire = await row.make(draft, genuine, label);
      if (!wire) continue;
      successes++;
      const usual = Math.floor(draft.at / 1000) + 1;
      cases.push({
        sender: sender.name,
        choice: sender.choice,
        keys: row.keys?.(label, draft) ?? sender.keys,
        ...(sender.published && { published: row.published ?? sender.published }),
        now: row.now?.(draft, label) ?? usual,
        wire,
        cause,
        truth,
        madeBy,
        genuine: {
          wire: genuine,
          keys: sender.keys,
          now: usual,
          ...(sender.published && { published: sender.published }),
        },
      });
    }
    if (successes === 0) throw new Error(`no request of ${cause} by ${sender.name}`);
  }
  return cases;
}

export const asItIs: DirectRow['make'] = (_draft, genuine) => genuine;

export const without =
  (header: string): DirectRow['make'] =>
  (_draft, genuine) =>
    withHeader(genuine, header, undefined);
