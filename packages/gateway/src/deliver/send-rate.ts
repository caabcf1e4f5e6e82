/** How many a second may be sent: a bucket that fills as time goes. */

export interface SendRate {
  /** How many may be sent now. */
  room(nowMs: number): number;
  spend(count: number): void;
  /** How long until one more may be sent; 0 where one may. */
  waitMs(nowMs: number): number;
}

/** Times are of a clock that only goes on. At most a tenth of a second's worth at once, and one at least. @param perSecond from 1 */
export function createSendRate(perSecond: number): SendRate {
  const most = Math.max(1, perSecond / 10);
  let tokens = most;
  let filledMs: number | undefined;
  const fill = (nowMs: number): void => {
    if (filledMs !== undefined) tokens = Math.min(most, tokens + ((nowMs - filledMs) * perSecond) / 1_000);
    filledMs = nowMs;
  };
  return {
    room: (nowMs) => {
      fill(nowMs);
      return Math.floor(tokens);
    },
    spend: (count) => {
      tokens -= count;
    },
    waitMs: (nowMs) => {
      fill(nowMs);
      return tokens >= 1 ? 0 : Math.ceil(((1 - tokens) * 1_000) / perSecond);
    },
  };
}
