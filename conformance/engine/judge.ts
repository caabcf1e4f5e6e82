/**
 * Judges the gate’s verdict of a trial. Nothing of the engine says here what is right: an acceptance is false where a part
 * that coverage calls proved means another thing than in the genuine request, where the verdict tells the application
 * something else than the genuine one did, where the token is another text, where its time was over, or where an
 * act would run again that has run.
 */
import type { Accepted, Gate, SignedRequest, Verdict } from '@countersign/core';
import { SetupError } from '@countersign/core';
import { isDear, SUSPECT_MS } from './cost-bound.ts';
import { changedForLoose } from './loose-reading.ts';
import { bodyMeaning, coveredHeader, factsOf, headerMeaning, NO_FORM } from './meaning.ts';
import type { Opened, Trial } from './model.ts';
import { gateAt, primedGate } from './open-subject.ts';
import { bodyText } from './places.ts';
import { freshInterval, staleAt } from './stale.ts';

/** `false`: a false acceptance, and of what. `crash`: something was thrown that is no verdict. `dear`: beyond the bounds of the worst inputs. */
export interface Judged {
  readonly kind: 'refused' | 'accepted' | 'false' | 'crash' | 'dear';
  readonly what?: string;
}

const REFUSED: Judged = { kind: 'refused' };
const ACCEPTED: Judged = { kind: 'accepted' };

export function judge(subject: Opened, trial: Trial): Judged | Promise<Judged> {
  const { clock } = subject;
  clock.nowMs = trial.nowMs ?? subject.nowMs;
  let gate: Gate;
  try {
    gate = trial.options ? gateAt(trial.options, clock) : subject.gate;
  } catch (error) {
    return error instanceof SetupError ? REFUSED : crash(error);
  }
  const startMs = performance.now();
  let verdict: Verdict | Promise<Verdict>;
  try {
    verdict = gate.verify(trial.request);
  } catch (error) {
    return crash(error);
  }
  if (verdict instanceof Promise) return verdict.then((later) => judged(subject, trial, gate, later), crash);
  if (performance.now() - startMs > SUSPECT_MS) return judgedWithCost(subject, trial, gate, verdict);
  return verdict.ok ? judged(subject, trial, gate, verdict) : REFUSED;
}

function crash(error: unknown): Judged {
  return { kind: 'crash', what: error instanceof Error ? `${error.name}: ${error.message}` : String(error) };
}

async function judgedWithCost(subject: Opened, trial: Trial, gate: Gate, verdict: Verdict): Promise<Judged> {
  const dear = await isDear(gate, trial.request);
  return dear === undefined ? judged(subject, trial, gate, verdict) : { kind: 'dear', what: dear };
}

async function judged(subject: Opened, trial: Trial, gate: Gate, verdict: Verdict): Promise<Judged> {
  if (!verdict.ok) return REFUSED;
  if (trial.isStrange) return wrong('nobody who holds a key of the gate signed any of it');
  const difference = trial.isIssuers ? undefined : differenceFrom(subject, trial, gate, verdict);
  if (difference !== undefined) {
    // Made of parts of two genuine requests, it may be the other one.
    return siblingsOf(subject, trial, gate, verdict).length > 0 ? ACCEPTED : wrong(difference);
  }
  let again: string | undefined;
  try {
    again = await ranAgain(subject, trial, gate);
  } catch (error) {
    return crash(error);
  }
  return again === undefined || (await isCopyOfSibling(subject, trial, gate, verdict))
    ? ACCEPTED
    : wrong(again);
}

function wrong(what: string): Judged {
  return { kind: 'false', what };
}

function differenceFrom(subject: Opened, trial: Trial, gate: Gate, verdict: Accepted): string | undefined {
  return (
    changedPart(subject, trial, gate, verdict) ??
    changedWord(subject, trial, verdict) ??
    staleAt(subject, trial, subject.clock.nowMs)
  );
}

/** Two requests of one sender may say the same under two signatures: a copy of the other is no copy of this one. */
async function isCopyOfSibling(
  subject: Opened,
  trial: Trial,
  gate: Gate,
  verdict: Accepted,
): Promise<boolean> {
  const { nowMs } = subject.clock;
  for (const sibling of siblingsOf(subject, trial, gate, verdict)) {
    const again = await ranAgain({ ...sibling, clock: { nowMs } }, { ...trial, nowMs }, gate);
    if (again === undefined) return true;
  }
  return false;
}

/** Other genuine requests of the same sender that say what it says. */
function siblingsOf(subject: Opened, trial: Trial, gate: Gate, verdict: Accepted): readonly Opened[] {
  const own = JSON.stringify(subject.options);
  const same: Opened[] = [];
  for (const other of subject.opened) {
    if (other === subject || JSON.stringify(other.options) !== own) continue;
    const sibling = { ...other, clock: subject.clock };
    if (differenceFrom(sibling, trial, gate, verdict) === undefined) same.push(sibling);
  }
  return same;
}

/** A part that the gate’s coverage calls proved and that says something else than the genuine request. */
function changedPart(subject: Opened, trial: Trial, gate: Gate, verdict: Accepted): string | undefined {
  const { request } = trial;
  const { covered } = gate.coverage;
  // An id that stands in a body is signed with it, whatever its sender takes for one.
  const isOfBody =
    verdict.id !== undefined &&
    (subject.gate.coverage.covered as readonly string[]).includes('body') &&
    bodyText(subject.request).includes(verdict.id);
  const parts: readonly string[] =
    verdict.id === undefined || isOfBody ? covered.filter((part) => part !== 'id') : covered;
  const unsigned = ['method', 'scheme', 'host', 'path', 'query', 'body', 'id'].find(
    (part) => parts.includes(part) && !(subject.gate.coverage.covered as readonly string[]).includes(part),
  );
  if (trial.options && unsigned !== undefined)
    return `${unsigned}, which its sender did not sign, counts as proved`;
  const origin = gate.scheme.origin?.host;
  const [genuine, changed] = [subject.request, request].map((each) => factsOf(each, subject.meaning, origin));
  const isOneText = subject.meaning.body?.behind === 'url';
  for (const part of ['method', 'scheme', 'host', 'path', 'query'] as const) {
    if (isOneText && (part === 'path' || part === 'query')) continue;
    if (covered.includes(part) && genuine?.[part] !== changed?.[part]) return `another ${part}`;
  }
  for (const name of new Set([...gate.coverage.headers, ...(subject.accepted.coveredHeaders ?? [])])) {
    const [own, other] = [subject.request, request].map((each) => coveredHeader(each, name, subject.meaning));
    if (own !== other) return `another header ${name}`;
  }
  for (const name of gate.scheme.proof === 'token' ? gate.proofHeaders : []) {
    const [genuineToken, token] = [subject.request, request].map((each) =>
      tokenMeaning(headerMeaning(each, name)),
    );
    if (genuineToken !== token) return 'another token';
  }
  if (!covered.includes('body'))
    return trial.options === undefined ? changedForLoose(gate, subject.request, request) : undefined;
  const isSameBody = Buffer.compare(request.body, subject.request.body) === 0;
  if (isSameBody && genuine?.path === changed?.path && genuine?.query === changed?.query) return undefined;
  if (isOneText) {
    const texts = [subject.request, request].map((each) => urlAndForm(each, subject, origin));
    return texts[0] === texts[1] ? undefined : 'another URL or form';
  }
  if (isSameBody) return undefined;
  const bodies = [subject.request, request].map((each) => bodyMeaning(each, subject.meaning));
  return bodies[0] === bodies[1] ? undefined : 'another body';
}

/** Of a sender whose formula shows nowhere where the URL ends and the form begins; a body that is no form stands apart. */
function urlAndForm(request: SignedRequest, { meaning }: Opened, origin: string | undefined): string {
  const { path, query } = factsOf(request, meaning, origin);
  const url = request.url.includes('?') ? `${path}?${query}` : path;
  if (request.body.length === 0) return url;
  const form = bodyMeaning(request, meaning);
  return form.startsWith(NO_FORM) ? `${url}\n${form}` : url + form;
}

/**
 * What stands behind the word for its scheme. Of a token by ECDSA or PSS what is signed: who has one such signature, or its
 * key, can write others as good.
 */
function tokenMeaning(value: string): string {
  const token = value.replace(/^\S+[ \t]+/, '');
  const [header = '', payload = '', ...signature] = token.split('.');
  const isOneOfMany =
    signature.length === 1 &&
    /"alg"\s*:\s*"(ES|PS)/.test(Buffer.from(header, 'base64url').toString('latin1'));
  return isOneOfMany ? `${header}.${payload}` : token;
}

/** What the application is told. */
function changedWord(
  { accepted, gate, signers }: Opened,
  trial: Trial,
  verdict: Accepted,
): string | undefined {
  const { covered } = gate.coverage;
  // A gate of another scheme may read no time at all.
  const tellsTime = trial.options === undefined || verdict.timestampMs !== undefined;
  if (tellsTime && verdict.timestampMs !== accepted.timestampMs && covered.includes('timestamp'))
    return 'another time is told';
  // Another gate names its keys and its ids otherwise.
  if (trial.options) return undefined;
  if (!signers.has(verdict.keyId)) return 'another key is told';
  if (verdict.id !== accepted.id && covered.includes('id')) return 'another id is told';
  if (JSON.stringify(verdict.claims) !== JSON.stringify(accepted.claims)) return 'other claims are told';
  return textOf(verdict.fields) === textOf(accepted.fields) ? undefined : 'other fields are told';
}

function textOf(fields: Accepted['fields']): string {
  return [...(fields ?? [])]
    .map(([name, value]) => `${name}=${value}`)
    .toSorted()
    .join('\r\n');
}

/** A gate’s default. */
const REMEMBERED_MS = 86_400_000;

/** Whether the act would run that ran for the request before. */
async function ranAgain(subject: Opened, trial: Trial, gate: Gate): Promise<string | undefined> {
  const { clock } = subject;
  const options = trial.options ?? subject.options;
  const nowMs = clock.nowMs;
  // A claim that the clock has passed is forgotten: where the clock moves, the gate is another one each time.
  const isUsual = trial.options === undefined && trial.before === undefined && trial.nowMs === undefined;
  if (trial.options && !trial.before) return undefined;
  if (gate.coverage.replay === 'none') return undefined;
  const before = trial.before ?? subject;
  // Where no time is signed, it is known for as long as it is remembered: coverage says so.
  if (freshInterval(subject) === undefined && Math.abs(nowMs - before.nowMs) >= REMEMBERED_MS)
    return undefined;
  clock.nowMs = before.nowMs;
  const primed = isUsual ? subject.primed : await primedGate(options, clock, before.request);
  clock.nowMs = nowMs;
  if (!primed) return undefined;
  const received = await primed.receive(trial.request, () => ({ kind: 'done', value: undefined }));
  return received.kind === 'done' ? 'the act runs a second time' : undefined;
}
