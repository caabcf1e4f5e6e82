/** A worker as the library's page writes it, its secret with the request; and one whose gate is built before any request. */
import { webhook } from '@countersign/core/fetch';
import { createApplication } from '../suites/application.ts';

interface Env {
  readonly GITHUB_WEBHOOK_SECRET: string;
}

const serve = createApplication();
const late = webhook(
  'github',
  (env: Env) => env.GITHUB_WEBHOOK_SECRET,
  () => new Response('late'),
);
const early = webhook('github', 'a secret of thirty-two characters', () => new Response('early'));

export default {
  fetch(request: Request, env: Env): Promise<Response> {
    const { pathname } = new URL(request.url);
    if (pathname === '/late') return late(request, env);
    if (pathname === '/early') return early(request);
    return serve(request);
  },
};
