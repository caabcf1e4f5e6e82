/** A request of a runtime, over the network or by its page. */
import { type Answer, type Sent, signedHeaders } from '../packages/core/test/adapters/sending.ts';
import type { StartedRuntime } from './runtimes/runtime.ts';

/** In place of headers that are not there it is signed as GitHub does. */
export async function callRuntime(
  { origin, fetch: ownFetch }: StartedRuntime,
  { path = '/', method = 'POST', body = '{}', headers = signedHeaders(body) }: Sent,
): Promise<Answer> {
  const fields = Object.entries(headers).flatMap(([name, value]): [string, string][] =>
    [value ?? []].flat().map((line) => [name, String(line)]),
  );
  const bytes = method === 'GET' ? undefined : Buffer.from(body);
  if (ownFetch !== undefined)
    return ownFetch(path, { method, headers: fields, bodyBase64: bytes?.toString('base64') });
  const answer = await fetch(`${origin}${path}`, { method, headers: fields, body: bytes ?? null });
  return { status: answer.status, headers: Object.fromEntries(answer.headers), body: await answer.text() };
}
