/** Reads what an action server's answer says. */
import type { WebhookAnswer } from '../platform-server/post-webhook.ts';
import type { FlowentWebhookAnswer } from './model.ts';

/** Adds the answer's members, where its body is a JSON object that has them. */
export function readWebhookAnswer(answer: WebhookAnswer): FlowentWebhookAnswer {
  return { ...answer, ...membersOf(answer.bodyText) };
}

function membersOf(bodyText: string): Pick<FlowentWebhookAnswer, 'result' | 'error'> {
  try {
    const value = JSON.parse(bodyText) as { readonly result?: unknown; readonly error?: unknown } | null;
    const text = (member: unknown): string | undefined => (typeof member === 'string' ? member : undefined);
    return { result: text(value?.result), error: text(value?.error) };
  } catch {
    return { result: undefined, error: undefined };
  }
}
