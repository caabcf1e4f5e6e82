/** Serves a page's own requests in a browser. */
import { createApplication } from '../suites/application.ts';

interface WorkerScope {
  skipWaiting(): Promise<void>;
  readonly clients: { claim(): Promise<void> };
  addEventListener(
    type: string,
    listener: (event: {
      readonly request: Request;
      respondWith(response: Promise<Response>): void;
      waitUntil(done: Promise<void>): void;
    }) => void,
  ): void;
}

const scope = globalThis as unknown as WorkerScope;
const serve = createApplication();
scope.addEventListener('install', (event) => event.waitUntil(scope.skipWaiting()));
scope.addEventListener('activate', (event) => event.waitUntil(scope.clients.claim()));
scope.addEventListener('fetch', (event) => {
  if (event.request.method === 'POST' || event.request.url.includes('/scenarios/'))
    event.respondWith(serve(event.request));
});
