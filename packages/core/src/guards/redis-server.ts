/** The steps of a guard as scripts of Redis, through whatever sends commands. */
import { messageOf } from '../given.ts';
import { decodeUtf8 } from '../text/bytes.ts';
import { decodeBase64, encodeBase64 } from '../text/encodings.ts';
import { ATTEMPTS_KEPT_MS, CLOCK_MARGIN_MS, type ClaimServer, type LeaseAnswer } from './claim-server.ts';
import { createScript, type SendRedisCommand } from './redis-client.ts';
import { ABORT, BEGIN, COMMIT, RENEW } from './redis-scripts.ts';

const OUT_OF_MEMORY = /\bOOM\b/;

/** @param prefix of its keys; 32 hexadecimal digits follow */
export function createRedisServer(send: SendRedisCommand, prefix: string): ClaimServer {
  const begin = createScript(BEGIN, send);
  const renew = createScript(RENEW, send);
  const commit = createScript(COMMIT, send);
  const abort = createScript(ABORT, send);
  return {
    async begin(identity, { nowMs, untilMs, owner }) {
      const args = [String(nowMs), String(untilMs), owner, String(ATTEMPTS_KEPT_MS)];
      try {
        return leaseAnswer(await begin(prefix + identity, args), nowMs);
      } catch (error) {
        if (OUT_OF_MEMORY.test(messageOf(error))) return { state: 'full' };
        throw error;
      }
    },
    async renew(identity, { nowMs, untilMs, owner }) {
      await renew(prefix + identity, [String(nowMs), String(untilMs), owner, String(ATTEMPTS_KEPT_MS)]);
    },
    async commit(identity, { nowMs, untilMs, answer }) {
      const times = [String(nowMs), String(untilMs), String(CLOCK_MARGIN_MS)];
      await commit(prefix + identity, answer === undefined ? times : [...times, encodeBase64(answer)]);
    },
    async abort(identity, owner) {
      await abort(prefix + identity, [owner]);
    },
  };
}

/** @throws Error for anything that the script does not say */
function leaseAnswer(said: unknown, nowMs: number): LeaseAnswer {
  const [state, detail] = Array.isArray(said) ? said : [];
  switch (textOf(state)) {
    case 'begun':
      return { state: 'begun', attempt: Number(textOf(detail)) };
    case 'in-flight':
      return { state: 'in-flight', retryAfterMs: Number(textOf(detail)) - nowMs };
    case 'committed': {
      const answer = decodeAnswer(detail);
      return answer === undefined ? { state: 'committed' } : { state: 'committed', answer };
    }
    default:
      throw new Error('the answer is none of the guard’s scripts');
  }
}

/** An answer as it stands in a claim. Undefined: it has none. */
export function decodeAnswer(detail: unknown): Uint8Array | undefined {
  return detail === null || detail === undefined ? undefined : decodeBase64(textOf(detail));
}

/** A text or bytes, as clients give them. */
export function textOf(value: unknown): string {
  return value instanceof Uint8Array ? (decodeUtf8(value) ?? '') : String(value);
}
