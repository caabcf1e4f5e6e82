/** The live list of the demo's page: what became of each request. */
import { REFUSALS } from '@countersign/core';
import { createLiveList, type LiveList } from './live-list.ts';
import { type Played, verdictWord } from './player.ts';

export interface VerdictFeed extends Omit<LiveList, 'push'> {
  push(played: Played): void;
}

export function createVerdictFeed(): VerdictFeed {
  const list = createLiveList();
  return { ...list, push: (played) => list.push(rowOf(played)) };
}

/** What the page shows of a verdict: nothing of a key, a token or a signature. */
function rowOf({ timeMs, record, scenario }: Played): object {
  const { reason, remedy, status, message, step, gate, method, path } = record;
  return {
    time: new Date(timeMs).toTimeString().slice(0, 8),
    system: scenario?.provider ?? gate ?? '',
    title: scenario?.title ?? `your ${method} ${path}`,
    isGood: status < 400,
    verdict: `${status} ${verdictWord(record)}`,
    step: status < 400 ? '' : (step ?? ''),
    what: message ?? '',
    remedy: reason === undefined || status < 400 ? '' : (remedy ?? REFUSALS[reason].remedy),
  };
}
