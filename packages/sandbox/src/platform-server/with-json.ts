/** Reads a call's body as JSON, or refuses it. */
import { type ApiAnswer, refusal } from './api-answer.ts';
import type { ApiRequest } from './api-listener.ts';
import { jsonOf } from './read-body.ts';

/** Does something with the body's value; 413 where there are too many bytes, 400 where they are no JSON. */
export async function withJson(
  request: ApiRequest,
  act: (body: unknown) => ApiAnswer | Promise<ApiAnswer>,
): Promise<ApiAnswer> {
  const bytes = await request.readBody();
  if (bytes === undefined) return refusal(413, 'the body is larger than 1 MB');
  const body = jsonOf(bytes);
  return body === undefined ? refusal(400, 'the body is not JSON') : act(body);
}
