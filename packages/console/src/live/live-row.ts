/** Rows of the live list. */
import type { FindingView, LiveAttemptView, LiveView, VerdictView } from '@countersign/api';

export type Finding = FindingView['finding'];

export interface VerdictRow {
  readonly kind: 'verdict';
  /** In the order in which rows came, from 1, without gaps. */
  readonly number: number;
  readonly view: VerdictView;
  /** Why it was refused: comes a moment later. */
  readonly finding?: Finding;
  /** What a filter looks through, in lower case. */
  readonly searched: string;
}

export interface AttemptRow {
  readonly kind: 'attempt';
  readonly number: number;
  readonly view: LiveAttemptView;
  readonly searched: string;
}

/** Some items did not come. */
export interface LostRow {
  readonly kind: 'lost';
  readonly number: number;
  /** Undefined: nobody counted them. */
  readonly count: number | undefined;
}

export type LiveRow = VerdictRow | AttemptRow | LostRow;

export function isFinding(view: LiveView): view is FindingView {
  return 'finding' in view;
}

export function rowOf(view: VerdictView | LiveAttemptView, number: number): VerdictRow | AttemptRow {
  return 'delivery' in view
    ? { kind: 'attempt', number, view, searched: searchedOf(attemptTexts(view)) }
    : { kind: 'verdict', number, view, searched: searchedOf(verdictTexts(view)) };
}

/** The same row with its finding, which can be searched too. */
export function explainedRow({ view, number, searched }: VerdictRow, finding: Finding): VerdictRow {
  return {
    kind: 'verdict',
    number,
    view,
    finding,
    searched: `${searched}\n${searchedOf([finding.id, finding.sentence])}`,
  };
}

function verdictTexts(view: VerdictView): readonly (string | undefined)[] {
  const { requestId, eventId, gate, session, method, path, verdict, reason, message, keyId, tenant } = view;
  return [
    requestId,
    eventId,
    gate,
    session,
    method,
    path,
    verdict,
    reason,
    message,
    keyId,
    tenant,
    String(view.status),
  ];
}

function attemptTexts({ gate, delivery }: LiveAttemptView): readonly (string | undefined)[] {
  const { event, type, destination, code, problem, status } = delivery;
  return [gate, event, type, destination, code, problem, status === undefined ? undefined : String(status)];
}

function searchedOf(texts: readonly (string | undefined)[]): string {
  return texts
    .filter((text) => text !== undefined)
    .join('\n')
    .toLowerCase();
}
