/** What of a gate is to be seen at once. */
import type { GateView, WarningView } from '@countersign/api';
import type { Tone } from '../ui/tone.ts';
import { GATES } from '../words/gates.ts';

export interface ModeBadge {
  readonly label: string;
  readonly tone: Tone;
}

/** Of a gate that enforces one proof there is none. */
export function modeBadges({ monitors, olderProofs = [], shadow }: GateView): readonly ModeBadge[] {
  const { modes } = GATES;
  return [
    ...(monitors?.now === true ? [{ label: modes.monitor, tone: 'bad' } as const] : []),
    ...(olderProofs.some(({ isTaken }) => isTaken) ? [{ label: modes.accept, tone: 'note' } as const] : []),
    ...(shadow === undefined ? [] : [{ label: modes.shadow, tone: 'note' } as const]),
  ];
}

/** Warnings that can be mended at the gate: of its proof, and of its keys. */
export function warningsToMend({ coverage, keys }: GateView): readonly WarningView[] {
  return [...coverage.warnings, ...keys.flatMap(({ warnings }) => warnings)].filter(
    ({ severity }) => severity === 'warning',
  );
}

/** Whether it waits for the first key from its sender, and refuses every request until then. */
export function lacksKey({ handsOverKey, keys }: GateView): boolean {
  return handsOverKey === true && keys.length === 0;
}

export interface Share {
  readonly name: string;
  readonly count: number;
  /** Of the largest. */
  readonly width: number;
}

/** The most frequent first. */
export function sharesOf(counts: Readonly<Record<string, number>>): readonly Share[] {
  const rows = Object.entries(counts).filter(([, count]) => count > 0);
  const largest = Math.max(...rows.map(([, count]) => count), 1);
  return rows
    .map(([name, count]) => ({ name, count, width: count / largest }))
    .sort((a, b) => b.count - a.count || (a.name < b.name ? -1 : 1));
}
