/** A small action server on real HTTP, which checks the platform's signatures by hand: no engine, no sandbox code. */
import { createHmac } from 'node:crypto';
import { startTestServer } from '../test-server.ts';

/** What arrived and how it was signed. */
export interface ArrivedCall {
  readonly path: string;
  readonly contentType: string | undefined;
  readonly body: Readonly<Record<string, unknown>>;
  readonly signature: 'none' | 'good' | 'bad';
}

export interface ActionServer {
  /** `http://127.0.0.1:<port>` */
  readonly url: string;
  readonly arrived: readonly ArrivedCall[];
  /** Settles when the next call has arrived. */
  next(): Promise<ArrivedCall>;
}

/** What to answer; undefined never answers. */
export type Answer =
  | { readonly status: number; readonly body: string; readonly location?: string }
  | undefined;

/** Answers registration tests, and calls with a good signature; refuses what the path does not name. */
export function goodAnswer({ path, body, signature }: ArrivedCall): Answer {
  const reply = (status: number, result: string, error: string): Answer => ({
    status,
    body: JSON.stringify({ result, error }),
  });
  const name = String(body['action_name']);
  if (path.split('?')[0] !== `/actions/${name}`) return reply(404, '', 'unknown action');
  if (signature === 'bad') return { status: 401, body: '{"error":"unauthorized"}' };
  if (body['test'] === true) return reply(200, `Test successful for action: ${name}`, '');
  if (signature === 'none') return { status: 401, body: '{"error":"unauthorized"}' };
  return reply(200, `ran ${name} with ${JSON.stringify(body['parameters'])}`, '');
}

/**
 * Starts a server that ends with the test. It knows a signature over JavaScript's compact JSON, which for ASCII texts
 * is Python's too.
 */
export async function startActionServer(
  key: string,
  answer: (call: ArrivedCall) => Answer = goodAnswer,
): Promise<ActionServer> {
  const arrived: ArrivedCall[] = [];
  let told: ((call: ArrivedCall) => void)[] = [];
  const origin = await startTestServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = JSON.parse(Buffer.concat(chunks).toString('utf8'));
      const { signature, ...signed } = body;
      const expected = createHmac('sha256', key).update(JSON.stringify(signed)).digest('hex');
      const call: ArrivedCall = {
        path: request.url ?? '',
        contentType: request.headers['content-type'],
        body,
        signature: signature === undefined ? 'none' : signature === expected ? 'good' : 'bad',
      };
      arrived.push(call);
      for (const tell of told) tell(call);
      told = [];
      const reply = request.method === 'POST' ? answer(call) : { status: 405, body: '' };
      if (reply === undefined) return;
      response.writeHead(reply.status, reply.location === undefined ? {} : { location: reply.location });
      response.end(reply.body);
    });
  });
  return {
    url: origin,
    arrived,
    next: () => new Promise((resolve) => told.push(resolve)),
  };
}
