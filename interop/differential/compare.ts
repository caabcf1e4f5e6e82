/** Verdicts of ours and of others on requests of all kinds; what they disagree on has a reason, or is a failure. */
import { HeaderList, type SignedRequest } from '@countersign/core';
import { seededRandom } from '../../scripts/seeded-random.ts';
import type { Row } from '../table.ts';
import { changed } from './changes.ts';
import { contentOf } from './content.ts';
import { startPython } from './python.ts';
import { reasonOf } from './reasons.ts';
import { type Accepts, type Received, SCHEMES, type Scheme } from './schemes.ts';

export interface DifferentialOptions {
  /** Of each scheme. */
  readonly requests: number;
  readonly seed: number;
}

/** What became of one peer's comparisons. */
interface Tally {
  same: number;
  accepted: number;
  /** By reason. */
  readonly reasons: Map<string, number>;
  readonly failures: string[];
}

export async function runDifferential({ requests, seed }: DifferentialOptions): Promise<readonly Row[]> {
  const python = await startPython();
  const rows: Row[] = [];
  for (const scheme of SCHEMES) {
    const peers: Record<string, Accepts> = { ...scheme.peers };
    if (python) {
      peers['Python'] = ({ url, headers, body }) =>
        python.accepts({ scheme: scheme.name, key: scheme.key, url, headers, body: body.toString('base64') });
    }
    rows.push(...(await compareScheme(scheme, peers, requests, seed)));
  }
  python?.close();
  if (!python)
    rows.push({
      library: 'Python',
      direction: 'verdicts',
      name: '',
      outcome: 'not there',
      note: 'no python3',
    });
  return rows;
}

async function compareScheme(
  scheme: Scheme,
  peers: Readonly<Record<string, Accepts>>,
  requests: number,
  seed: number,
): Promise<readonly Row[]> {
  const random = seededRandom(seed);
  const tallies = new Map(
    Object.keys(peers).map((name): [string, Tally] => [
      name,
      { same: 0, accepted: 0, reasons: new Map(), failures: [] },
    ]),
  );
  for (let i = 0; i < requests; i++) {
    const genuine = scheme.sign(contentOf(random, Date.now()), random);
    const request = trimmed(random() % 3 === 0 ? genuine : changed(genuine, scheme.headers, random));
    const verdict = await scheme.gate.verify(request);
    for (const [name, accepts] of Object.entries(peers)) {
      const theirs = await isAccepted(accepts, receivedOf(request));
      const tally = tallies.get(name) as Tally;
      if (theirs === verdict.ok) {
        tally.same++;
        if (theirs) tally.accepted++;
        continue;
      }
      const said = verdict.ok ? 'accepted' : `${verdict.reason}, ${verdict.message}`;
      const reason = reasonOf({ scheme: scheme.name, peer: name, theirs, request, verdict });
      if (reason === undefined) tally.failures.push(failureText(request, theirs, said));
      else tally.reasons.set(reason, (tally.reasons.get(reason) ?? 0) + 1);
    }
  }
  return [...tallies].flatMap(([name, tally]) => rowsOf(scheme.name, name, tally, seed));
}

function rowsOf(
  scheme: string,
  peer: string,
  { same, accepted, reasons, failures }: Tally,
  seed: number,
): readonly Row[] {
  const row = { library: peer, direction: 'verdicts' };
  return [
    // Where nothing is accepted, nothing was compared.
    {
      ...row,
      name: `${scheme}: ${same} alike, ${accepted} of them accepted`,
      outcome: accepted > 0 ? 'ok' : 'FAILED',
    },
    ...[...reasons].map(
      ([reason, count]): Row => ({
        ...row,
        name: `${scheme}: ${count} not`,
        outcome: 'DIFFERS',
        note: reason,
      }),
    ),
    ...failures.slice(0, 3).map(
      (note): Row => ({
        ...row,
        name: `${scheme}: one of ${failures.length}, seed ${seed}`,
        outcome: 'FAILED',
        note,
      }),
    ),
  ];
}

async function isAccepted(accepts: Accepts, received: Received): Promise<boolean> {
  try {
    return await accepts(received);
  } catch {
    return false;
  }
}

/** White space around a field's value is no part of it: every server leaves it out (RFC 9110 §5.5). */
function trimmed(request: SignedRequest): SignedRequest {
  const flat = request.headers.flat.map((text) => text.replace(/^[ \t]+|[ \t]+$/g, ''));
  return { ...request, headers: new HeaderList(flat) };
}

/** As Node's server has it: fields of one name joined; of Authorization the first. */
function receivedOf({ url, headers, body }: SignedRequest): Received {
  const joined: Record<string, string> = {};
  for (const [name, value] of headers) {
    const key = name.toLowerCase();
    if (joined[key] === undefined) joined[key] = value;
    else if (key !== 'authorization') joined[key] += `, ${value}`;
  }
  return { url, headers: joined, body: Buffer.from(body) };
}

function failureText({ url, headers, body }: SignedRequest, theirs: boolean, ours: string): string {
  const shown = JSON.stringify({ url, headers: headers.flat, body: Buffer.from(body).toString('latin1') });
  return `they ${theirs ? 'accept' : 'refuse'}, we say ${ours}: ${shown}`;
}
