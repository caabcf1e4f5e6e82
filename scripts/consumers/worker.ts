/** A newcomer's worker: strict TypeScript with the web's types alone, without those of Node. */
import { webhook } from '@countersign/core/fetch';
import { createGate } from '@countersign/core/gate';
import { webhook as honoWebhook } from '@countersign/core/hono';
import { github } from '@countersign/core/providers/github';

interface Env {
  readonly GITHUB_WEBHOOK_SECRET: string;
}

export const answer: (request: Request) => Response | Promise<Response> = webhook(
  'github',
  'a-webhook-secret-of-27-bytes',
  ({ type }) => type,
);

export const honoAnswer = honoWebhook(
  'github',
  (env: Env) => env.GITHUB_WEBHOOK_SECRET,
  () => undefined,
);

export async function isGenuine(body: Uint8Array, signature: string): Promise<boolean> {
  const gate = createGate({ provider: github, keys: ['a-webhook-secret-of-27-bytes'] });
  const headers: [string, string][] = [['x-hub-signature-256', signature]];
  const verdict = await gate.verify({ method: 'POST', url: 'https://worker.example/', headers, body });
  return verdict.ok;
}
