/** A verdict as the command line shows it: one JSON shape for `verify --json` and `verify --batch`, and words for people. */
import type { Accepted, Refused, Verdict } from '@countersign/core';
import type { Certainty, Example, Finding } from '@countersign/core/explain';
import { duration } from '@countersign/core/internal/amounts';
import { keyName } from './key-name.ts';
import { type Style, SYMBOLS } from './output.ts';
import { visibleText } from './visible-text.ts';

export interface AcceptedView {
  readonly ok: true;
  readonly provider: string;
  readonly keyId: string;
  /** Whose key it is, where keys are looked up by tenant. */
  readonly tenant?: string;
  /** The action that the key is bound to. */
  readonly action?: string;
  readonly reading?: string;
  /** Unix seconds. */
  readonly timestamp?: number;
  readonly claims?: Readonly<Record<string, unknown>>;
}

export interface RefusedView {
  readonly ok: false;
  readonly reason: string;
  readonly step: string;
  readonly message: string;
}

/** The machine's shape. */
export function verdictView(verdict: Verdict): AcceptedView | RefusedView {
  return verdict.ok ? acceptedView(verdict) : refusedView(verdict);
}

function acceptedView({
  provider,
  keyId,
  tenant,
  action,
  reading,
  timestampMs,
  claims,
}: Accepted): AcceptedView {
  return {
    ok: true,
    provider,
    keyId,
    ...(tenant !== undefined && { tenant }),
    ...(action !== undefined && { action }),
    ...(reading !== undefined && { reading }),
    ...(timestampMs !== undefined && { timestamp: timestampMs / 1000 }),
    ...(claims !== undefined && { claims }),
  };
}

function refusedView({ reason, step, message }: Refused): RefusedView {
  return { ok: false, reason, step, message };
}

/** The person's lines: the verdict; for a refusal what happened and what to do. */
export function verdictText(verdict: Verdict, style: Style): string {
  if (verdict.ok) {
    const { provider, action, reading, timestampMs, evidence } = verdict;
    const parts = [
      provider,
      `key ${keyName(verdict)}${action === undefined ? '' : ` of the action ${visibleText(action)}`}`,
      ...(reading === undefined ? [] : [`reading ${reading}`]),
      ...(timestampMs === undefined ? [] : [`signed ${age(evidence.nowMs - timestampMs)}`]),
    ];
    return `${style.green(`${SYMBOLS.accepted} accepted`)}  ${parts.join(', ')}`;
  }
  const { provider, reason, step, message, remedy } = verdict;
  return [
    `${style.red(`${SYMBOLS.refused} refused`)}  ${provider}: ${style.bold(reason)} at step ${step}`,
    `  ${visibleText(message)}`,
    `  ${SYMBOLS.remedy} ${visibleText(remedy)}`,
  ].join('\n');
}

const SURE: Readonly<Record<Certainty, string>> = {
  proved: 'Cause, proved by trying it',
  likely: 'Likely cause',
  possible: 'Possible cause',
};

/** Under the verdict: what happened and what to do. */
export function findingText({ certainty, sentence, mend }: Finding): string {
  return `${SURE[certainty]}: ${visibleText(sentence)}\n  ${SYMBOLS.remedy} ${visibleText(mend)}`;
}

/** Under its mend: code or a setting of the asker’s framework, and what else to know of it. */
export function exampleText({ code, note, notRun }: Example, style: Style): string {
  const notes = [
    ...(note === undefined ? [] : [note]),
    ...(notRun === undefined ? [] : [`This code was not run by us: ${notRun}.`]),
  ];
  return [`\n${code.replace(/^(?=.)/gm, '    ')}`, ...notes.map((text) => `\n    ${style.dim(text)}`)].join(
    '\n',
  );
}

function age(ms: number): string {
  return ms < 0 ? `${duration(-ms)} ahead` : `${duration(ms)} ago`;
}
