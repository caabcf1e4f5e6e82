/**
 * Prevents: a page that says of other libraries what is not so, and bytes that ours loses, too. Genuine bodies are sent to each library in its documented set-up and to
 * ours in the same place, then to set-ups that people have by mistake. What they make of them is what docs/raw-body.md says, so a library that is mended shows here.
 */
import { randomUUID } from 'node:crypto';
import { hear } from '../hear.ts';
import { comparePage, readPage, withPart } from '../marked-page.ts';
import type { Sent } from '../serve.ts';
import type { Row } from '../table.ts';
import { type GenuineBody, genuineBodies } from './bodies.ts';
import type { Mistake } from './mistake.ts';
import { MISTAKES } from './mistakes.ts';
import { ORIGINALS, type Original } from './originals.ts';
import { type Outcome, outcomeOf } from './outcome.ts';
import { bodiesTable, mistakesTable, textsTable } from './page.ts';
import type { Receiver } from './receivers.ts';
import { twilio } from './senders.ts';

const PAGE = 'raw-body.md';

/** What a library and ours made of the same request. */
export interface Compared {
  readonly theirs: Outcome;
  readonly ours: Outcome;
}

export async function runRawBodies(isWritten: boolean): Promise<readonly Row[]> {
  const bodies = genuineBodies();
  const rows: Row[] = [];
  const columns: (readonly (Compared | undefined)[])[] = [];
  for (const original of ORIGINALS) {
    const column = await columnOf(original, bodies);
    columns.push(column);
    rows.push(bodiesRow(original, bodies, column));
  }
  const mistakes: Compared[] = [];
  for (const mistake of MISTAKES) {
    const compared = await tryMistake(mistake);
    mistakes.push(compared);
    rows.push(mistakeRow(mistake, compared));
  }
  const parts = {
    bodies: bodiesTable(ORIGINALS, bodies, columns),
    mistakes: mistakesTable(MISTAKES, mistakes),
    texts: textsTable(ORIGINALS, columns, MISTAKES, mistakes),
  };
  let page = readPage(PAGE);
  for (const [name, text] of Object.entries(parts)) page = withPart(page, name, text);
  return [...rows, comparePage(PAGE, page, isWritten)];
}

/** Each body at one original; undefined where its sender sends none of the kind. */
async function columnOf(
  { sender, takesForms, theirs, ours }: Original,
  bodies: readonly GenuineBody[],
): Promise<readonly (Compared | undefined)[]> {
  const pair = await openBoth(theirs, ours);
  const column: (Compared | undefined)[] = [];
  for (const body of bodies) {
    if (body.isForm && !takesForms) {
      column.push(undefined);
      continue;
    }
    const { bytes, signedBytes = bytes, pieceBytes, isSignedTwice = false } = body;
    const signature = sender.signer({ body: signedBytes, seconds: nowSeconds(), id: randomUUID() });
    const headers: Record<string, string | string[]> = { ...signature, ...body.headers };
    const line = signature[sender.header] ?? '';
    if (isSignedTwice) headers[sender.header] = [line, line];
    column.push(
      await compare(pair, { headers, body: bytes, ...(pieceBytes !== undefined && { pieceBytes }) }),
    );
  }
  await Promise.all([pair.theirs.close(), pair.ours.close()]);
  return column;
}

async function tryMistake({ sender, body, headers, timeoutMs, theirs, ours }: Mistake): Promise<Compared> {
  const pair = await openBoth(theirs, ours);
  const bytes = Buffer.from(body);
  const signature = sender.signer({ body: bytes, seconds: nowSeconds(), id: randomUUID() });
  const compared = await compare(pair, {
    path: sender === twilio ? '/webhooks/sms' : '/',
    headers: { ...signature, ...headers },
    body: bytes,
    ...(timeoutMs !== undefined && { timeoutMs }),
  });
  await Promise.all([pair.theirs.close(), pair.ours.close()]);
  return compared;
}

interface Pair {
  readonly theirs: Receiver;
  readonly ours: Receiver;
}

async function openBoth(theirs: Original['theirs'], ours: Original['ours']): Promise<Pair> {
  // Some loggers keep the console's functions of when they were made.
  const { value } = await hear(async () => ({ theirs: await theirs(), ours: await ours() }));
  return value;
}

async function compare({ theirs, ours }: Pair, sent: Sent): Promise<Compared> {
  return { theirs: await outcomeOf(theirs, sent), ours: await outcomeOf(ours, sent) };
}

/** Ours takes each body, or says why it cannot. */
function bodiesRow(
  { title }: Original,
  bodies: readonly GenuineBody[],
  column: readonly (Compared | undefined)[],
): Row {
  const faults = bodies.flatMap(({ name, remedy }, at) => {
    const ours = column[at]?.ours;
    if (ours === undefined) return [];
    const isRight = remedy === undefined ? ours.isTaken : !ours.isTaken && remedy.test(ours.text);
    return isRight ? [] : [`${name}: ours ${ours.isTaken ? 'takes it' : `says ${ours.status} ${ours.text}`}`];
  });
  return rowOf(title, 'genuine bodies', faults);
}

function mistakeRow({ library, setUp, demand }: Mistake, { ours }: Compared): Row {
  const isRight = 'takes' in demand ? ours.isTaken : !ours.isTaken && demand.remedy.test(ours.text);
  return rowOf(
    library,
    setUp,
    isRight ? [] : [`ours ${ours.isTaken ? 'takes it' : `says ${ours.status} ${ours.text}`}`],
  );
}

function rowOf(library: string, name: string, faults: readonly string[]): Row {
  const row = { library, direction: 'raw body', name };
  return faults.length === 0
    ? { ...row, outcome: 'ok' }
    : { ...row, outcome: 'FAILED', note: faults.join('; ') };
}

function nowSeconds(): number {
  return Math.floor(Date.now() / 1000);
}
