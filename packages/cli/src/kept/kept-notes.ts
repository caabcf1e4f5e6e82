/** What is said of a kept request beside its explanation: as at which time it was judged, and where the gateway judged otherwise. */
import type { RefusedView } from '@countersign/api';
import { STEPS, type Step, type Verdict } from '@countersign/core';
import { counted, duration } from '@countersign/core/internal/amounts';
import type { KeptRequest } from './read-kept.ts';

export interface JudgedAgain {
  readonly verdict: Verdict;
  /** Whether it was judged as at the time when it came. */
  readonly isAsThen: boolean;
  /** The gate that judged, of this configuration. */
  readonly gate: string;
}

/** The lines above the explanation. @param isAsThen whether it is judged as at the time when it came */
export function keptHeading(kept: KeptRequest, nowMs: number, isAsThen: boolean): readonly string[] {
  const time = isAsThen ? ['Judged as of that time; --now TIME sets another.'] : [];
  return [whenItCame(kept, nowMs), ...time];
}

function whenItCame({ kind, view }: KeptRequest, nowMs: number): string {
  const agoMs = Math.max(0, nowMs - Date.parse(view.receivedAt));
  const when = `${duration(agoMs)} ago, at ${view.receivedAt}`;
  if (kind === 'event') return `${view.gate} kept it ${when} (event ${view.id})`;
  const { reason, step, remoteAddress } = view;
  const from = remoteAddress === '' ? '' : `, from ${remoteAddress}`;
  return `${view.gate} refused it ${when}: ${reason} at step ${step} (request ${view.id}${from})`;
}

/** Sentences for the operator. */
export function keptNotes(kept: KeptRequest, judged: JudgedAgain): readonly string[] {
  if (kept.kind === 'event') return [...kept.notes, ...eventNotes(judged)];
  return [...kept.notes, ...bodyNotes(kept.view), ...otherVerdictNotes(kept.view, judged)];
}

/** For machines. */
export function keptView({ kind, view }: KeptRequest): object {
  const { id, gate, receivedAt } = view;
  if (kind === 'event') return { kind, id, gate, receivedAt };
  const { reason, step, message, remoteAddress, bodyLeftOut } = view;
  return {
    kind,
    id,
    gate,
    receivedAt,
    reason,
    step,
    ...(message !== undefined && { message }),
    remoteAddress,
    ...(bodyLeftOut && { bodyLeftOut }),
  };
}

function bodyNotes({ bodyBytes, bodyLeftOut, reason }: RefusedView): readonly string[] {
  if (bodyLeftOut === 'too-long') {
    return [
      `The body of ${counted(bodyBytes, 'byte')} is longer than what is kept of a refused request: what depends on it cannot be judged here. Capture the request where it is sent, and explain that.`,
    ];
  }
  if (bodyLeftOut === undefined || bodyBytes === 0 || reason === 'method-not-allowed') return [];
  return [
    `The body of ${counted(bodyBytes, 'byte')} is not there: the request was refused before it was read.`,
  ];
}

function eventNotes({ verdict, gate }: JudgedAgain): readonly string[] {
  if (verdict.ok) return [];
  return [
    `The gate ${gate} accepted it when it came. Its keys or options have changed since, or what is withheld of the event is needed.`,
  ];
}

/** What only a running gateway does: it claims and acts. */
const LATE: readonly Step[] = STEPS.slice(STEPS.indexOf('replay'));

/** Keys that were added while it ran are in its store, and not in the file that judges here. */
function otherGateway(gate: string): string {
  return `the gateway that refused it had other keys or an older configuration than this one. \`countersign keys list --gate ${gate}\` shows keys that were added while it ran; if there are none, start it again with this configuration`;
}

/** Where the verdict is not the one that the sender got. */
function otherVerdictNotes(view: RefusedView, { verdict, isAsThen, gate }: JudgedAgain): readonly string[] {
  const { reason, step, message, bodyLeftOut } = view;
  if (bodyLeftOut === 'too-long') return [];
  if (verdict.ok && LATE.some((name) => name === step)) {
    return [
      `Its proof holds; the gateway refused it later, at step ${step}: ${message ?? reason}. Only a running gateway remembers requests.`,
    ];
  }
  if (!isAsThen || (!verdict.ok && verdict.reason === reason)) return [];
  if (reason === 'keys-unavailable') {
    return [
      'The gateway could not get the keys then, and they are available now: have the request sent again.',
    ];
  }
  const here = verdict.ok ? 'accepts it' : `refuses it for ${verdict.reason}`;
  const where = gate === view.gate ? 'this configuration' : `the gate ${gate}`;
  return [`The gateway refused it for ${reason}, and ${where} ${here}: ${otherGateway(view.gate)}.`];
}
