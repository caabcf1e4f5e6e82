/** Has what changes or reveals something written into the audit log before it is done: a row of the table says which that is. */
import { PROBLEMS, type Route } from '@countersign/api';
import type { AuditCaller, AuditedCall, CallEnd } from '../audit/audit-entry.ts';
import type { AuditLog } from '../audit/audit-log.ts';
import { type InputFields, shownInput } from '../audit/shown-input.ts';
import { StoreError } from '../stores/store.ts';
import { errorProblem, Problem } from './problem.ts';

export interface AuditedRoute extends InputFields, Pick<Route, 'statuses'>, Audited {
  /** In the table. */
  readonly name: string;
}

export interface AuditedRequest {
  readonly who: AuditCaller;
  /** The address that it came from; undefined of a command. */
  readonly from: string | undefined;
  /** As it was judged. */
  readonly input: object;
}

/** What of a row says so. */
type Audited = Pick<Route, 'method' | 'reveals' | 'readsOnly'>;

/** What the audit log calls it; undefined: nothing. */
function kindOf({ method, reveals, readsOnly }: Audited): 'change' | 'reveal' | undefined {
  if (reveals) return 'reveal';
  return method === 'GET' || readsOnly ? undefined : 'change';
}

/**
 * Runs what a route does.
 * @returns a problem where it was not run, since the audit log could not be written
 */
export async function runAudited<Result>(
  audit: Pick<AuditLog, 'begin'>,
  route: AuditedRoute,
  { who, from, input }: AuditedRequest,
  act: () => Result | Promise<Result>,
): Promise<Result | Problem> {
  const kind = kindOf(route);
  if (kind === undefined) return act();
  const call = { kind, who, from, route: route.name, ...shownInput(route, input) };
  return runNoted(audit, call, act, route.statuses[0]);
}

/**
 * Runs what is written down first.
 * @param status of what is done. Default 200
 * @returns a problem where it was not run, since the audit log could not be written
 */
export async function runNoted<Result>(
  audit: Pick<AuditLog, 'begin'>,
  call: AuditedCall,
  act: () => Result | Promise<Result>,
  status = 200,
): Promise<Result | Problem> {
  let end: (end: CallEnd) => void;
  try {
    end = await audit.begin(call);
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
    // Only the store knows whether it passes, or what is to be done.
    return new Problem(
      'not-audited',
      `the audit log cannot be written, so nothing was done. ${error.message}`,
      ['retry-after', '10'],
    );
  }
  try {
    const result = await act();
    end(endOf(result, status));
    return result;
  } catch (error) {
    end(endOf(errorProblem(error), status));
    throw error;
  }
}

function endOf(result: unknown, status: number): CallEnd {
  return result instanceof Problem
    ? { status: PROBLEMS[result.code].status, code: result.code }
    : { status, code: undefined };
}
