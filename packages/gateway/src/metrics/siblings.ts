/** Gateways of one machine that share its listeners: one of them shows what all do, in `/metrics` and live. */
import type { LiveView } from '@countersign/api';

export interface Siblings {
  /** Of this gateway, from 1. */
  readonly number: number;
  /** What the others answer; one that does not answer in time is left out. Does not reject. */
  ask(question: SiblingQuestion): Promise<readonly SiblingText[]>;
  /** Told, before this gateway takes requests, what the others can ask of it. */
  share(shared: SharedWithSiblings): void;
  /** Follows what happens at the others; the result ends that. */
  follow: LiveSource;
}

/** `metrics` is answered in the format of Prometheus, the others as JSON: what each gate has counted, and how each destination fares. */
export type SiblingQuestion = 'metrics' | CountsQuestion;
export type CountsQuestion = 'gates' | 'destinations';

export interface SharedWithSiblings {
  /** What happens here. */
  readonly live: LiveSource;
  readonly answer: (question: CountsQuestion) => Promise<string>;
}

/** Calls `push` with what happens until the result is called, and `lose` where some of it was left out. Nothing is done while nobody follows. */
export type LiveSource = (
  push: (view: LiveView) => void,
  /** @param count undefined: nobody knows how many */
  lose: (count: number | undefined) => void,
) => () => void;

export interface SiblingText {
  readonly worker: number;
  readonly text: string;
}

/** One text, in which each figure has the label `worker`. A family stands in it once, as the format wants it. */
export function mergedMetrics(texts: readonly SiblingText[]): string {
  const families = new Map<string, { head: string; readonly samples: string[] }>();
  for (const { worker, text } of texts) {
    let family = { head: '', samples: [] as string[] };
    for (const line of text.split('\n')) {
      if (line === '') continue;
      const name = /^# HELP (\S+)/.exec(line)?.[1];
      if (name !== undefined) {
        const present = families.get(name);
        family = present ?? { head: '', samples: [] };
        if (present === undefined) families.set(name, family);
      }
      if (!line.startsWith('#')) family.samples.push(labelled(line, worker));
      else if (!family.head.includes(line)) family.head += `${line}\n`;
    }
  }
  return [...families.values()].map(({ head, samples }) => `${head}${samples.join('\n')}\n`).join('');
}

/** Names have no braces, and values of labels no line ends. */
function labelled(sample: string, worker: number): string {
  const end = sample.search(/[{ ]/);
  const label = `worker="${worker}"`;
  return sample[end] === '{'
    ? `${sample.slice(0, end)}{${label},${sample.slice(end + 1)}`
    : `${sample.slice(0, end)}{${label}}${sample.slice(end)}`;
}
