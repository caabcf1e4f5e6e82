/** What somebody could change of a request that was captured: one thing at a time. */
import { createHash } from 'node:crypto';
import { HeaderList, type SignedRequest } from '../../src/index.ts';

export function* changesOf(request: SignedRequest): Generator<SignedRequest> {
  const { method, url, headers, body } = request;
  yield { ...request, method: method === 'PUT' ? 'POST' : 'PUT' };
  yield { ...request, url: url.replace(/^(https?:\/\/[^/]*)\//, '$1/other/') };
  yield { ...request, url: `${url}1` };
  for (const at of [body.length - 3, Math.floor(body.length / 2)]) {
    if (at < 0) continue;
    const changed = Uint8Array.from(body);
    changed[at] = (changed[at] as number) ^ 1;
    yield { ...request, body: changed };
  }
  const digest = createHash('sha256').update(body).digest('hex');
  for (const [name, value] of headers) {
    // What is proved with the body need not stand in a header as well.
    if (value === digest) continue;
    const others = [...headers].flatMap(([other, text]) => [other, other === name ? `${value}1` : text]);
    yield { ...request, headers: new HeaderList(others) };
  }
}
