/** What the routes of Incode's token server answer. */
import { type BrokerParts, type OpenBroker, SessionRefusal } from '../../broker.ts';
import type { UpstreamAnswer } from '../../upstream.ts';
import { UpstreamError } from '../../upstream-error.ts';
import { createAdminToken } from './admin-token.ts';
import { type ApprovalAnswer, createApprovals } from './approvals.ts';
import { createIncodeApi } from './incode-api.ts';
import { createInterviews } from './interviews.ts';
import type { IncodePath, IncodeSettings } from './settings.ts';

const INTERVIEW_ID = /^[\w.-]{1,128}$/;
/** Statuses that only an approved interview has. */
const APPROVED: ReadonlySet<unknown> = new Set(['APPROVED', 'MANUAL_REVIEW_APPROVED']);
const NOT_PASSED = "Session didn't PASS, identity was not created";

/** It calls nothing until it is asked. */
export function openIncode(settings: IncodeSettings, parts: BrokerParts): OpenBroker<IncodePath> {
  const { now, wait, log } = parts;
  const upstream = parts.upstream({
    baseUrl: settings.apiUrl,
    onCircuit: (isOpen) => {
      if (isOpen)
        log.error({ circuit: 'open' }, 'the upstream fails again and again; it is left alone for a while');
      else log.info({ circuit: 'closed' }, 'the upstream answers again');
    },
  });
  const { clientId, flowId } = settings;
  const api = createIncodeApi({ upstream, apiKey: () => settings.apiKey.reveal(), clientId, flowId });
  const admin = createAdminToken(settings, api, parts);
  const asAdmin = (call: (token: string) => Promise<UpstreamAnswer>): Promise<UpstreamAnswer> =>
    admin.use(call, (outcome) => outcome instanceof UpstreamError && outcome.status === 401);
  const sessions = createInterviews({ settings, api, parts, records: parts.records('interviews') });
  const approvals = createApprovals({
    records: parts.records('approvals'),
    steps: {
      isPassed: async (id) => overallOf(await asAdmin((token) => api.score(id, token))).status === 'OK',
      approve: async (id) => {
        const answer = await asAdmin((token) => api.approve(id, token));
        if (answer['success'] !== false) return approvedAnswer(answer);
        throw new UpstreamError('status', 'The approval was refused.', { status: 409 });
      },
      findApproved: async (id) => {
        const { onboardingStatus } = await asAdmin((token) => api.status(id, token));
        return APPROVED.has(onboardingStatus) ? approvedAnswer({ success: true }) : undefined;
      },
      declined: { success: false, error: NOT_PASSED },
      unconfirmed: { success: false, error: 'The approval was sent, and its answer was lost' },
    },
    now,
    wait,
    callTimeoutMs: parts.timeoutMs,
    log,
  });

  return {
    answers: {
      '/start': async (call) => {
        const { uniqueId, interview } = await sessions.get(call);
        return { token: interview.token, interviewId: interview.interviewId, uniqueId };
      },
      '/onboarding-url': async (call) => {
        const { uniqueId, interview } = await sessions.get(call);
        const url = await api.onboardingUrl(interview);
        return { token: interview.token, interviewId: interview.interviewId, url, uniqueId };
      },
      '/onboarding-status': async (call) => {
        const id = readInterviewId(call.param('interviewId'));
        const { onboardingStatus } = await known(asAdmin((token) => api.status(id, token)));
        if (typeof onboardingStatus !== 'string')
          throw new UpstreamError('malformed', 'The status is no text.');
        return { onboardingStatus };
      },
      '/fetch-score': async (call) => {
        const id = readInterviewId(call.param('interviewId'));
        return { overall: overallOf(await known(asAdmin((token) => api.score(id, token)))) };
      },
      '/auth': async (call) => {
        const body = call.json();
        const [transactionId, token, interviewToken] = ['transactionId', 'token', 'interviewToken'].map(
          (name) => readText(body[name], name),
        );
        const attempt = {
          transactionId: transactionId ?? '',
          token: token ?? '',
          interviewToken: interviewToken ?? '',
        };
        return plainMembers(await api.verify(attempt));
      },
      '/webhook': async (call) => {
        const data = call.json();
        const interviewId = readInterviewId(data['interviewId']);
        const status = readText(data['onboardingStatus'], 'onboardingStatus');
        await parts.keep(call);
        log.info({ interviewId, step: 'webhook', onboardingStatus: status.slice(0, 64) }, 'webhook');
        return { timestamp: new Date(now()).toISOString().slice(0, 19).replace('T', ' '), data };
      },
      '/approve': async (call) => {
        const data = call.json();
        const interviewId = readInterviewId(data['interviewId']);
        const status = readText(data['onboardingStatus'], 'onboardingStatus');
        if (status === 'ONBOARDING_FINISHED') return known(approvals.approve(interviewId));
        return { success: false, error: 'The onboarding is not finished, nothing was done' };
      },
    },
    resume: () => approvals.resume(),
    tokenStatus: () => admin.status(),
    close: () => {
      approvals.close();
      admin.close();
    },
  };
}

/** The vendor answers 404 for an interview that it does not know: so do we, and it is nobody's failure. */
async function known<T>(call: Promise<T>): Promise<T> {
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
  throw new SessionRefusal(`${name} is missing, or is no text`);
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

/** The members that are plain values: no more is known of what the vendor may add. */
function plainMembers(answer: UpstreamAnswer): UpstreamAnswer {
  const plain = Object.entries(answer).filter(([, value]) => value === null || typeof value !== 'object');
  return Object.fromEntries(plain);
}
