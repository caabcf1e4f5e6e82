/** Scenarios of the senders of webhooks. */
import type { SandboxRequest } from '../sandbox-request.ts';
import {
  githubRequest,
  slackRequest,
  standardWebhooksRequest,
  stripeRequest,
  type WebhookFault,
  type WebhookOptions,
} from '../webhooks.ts';
import type { Expectation, SandboxKeys, Scenario, ScenarioContext } from './scenario.ts';
import { ACCEPTED, ACKNOWLEDGED, refused } from './scenario.ts';

type Sender = 'github' | 'stripe' | 'slack' | 'standard-webhooks';

interface SenderFacts {
  readonly secret: (keys: SandboxKeys) => string;
  readonly request: (options: WebhookOptions) => SandboxRequest;
  readonly body: (id: string) => object;
  /** Whether the signature covers a time. */
  readonly signsTime: boolean;
}

const SENDERS: Readonly<Record<Sender, SenderFacts>> = {
  github: {
    secret: ({ github }) => github,
    request: githubRequest,
    body: (id) => ({ zen: 'Keep it logically awesome.', hook_id: 1, delivery: id }),
    signsTime: false,
  },
  stripe: {
    secret: ({ stripe }) => stripe,
    request: stripeRequest,
    body: (id) => ({ id: `evt_${id}`, object: 'event', type: 'invoice.paid' }),
    signsTime: true,
  },
  slack: {
    secret: ({ slack }) => slack,
    request: slackRequest,
    body: (id) => ({ type: 'event_callback', event_id: `Ev${id}`, event: { type: 'app_mention' } }),
    signsTime: true,
  },
  'standard-webhooks': {
    secret: ({ standardWebhooks }) => standardWebhooks,
    request: standardWebhooksRequest,
    body: (id) => ({ type: 'user.created', data: { id } }),
    signsTime: true,
  },
};

/** Each sender: accepted, sent again, changed, of another key, old, unsigned; and Slack's check of the URL. */
export function webhookScenarios(): readonly Scenario[] {
  return (Object.keys(SENDERS) as Sender[]).flatMap((sender) => [
    scenario(sender, 'signed', 'a signed event', ACCEPTED),
    {
      kind: 'again',
      id: `${sender}/redelivered`,
      provider: sender,
      title: 'the same event again: acknowledged, and not handled twice',
      of: `${sender}/signed`,
      expect: ACKNOWLEDGED,
    } as const,
    scenario(sender, 'tampered', 'one space added on the way', refused('signature-mismatch'), 'tampered'),
    scenario(sender, 'wrong-key', 'signed with another secret', refused('signature-mismatch'), 'wrong-key'),
    ...(SENDERS[sender].signsTime
      ? [scenario(sender, 'stale', 'signed ten minutes ago', refused('expired'), 'stale')]
      : []),
    scenario(sender, 'unsigned', 'no signature', refused('missing-signature'), 'unsigned'),
    ...(sender === 'slack' ? [urlCheck()] : []),
  ]);
}

function scenario(
  sender: Sender,
  name: string,
  title: string,
  expect: Expectation,
  fault?: WebhookFault,
): Scenario {
  const { secret, request, body } = SENDERS[sender];
  const build = ({ keys, nowMs, runId }: ScenarioContext): SandboxRequest => {
    const id = `${name}-${runId}`;
    return request({
      secret: secret(keys),
      nowMs,
      id,
      body: JSON.stringify(body(id)),
      path: `/webhooks/${sender}`,
      ...(fault !== undefined && { fault }),
    });
  };
  return { kind: 'new', id: `${sender}/${name}`, provider: sender, title, build, expect };
}

/** Slack tests a URL with a signed challenge before it sends events there. */
function urlCheck(): Scenario {
  return {
    kind: 'new',
    id: 'slack/url-verification',
    provider: 'slack',
    title: 'Slack’s check of the URL',
    build: ({ keys, nowMs, runId }) =>
      slackRequest({
        secret: keys.slack,
        nowMs,
        id: runId,
        body: JSON.stringify({ type: 'url_verification', challenge: runId }),
        path: '/webhooks/slack',
      }),
    expect: { status: 200, verdict: 'handshake' },
  };
}
