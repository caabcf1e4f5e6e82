/** Requests that came before: what a repeat means. */
import type { Evidence } from '../../model.ts';
import { duration } from '../../text/amounts.ts';
import type { EarlierRequest } from '../circumstances.ts';
import type { SignHypothesis } from '../hypothesis.ts';

const WHO_REPEATS =
  'Senders repeat what was answered with an error, too late or not at all; so do load balancers and proxies that retry (nginx: proxy_next_upstream)';

export const REPLAY: readonly SignHypothesis[] = [
  {
    id: 'replay-in-flight',
    part: 'replay',
    steps: ['replay'],
    certainty: 'likely',
    sees: (_, { verdict }) =>
      !verdict.ok && verdict.repeat?.state === 'in-flight'
        ? duration(verdict.repeat.retryAfterMs)
        : undefined,
    says: (after) =>
      `The same request came before and is still being answered: its lease ends in ${after}. The sender, or a proxy, did not wait for the answer.`,
    mend: () =>
      `${WHO_REPEATS}. Answer sooner: keep the event and work on it afterwards; or raise the time that the proxy waits.`,
  },
  {
    id: 'replay-committed',
    part: 'replay',
    steps: ['replay'],
    certainty: 'likely',
    sees: (_, { verdict }, { earlier }) =>
      verdict.ok || verdict.repeat?.state !== 'committed'
        ? undefined
        : signedText(verdict.evidence) + earlierText(earlier, verdict.evidence.nowMs),
    says: (rest) =>
      `The same request came before, was proved, and its handling ended: this is a repeat of it.${rest}`,
    mend: () =>
      `Nothing, where the first one did its work: ${WHO_REPEATS}. Answer 2xx once the work is done, and have repeats acknowledged (replay.repeat). A test that sends one request twice needs a new id or time each; one key at two gates needs a claim scope each.`,
  },
];

function signedText({ timestampMs, nowMs }: Evidence): string {
  return timestampMs === undefined ? '' : ` It was signed ${duration(Math.max(0, nowMs - timestampMs))} ago.`;
}

/** Which it was and when, as far as a store has it. */
function earlierText({ takenMs, eventId }: EarlierRequest = {}, nowMs: number): string {
  const event = eventId === undefined ? '' : `the event ${eventId}`;
  if (takenMs === undefined) return event === '' ? '' : ` The first is ${event}.`;
  const when = `${duration(Math.max(0, nowMs - takenMs))} before, at ${new Date(takenMs).toISOString()}`;
  return ` The first came ${when}${event === '' ? '' : `, and is ${event}`}.`;
}
