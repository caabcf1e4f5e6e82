/** Slips of people who write the signing themselves: the same request signed by a few lines of a language, one of them wrong. */
import { pick, pickSome } from '../base/draw.ts';
import type { Language } from '../base/helper.ts';
import { versionOf } from '../base/versions.ts';
import type { BodyKind, Case, Draft, Wire } from '../base/wire.ts';
import { type Profile, type Slip, senderOf, signByHand } from '../senders/profile.ts';

export interface SlipRow {
  readonly cause: string;
  readonly truth: string;
  readonly count: number;
  /** In which the slip is usual; default: any. */
  readonly languages?: readonly (Language | 'node')[];
  readonly kind?: BodyKind;
  fits?(profile: Profile): boolean;
  /** Undefined where this request would not show it. */
  slip(profile: Profile, draft: Draft, label: string): Slip | undefined | Promise<Slip | undefined>;
  /** Of what the slip changes besides. */
  adjust?(wire: Wire, profile: Profile, label: string): Wire;
  /** Where a program other than the language's own made it. */
  readonly madeBy?: string;
}

const LANGUAGES: readonly (Language | 'node')[] = ['python', 'php', 'ruby', 'go', 'java', 'node'];
const TRIES = 40;

export async function casesOfSlip(
  row: SlipRow,
  index: number,
  profiles: readonly Profile[],
): Promise<readonly Case[]> {
  const able = profiles.filter((profile) => row.fits?.(profile) ?? true);
  const order = pickSome(`slip/${row.cause}/${index}`, able, able.length);
  const cases: Case[] = [];
  for (let i = 0; cases.length < row.count && i < row.count * 4; i++) {
    const profile = order[i % order.length];
    if (!profile) break;
    const item = await caseOf(row, profile, `slip/${row.cause}/${index}/${i}`);
    if (item) cases.push(item);
  }
  if (cases.length === 0) throw new Error(`no request of ${row.cause}: ${row.truth}`);
  return cases;
}

async function caseOf(row: SlipRow, profile: Profile, label: string): Promise<Case | undefined> {
  const sender = senderOf(profile);
  for (let i = 0; i < TRIES; i++) {
    const attempt = `${label}/${i}`;
    const draft = sender.draft(attempt, row.kind && profile.kinds.includes(row.kind) ? row.kind : undefined);
    const language = profile.signBytes ? 'node' : pick(attempt, row.languages ?? LANGUAGES);
    const slip = await row.slip(profile, draft, attempt);
    if (!slip) continue;
    const signed = await signByHand(profile, draft, { language, ...slip });
    return {
      sender: sender.name,
      choice: sender.choice,
      keys: sender.keys,
      now: Math.floor(draft.at / 1000) + 1,
      wire: row.adjust ? row.adjust(signed, profile, attempt) : signed,
      cause: row.cause,
      truth: row.truth,
      madeBy: row.madeBy ?? `${versionOf(slip.language ?? language)}, a sender written by hand`,
      genuine: { wire: await sender.sign(draft) },
    };
  }
  return undefined;
}
