/** What a sender has signed, where a trial has proved it, beside what arrived. */
import { joinMessage } from '../crypto/backend.ts';
import { equalBytes } from '../text/bytes.ts';
import type { Trace } from '../trace.ts';
import type { Judge, Trial } from './trial.ts';

/** Two texts of bytes that should have been one. May hold what the request does, never a key. */
export interface SignedBytes {
  /** The finding by which it is known. */
  readonly finding: string;
  /** What the bytes are: the message that the proof covers, or a body of which the message has the digest only. */
  readonly of: 'message' | 'body';
  readonly signed: Uint8Array;
  readonly arrived: Uint8Array;
}

/** Undefined where the trial has proved the message that arrived: a key or a signature is another. @param trial that was proved */
export async function signedBytes(
  judge: Judge,
  trial: Trial,
  trace: Pick<Trace, 'messages' | 'request'>,
): Promise<Omit<SignedBytes, 'finding'> | undefined> {
  const proved = await judge.provedMessage(trial);
  if (proved === undefined) return undefined;
  const own = trace.messages.find(({ reading }) => reading === proved.reading) ?? trace.messages[0];
  const arrived = own && joinMessage(own.message);
  const signed = joinMessage(proved.message);
  if (arrived === undefined || signed === undefined) return undefined;
  if (!equalBytes(signed, arrived)) return { of: 'message', signed, arrived };
  const bodies = { signed: trial.request.body, arrived: trace.request.body };
  return equalBytes(bodies.signed, bodies.arrived) ? undefined : { of: 'body', ...bodies };
}
