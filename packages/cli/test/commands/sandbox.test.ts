/** sandbox: a platform in a process of its own, as a person starts it beside a gateway. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createInterface } from 'node:readline';
import { describe, expect, it, onTestFinished } from 'vitest';
import { PLATFORMS } from '../../src/sandbox/platforms.ts';
import { newFolder, PROGRAM, run } from '../support.ts';

interface Started {
  readonly child: ChildProcess;
  readonly url: string;
  readonly variables: Readonly<Record<string, string>>;
  /** The next line that it prints. */
  next(): Promise<Record<string, unknown>>;
  /** Ends it as Ctrl-C does. */
  stop(): Promise<number | null>;
}

async function start(platform: string, env: Readonly<Record<string, string>> = {}): Promise<Started> {
  const child = spawn(process.execPath, [PROGRAM, 'sandbox', platform, '--json'], {
    cwd: newFolder(),
    env: { PATH: process.env['PATH'], ...env },
  });
  const ended = once(child, 'exit');
  onTestFinished(() => void child.kill('SIGKILL'));
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const next = async () => JSON.parse((await lines.next()).value as string) as Record<string, unknown>;
  const { url, variables } = (await next()) as unknown as Pick<Started, 'url' | 'variables'>;
  const stop = async (): Promise<number | null> => {
    child.kill('SIGINT');
    return (await ended)[0] as number | null;
  };
  return { child, url, variables, next, stop };
}

it.each(PLATFORMS)(
  '$name asks for the variables that the help names, and for no others',
  async (platform) => {
    const asked = new Set<string>();
    const running = await platform.start({
      port: 0,
      gatewayUrl: 'http://127.0.0.1:9',
      variable: (name) => void asked.add(name),
      now: Date.now,
      onEvent() {},
    });
    onTestFinished(() => running.close());
    expect([...asked]).toEqual(platform.reads);
    // What is made up for a run would help nobody who is not told it.
    expect(Object.keys(running.variables)).toEqual(expect.arrayContaining([...platform.reads]));
    const help = (await run(['sandbox', '--help'])).out.replaceAll(/\s+/g, ' ');
    expect(help).toContain(`for ${platform.name} ${platform.reads.join(', ')}`);
  },
);

const post = (url: string, body: object, token = ''): Promise<Response> =>
  fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body: JSON.stringify(body),
  });

describe('sandbox flowent', () => {
  it('takes a registration, and calls the action that a line names', async () => {
    const { child, url, variables, next, stop } = await start('flowent', {
      FLOWENT_HMAC_KEY: 'a-key-of-mine-here',
    });
    expect(variables).toMatchObject({ FLOWENT_API_URL: url, FLOWENT_HMAC_KEY: 'a-key-of-mine-here' });
    const bodies: string[] = [];
    const webhook = createServer((request, response) => {
      request.setEncoding('utf8').on('data', (text: string) => bodies.push(text));
      // The platform tests the webhook before it takes the registration.
      const result = (): string =>
        bodies.at(-1)?.includes('"test"') ? 'Test successful for action: greet' : 'Hello';
      request.on('end', () => response.end(JSON.stringify({ result: result(), error: '' })));
    }).listen(0, '127.0.0.1');
    onTestFinished(() => void webhook.close());
    await once(webhook, 'listening');
    const webhookUrl = `http://127.0.0.1:${(webhook.address() as AddressInfo).port}/actions/greet`;
    const exchanged = await post(`${url}/token/exchange`, { api_token: variables['FLOWENT_API_TOKEN'] });
    const { jwt_token: token } = (await exchanged.json()) as { jwt_token: string };
    const action = {
      name: 'greet',
      description: 'Greets a person.',
      webhook_url: webhookUrl,
      json_schema: { type: 'object', properties: {} },
    };
    expect((await post(`${url}/actions`, action, token)).status).toBe(201);
    expect(await next()).toEqual({ event: 'POST /api/v1/gateway/token/exchange → 200' });
    expect(await next()).toEqual({ event: 'POST /api/v1/gateway/actions → 201' });
    child.stdin?.write('greet {"name":"Ada"}\n');
    expect(await next()).toEqual({ answer: '200 {"result":"Hello","error":""}' });
    expect(JSON.parse(bodies.at(-1) ?? '')).toMatchObject({
      action_name: 'greet',
      parameters: { name: 'Ada' },
      signature: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
    expect(await stop()).toBe(0);
  });
});

describe('sandbox site', () => {
  it('serves the grid, whose items are signed with the token that is set', async () => {
    const { url, variables, stop } = await start('site', { AMI_SECRET_TOKEN: 'a-secret-token-of-mine' });
    const { AMI_SECRET_TOKEN, AMI_RENDER_TOKEN, AMI_EXPORT_TOKEN, ...others } = variables;
    expect(AMI_SECRET_TOKEN).toBe('a-secret-token-of-mine');
    // A signature does not cover the item's URL: with one secret, who may run one could run all.
    expect(new Set([AMI_SECRET_TOKEN, AMI_RENDER_TOKEN, AMI_EXPORT_TOKEN]).size).toBe(3);
    expect(others).toEqual({});
    const page = await (await fetch(url)).text();
    expect(page).toContain('Show selection');
    expect(page).not.toContain('a-secret-token-of-mine');
    expect(await stop()).toBe(0);
  });
});

describe('sandbox incode', () => {
  it('starts an onboarding for the key that it printed', async () => {
    const { url, variables, stop } = await start('incode');
    const answer = await fetch(`${url}/omni/start`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'api-version': '1.0',
        'x-api-key': variables['API_KEY'] ?? '',
      },
      body: JSON.stringify({ countryCode: 'ALL', configurationId: variables['FLOW_ID'], language: 'en-US' }),
    });
    expect(await answer.json()).toMatchObject({ interviewId: expect.any(String) });
    expect(await stop()).toBe(0);
  });
});

it.each([
  [['sandbox'], 'no platform is named', 'flowent, site, incode'],
  [['sandbox', 'stripe'], '"stripe" is not a platform', 'flowent, site, incode'],
  [['sandbox', 'constructor'], '"constructor" is not a platform', 'flowent'],
  [['sandbox', 'site', '--port', '70000'], '--port is not a port', '65535'],
  [
    ['sandbox', 'site', '--gateway', 'localhost:8787'],
    '--gateway is not an address',
    'http://127.0.0.1:8787',
  ],
  [['sandbox', 'site', '--gateway', 'http://a/b'], '--gateway is not an address', 'without a path'],
])('%j says what is wrong, and ends with 2', async (args, problem, remedy) => {
  const { code, err } = await run(args);
  expect(code).toBe(2);
  expect(err).toContain(problem);
  expect(err).toContain(remedy);
});
