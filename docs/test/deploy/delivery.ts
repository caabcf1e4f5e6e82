/** A webhook for the gate of docs/deploy.md. */
import { createHmac } from 'node:crypto';
import { HeaderList, type SignedRequest } from '@countersign/core';
import { HOST, ORIGIN } from './deployed-proxy.ts';

/** GitHub does not sign the URL: it carries the delivery’s number, so that a list of events shows it. */
export function delivery(id: string, secret: string): SignedRequest {
  const body = Buffer.from(JSON.stringify({ id }));
  const mac = createHmac('sha256', secret).update(body).digest('hex');
  const headers = HeaderList.from([
    ['Host', HOST],
    ['X-Hub-Signature-256', `sha256=${mac}`],
  ]);
  return { method: 'POST', url: `${ORIGIN}/webhooks/github?${id}`, headers, body };
}
