/** Calls registered actions as the platform does. */
import { flowentCall } from '../flowent.ts';
import { MAX_PAYLOAD_BYTES } from '../platform-server/model.ts';
import type { PostWebhook } from '../platform-server/post-webhook.ts';
import type { ActionStore } from './action-store.ts';
import type { FlowentPlatform, FlowentTenant } from './model.ts';
import { findTenant } from './tenants.ts';
import { readWebhookAnswer } from './webhook-answer.ts';

/** Makes the platform's `call`. */
export function createCaller(parts: {
  readonly tenants: readonly [FlowentTenant, ...FlowentTenant[]];
  readonly store: ActionStore;
  readonly post: PostWebhook;
  readonly now: () => number;
}): FlowentPlatform['call'] {
  return async (name, parameters, options = {}) => {
    const { tenant: tenantId, timestampMs = parts.now(), signal, ...more } = options;
    const tenant = findTenant(parts.tenants, tenantId);
    const action = parts.store.get(tenant.tenantId, name);
    if (action === undefined) {
      throw new RangeError(
        `No action ${JSON.stringify(name)} is registered. Register it before you call it.`,
      );
    }
    const request = flowentCall({
      action: name,
      parameters,
      key: tenant.hmacKey,
      nowMs: timestampMs,
      ...more,
    });
    if (request.body.length > MAX_PAYLOAD_BYTES) {
      throw new RangeError(
        `The payload has ${request.body.length} bytes; the platform sends at most ${MAX_PAYLOAD_BYTES}.`,
      );
    }
    try {
      return readWebhookAnswer(await parts.post(request, action.webhook_url, signal));
    } catch (error) {
      if (signal?.aborted === true) throw error;
      throw new Error(`The webhook of ${name} ${error instanceof Error ? error.message : String(error)}.`, {
        cause: error,
      });
    }
  };
}
