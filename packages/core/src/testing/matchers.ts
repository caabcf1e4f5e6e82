/** What a gate said, as an expectation: for `expect.extend` of Vitest and Jest, and as plain assertions for node:test and every other runner. */
import type { Received } from '../gate.ts';
import { describeGiven, memberOf } from '../given.ts';
import type { Accepted, Refused, Verdict } from '../model.ts';
import { oneOfRemedy } from '../options.ts';
import { isRefusalReason, REFUSALS, type RefusalReason } from '../refusals.ts';
import { SetupError } from '../setup-error.ts';

/** What `verify` gives, or `receive`. */
export type Judged = Verdict | Received<unknown>;

/** As Vitest and Jest take it. */
export interface MatcherResult {
  readonly pass: boolean;
  readonly message: () => string;
}

/**
 * The matchers' types, for the runner's own interface.
 * @example declare module 'vitest' { interface Matchers<T> extends CountersignMatchers<T> {} }
 */
export interface CountersignMatchers<Result = unknown> {
  /** The request was proved. */
  toBeAccepted(): Result;
  /** The request was refused; for this reason, where one is given. */
  toBeRefused(reason?: RefusalReason): Result;
}

/** @example expect.extend(countersignMatchers); */
export const countersignMatchers: {
  readonly toBeAccepted: (judged: unknown) => MatcherResult;
  readonly toBeRefused: (judged: unknown, reason?: RefusalReason) => MatcherResult;
} = {
  toBeAccepted(judged) {
    const said = readJudged(judged);
    return {
      pass: said.kind === 'accepted',
      message: () =>
        `expected the request to be ${said.kind === 'accepted' ? 'refused' : 'accepted'}, but ${said.text}`,
    };
  },
  toBeRefused(judged, reason) {
    checkReason(reason);
    const said = readJudged(judged);
    const pass = said.kind === 'refused' && (reason === undefined || said.verdict.reason === reason);
    const as = reason === undefined ? '' : ` as ${reason}`;
    return {
      pass,
      message: () => `expected the request ${pass ? 'not ' : ''}to be refused${as}, but ${said.text}`,
    };
  },
};

/** @returns the verdict @throws Error with reason, step, message and remedy where the request was refused */
export function assertAccepted(judged: Judged): Accepted {
  const said = readJudged(judged);
  if (said.kind === 'accepted') return said.verdict;
  throw new Error(countersignMatchers.toBeAccepted(judged).message());
}

/** @returns the verdict @throws Error that says what came instead */
export function assertRefused(judged: Judged, reason?: RefusalReason): Refused {
  const { pass, message } = countersignMatchers.toBeRefused(judged, reason);
  const said = readJudged(judged);
  if (pass && said.kind === 'refused') return said.verdict;
  throw new Error(message());
}

type Said =
  | { readonly kind: 'accepted'; readonly verdict: Accepted; readonly text: string }
  | { readonly kind: 'refused'; readonly verdict: Refused; readonly text: string }
  | { readonly kind: 'neither'; readonly text: string };

/** @throws SetupError for what no gate has said */
function readJudged(judged: unknown): Said {
  if (memberOf(judged, 'kind') === 'handshake') {
    return { kind: 'neither', text: 'it is a platform’s test of the endpoint, which proves nothing' };
  }
  const verdict = memberOf(judged, 'ok') === undefined ? memberOf(judged, 'verdict') : judged;
  const ok = memberOf(verdict, 'ok');
  if (ok === true) return accepted(verdict as Accepted);
  if (ok === false) return refused(verdict as Refused);
  throw new SetupError('expect', `it is ${describeGiven(judged)}`, remedyFor(judged));
}

function accepted(verdict: Accepted): Said {
  const { provider, keyId } = verdict;
  const by = keyId === undefined ? '' : `, by the key ${keyId}`;
  return { kind: 'accepted', verdict, text: `it was accepted at the gate of ${provider}${by}` };
}

function refused(verdict: Refused): Said {
  const { reason, step, message, remedy } = verdict;
  return {
    kind: 'refused',
    verdict,
    text: `it was refused as ${reason} at step ${step}: ${message}\n→ ${remedy}`,
  };
}

function remedyFor(judged: unknown): string {
  const isPromise = typeof memberOf(judged, 'then') === 'function';
  return isPromise
    ? 'Await it first: expect(await gate.verify(request)).'
    : 'Give what gate.verify or gate.receive came to.';
}

function checkReason(reason: unknown): void {
  if (reason === undefined) return;
  if (typeof reason === 'string' && isRefusalReason(reason)) return;
  const word = typeof reason === 'string' ? JSON.stringify(reason.slice(0, 40)) : describeGiven(reason);
  throw new SetupError('reason', `it is ${word}`, oneOfRemedy(String(reason), Object.keys(REFUSALS)));
}
