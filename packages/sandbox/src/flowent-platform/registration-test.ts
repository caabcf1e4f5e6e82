/** The request by which the platform finds out whether a webhook is an action server. */
import { flowentTest } from '../flowent.ts';
import type { PostWebhook } from '../platform-server/post-webhook.ts';
import type { FlowentTenant } from './model.ts';
import { readWebhookAnswer } from './webhook-answer.ts';

/** Tests a webhook; says what is wrong with its answer, if anything. */
export type RegistrationTest = (
  tenant: FlowentTenant,
  name: string,
  webhookUrl: string,
) => Promise<string | undefined>;

/**
 * Makes the function that tests. It is as strict as the description lets it be, so that what passes here passes there:
 * a 2xx status, and a JSON answer whose `result` is the text that is asked for and whose `error` is empty.
 */
export function createRegistrationTest(options: {
  readonly post: PostWebhook;
  readonly signed: boolean;
  readonly now: () => number;
}): RegistrationTest {
  const { post, signed, now } = options;
  return async (tenant, name, webhookUrl) => {
    const request = flowentTest({ action: name, signed, key: tenant.hmacKey, nowMs: now() });
    try {
      const { status, result, error } = readWebhookAnswer(await post(request, webhookUrl));
      if (status < 200 || status > 299) return `the webhook answered with status ${status}, not 2xx`;
      const expectedResult = `Test successful for action: ${name}`;
      if (result !== expectedResult)
        return `the webhook's answer must be JSON with "result": ${JSON.stringify(expectedResult)}`;
      return error === '' ? undefined : `the webhook's answer must be JSON with "error": ""`;
    } catch (error) {
      return `the webhook ${error instanceof Error ? error.message : String(error)}`;
    }
  };
}
