/** Searches the table of hypotheses for what explains a refusal: one alone, then two together, within a budget. */
import type { Gate } from '../gate.ts';
import type { Refused, Verdict } from '../model.ts';
import { pause } from '../pause.ts';
import { STEPS, type Step } from '../refusals.ts';
import { equalBytes } from '../text/bytes.ts';
import type { Trace } from '../trace.ts';
import type { Circumstances } from './circumstances.ts';
import { digestFirst, hasBodyOfDigest } from './digest-first.ts';
import { type Finding, shownDetail } from './finding.ts';
import { type Hypothesis, isTried, type SignHypothesis, type TrialHypothesis } from './hypothesis.ts';
import { createProvedMessages, type ProvedMessages } from './proved-messages.ts';
import { type SignedBytes, signedBytes } from './signed-bytes.ts';
import { type Change, changed, createJudge, firstTrial, isProved, type Judge, type Trial } from './trial.ts';

export interface SearchOptions {
  /** How long all trials together may take, in milliseconds; what else has its turn between them does not count. */
  readonly budgetMs: number;
  /** Milliseconds of a clock that never goes back. */
  readonly elapsedMs: () => number;
}

export interface SearchResult {
  readonly findings: readonly Finding[];
  /** Whether all was tried: the budget was not over before. */
  readonly isComplete: boolean;
  /** What was signed, by the first finding that tells. */
  readonly signed: SignedBytes | undefined;
}

/** Other work has its turn after as long. */
const TURN_MS = 2;

/** @param table in the order of likelihood: of several that hold, the first comes first */
export async function search(
  table: readonly Hypothesis[],
  gate: Gate,
  trace: Trace & { readonly verdict: Refused },
  options: SearchOptions,
  circumstances: Circumstances = {},
): Promise<SearchResult> {
  const { step, evidence } = trace.verdict;
  const first = firstTrial(gate, trace.request, evidence.nowMs);
  const isBodySettled = circumstances.lacksBody === true || (await hasBodyOfDigest(first, trace));
  const all = table.filter(({ part }) => !(isBodySettled && part === 'body'));
  const rows = all.filter(({ steps }) => steps.includes(step));
  const clock = createTurns(options);
  const judge = digestFirst(createJudge(gate), first, trace);
  const messages = createProvedMessages(judge, trace.messages);
  let signed: SignedBytes | undefined;
  const onProved = async (finding: Finding, trial: Trial): Promise<void> => {
    const bytes = signed === undefined ? await signedBytes(judge, trial, trace) : undefined;
    if (bytes !== undefined) signed = { finding: finding.id, ...bytes };
  };
  const refusal = { first, step, judge, messages, onProved };
  const proved = await singles(rows.filter(isTried), refusal, clock);
  if (proved.length === 0) proved.push(...(await pairs(all.filter(isTried), refusal, clock)));
  const isComplete = !clock.wasOver;
  const findings = [...proved];
  for (const row of rows) {
    if (isTried(row) || (row.isFallback && proved.length > 0)) continue;
    // All are looked for, however much of the budget is left.
    await clock.isOver();
    findings.push(...seenFinding(row, first, trace, circumstances));
  }
  return { findings, isComplete, signed };
}

/** What is explained: the request as it came, and what its trials are held against. */
interface Refusal {
  readonly first: Trial;
  readonly step: Step;
  readonly judge: Judge;
  readonly messages: ProvedMessages;
  /** Is told of each trial that a finding is of. */
  readonly onProved: (finding: Finding, trial: Trial) => Promise<void>;
}

/** Every row that holds by itself; those that are tried last, where no other does. */
async function singles(
  rows: readonly TrialHypothesis[],
  { first, step, judge, messages, onProved }: Refusal,
  clock: Turns,
): Promise<Finding[]> {
  const proved: Finding[] = [];
  const holding: Change[] = [];
  const inTurn = [...rows.filter(({ isLast }) => !isLast), ...rows.filter(({ isLast }) => isLast)];
  for (const row of inTurn) {
    // A row that has nothing to try takes its time too.
    if (await clock.isOver()) return proved;
    if (row.isLast && proved.length > 0) continue;
    for await (const change of row.changes(first)) {
      if (await clock.isOver()) return proved;
      // What proves a request is one key, however it is spelt: the likelier mistake’s.
      if (isOfKeys(change) && holding.some(isOfKeys)) break;
      // Two printers that write a text alike are one finding: the likelier one’s.
      if (holding.some((other) => isSameBody(other, change))) break;
      const trial = changed(first, change);
      const verdict = await judge.judge(trial);
      if (!isMended(verdict, step, row)) continue;
      if (await messages.isRepeated(trial)) break;
      const finding = withRest(provedFinding(row, change), verdict, row.part === 'signature' ? {} : change);
      proved.push(finding);
      await onProved(finding, trial);
      holding.push(change);
      break;
    }
  }
  return proved;
}

/** Whether it changes the keys alone. */
function isOfKeys({ request, scheme, keys, nowMs }: Change): boolean {
  return keys !== undefined && (request ?? scheme ?? nowMs) === undefined;
}

/** Whether both change the body alone, into the same bytes. */
function isSameBody(first: Change, second: Change): boolean {
  const isOfBody = [first, second].every(
    ({ keys, scheme, nowMs }) => (keys ?? scheme ?? nowMs) === undefined,
  );
  const [a, b] = [first.request, second.request];
  if (!isOfBody || a === undefined || b === undefined) return false;
  return a.headers === b.headers && a.url === b.url && a.method === b.method && equalBytes(a.body, b.body);
}

/** A proof that was refused must hold now; of one that held, and where the time is said to be wrong, the request must be taken. */
function isMended(verdict: Verdict | undefined, step: Step, ...rows: readonly TrialHypothesis[]): boolean {
  const mustBeTaken = step === 'fresh' || step === 'replay' || rows.some(({ part }) => part === 'time');
  return mustBeTaken ? verdict?.ok === true : isProved(verdict);
}

/**
 * The first two rows of different parts that hold together. Where the first alone lets a proof be read that could not be, every row is tried
 * with it: what is wrong besides is looked for as in any request.
 */
async function pairs(
  table: readonly TrialHypothesis[],
  { first, step, judge, onProved }: Refusal,
  clock: Turns,
): Promise<Finding[]> {
  for (const [at, row] of table.entries()) {
    if (row.isTriedAlone || !row.steps.includes(step)) continue;
    for await (const change of row.changes(first)) {
      const trial = changed(first, change);
      const later = await laterStep(trial, step, judge);
      for (const other of table.slice(later ? 0 : at + 1)) {
        if (other.part === row.part || !other.steps.includes(later ?? step)) continue;
        if (other.isTriedAlone && !later) continue;
        if (await clock.isOver()) return [];
        for await (const second of other.changes(trial)) {
          if (await clock.isOver()) return [];
          const both = changed(trial, second);
          const verdict = await judge.judge(both);
          if (!isMended(verdict, step, row, other)) continue;
          const finding = withRest(pairFinding(row, change, other, second), verdict, {
            ...change,
            ...second,
          });
          await onProved(finding, both);
          return [finding];
        }
      }
    }
  }
  return [];
}

/** Where a request is refused that could not be compared, and can be now: a second mistake is one of that step. */
async function laterStep(trial: Trial, step: Step, judge: Judge): Promise<Step | undefined> {
  if (STEPS.indexOf(step) >= STEPS.indexOf('compare')) return undefined;
  const verdict = await judge.judge(trial);
  return verdict && !verdict.ok && verdict.step !== step ? verdict.step : undefined;
}

/** @param change that was judged last */
function provedFinding(row: TrialHypothesis, change: Change): Finding {
  const detail = shownDetail((typeof change.detail === 'function' ? change.detail() : change.detail) ?? '');
  return { id: row.id, certainty: 'proved', sentence: row.says(detail), mend: row.mend(detail) };
}

/** What the request is refused for once that is mended. Under another scheme of the gate’s it is no request of this gate. */
function withRest(finding: Finding, verdict: Verdict | undefined, { scheme }: Change): Finding {
  if (verdict === undefined || verdict.ok || scheme !== undefined) return finding;
  const { step, message, remedy } = verdict;
  return {
    ...finding,
    sentence: `${finding.sentence} After that it is refused at step ${step}: ${message}.`,
    mend: `${finding.mend} ${remedy}`,
  };
}

function pairFinding(row: TrialHypothesis, change: Change, other: TrialHypothesis, second: Change): Finding {
  const parts = [provedFinding(row, change), provedFinding(other, second)];
  return {
    id: parts.map(({ id }) => id).join('+'),
    certainty: 'proved',
    sentence: parts.map(({ sentence }) => sentence).join(' And: '),
    mend: parts.map(({ mend }) => mend).join(' '),
  };
}

function seenFinding(
  row: SignHypothesis,
  trial: Trial,
  trace: Trace,
  circumstances: Circumstances,
): readonly Finding[] {
  const sign = row.sees(trial, trace, circumstances);
  if (sign === undefined) return [];
  const detail = shownDetail(sign);
  const certainty =
    typeof row.certainty === 'string' ? row.certainty : row.certainty(trial, trace, circumstances);
  return [{ id: row.id, certainty, sentence: row.says(detail), mend: row.mend(detail) }];
}

interface Turns {
  /** Whether the budget is used up, by our own turns. Lets other work have its turn now and then. */
  isOver(): Promise<boolean> | boolean;
  /** Whether it has been said to be. */
  readonly wasOver: boolean;
}

function createTurns({ budgetMs, elapsedMs }: SearchOptions): Turns {
  let spentMs = 0;
  let turnMs = elapsedMs();
  let wasOver = false;
  return {
    get wasOver() {
      return wasOver;
    },
    isOver() {
      const inTurnMs = elapsedMs() - turnMs;
      const isOver = spentMs + inTurnMs > budgetMs;
      wasOver ||= isOver;
      if (inTurnMs < TURN_MS) return isOver;
      spentMs += inTurnMs;
      return pause().then(() => {
        turnMs = elapsedMs();
        return isOver;
      });
    },
  };
}
