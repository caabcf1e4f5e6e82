/** A gateway with an Incode session in front of an upstream, and what it says and logs, searched for secrets. */
import { expect } from 'vitest';
import type { SessionInput } from '../../src/config/config-input.ts';
import {
  type Answer,
  later,
  type Send,
  send,
  start,
  type TestGateway,
  type TestOptions,
} from '../harness.ts';
import {
  ADMIN_TOKEN,
  API_KEY,
  type IncodeUpstream,
  PASSWORD,
  startIncodeUpstream,
} from './incode-upstream.ts';

export const STORE_KEY = '0123456789abcdef'.repeat(4);
export const PAGE = 'https://page.example';

export interface SessionBench {
  readonly upstream: IncodeUpstream;
  readonly gateway: TestGateway;
  get(path: string, options?: Send): Promise<Answer>;
  post(path: string, body: unknown, options?: Send): Promise<Answer>;
}

export function incodeInput(upstreamUrl: string, changes: Partial<SessionInput> = {}): SessionInput {
  return {
    at: '/',
    apiUrl: upstreamUrl,
    apiKey: API_KEY,
    clientId: 'client-1',
    flowId: 'flow-1',
    adminEmail: 'boss@example.com',
    adminPassword: PASSWORD,
    redirects: [PAGE],
    auth: 'none',
    ...changes,
  };
}

export async function startBench(
  session: Partial<SessionInput> = {},
  options: TestOptions & { readonly upstream?: IncodeUpstream } = {},
): Promise<SessionBench> {
  const { upstream = await startIncodeUpstream(), ...rest } = options;
  const said: string[] = [];
  let log: readonly string[] = [];
  // Whatever a test does: no answer and no log line holds a secret. Runs after the gateway has closed.
  later(() => {
    const everything = [...said, ...log].join('\n');
    for (const secret of [API_KEY, PASSWORD, ADMIN_TOKEN, STORE_KEY])
      expect(everything).not.toContain(secret);
  });
  const gateway = await start(undefined, {
    storeKey: STORE_KEY,
    ...rest,
    sessions: { incode: incodeInput(upstream.url, session) },
  });
  log = gateway.log;
  const call = async (path: string, sent: Send): Promise<Answer> => {
    const answer = await send(`${gateway.publicUrl}${path}`, sent);
    said.push(answer.text, JSON.stringify(answer.headers));
    return answer;
  };
  return {
    upstream,
    gateway,
    get: (path, sent = {}) => call(path, { ...sent, method: 'GET' }),
    post: (path, body, sent = {}) =>
      call(path, {
        ...sent,
        method: 'POST',
        headers: { 'content-type': 'application/json', ...sent.headers } as Record<string, string>,
        body: typeof body === 'string' ? body : JSON.stringify(body),
      }),
  };
}

export function json(answer: Answer): Record<string, unknown> {
  return JSON.parse(answer.text);
}

export function finished(interviewId: string): object {
  return { interviewId, onboardingStatus: 'ONBOARDING_FINISHED', clientId: 'client-1', flowId: 'flow-1' };
}

/** The steps of approvals in a log, `interview step`. */
export function stepsIn(log: readonly string[]): readonly string[] {
  return log
    .map((line) => JSON.parse(line))
    .filter((line) => line.msg === 'an approval has reached a step')
    .map(({ interviewId, step }) => `${interviewId} ${step}`);
}
