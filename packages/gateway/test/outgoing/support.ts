/** Real servers on this machine, and resolvers that answer as a test tells them. */
import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo, LookupFunction } from 'node:net';
import { onTestFinished } from 'vitest';

export interface TestServer {
  readonly port: number;
  /** Requests so far. */
  readonly paths: readonly string[];
}

export async function startServer(
  answer: RequestListener = (_, response) => void response.end('here'),
): Promise<TestServer> {
  const paths: string[] = [];
  const server = createServer((request, response) => {
    paths.push(request.url ?? '');
    answer(request, response);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(async () => {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  });
  return { port: (server.address() as AddressInfo).port, paths };
}

export interface TestResolver {
  readonly lookup: LookupFunction;
  /** Names that were asked for. */
  readonly asked: readonly string[];
}

/** A resolver below the policy: its n-th answer is the n-th list, and the last one stays. */
export function resolver(...answers: readonly (readonly string[])[]): TestResolver {
  const asked: string[] = [];
  return {
    asked,
    lookup: (host, _, callback) => {
      asked.push(host);
      const addresses = answers[asked.length - 1] ?? answers.at(-1) ?? [];
      const found = addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));
      setImmediate(() => callback(null, found));
    },
  };
}

/** The code of what a promise is rejected with, or of its cause; its name where it has none. */
export async function codeOf(promise: Promise<unknown>): Promise<unknown> {
  try {
    await promise;
  } catch (error) {
    const { code, cause, name } = error as { code?: unknown; cause?: { code?: unknown }; name: string };
    return cause?.code ?? (typeof code === 'string' ? code : name);
  }
  throw new Error('it was not rejected');
}
