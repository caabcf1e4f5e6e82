/** Sends the platform's webhooks. */
import { type IncodePayload, incodeWebhook } from '../incode.ts';
import type { PostWebhook } from '../platform-server/post-webhook.ts';
import type { IncodeDelivery, IncodeWebhookTarget } from './model.ts';

/** Sends one; never rejects for what the receiver does or does not do. */
export type SendWebhook = (target: IncodeWebhookTarget, payload: IncodePayload) => Promise<IncodeDelivery>;

/** Makes the function that sends, which tells `onWebhook` of each delivery. */
export function createSendWebhook(
  post: PostWebhook,
  onWebhook: (delivery: IncodeDelivery) => void,
): SendWebhook {
  const attempt = async (target: IncodeWebhookTarget, payload: IncodePayload): Promise<IncodeDelivery> => {
    const { url, headers = {} } = target;
    const request = incodeWebhook({ auth: { kind: 'none' }, payload });
    const added = Object.entries(headers).map(([name, value]) => ({ name, value }));
    try {
      const answer = await post({ ...request, headers: [...request.headers, ...added] }, url);
      return { url, payload, status: answer.status, bodyText: answer.bodyText, problem: undefined };
    } catch (error) {
      const problem = `the webhook ${error instanceof Error ? error.message : String(error)}`;
      return { url, payload, status: undefined, bodyText: '', problem };
    }
  };
  return async (target, payload) => {
    const delivery = await attempt(target, payload);
    onWebhook(delivery);
    return delivery;
  };
}

/**
 * Does the same `times` over, at most `concurrency` at once; what they give, in the order of their start.
 * @throws RangeError where one of the two is no positive integer.
 */
export async function repeat<T>(
  times: number,
  concurrency: number,
  act: () => Promise<T>,
): Promise<readonly T[]> {
  for (const [name, value] of Object.entries({ times, concurrency })) {
    if (!Number.isSafeInteger(value) || value < 1) {
      throw new RangeError(`${name}: ${value} is not a positive integer.`);
    }
  }
  const done: T[] = [];
  let started = 0;
  const work = async (): Promise<void> => {
    while (started < times) {
      const at = started++;
      done[at] = await act();
    }
  };
  await Promise.all(Array.from({ length: Math.min(times, concurrency) }, work));
  return done;
}
