/**
 * Calls the address that confirms a sender's subscription (Amazon SNS). It is proved, of a topic that the gate takes, and at a host of the sender's:
 * still it comes from a request, and is called by the policy for such addresses. Where the call fails the sender hears so, and sends again.
 */
import { plainRefusal } from '../answers/refusal-answer.ts';
import type { Call, Reply } from '../call.ts';
import { SECOND } from '../config/units.ts';
import type { Log } from '../log/log.ts';
import { createOutgoingClient, isSuccess, type OutgoingFailure } from '../outgoing/outgoing-client.ts';

/** SNS waits 15 s for its answer. */
const TIMEOUT_MS: number = 5 * SECOND;
const MAX_ANSWER_BYTES = 64 * 1024;
/** Of one gate. Topics are subscribed one by one: a few may overlap. */
const MOST_AT_ONCE = 4;

/** Does not reject: what fails is a reply with a reason. */
export type Confirm = (call: Pick<Call, 'requestId'>, url: string) => Promise<Reply>;

export interface ConfirmOptions {
  readonly gate: string;
  /** Its address policy is `public`. */
  readonly fetch: typeof globalThis.fetch;
  readonly log: Pick<Log, 'info' | 'warn'>;
  /** Default 5 s. */
  readonly timeoutMs?: number;
}

const CONFIRMED: Reply = { answer: { status: 200, headers: [], body: '' }, isHandshake: true };

export function createConfirm({ gate, fetch, log, timeoutMs = TIMEOUT_MS }: ConfirmOptions): Confirm {
  const client = createOutgoingClient({ fetch, timeoutMs, maxAnswerBytes: MAX_ANSWER_BYTES });
  let running = 0;
  return async ({ requestId }, url) => {
    if (running >= MOST_AT_ONCE)
      return failed('upstream-busy', 'as many subscriptions are being confirmed as may be at a time');
    running++;
    const called = await client.send({ method: 'GET', url, headers: {} }).finally(() => running--);
    // Its query holds a token: the host says enough.
    const { host } = new URL(url);
    if (called.kind === 'answered' && isSuccess(called)) {
      log.info({ gate, requestId, host }, 'a subscription was confirmed: its sender will send to this gate');
      return CONFIRMED;
    }
    const why = called.kind === 'answered' ? `it answered ${called.status}` : called.reason;
    log.warn({ gate, requestId, host, why }, 'a subscription was not confirmed: its sender will ask again');
    return failed(reasonOf(called.kind), `the address that confirms the subscription was called: ${why}`);
  };
}

function reasonOf(kind: OutgoingFailure['kind'] | 'answered'): 'upstream-timeout' | 'upstream-failed' {
  return kind === 'timeout' ? 'upstream-timeout' : 'upstream-failed';
}

function failed(reason: NonNullable<Reply['reason']>, problem: string): Reply {
  const remedy =
    'Look whether this gateway may call that host over https; the sender asks again by itself, and its console can be told to.';
  return { answer: plainRefusal({ reason }), reason, problem, remedy, isHandshake: true };
}
