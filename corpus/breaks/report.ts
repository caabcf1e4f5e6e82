/** One broken request as a person described it: who signs, which body, and what went wrong. */
import { word } from '../base/draw.ts';
import { type Case, type Draft, type KeySpec, type Wire, withBody } from '../base/wire.ts';
import { type Profile, type Slip, senderOf, signByHand } from '../senders/profile.ts';

export type Arrives = (wire: Wire, draft: Draft) => Wire | Promise<Wire>;
export type MakesSlip = (secret: string, profile: Profile, draft: Draft) => Slip;

export interface Report {
  readonly cause: string;
  readonly truth: string;
  readonly madeBy: string;
  /** The sender, by its profile's name. */
  readonly sender: string;
  /** Default: a short document. */
  readonly body?: Buffer | string;
  readonly contentType?: string;
  readonly url?: string;
  /** The secret that both have, where it is of another form than the profile's. */
  readonly secret?: string;
  /** What the sender does otherwise than its scheme says. */
  readonly slip?: MakesSlip;
  /** The body that the sender signs in place of the one that it sends. */
  signedBody?(body: Buffer): Buffer | Promise<Buffer>;
  /** What becomes of the request on its way, or in the receiver. */
  readonly arrives?: Arrives;
  /** The receiver's secret, or all its keys. */
  held?(secret: string, draft: Draft): string | readonly KeySpec[];
  /** How far the sender's clock is ahead of the receiver's, in ms. */
  readonly aheadMs?: number;
}

export async function casesOfReports(
  group: string,
  rows: readonly Report[],
  profiles: readonly Profile[],
): Promise<readonly Case[]> {
  const cases: Case[] = [];
  for (const [i, row] of rows.entries())
    cases.push(await caseOf(row, profiles, `${group}/${row.cause}/${i}`));
  return cases;
}

const shortBody = (label: string): string =>
  `{"id":"${word(`${label}/body`, 10)}","type":"order.paid","buyer":"Zoë","total":1250}`;

async function caseOf(row: Report, profiles: readonly Profile[], label: string): Promise<Case> {
  const usual = profiles.find(({ name }) => name === row.sender);
  if (!usual) throw new Error(`no sender ${row.sender} for ${row.cause}`);
  const secret = row.secret ?? usual.secret;
  const profile = { ...usual, secret };
  const sender = senderOf(usual, secret);
  const drawn = sender.draft(label);
  const { contentType = 'application/json', url = drawn.url, body = shortBody(label) } = row;
  const draft = { ...drawn, url, contentType, body: Buffer.from(body) };
  const genuine = await sender.sign(draft);
  const sent = await sentWire(row, profile, draft, genuine);
  const held = row.held?.(secret, draft);
  const spec = sender.keys[0] as KeySpec;
  return {
    sender: sender.name,
    choice: sender.choice,
    keys: held === undefined ? sender.keys : typeof held === 'string' ? [{ ...spec, secret: held }] : held,
    now: Math.floor(draft.at / 1000) + 1,
    wire: (await row.arrives?.(sent, draft)) ?? sent,
    cause: row.cause,
    truth: row.truth,
    madeBy: row.madeBy,
    genuine: { wire: genuine, keys: sender.keys },
  };
}

async function sentWire(row: Report, profile: Profile, draft: Draft, genuine: Wire): Promise<Wire> {
  const { slip, signedBody, aheadMs } = row;
  if (!slip && !signedBody && aheadMs === undefined) return genuine;
  const body = (await signedBody?.(draft.body)) ?? draft.body;
  const signed = { ...draft, body, at: draft.at + (aheadMs ?? 0) };
  return withBody(
    await signByHand(profile, signed, slip?.(profile.secret, profile, signed) ?? {}),
    draft.body,
  );
}
