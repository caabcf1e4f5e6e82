/** Prints ratios: a table for each comparison, and at the end which targets were met. */
import type { Measured } from './rounds.ts';

/** What a figure must reach. */
export interface Target {
  readonly what: string;
  readonly value: number;
  readonly atLeast?: number;
  readonly atMost?: number;
  readonly unit?: string;
}

/** Prints one comparison: ratio, the middle half of the rounds, and in brackets the absolute speed. */
export function printComparison(title: string, measured: readonly Measured[]): void {
  console.log(`\n${title}`);
  const width = Math.max(...measured.map(({ name }) => name.length));
  for (const { name, ratio, lowerQuartile, upperQuartile, callsPerSecond } of measured) {
    const spread = `${lowerQuartile.toFixed(2)}–${upperQuartile.toFixed(2)}`;
    console.log(
      `  ${name.padEnd(width)}  ${ratio.toFixed(2).padStart(6)}  ${spread.padStart(11)}  (${readable(callsPerSecond)}/s)`,
    );
  }
}

/** Prints each target and whether it was met. @returns whether all were, and there was one. */
export function printTargets(targets: readonly Target[]): boolean {
  console.log('\nTargets');
  let all = targets.length > 0;
  for (const { what, value, atLeast, atMost, unit = '' } of targets) {
    const met = (atLeast === undefined || value >= atLeast) && (atMost === undefined || value <= atMost);
    all &&= met;
    const bound = atLeast === undefined ? `at most ${atMost}` : `at least ${atLeast}`;
    console.log(`  ${met ? 'met   ' : 'MISSED'}  ${what}: ${value.toFixed(2)}${unit} (${bound}${unit})`);
  }
  return all;
}

/** The ratio of a contender by its name. */
export function ratioOf(measured: readonly Measured[], name: string): number {
  const contender = measured.find((candidate) => candidate.name === name);
  if (!contender) throw new Error(`no contender is named ${name}`);
  return contender.ratio;
}

function readable(perSecond: number): string {
  if (perSecond >= 1e6) return `${(perSecond / 1e6).toFixed(2)}M`;
  return perSecond >= 1000 ? `${(perSecond / 1000).toFixed(1)}k` : perSecond.toFixed(0);
}
