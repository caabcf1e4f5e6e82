/**
 * Prevents: a page that tells people to leave what works, for programs that nobody ran. Both programs of each pair in docs/migrate.md are started as
 * they stand there, and sent the same requests; what they answer is what the page says.
 */
import { join } from 'node:path';
import { hear } from '../hear.ts';
import { comparePage, readPage, withPart } from '../marked-page.ts';
import { type Sent, type Served, serve } from '../serve.ts';
import type { Row } from '../table.ts';
import { createScratch, load, type ProgramPair, programPairs, removeScratch } from './programs.ts';
import { ENDPOINTS, type Endpoint } from './rows.ts';
import { type Draft, SECRETS, signed } from './senders.ts';

const PAGE = 'migrate.md';
const TEN_MINUTES = 600;

/** A request of the table, and what a receiver that is right makes of it: how often the handler runs. */
interface Case {
  readonly name: string;
  readonly sent: Sent;
  readonly runs: 0 | 1;
  /** Whether every verifier must get it right. */
  readonly isBasic?: boolean;
}

/** What a program made of a request. */
interface Outcome {
  readonly status: number;
  readonly runs: number;
}

export async function runMigrations(isWritten: boolean): Promise<readonly Row[]> {
  const before = { ...process.env };
  const scratch = createScratch();
  Object.assign(process.env, SECRETS);
  try {
    return await comparePrograms(scratch, isWritten);
  } finally {
    for (const name of Object.keys(SECRETS)) {
      const value = before[name];
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
    removeScratch(scratch);
  }
}

async function comparePrograms(scratch: string, isWritten: boolean): Promise<readonly Row[]> {
  const rows: Row[] = [];
  let page = readPage(PAGE);
  const pairs = programPairs(page);
  const names = Object.keys(ENDPOINTS);
  if (pairs.map(({ name }) => name).join() !== names.join())
    throw new Error(`docs/${PAGE} has not the marks ${names.join(', ')}`);
  for (const pair of pairs) {
    const endpoint = ENDPOINTS[pair.name] as Endpoint;
    const cases = casesOf(endpoint);
    const theirs = await outcomesOf(
      cases,
      join(scratch, `${pair.name}.mjs`),
      pair.theirs,
      endpoint.theirs ?? 'app',
    );
    const ours = await outcomesOf(cases, join(scratch, `${pair.name}.ts`), pair.ours, endpoint.ours ?? 'app');
    page = withPart(page, pair.name, tableOf(endpoint, cases, theirs, ours));
    rows.push(rowOf(pair, endpoint, cases, theirs, ours));
  }
  return [...rows, comparePage(PAGE, page, isWritten)];
}

function casesOf(endpoint: Endpoint): readonly Case[] {
  const { path, signer, bodyOf, header, isToken = false, isTimed, signsRetries } = endpoint;
  const now = Math.floor(Date.now() / 1000);
  const draftOf = (id: string, seconds = now): Draft => ({ body: Buffer.from(bodyOf(id)), seconds, id });
  const sentOf = (draft: Draft): Sent => signed(signer, path, draft);
  const genuine = sentOf(draftOf('evt_1'));
  const forged = sentOf(draftOf('evt_2'));
  const { [header]: _, ...unsigned } = sentOf(draftOf('evt_3')).headers;
  const nonsense = { ...forged.headers, [header]: 'nonsense' };
  const cases: Case[] = [
    { name: 'genuine', sent: genuine, runs: 1, isBasic: true },
    { name: 'the same again', sent: genuine, runs: isToken ? 1 : 0 },
  ];
  if (signsRetries) {
    const sent = sentOf(draftOf('evt_1', now - 2));
    cases.push({ name: 'the sender’s retry, signed anew', sent, runs: 0 });
  }
  const changed = isToken
    ? { name: 'its token changed', sent: { ...forged, headers: changedToken(forged, header) } }
    : { name: 'its body changed', sent: { ...forged, body: changedBody(forged.body) } };
  cases.push({ ...changed, runs: 0, isBasic: true });
  const word = isToken ? 'token' : 'signature';
  cases.push(
    { name: `no ${word}`, sent: { ...forged, headers: unsigned }, runs: 0, isBasic: true },
    { name: `a ${word} that is none`, sent: { ...forged, headers: nonsense }, runs: 0, isBasic: true },
  );
  if (!isTimed) return cases;
  const [past, ahead] = [draftOf('evt_4', now - TEN_MINUTES), draftOf('evt_5', now + TEN_MINUTES)];
  cases.push({ name: isToken ? 'expired' : 'signed ten minutes ago', sent: sentOf(past), runs: 0 });
  if (!isToken) cases.push({ name: 'dated ten minutes ahead', sent: sentOf(ahead), runs: 0 });
  return cases;
}

/** Of the same form and length. */
function changedBody(body: Uint8Array): Uint8Array {
  const text = Buffer.from(body).toString();
  return Buffer.from(text.replace('evt_2', 'evt_9'));
}

function changedToken({ headers }: Sent, header: string): Sent['headers'] {
  const [head, payload = '', signature] = String(headers[header]).split('.');
  const claims = Buffer.from(payload, 'base64url').toString().replace('evt_2', 'evt_9');
  return { ...headers, [header]: [head, Buffer.from(claims).toString('base64url'), signature].join('.') };
}

/** What a program of the page makes of the requests, one after the other. */
async function outcomesOf(
  cases: readonly Case[],
  path: string,
  code: string,
  exported: 'app' | 'server' | 'receiver.app',
): Promise<readonly Outcome[]> {
  // Some loggers keep the console's functions of when they were made.
  const { value: listener } = await hear(() => load(path, code, exported));
  const served = await serve(listener);
  const outcomes: Outcome[] = [];
  for (const { sent } of cases) outcomes.push(await outcomeOf(served, sent));
  await served.close();
  return outcomes;
}

async function outcomeOf(served: Served, sent: Sent): Promise<Outcome> {
  const { value, printed } = await hear(() => served.send(sent));
  return { status: value.status, runs: printed.length };
}

function tableOf(
  { title, isToken = false }: Endpoint,
  cases: readonly Case[],
  theirs: readonly Outcome[],
  ours: readonly Outcome[],
): string {
  const text = (outcome: Outcome | undefined): string =>
    outcome === undefined ? '' : `${outcome.status}, ${outcome.runs > 0 ? '**runs**' : 'does not run'}`;
  const lines = cases.map(({ name }, at) => `| ${name} | ${text(theirs[at])} | ${text(ours[at])} |`);
  const what = isToken ? 'request' : 'webhook';
  return [
    `| ${what} | ${title}: the handler | Countersign: the handler |`,
    '| --- | --- | --- |',
    ...lines,
  ].join('\n');
}

/** Ours must be right in all; the program that one has must at least take what is genuine, and no forged one. */
function rowOf(
  { name }: ProgramPair,
  { isToken = false }: Endpoint,
  cases: readonly Case[],
  theirs: readonly Outcome[],
  ours: readonly Outcome[],
): Row {
  const faults = cases.flatMap(({ name: request, runs, isBasic = false }, at) => {
    const mine = ours[at]?.runs;
    const other = theirs[at]?.runs;
    return [
      ...(mine === runs ? [] : [`${request}: our handler runs ${mine} times, not ${runs}`]),
      ...(!isBasic || other === runs ? [] : [`${request}: the other handler runs ${other} times`]),
    ];
  });
  const row = { library: name, direction: isToken ? 'token' : 'webhook', name: `docs/${PAGE}` };
  return faults.length === 0
    ? { ...row, outcome: 'ok' }
    : { ...row, outcome: 'FAILED', note: faults.join('; ') };
}
