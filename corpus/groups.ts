/** The files of the corpus, each with what makes its lines. */
import type { Case } from './base/wire.ts';
import type { BodyBreak } from './breaks/body-break.ts';
import { casesOfBreak } from './breaks/body-break.ts';
import { controlCases, forgedCases } from './breaks/forged.ts';
import { JSON_REPRINTS, sayTheSame } from './breaks/json-reprints.ts';
import { MESSAGE_SLIPS } from './breaks/message-slips.ts';
import { SIGNATURE_SLIPS } from './breaks/signature-slips.ts';
import { casesOfSlip, type SlipRow } from './breaks/slip.ts';
import { TEXT_CHANGES } from './breaks/text-changes.ts';
import { WRAPPED_BODIES } from './breaks/wrapped-bodies.ts';
import { BODY_SENDERS, HMAC_SENDERS, PROFILES } from './senders/all.ts';

export interface Group {
  readonly name: string;
  readonly wanted: 'refused' | 'accepted';
  make(): Promise<readonly Case[]>;
}

async function bodyCases(rows: readonly BodyBreak[]): Promise<readonly Case[]> {
  const cases: Case[] = [];
  for (const [i, row] of rows.entries()) cases.push(...(await casesOfBreak(row, i, BODY_SENDERS)));
  return cases;
}

async function slipCases(rows: readonly SlipRow[]): Promise<readonly Case[]> {
  const cases: Case[] = [];
  for (const [i, row] of rows.entries()) cases.push(...(await casesOfSlip(row, i, PROFILES)));
  return cases;
}

/** A print that says something else, e.g. 1 for 1.0, cannot be undone: it is a cause of its own. */
async function reprints(): Promise<readonly Case[]> {
  return (await bodyCases(JSON_REPRINTS)).map((item) => {
    const original = item.cause === 'body-parsed-and-printed-again' ? item.genuine?.wire.body : undefined;
    if (!original || sayTheSame(original, item.wire.body)) return item;
    return {
      ...item,
      cause: 'body-printed-again-with-other-values',
      truth: `${item.truth} Values came out otherwise: a number in another spelling or less exact, or an empty object as a list.`,
    };
  });
}

export const GROUPS: readonly Group[] = [
  { name: 'json-reprints', wanted: 'refused', make: reprints },
  { name: 'text-changes', wanted: 'refused', make: () => bodyCases(TEXT_CHANGES) },
  { name: 'wrapped-bodies', wanted: 'refused', make: () => bodyCases(WRAPPED_BODIES) },
  { name: 'message-slips', wanted: 'refused', make: () => slipCases(MESSAGE_SLIPS) },
  { name: 'signature-slips', wanted: 'refused', make: () => slipCases(SIGNATURE_SLIPS) },
  { name: 'forged', wanted: 'refused', make: () => forgedCases(PROFILES, 300) },
  { name: 'control', wanted: 'accepted', make: () => controlCases(HMAC_SENDERS, 100) },
];
