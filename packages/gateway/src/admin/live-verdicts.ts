/** The feed of what becomes of each request: the records that the log's lines are made of, and what is found out of refused ones. */
import type { LiveView } from '@countersign/api';
import type { RequestLog } from '../http/request-log.ts';
import type { RefusalFindings } from '../refused/refusal-findings.ts';
import { LiveFeed } from './live-feed.ts';

export function createLiveVerdicts(
  requestLog: Pick<RequestLog, 'listen'>,
  findings: Pick<RefusalFindings, 'listen'>,
  now: () => number,
): LiveFeed<LiveView> {
  const time = (): string => new Date(now()).toISOString();
  return new LiveFeed<LiveView>({
    source(push) {
      const ends = [
        requestLog.listen((record) => push({ time: time(), ...record })),
        findings.listen((finding) => push({ time: time(), ...finding })),
      ];
      return () => {
        for (const end of ends) end();
      };
    },
  });
}
