/** What the routes of Incode's token server answer. */

import { isObject } from '@countersign/core/internal/is-object';
import type { TokenSource } from '../../../tokens/static-token.ts';
import { type BrokerParts, type OpenBroker, type SessionCall, SessionRefusal } from '../../broker.ts';
import { Onboardings } from '../../onboardings.ts';
import type { Upstream, UpstreamAnswer } from '../../upstream.ts';
import { UpstreamError } from '../../upstream-error.ts';
import { createAdminToken } from './admin-token.ts';
import { type ApprovalAnswer, type ApprovalSteps, type Approvals, createApprovals } from './approvals.ts';
import { createIncodeApi, type IncodeApi } from './incode-api.ts';
import { createInterviews, type Interviews, type NamedInterview } from './interviews.ts';
import type { IncodePath, IncodeSettings } from './settings.ts';

const INTERVIEW_ID = /^[\w.-]{1,128}$/;
/** Statuses that only an approved interview has. */
const APPROVED: ReadonlySet<unknown> = new Set(['APPROVED', 'MANUAL_REVIEW_APPROVED']);
const FINISHED = 'ONBOARDING_FINISHED';
const NOT_PASSED = "Session didn't PASS, identity was not created";

/** What the routes work with. */
interface Incode {
  readonly parts: BrokerParts;
  readonly api: IncodeApi;
  readonly admin: TokenSource;
  readonly interviews: Interviews;
  readonly approvals: Approvals;
  readonly onboardings: Onboardings;
}

/** It calls nothing until it is asked. */
export function openIncode(settings: IncodeSettings, parts: BrokerParts): OpenBroker<IncodePath> {
  const { clientId, flowId } = settings;
  const upstream = openUpstream(settings, parts);
  const api = createIncodeApi({ upstream, apiKey: () => settings.apiKey.reveal(), clientId, flowId });
  const admin = createAdminToken(settings, api, parts);
  const interviews = createInterviews({ settings, api, parts, records: parts.records('interviews') });
  const onboardings = new Onboardings(parts.now);
  const approvals = createApprovals({
    records: parts.records('approvals'),
    steps: approvalSteps(api, admin),
    now: parts.now,
    wait: parts.wait,
    callTimeoutMs: parts.timeoutMs,
    tell: ({ step, subject, answer, rememberMs }) => {
      onboardings.note(subject, step);
      return parts.tell({
        type: `approval.${step}`,
        subject,
        data: { interviewId: subject, ...toldAnswer(answer) },
        rememberMs,
      });
    },
    log: parts.log,
  });
  const incode: Incode = { parts, api, admin, interviews, approvals, onboardings };
  return {
    answers: {
      '/start': (call) => start(incode, call),
      '/onboarding-url': (call) => findOnboardingUrl(incode, call),
      '/onboarding-status': (call) => readStatus(incode, call),
      '/fetch-score': (call) => fetchScore(incode, call),
      '/auth': (call) => verifyAttempt(incode, call),
      '/webhook': (call) => keepWebhook(incode, call),
      '/approve': (call) => approve(incode, call),
    },
    resume: () => approvals.resume(),
    tokenStatus: () => admin.status(),
    onboardings: () => onboardings.list(),
    close: () => {
      approvals.close();
      admin.close();
    },
  };
}

function openUpstream({ apiUrl }: IncodeSettings, { upstream, log }: BrokerParts): Upstream {
  return upstream({
    baseUrl: apiUrl,
    onCircuit: (isOpen) => {
      if (isOpen)
        log.error({ circuit: 'open' }, 'the upstream fails again and again; it is left alone for a while');
      else log.info({ circuit: 'closed' }, 'the upstream answers again');
    },
  });
}

/** Calls with the administrator's token, and once more where it is refused. */
function asAdmin(
  admin: TokenSource,
  call: (token: string) => Promise<UpstreamAnswer>,
): Promise<UpstreamAnswer> {
  return admin.use(call, (outcome) => outcome instanceof UpstreamError && outcome.status === 401);
}

function approvalSteps(api: IncodeApi, admin: TokenSource): ApprovalSteps {
  return {
    isPassed: async (id) => overallOf(await asAdmin(admin, (token) => api.score(id, token))).status === 'OK',
    approve: async (id) => {
      const answer = await asAdmin(admin, (token) => api.approve(id, token));
      if (answer['success'] !== false) return approvedAnswer(answer);
      throw new UpstreamError('status', 'The approval was refused.', { status: 409 });
    },
    findApproved: async (id) => {
      const { onboardingStatus } = await asAdmin(admin, (token) => api.status(id, token));
      return APPROVED.has(onboardingStatus) ? approvedAnswer({ success: true }) : undefined;
    },
    declined: { success: false, error: NOT_PASSED },
    unconfirmed: { success: false, error: 'The approval was sent, and its answer was lost' },
  };
}

async function start(incode: Incode, call: SessionCall): Promise<UpstreamAnswer> {
  const { uniqueId, interview } = await getInterview(incode, call);
  return { token: interview.token, interviewId: interview.interviewId, uniqueId };
}

async function findOnboardingUrl(incode: Incode, call: SessionCall): Promise<UpstreamAnswer> {
  const { uniqueId, interview } = await getInterview(incode, call);
  const url = await watched(incode, interview.interviewId, incode.api.onboardingUrl(interview));
  return { token: interview.token, interviewId: interview.interviewId, url, uniqueId };
}

async function getInterview({ interviews, onboardings }: Incode, call: SessionCall): Promise<NamedInterview> {
  const named = await interviews.get(call);
  onboardings.noteStart(named.interview.interviewId);
  return named;
}

async function readStatus(incode: Incode, call: SessionCall): Promise<UpstreamAnswer> {
  const { api, admin, onboardings } = incode;
  const id = readInterviewId(call.param('interviewId'));
  const asked = asAdmin(admin, (token) => api.status(id, token));
  const { onboardingStatus } = await watched(incode, id, relayNotFound(asked));
  if (typeof onboardingStatus !== 'string') throw new UpstreamError('malformed', 'The status is not text.');
  onboardings.note(id, onboardingStatus === FINISHED ? 'finished' : 'asked', onboardingStatus);
  return { onboardingStatus };
}

async function fetchScore(incode: Incode, call: SessionCall): Promise<UpstreamAnswer> {
  const { api, admin, onboardings } = incode;
  const id = readInterviewId(call.param('interviewId'));
  const asked = asAdmin(admin, (token) => api.score(id, token));
  const overall = overallOf(await watched(incode, id, relayNotFound(asked)));
  onboardings.note(id, 'asked');
  return { overall };
}

/** A call for an onboarding, whose failure is noted with it. */
async function watched<T>({ onboardings }: Incode, id: string, call: Promise<T>): Promise<T> {
  try {
    return await call;
  } catch (error) {
    onboardings.noteFailure(id);
    throw error;
  }
}

async function verifyAttempt({ api }: Incode, call: SessionCall): Promise<UpstreamAnswer> {
  const body = call.json();
  const attempt = {
    transactionId: readText(body['transactionId'], 'transactionId'),
    token: readText(body['token'], 'token'),
    interviewToken: readText(body['interviewToken'], 'interviewToken'),
  };
  return plainMembers(await api.verify(attempt));
}

async function keepWebhook({ parts, onboardings }: Incode, call: SessionCall): Promise<UpstreamAnswer> {
  const data = call.json();
  const { interviewId, status } = readWebhook(data);
  await parts.keep(call, status);
  // Where anybody may send them, nothing is believed that they say.
  if (parts.isProved) onboardings.note(interviewId, status === FINISHED ? 'finished' : 'asked', status);
  parts.log.info(
    { interviewId, step: 'webhook', onboardingStatus: status.slice(0, 64) },
    'a webhook was received',
  );
  return { timestamp: new Date(parts.now()).toISOString().slice(0, 19).replace('T', ' '), data };
}

async function approve(incode: Incode, call: SessionCall): Promise<UpstreamAnswer> {
  const { interviewId, status } = readWebhook(call.json());
  if (status === FINISHED)
    return watched(incode, interviewId, relayNotFound(incode.approvals.approve(interviewId)));
  return { success: false, error: 'The onboarding is not finished, nothing was done' };
}

function readWebhook(data: UpstreamAnswer): { readonly interviewId: string; readonly status: string } {
  const interviewId = readInterviewId(data['interviewId']);
  return { interviewId, status: readText(data['onboardingStatus'], 'onboardingStatus') };
}

/** The vendor answers 404 for an interview that it does not know: so do we, and it is nobody's failure. */
async function relayNotFound<T>(call: Promise<T>): Promise<T> {
  try {
    return await call;
  } catch (error) {
    if (!(error instanceof UpstreamError) || error.status !== 404) throw error;
    throw new SessionRefusal('there is no such interview', {
      status: 404,
      remedy: 'Compare the interviewId with the vendor’s dashboard; it may be another environment’s.',
    });
  }
}

function readInterviewId(value: unknown): string {
  if (typeof value === 'string' && INTERVIEW_ID.test(value)) return value;
  throw new SessionRefusal('interviewId is missing, or no interview’s id');
}

function readText(value: unknown, name: string): string {
  if (typeof value === 'string' && value !== '') return value;
  throw new SessionRefusal(`${name} is missing, or is not text`);
}

interface Overall {
  readonly value?: string | number;
  readonly status: string;
}

function overallOf({ overall }: UpstreamAnswer): Overall {
  if (
    typeof overall === 'object' &&
    overall !== null &&
    'status' in overall &&
    typeof overall.status === 'string'
  ) {
    const value = 'value' in overall ? overall.value : undefined;
    const isPlain = typeof value === 'string' || typeof value === 'number';
    return { ...(isPlain && { value }), status: overall.status };
  }
  throw new UpstreamError('malformed', 'The score has no overall status.');
}

const APPROVED_MEMBERS = ['success', 'uuid', 'token', 'totalScore', 'existingCustomer'] as const;

function approvedAnswer(answer: UpstreamAnswer): ApprovalAnswer {
  const data = APPROVED_MEMBERS.filter((name) => answer[name] !== undefined).map((name) => [
    name,
    answer[name],
  ]);
  return { success: true, data: Object.fromEntries(data) };
}

/** Without the person's token: events are kept in the clear, and delivered. */
function toldAnswer({ data, ...answer }: ApprovalAnswer): ApprovalAnswer {
  if (!isObject(data)) return answer;
  const { token: _, ...others } = data;
  return { ...answer, data: others };
}

/** The members that are plain values: no more is known of what the vendor may add. */
function plainMembers(answer: UpstreamAnswer): UpstreamAnswer {
  const plain = Object.entries(answer).filter(([, value]) => value === null || typeof value !== 'object');
  return Object.fromEntries(plain);
}
