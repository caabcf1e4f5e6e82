/** Keeps a platform's actions as they are here, while the gateway runs. */
import { setTimeout as sleep } from 'node:timers/promises';
import { type MaybePromise, SetupError } from '@countersign/core';
import type { ActionLog } from '../../actions/define-action.ts';
import { timerDelay } from '../../timer-delay.ts';
import { type FlowentActionDraft, type FlowentApi, FlowentError } from '../flowent-api.ts';
import { type Applied, applyPlan } from './apply.ts';
import { diffAction, differencePaths } from './diff-action.ts';
import { limitProblem, type Plan, type PlanStep, planRegistration } from './plan.ts';

/** An account to keep in step. */
export interface RegistrarTarget {
  /** For the log: the base URL of the platform's API. */
  readonly apiUrl: string;
  readonly api: FlowentApi;
  readonly everyMs: number;
  /** What should be there; asked at each look, because a gateway that watches loads its actions again. */
  readonly drafts: () => MaybePromise<readonly FlowentActionDraft[]>;
}

export interface RegistrarOptions {
  readonly targets: readonly RegistrarTarget[];
  readonly log: ActionLog;
  /** Waits; ends early, and without an error, when the signal aborts. Default: a timer that keeps no process alive. */
  readonly wait?: (ms: number, signal: AbortSignal) => Promise<void>;
  /** From 0 up to 1. Default `Math.random`. */
  readonly random?: () => number;
}

/** What came of one look at one account. */
export interface Report {
  readonly apiUrl: string;
  /** Undefined where the platform could not be asked, as is `applied`. */
  readonly plan: Plan | undefined;
  readonly applied: Applied | undefined;
  /** Why the platform could not be read or written, or the error of the last failed step. */
  readonly error: unknown;
}

export interface Registrar {
  /** A report for each target, in their order, when all have been looked at once. Does not reject. */
  readonly firstRun: Promise<readonly Report[]>;
  /** Ends after the step in hand. May be called twice. */
  close(): Promise<void>;
}

/**
 * Creates and updates what differs, at once and then every `everyMs`, give or take a tenth, so that gateways started
 * together do not ask together. Never deletes. What fails is logged with its remedy and tried again at the next look.
 */
export function startRegistrar(options: RegistrarOptions): Registrar {
  const { targets, log, wait = waitByTimer, random = Math.random } = options;
  const closing = new AbortController();
  const { signal } = closing;
  const firsts: Promise<Report>[] = [];
  const loops = targets.map(async (target) => {
    const first = look(target, { settled: new Set(), log, signal });
    firsts.push(first);
    let report = await first;
    let settled = settledBy(report);
    while (!signal.aborted) {
      const { error } = report;
      const askedToWaitMs = error instanceof FlowentError ? (error.retryAfterMs ?? 0) : 0;
      await wait(Math.max(askedToWaitMs, Math.round(target.everyMs * (0.9 + 0.2 * random()))), signal);
      if (signal.aborted) return;
      report = await look(target, { settled, log, signal });
      // Of a platform that did not answer, nothing new is known.
      if (report.plan !== undefined) settled = settledBy(report);
    }
  });
  return {
    firstRun: Promise.all(firsts),
    close: async () => {
      closing.abort();
      await Promise.all(loops);
    },
  };
}

/** The names that the platform was seen to have as they are here. */
function settledBy({ plan, applied }: Report): ReadonlySet<string> {
  const unchanged = plan?.steps.filter(({ kind }) => kind === 'unchanged') ?? [];
  const done = applied?.done.map(({ step }) => step) ?? [];
  return new Set([...unchanged, ...done].map(({ name }) => name));
}

interface LookOptions {
  /** What differs of these was changed by somebody; of others, it is not registered yet. */
  readonly settled: ReadonlySet<string>;
  readonly log: ActionLog;
  readonly signal: AbortSignal;
}

/** Does not reject. */
async function look(
  { apiUrl, api, drafts }: RegistrarTarget,
  { settled, log, signal }: LookOptions,
): Promise<Report> {
  const platform = { platform: apiUrl };
  let plan: Plan | undefined;
  let applied: Applied | undefined;
  try {
    const desired = await drafts();
    plan = planRegistration({ desired, existing: await api.list(), prune: false });
    const problem = limitProblem(plan);
    if (problem !== undefined) throw new SetupError('actions', problem.problem, problem.remedy);
    for (const step of plan.steps) if (settled.has(step.name)) logDrift(step, log, platform);
    applied = await applyPlan({ api, plan, signal });
    for (const { step, deed } of applied.done) {
      log.info({ ...platform, action: step.name, deed }, 'registered with the platform');
    }
    for (const { step, error } of applied.failed) {
      logError(error, log, { ...platform, action: step.name });
    }
    return { apiUrl, plan, applied, error: applied.failed.at(-1)?.error };
  } catch (error) {
    // Whoever closes may also break off the step in hand.
    if (!signal.aborted) logError(error, log, platform);
    return { apiUrl, plan, applied, error };
  }
}

function logDrift(step: PlanStep, log: ActionLog, platform: { readonly platform: string }): void {
  if (step.kind === 'create') {
    log.warn({ ...platform, action: step.name }, 'the platform has lost the action: it is registered again');
  }
  if (step.kind === 'update') {
    const differences = differencePaths(diffAction(step.before, step.change));
    const fields = { ...platform, action: step.name, differences };
    log.warn(fields, 'the platform’s copy of the action differs: it is registered again');
  }
}

function logError(error: unknown, log: ActionLog, fields: object): void {
  const remedy = error instanceof Error && 'remedy' in error ? { remedy: error.remedy } : {};
  log.error({ ...fields, error, ...remedy }, 'not registered with the platform: tried again later');
}

async function waitByTimer(ms: number, signal: AbortSignal): Promise<void> {
  try {
    await sleep(timerDelay(ms), undefined, { signal, ref: false });
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}
