/** Serves a module's fetch handler at a port, with the variables of .env and .dev.vars: `fetch-server.ts FILE PORT`, in the folder of the file. */
import { existsSync, readFileSync } from 'node:fs';
import { createServer, type IncomingMessage } from 'node:http';
import { resolve } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { parseEnv } from 'node:util';

interface FetchModule {
  readonly POST?: (request: Request) => Promise<Response>;
  readonly default?: { fetch(request: Request, env: unknown): Promise<Response> };
}

const [file = '', port = ''] = process.argv.slice(2);
const variables = ['.env', '.dev.vars']
  .filter(existsSync)
  .map((name) => parseEnv(readFileSync(name, 'utf8')));
// As Next.js does; a worker gets them with its request.
Object.assign(process.env, ...variables);
const handler = (await import(resolve(file))) as FetchModule;

createServer(async (req, res) => {
  const request = await requestOf(req);
  const response =
    (await handler.POST?.(request)) ??
    (await handler.default?.fetch(request, process.env)) ??
    Response.error();
  res.writeHead(response.status, Object.fromEntries(response.headers));
  res.end(Buffer.from(await response.arrayBuffer()));
}).listen(Number(port), '127.0.0.1');

async function requestOf(req: IncomingMessage): Promise<Request> {
  const headers = Object.entries(req.headersDistinct).flatMap(([name, values = []]) =>
    values.map((value): [string, string] => [name, value]),
  );
  const body = await buffer(req);
  const method = req.method ?? 'GET';
  return new Request(`http://${req.headers.host}${req.url}`, {
    method,
    headers,
    ...(body.length > 0 && { body }),
  });
}
