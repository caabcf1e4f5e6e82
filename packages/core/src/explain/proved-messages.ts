/** Which messages trials were proved over: two ways to one message are one finding, the likelier way’s. */
import { joinMessage } from '../crypto/backend.ts';
import { equalBytes } from '../text/bytes.ts';
import type { Trace } from '../trace.ts';
import type { Judge, Trial } from './trial.ts';

export interface ProvedMessages {
  /** Whether another trial was proved over the same message, and the request as it came has another. */
  isRepeated(trial: Trial): Promise<boolean>;
}

/** @param own of the request as it came: over these a key or a signature was another, and not the message */
export function createProvedMessages(judge: Judge, own: Trace['messages']): ProvedMessages {
  const proved: Uint8Array[] = [];
  return {
    async isRepeated(trial) {
      const proving = await judge.provedMessage(trial);
      const message = proving && joinMessage(proving.message);
      if (message === undefined) return false;
      const isMessage = (other: Uint8Array | undefined): boolean =>
        other !== undefined && equalBytes(other, message);
      if (own.some((other) => isMessage(joinMessage(other.message)))) return false;
      const isRepeated = proved.some(isMessage);
      proved.push(message);
      return isRepeated;
    },
  };
}
