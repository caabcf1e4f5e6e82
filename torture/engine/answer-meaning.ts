/** What an answer means to its sender, and whether it may be given. */
import type { Answer } from './connection.ts';
import type { FaultCode } from './fault.ts';
import type { SentRequest } from './sent-request.ts';

export interface Exchange {
  readonly request: Pick<SentRequest, 'n' | 'isForged' | 'gate'>;
  readonly answer: Answer;
  /** A copy of it was on its way at the same time. */
  readonly hasTwin: boolean;
  /** Its sender had been told that it is kept before it sent it again. */
  readonly wasAcknowledged: boolean;
  /** The clock was set while it was on its way. */
  readonly hasClockStepped: boolean;
}

export interface Meaning {
  readonly means:
    | 'acknowledged'
    /** It is not kept, and it may be sent again. */
    | 'refused-for-now'
    | 'refused'
    /** Its twin’s answer decides. */
    | 'nothing';
  readonly fault?: { readonly code: FaultCode; readonly sentence: string };
}

export function meaningOf(exchange: Exchange): Meaning {
  const { request, answer, hasTwin, wasAcknowledged, hasClockStepped } = exchange;
  const { n, gate } = request;
  const { status } = answer;
  if (request.isForged) return ofForged(n, status);
  if (status === 200) return { means: 'acknowledged' };
  if (status === 503) return { means: 'refused-for-now' };
  // Its time was that of the clock before.
  if (status === 401 && hasClockStepped && gate === 'standard')
    return { means: wasAcknowledged ? 'nothing' : 'refused' };
  if (wasAcknowledged) {
    const sentence = `request ${n} was acknowledged, and its repeat was answered ${status}`;
    return { means: 'nothing', fault: { code: 'repeat-refused', sentence } };
  }
  if (status === 409 && hasTwin) return { means: 'nothing' };
  const sentence = `genuine request ${n} was answered ${status}: ${answer.body.slice(0, 200)}`;
  return { means: 'refused', fault: { code: 'odd-answer', sentence } };
}

function ofForged(n: number, status: number): Meaning {
  if (status === 401 || status === 503) return { means: 'refused' };
  const code = status === 200 ? 'forged-acknowledged' : 'odd-answer';
  return {
    means: 'refused',
    fault: { code, sentence: `request ${n} was forged, and was answered ${status}` },
  };
}
