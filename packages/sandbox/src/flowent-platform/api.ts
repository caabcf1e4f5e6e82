/** Answers the calls of the API: who calls, how often, what they say, what is done. */
import { type ApiAnswer, refusal } from '../platform-server/api-answer.ts';
import type { ApiRequest } from '../platform-server/api-listener.ts';
import type { Tokens } from '../platform-server/tokens.ts';
import { withJson } from '../platform-server/with-json.ts';
import type { HttpsRule } from './action-rules.ts';
import { readChange, readDraft } from './action-rules.ts';
import type { ActionStore } from './action-store.ts';
import type { CallLimiter } from './call-limiter.ts';
import type { FlowentRoute, FlowentTenant } from './model.ts';
import type { RegistrationTest } from './registration-test.ts';
import type { FoundRoute } from './routes.ts';

export interface ApiParts {
  readonly tenants: readonly FlowentTenant[];
  readonly tokens: Tokens;
  readonly tokenLifeMs: number;
  readonly limiter: CallLimiter;
  readonly store: ActionStore;
  readonly test: RegistrationTest;
  readonly maxActions: number;
  readonly requireHttps: HttpsRule;
}

/** Makes the function that answers. */
export function createApi(parts: ApiParts): (match: FoundRoute, request: ApiRequest) => Promise<ApiAnswer> {
  return async ({ route, name }, request) => {
    if (route === 'POST /token/exchange') return exchange(parts, request);
    const token = /^Bearer +(\S+)$/i.exec(request.headers.authorization ?? '')?.[1];
    const tenantId = token === undefined ? undefined : parts.tokens.subjectOf(token);
    const tenant = parts.tenants.find((candidate) => candidate.tenantId === tenantId);
    if (tenant === undefined) {
      return refusal(401, 'unauthorized: the bearer token is missing, expired or not valid', {
        'www-authenticate': 'Bearer',
      });
    }
    return refuseOverLimit(parts, tenant) ?? (await serve(parts, tenant, { route, name }, request));
  };
}

function serve(
  parts: ApiParts,
  tenant: FlowentTenant,
  { route, name }: { readonly route: Exclude<FlowentRoute, 'POST /token/exchange'>; readonly name: string },
  request: ApiRequest,
): ApiAnswer | Promise<ApiAnswer> {
  const { store } = parts;
  const { tenantId } = tenant;
  switch (route) {
    case 'GET /actions':
      return { status: 200, body: { actions: store.list(tenantId) } };
    case 'GET /actions/{name}': {
      const action = store.get(tenantId, name);
      return action === undefined ? notFound() : { status: 200, body: { action } };
    }
    case 'DELETE /actions/{name}':
      if (!store.delete(tenantId, name)) return notFound();
      return { status: 200, body: { message: `action deleted: ${name}` } };
    case 'POST /actions':
      return withJson(request, (body) => create(parts, tenant, body));
    case 'PUT /actions/{name}':
      return withJson(request, (body) => update(parts, tenant, name, body));
  }
}

function exchange(parts: ApiParts, request: ApiRequest): Promise<ApiAnswer> {
  return withJson(request, (body) => {
    const apiToken = (body as { readonly api_token?: unknown } | null)?.api_token;
    if (typeof apiToken !== 'string' || apiToken === '') return refusal(400, 'api_token: must be a text');
    const tenant = parts.tenants.find((candidate) => candidate.apiToken === apiToken);
    if (tenant === undefined) return refusal(401, 'unauthorized: the API token is not known');
    return refuseOverLimit(parts, tenant) ?? issueToken(parts, tenant);
  });
}

function issueToken({ tokens, tokenLifeMs }: ApiParts, tenant: FlowentTenant): ApiAnswer {
  const body = {
    jwt_token: tokens.issue(tenant.tenantId),
    token_type: 'Bearer',
    expires_in: Math.floor(tokenLifeMs / 1000),
  };
  return { status: 200, body };
}

async function create(parts: ApiParts, tenant: FlowentTenant, body: unknown): Promise<ApiAnswer> {
  const { store, maxActions } = parts;
  const { tenantId } = tenant;
  const draft = readDraft(body, parts.requireHttps);
  if (!draft.ok) return refusal(400, draft.error);
  const { name, webhook_url } = draft.value;
  const obstacle = (): ApiAnswer | undefined => {
    if (store.get(tenantId, name) !== undefined) return refusal(409, `action already exists: ${name}`);
    if (store.list(tenantId).length < maxActions) return undefined;
    // 400, not 409: a caller takes 409 for "this name exists" and goes on to update it.
    return refusal(400, `action limit reached: a tenant has at most ${maxActions}; delete one first`);
  };
  // Asked again after the test, during which another request may have taken the name or the last place.
  const refused = obstacle() ?? (await testWebhook(parts, tenant, name, webhook_url)) ?? obstacle();
  return refused ?? { status: 201, body: { action: store.add(tenantId, draft.value) } };
}

async function update(
  parts: ApiParts,
  tenant: FlowentTenant,
  name: string,
  body: unknown,
): Promise<ApiAnswer> {
  const { store } = parts;
  const current = store.get(tenant.tenantId, name);
  if (current === undefined) return notFound();
  const change = readChange(body, parts.requireHttps);
  if (!change.ok) return refusal(400, change.error);
  const { webhook_url = current.webhook_url } = change.value;
  // Only another URL is another server; a new description or schema proves nothing by a test.
  if (webhook_url !== current.webhook_url) {
    const refused = await testWebhook(parts, tenant, name, webhook_url);
    if (refused !== undefined) return refused;
  }
  const action = store.change(tenant.tenantId, name, change.value);
  return action === undefined ? notFound() : { status: 200, body: { action } };
}

async function testWebhook(
  parts: ApiParts,
  tenant: FlowentTenant,
  name: string,
  webhookUrl: string,
): Promise<ApiAnswer | undefined> {
  const problem = await parts.test(tenant, name, webhookUrl);
  return problem === undefined ? undefined : refusal(400, `action validation failed: ${problem}`);
}

function refuseOverLimit(parts: ApiParts, tenant: FlowentTenant): ApiAnswer | undefined {
  const over = parts.limiter.take(tenant.tenantId);
  if (over === undefined) return undefined;
  return refusal(429, 'rate limit exceeded: too many API calls within an hour', {
    'retry-after': String(Math.ceil(over.retryAfterMs / 1000)),
  });
}

function notFound(): ApiAnswer {
  return refusal(404, 'action not found');
}
