/** A secret that the two sides hold differently. */
import { pickSome } from '../base/draw.ts';
import type { Case, KeySpec } from '../base/wire.ts';
import { type Profile, senderOf, signByHand } from '../senders/profile.ts';

export interface SecretRow {
  readonly cause: string;
  readonly truth: string;
  readonly count: number;
  readonly madeBy: string;
  fits?(profile: Profile): boolean;
  /** The secret that both were meant to have, where the sender's usual one would not show the slip. */
  secret?(profile: Profile, label: string): string;
  /** What the receiver has in its place: a text, or whole keys. */
  receiver?(
    secret: string,
    profile: Profile,
    label: string,
  ): Promise<string | readonly KeySpec[]> | string | readonly KeySpec[];
  /** What the sender signs with in its place: a text, or bytes. */
  sender?(secret: string, profile: Profile, label: string): Promise<string | Buffer> | string | Buffer;
}

export async function casesOfSecret(
  row: SecretRow,
  index: number,
  profiles: readonly Profile[],
): Promise<readonly Case[]> {
  const able = profiles.filter((profile) => row.fits?.(profile) ?? true);
  const order = pickSome(`secret/${row.cause}/${index}`, able, able.length);
  const cases: Case[] = [];
  for (let i = 0; i < row.count; i++) {
    const usual = order[i % order.length];
    if (!usual) throw new Error(`no sender for ${row.cause}: ${row.truth}`);
    cases.push(await caseOf(row, usual, `secret/${row.cause}/${index}/${i}`));
  }
  return cases;
}

async function caseOf(row: SecretRow, usual: Profile, label: string): Promise<Case> {
  const secret = row.secret?.(usual, label) ?? usual.secret;
  const sender = senderOf(usual, secret);
  const draft = sender.draft(label);
  const genuine = await sender.sign(draft);
  const held = await row.receiver?.(secret, usual, label);
  const signs = await row.sender?.(secret, usual, label);
  const spec = sender.keys[0] as KeySpec;
  return {
    sender: sender.name,
    choice: sender.choice,
    keys: held === undefined ? sender.keys : typeof held === 'string' ? [{ ...spec, secret: held }] : held,
    now: Math.floor(draft.at / 1000) + 1,
    wire:
      signs === undefined
        ? genuine
        : await signByHand(usual, draft, { key: typeof signs === 'string' ? usual.keyOf(signs) : signs }),
    cause: row.cause,
    truth: row.truth,
    madeBy: row.madeBy,
    genuine: { wire: genuine, keys: sender.keys },
  };
}
