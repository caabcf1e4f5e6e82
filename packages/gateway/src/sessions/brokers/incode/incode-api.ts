/** The calls of Incode's API that a token server makes. @see https://developer.incode.com */
import type { Upstream, UpstreamAnswer } from '../../upstream.ts';
import { UpstreamError } from '../../upstream-error.ts';

/** What an interview is started with. */
export interface InterviewStart {
  readonly redirectionUrl?: string | undefined;
  readonly externalCustomerId?: string | undefined;
}

export interface Interview {
  /** Of the person's session: what a front end may hold. */
  readonly token: string;
  readonly interviewId: string;
}

/** Each call: @throws UpstreamError. */
export interface IncodeApi {
  start(options: InterviewStart): Promise<Interview>;
  onboardingUrl(interview: Interview): Promise<string>;
  verify(attempt: Readonly<Record<string, string>>): Promise<UpstreamAnswer>;
  logIn(email: string, password: string): Promise<string>;
  status(interviewId: string, adminToken: string): Promise<UpstreamAnswer>;
  score(interviewId: string, adminToken: string): Promise<UpstreamAnswer>;
  approve(interviewId: string, adminToken: string): Promise<UpstreamAnswer>;
}

export interface IncodeApiOptions {
  readonly upstream: Upstream;
  readonly apiKey: () => string;
  readonly clientId: string;
  readonly flowId: string;
}

const HEADERS = { 'api-version': '1.0', 'content-type': 'application/json' } as const;

export function createIncodeApi({ upstream, apiKey, clientId, flowId }: IncodeApiOptions): IncodeApi {
  const keyed = (): Record<string, string> => ({ ...HEADERS, 'x-api-key': apiKey() });
  const asAdmin = (token: string): Record<string, string> => ({ ...keyed(), 'x-incode-hardware-id': token });
  const post = (path: string, body: unknown): Promise<UpstreamAnswer> =>
    upstream.call({ method: 'POST', path, headers: keyed(), body });
  return {
    start: async ({ redirectionUrl, externalCustomerId }) => {
      const answer = await post('/omni/start', {
        countryCode: 'ALL',
        configurationId: flowId,
        language: 'en-US',
        ...(redirectionUrl !== undefined && { redirectionUrl }),
        ...(externalCustomerId !== undefined && { externalCustomerId }),
      });
      return { token: textOf(answer, 'token'), interviewId: textOf(answer, 'interviewId') };
    },
    onboardingUrl: async ({ token }) => {
      const path = `/0/omni/onboarding-url?clientId=${encodeURIComponent(clientId.toWellFormed())}`;
      const headers = { ...HEADERS, 'x-incode-hardware-id': token };
      const url = textOf(await upstream.call({ method: 'GET', path, headers }), 'url');
      if (!/^https?:\/\//i.test(url))
        throw new UpstreamError('malformed', 'The onboarding URL is not a web address.');
      return url;
    },
    verify: (attempt) => post('/omni/auth-attempt/verify', attempt),
    logIn: async (email, password) => textOf(await post('/executive/log-in', { email, password }), 'token'),
    status: (interviewId, token) =>
      upstream.call({
        method: 'GET',
        path: `/omni/get/onboarding/status?id=${encodeURIComponent(interviewId.toWellFormed())}`,
        headers: asAdmin(token),
      }),
    score: (interviewId, token) =>
      upstream.call({
        method: 'GET',
        path: `/omni/get/score?id=${encodeURIComponent(interviewId.toWellFormed())}`,
        headers: asAdmin(token),
      }),
    approve: (interviewId, token) =>
      upstream.call({
        method: 'POST',
        path: `/omni/process/approve?interviewId=${encodeURIComponent(interviewId.toWellFormed())}`,
        headers: asAdmin(token),
        body: {},
      }),
  };
}

function textOf(answer: UpstreamAnswer, name: string): string {
  const value = answer[name];
  if (typeof value === 'string' && value !== '') return value;
  throw new UpstreamError('malformed', `The upstream’s answer has no ${name}.`);
}
