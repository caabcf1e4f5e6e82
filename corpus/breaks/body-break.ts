/** Bodies that are changed between the signature and the check, or signed in another form than they are sent in. */
import { pickSome } from '../base/draw.ts';
import { type BodyKind, type Case, type Draft, type Sender, type Wire, withBody } from '../base/wire.ts';

export interface BodyBreak {
  readonly cause: string;
  /** What happened, as a sentence about the body. */
  readonly truth: string;
  readonly madeBy: string;
  readonly kind: BodyKind;
  /** How many requests of it. */
  readonly count: number;
  /** `way`: the original is signed, this arrives. `signer`: this is signed, the original is sent. */
  readonly side?: 'way' | 'signer';
  /** One sender alone, by name. */
  readonly of?: string;
  /** Another body than the sender's usual one, e.g. of 20 KB, or with a line end. */
  prepare?(body: Buffer, label: string): Buffer;
  /** What becomes of the body; undefined where nothing would. */
  change(body: Buffer, wire: Wire, draft: Draft): Promise<Buffer | undefined> | Buffer | undefined;
  /** Whether Content-Length stays as it was captured, since an editor knows nothing of it. */
  readonly keepsLength?: boolean;
  /** The headers that go with it, e.g. another Content-Type. */
  adjust?(wire: Wire): Wire;
}

const TRIES = 12;

/** So many requests of a break, of different senders. */
export async function casesOfBreak(
  row: BodyBreak,
  index: number,
  senders: readonly Sender[],
): Promise<readonly Case[]> {
  const able = senders.filter(
    ({ name, kinds, covers, signsBytes }) =>
      (row.of === undefined || row.of === name) &&
      covers.body &&
      kinds.includes(row.kind) &&
      (signsBytes !== false || (row.side !== 'signer' && !row.prepare)),
  );
  const cases: Case[] = [];
  const order = pickSome(`${row.cause}/${index}`, able, able.length);
  for (let i = 0; cases.length < row.count && i < row.count * 4; i++) {
    const sender = order[i % order.length];
    if (!sender) break;
    const item = await caseOf(row, sender, `${row.cause}/${index}/${i}`);
    if (item) cases.push(item);
  }
  if (cases.length === 0) throw new Error(`no request of ${row.cause} by ${row.madeBy}`);
  return cases;
}

async function caseOf(row: BodyBreak, sender: Sender, label: string): Promise<Case | undefined> {
  for (let i = 0; i < TRIES; i++) {
    const usual = sender.draft(`${label}/${i}`, row.kind);
    const draft = row.prepare ? { ...usual, body: row.prepare(usual.body, label) } : usual;
    const genuine = await sender.sign(draft);
    const changed = await row.change(row.side === 'signer' ? draft.body : genuine.body, genuine, draft);
    if (changed === undefined || changed.equals(row.side === 'signer' ? draft.body : genuine.body)) continue;
    const wire =
      row.side === 'signer'
        ? withBody(await sender.sign({ ...draft, body: changed }), draft.body)
        : row.keepsLength
          ? { ...genuine, body: changed }
          : withBody(genuine, changed);
    return {
      sender: sender.name,
      choice: sender.choice,
      keys: sender.keys,
      now: Math.floor(draft.at / 1000) + 1,
      wire: row.adjust ? row.adjust(wire) : wire,
      cause: row.cause,
      truth: row.truth,
      madeBy: row.madeBy,
      genuine: { wire: genuine },
    };
  }
  return undefined;
}
