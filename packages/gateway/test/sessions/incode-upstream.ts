/** Incode's API as far as a token server calls it, on a real server; what a test wants to go wrong goes wrong. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { listen } from '../harness.ts';

export const API_KEY = 'api-key-that-nobody-may-see-7731';
export const PASSWORD = 'password-that-nobody-may-see-4410';
/** What every admin token begins with. */
export const ADMIN_TOKEN = 'admin-token-that-nobody-may-see';

export interface UpstreamRequest {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingMessage['headers'];
  readonly body: Record<string, unknown>;
}

export interface IncodeUpstream {
  readonly url: string;
  readonly requests: UpstreamRequest[];
  /** Interviews in the order of their approvals. */
  readonly approved: string[];
  /** Answers in the API's stead; undefined lets the API answer. */
  intercept: (request: UpstreamRequest, response: ServerResponse) => boolean | Promise<boolean>;
  /** Whether the status tells that an interview is approved. */
  statusTells: boolean;
  scoreOf: (interviewId: string) => string;
  /** Refuses the admin tokens so far. */
  revoke(): void;
  count(path: string): number;
}

export async function startIncodeUpstream(): Promise<IncodeUpstream> {
  const requests: UpstreamRequest[] = [];
  const approved: string[] = [];
  let interviews = 0;
  let logIns = 0;
  let revokedUpTo = 0;
  const isAdmin = (token: unknown): boolean =>
    typeof token === 'string' && Number(token.slice(ADMIN_TOKEN.length + 1)) > revokedUpTo;

  const api = (request: UpstreamRequest): readonly [number, object] => {
    const { path, query, headers } = request;
    const id = query.get('id') ?? query.get('interviewId') ?? '';
    if (headers['api-version'] !== '1.0') return [400, { error: 'api-version' }];
    const needsKey = path.startsWith('/omni/') || path.startsWith('/executive/');
    if (needsKey !== (headers['x-api-key'] === API_KEY)) return [403, { error: 'x-api-key' }];
    const token = headers['x-incode-hardware-id'];
    switch (`${request.method} ${path}`) {
      case 'POST /omni/start':
        interviews++;
        return [
          200,
          { token: `session-${interviews}`, interviewId: `int-${interviews}`, clientId: 'c', env: 'x' },
        ];
      case 'GET /0/omni/onboarding-url':
        return [200, { url: `https://onboarding.example/${query.get('clientId')}/${token}`, success: true }];
      case 'POST /executive/log-in':
        if (request.body['password'] !== PASSWORD)
          return [401, { message: `wrong ${request.body['password']}` }];
        return [200, { token: `${ADMIN_TOKEN}-${++logIns}`, user: 'x' }];
      case 'POST /omni/auth-attempt/verify':
        return [200, { status: 'ok', face: { template: 'x' } }];
    }
    if (!isAdmin(token)) return [401, { message: `the token ${token} is not good` }];
    switch (`${request.method} ${path}`) {
      case 'GET /omni/get/onboarding/status':
        return [
          200,
          {
            onboardingStatus:
              upstream.statusTells && approved.includes(id) ? 'APPROVED' : 'ONBOARDING_FINISHED',
          },
        ];
      case 'GET /omni/get/score':
        return [
          200,
          { overall: { value: '95.0', status: upstream.scoreOf(id) }, idValidation: { secretly: 1 } },
        ];
      case 'POST /omni/process/approve':
        approved.push(id);
        return [
          200,
          {
            success: true,
            uuid: `uuid-${id}`,
            token: 'person',
            totalScore: 95,
            existingCustomer: false,
            more: 1,
          },
        ];
    }
    return [404, {}];
  };

  const server = createServer((incoming, response) => {
    void (async () => {
      const chunks: Buffer[] = [];
      for await (const chunk of incoming) chunks.push(chunk as Buffer);
      const { pathname, searchParams } = new URL(incoming.url ?? '', 'http://x');
      const text = Buffer.concat(chunks).toString();
      const request: UpstreamRequest = {
        method: incoming.method ?? '',
        path: pathname,
        query: searchParams,
        headers: incoming.headers,
        body: text === '' ? {} : JSON.parse(text),
      };
      requests.push(request);
      if (await upstream.intercept(request, response)) return;
      const [status, answer] = api(request);
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
    })();
  });
  const origin = await listen(server);
  const upstream: IncodeUpstream = {
    url: origin,
    requests,
    approved,
    intercept: () => false,
    statusTells: false,
    scoreOf: () => 'OK',
    revoke: () => {
      revokedUpTo = logIns;
    },
    count: (path) => requests.filter((request) => request.path === path).length,
  };
  return upstream;
}
