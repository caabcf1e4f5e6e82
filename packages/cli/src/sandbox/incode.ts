/** Incode's platform: its API, an onboarding page, and webhooks to the gateway. */
import { randomBytes } from 'node:crypto';
import { startIncodePlatform } from '@countersign/sandbox';
import type { Platform, PlatformSettings, RunningPlatform } from './platform.ts';

export const incode: Platform = {
  name: 'incode',
  about: 'Incode’s API, an onboarding page, webhooks',
  reads: ['API_KEY', 'CLIENT_ID', 'FLOW_ID', 'ADMIN_EMAIL', 'ADMIN_PASSWORD', 'INCODE_WEBHOOK_TOKEN'],
  start,
};

async function start(settings: PlatformSettings): Promise<RunningPlatform> {
  const { port, gatewayUrl, variable, now, onEvent } = settings;
  const [apiKey, clientId, flowId] = ['API_KEY', 'CLIENT_ID', 'FLOW_ID'].map(variable);
  const [email, password] = [variable('ADMIN_EMAIL'), variable('ADMIN_PASSWORD')];
  // A session with auth: none takes webhooks that carry one as well.
  const token = variable('INCODE_WEBHOOK_TOKEN') ?? randomBytes(24).toString('base64url');
  const headers = { authorization: `Bearer ${token}` };
  const platform = await startIncodePlatform({
    port,
    now,
    ...(apiKey !== undefined && { apiKey }),
    ...(clientId !== undefined && { clientId }),
    ...(flowId !== undefined && { flowId }),
    ...(email !== undefined && password !== undefined && { admin: { email, password } }),
    webhooks: ['/webhook', '/approve'].map((path) => ({ url: gatewayUrl + path, headers })),
    onCall: ({ method, path, status }) => onEvent(`${method} ${path} → ${status ?? 'no answer'}`),
    onWebhook: ({ url, status, problem }) =>
      onEvent(`webhook to ${url} → ${status ?? problem ?? 'no answer'}`),
  });
  return {
    url: platform.apiUrl,
    variables: {
      API_URL: platform.apiUrl,
      API_KEY: platform.apiKey,
      CLIENT_ID: platform.clientId,
      FLOW_ID: platform.flowId,
      ADMIN_EMAIL: platform.admin.email,
      ADMIN_PASSWORD: platform.admin.password,
      INCODE_WEBHOOK_TOKEN: token,
    },
    hints: [
      `Start an onboarding with GET ${gatewayUrl}/onboarding-url?redirectUrl=…, open the url in its answer, and finish: the webhooks go to ${gatewayUrl}.`,
      'examples/incode starts on these variables; REDIRECTS lists the origins that redirectUrl may have.',
    ],
    close: () => platform.close(),
  };
}
