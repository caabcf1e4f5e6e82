/** A server that ends with the test which started it. */
import type { RequestListener } from 'node:http';
import { onTestFinished } from 'vitest';
import { startServer } from '../src/pages/start-server.ts';

/** Listens on a free port of 127.0.0.1 until the test has finished. @returns its origin. */
export async function startTestServer(listener: RequestListener): Promise<string> {
  const server = await startServer(listener);
  onTestFinished(() => server.close());
  return server.origin;
}
