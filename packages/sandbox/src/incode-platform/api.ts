/** Answers the calls of the API: what they carry, who calls, what is done. */
import { randomBytes } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { type ApiAnswer, refusal } from '../platform-server/api-answer.ts';
import type { ApiRequest } from '../platform-server/api-listener.ts';
import type { Tokens } from '../platform-server/tokens.ts';
import { withJson } from '../platform-server/with-json.ts';
import type { AuthAttempts } from './auth-attempts.ts';
import type { Interviews, KeptInterview } from './interviews.ts';
import type { IncodeAdmin, IncodeScore } from './model.ts';
import { readMembers } from './read-members.ts';
import type { Credentials, FoundRoute } from './routes.ts';

export interface ApiParts {
  readonly apiKey: string;
  readonly clientId: string;
  readonly flowId: string;
  readonly admin: IncodeAdmin;
  /** Answered by a start, and meant for the backend alone. */
  readonly license: string;
  readonly interviews: Interviews;
  readonly attempts: AuthAttempts;
  readonly adminTokens: Tokens;
  readonly sessionTokens: Tokens;
  /** Told of each admin token. */
  readonly onLogIn: (token: string) => void;
  /** Where the person goes to finish an onboarding. */
  readonly pageUrl: (interview: KeptInterview) => string;
}

/** Makes the function that answers. */
export function createApi(parts: ApiParts): (match: FoundRoute, request: ApiRequest) => Promise<ApiAnswer> {
  return async (match, request) =>
    misses(request.headers) ??
    unauthorized(parts, match.credentials, request.headers) ??
    (await serve(parts, match, request));
}

function misses(headers: IncomingHttpHeaders): ApiAnswer | undefined {
  if (headers['api-version'] !== '1.0') return refusal(400, 'api-version: the header must be 1.0');
  return /^application\/json *(?:;|$)/i.test(headers['content-type'] ?? '')
    ? undefined
    : refusal(400, 'content-type: the header must be application/json');
}

function unauthorized(
  parts: ApiParts,
  credentials: Credentials,
  headers: IncomingHttpHeaders,
): ApiAnswer | undefined {
  if (credentials === 'session') {
    return interviewOf(parts, headers) === undefined
      ? refusal(401, 'unauthorized: the session token is missing, expired or not valid')
      : undefined;
  }
  if (headers['x-api-key'] !== parts.apiKey) {
    return refusal(401, 'unauthorized: the API key is missing or not known');
  }
  return credentials === 'key' || parts.adminTokens.subjectOf(tokenOf(headers)) !== undefined
    ? undefined
    : refusal(401, 'unauthorized: the admin token is missing, expired or not valid');
}

function serve(parts: ApiParts, { route }: FoundRoute, request: ApiRequest): ApiAnswer | Promise<ApiAnswer> {
  const { interviews } = parts;
  switch (route) {
    case 'POST /omni/start':
      return withJson(request, (body) => start(parts, body));
    case 'GET /0/omni/onboarding-url':
      return onboardingUrl(parts, request);
    case 'GET /omni/get/onboarding/status':
      return withInterview(parts, request, 'id', ({ onboardingStatus }) => ok({ onboardingStatus }));
    case 'GET /omni/get/score':
      return withInterview(parts, request, 'id', ({ score }) => ok(scoreAnswer(score)));
    case 'POST /omni/process/approve':
      return withJson(request, (body) => {
        const read = readMembers(body, []);
        if (!read.ok) return refusal(400, read.error);
        return withInterview(parts, request, 'interviewId', (interview) => approve(interviews, interview));
      });
    case 'POST /omni/auth-attempt/verify':
      return withJson(request, (body) => verify(parts, body));
    case 'POST /executive/log-in':
      return withJson(request, (body) => logIn(parts, body));
  }
}

function start(parts: ApiParts, body: unknown): ApiAnswer {
  const read = readMembers(
    body,
    ['countryCode', 'configurationId', 'language'],
    ['redirectionUrl', 'externalCustomerId'],
  );
  if (!read.ok) return refusal(400, read.error);
  const { configurationId, redirectionUrl, externalCustomerId } = read.value;
  if (configurationId !== parts.flowId) return refusal(400, 'configurationId: there is no such flow');
  if (redirectionUrl !== undefined && !/^https?:$/.test(URL.parse(redirectionUrl)?.protocol ?? '')) {
    return refusal(400, 'redirectionUrl: must be an http or https URL');
  }
  const { interviewId } = parts.interviews.start({ redirectionUrl, externalCustomerId });
  return ok({
    token: parts.sessionTokens.issue(interviewId),
    interviewId,
    clientId: parts.clientId,
    // The description leaves the rest open. A backend that passes it on gives away the license.
    env: 'sandbox',
    existingSession: false,
    license: parts.license,
  });
}

function onboardingUrl(parts: ApiParts, { headers, query }: ApiRequest): ApiAnswer {
  const interview = interviewOf(parts, headers);
  if (interview === undefined) throw new Error('This call was let through without a session.');
  if (query.get('clientId') !== parts.clientId) return refusal(400, 'clientId: must be that of the session');
  return ok({ url: parts.pageUrl(interview) });
}

function approve(interviews: Interviews, interview: KeptInterview): ApiAnswer {
  interviews.approve(interview);
  return ok({
    success: true,
    uuid: interview.uuid,
    token: randomBytes(24).toString('hex'),
    totalScore: VALUES[interview.score],
    existingCustomer: interview.approvals > 0,
  });
}

function verify(parts: ApiParts, body: unknown): ApiAnswer {
  const read = readMembers(body, ['transactionId', 'token', 'interviewToken']);
  if (!read.ok) return refusal(400, read.error);
  const live = parts.sessionTokens.subjectOf(read.value.interviewToken) !== undefined;
  return ok({ verified: live && parts.attempts.has(read.value) });
}

function logIn(parts: ApiParts, body: unknown): ApiAnswer {
  const read = readMembers(body, ['email', 'password']);
  if (!read.ok) return refusal(400, read.error);
  const { email, password } = parts.admin;
  if (read.value.email !== email || read.value.password !== password) {
    return refusal(401, 'unauthorized: the email or the password is not known');
  }
  const token = parts.adminTokens.issue(email);
  parts.onLogIn(token);
  return ok({ token, email });
}

/** Of 100. */
const VALUES: Readonly<Record<IncodeScore, number>> = { OK: 96.5, WARN: 61, FAIL: 12.5, UNKNOWN: 0 };

function scoreAnswer(score: IncodeScore): object {
  const part = { value: VALUES[score].toFixed(1), status: score };
  return { overall: part, idValidation: { overall: part }, liveness: { overall: part } };
}

function withInterview(
  { interviews }: ApiParts,
  { query }: ApiRequest,
  parameter: string,
  act: (interview: KeptInterview) => ApiAnswer,
): ApiAnswer {
  const interviewId = query.get(parameter);
  if (interviewId === null || interviewId === '') return refusal(400, `${parameter}: is missing`);
  const interview = interviews.get(interviewId);
  return interview === undefined ? refusal(404, 'interview not found') : act(interview);
}

/** The interview whose session token a call carries. */
function interviewOf(parts: ApiParts, headers: IncomingHttpHeaders): KeptInterview | undefined {
  return parts.interviews.get(parts.sessionTokens.subjectOf(tokenOf(headers)) ?? '');
}

function tokenOf(headers: IncomingHttpHeaders): string {
  const token = headers['x-incode-hardware-id'];
  return typeof token === 'string' ? token : '';
}

function ok(body: object): ApiAnswer {
  return { status: 200, body };
}
