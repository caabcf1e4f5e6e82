/** Fetch handlers on `node:http`. */
import type * as http from 'node:http';
import { Readable } from 'node:stream';

/** As the runtimes that call `fetch` handlers do it: a `Request` whose body is a stream, a `Response` that is written. */
export function serveFetch(handle: (request: Request) => Promise<Response>): http.RequestListener {
  return async (req, res) => {
    const { method = 'GET', url = '', rawHeaders } = req;
    const headers = new Headers();
    for (let i = 0; i < rawHeaders.length; i += 2)
      headers.append(rawHeaders[i] as string, rawHeaders[i + 1] as string);
    const hasBody = method !== 'GET' && method !== 'HEAD';
    const init: RequestInit & { duplex: 'half' } = { method, headers, duplex: 'half' };
    if (hasBody) init.body = Readable.toWeb(req) as ReadableStream<Uint8Array>;
    const response = await handle(new Request(`http://${req.headers.host}${url}`, init));
    if (res.destroyed) return;
    res.writeHead(response.status, Object.fromEntries(response.headers));
    res.end(Buffer.from(await response.arrayBuffer()));
  };
}
