/** The feed of what becomes of each request: the records that the log's lines are made of. */
import type { VerdictView } from '@countersign/api';
import type { RequestLog } from '../http/request-log.ts';
import { LiveFeed } from './live-feed.ts';

export function createLiveVerdicts(
  requestLog: Pick<RequestLog, 'listen'>,
  now: () => number,
): LiveFeed<VerdictView> {
  return new LiveFeed({
    source: (push) => requestLog.listen((record) => push({ time: new Date(now()).toISOString(), ...record })),
  });
}
