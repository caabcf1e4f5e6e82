import { createHash } from 'node:crypto';
import { REFUSALS } from '@countersign/core';
import { describe, expect, it } from 'vitest';
import { prettyLine } from '../../src/log/pretty-line.ts';
import { actionsModule, amiForm, flowentBody, hmacHeaders, SECRET, send, start, token } from '../harness.ts';

const ACTIONS = `
let runs = 0;
const text = { type: 'string' };
export const send_email = {
  name: 'send_email', description: 'Sends an e-mail.',
  input: { type: 'object', properties: { recipient: text, subject: text, body: text }, required: ['recipient', 'subject', 'body'] },
  run: ({ recipient }) => 'sent to ' + recipient,
};
export const get_weather = {
  name: 'get_weather', description: 'Tells the weather.',
  input: { type: 'object', properties: { location: text }, required: ['location'] },
  run: async ({ location }) => ({ location, sky: 'clear' }),
};
export const count_runs = {
  name: 'count_runs', description: 'Counts its runs.', input: { type: 'object', additionalProperties: true },
  run: () => String(++runs),
};
export const fail_once = {
  name: 'fail_once', description: 'Fails the first time.', input: { type: 'object', additionalProperties: true },
  run: () => { if (++runs === 1) throw new Error('password=hunter2'); return 'the second time'; },
};
`;
const keys = [{ id: 'main', secret: SECRET }];

async function flowent() {
  const answer = { actions: actionsModule(ACTIONS) };
  const gateway = await start({ flowent: { path: '/actions/:action', provider: 'flowent', keys, answer } });
  const call = (name: string, body: string) =>
    send(`${gateway.publicUrl}/actions/${name}`, { headers: { 'content-type': 'application/json' }, body });
  return { gateway, call };
}

describe('an answering gate for Flowent', () => {
  it('runs the action and answers its result', async () => {
    const { gateway, call } = await flowent();
    const parameters = { recipient: 'a@example.com', subject: 'S', body: 'B' };
    const answer = await call('send_email', flowentBody('send_email', parameters));
    expect(answer).toMatchObject({ status: 200, text: '{"result":"sent to a@example.com","error":""}' });
    expect(answer.headers['content-type']).toBe('application/json');
    expect(gateway.records).toMatchObject([
      {
        gate: 'flowent',
        verdict: 'accepted',
        keyId: 'main',
        reading: 'raw',
        claim: 'committed',
        status: 200,
      },
    ]);
  });

  it('answers a result that is not text as JSON text', async () => {
    const { call } = await flowent();
    const answer = await call('get_weather', flowentBody('get_weather', { location: 'Oslo' }));
    expect(JSON.parse(answer.text)).toEqual({ result: '{"location":"Oslo","sky":"clear"}', error: '' });
  });

  it('answers every forgery with the same 401', async () => {
    const { gateway, call } = await flowent();
    const good = flowentBody('send_email');
    const forged = [
      good.replace('{}', '{"a":1}'),
      '{}',
      'no json',
      flowentBody('send_email', {}, 1_000_000_000),
    ];
    for (const body of forged) {
      expect(await call('send_email', body)).toMatchObject({ status: 401, text: '{"error":"unauthorized"}' });
    }
    const reasons = gateway.records.map(({ reason }) => reason);
    expect(reasons).toEqual(['signature-mismatch', 'missing-signature', 'malformed-body', 'expired']);
  });

  it('answers bad parameters with 400, an unknown action with 404, in Flowent’s form, and frees the claim', async () => {
    const { gateway, call } = await flowent();
    const bad = await call('send_email', flowentBody('send_email', { recipient: 1, extra: true }));
    expect(bad.status).toBe(400);
    expect(JSON.parse(bad.text)).toEqual({
      result: '',
      error: expect.stringContaining('recipient must be a string'),
    });
    expect(bad.text).toContain('subject is required');
    expect(bad.text).toContain('extra is not a known field');
    const unknown = flowentBody('nothing');
    expect(await call('nothing', unknown)).toMatchObject({
      status: 404,
      text: '{"result":"","error":"unknown action"}',
    });
    expect((await call('nothing', unknown)).status).toBe(404);
    expect(gateway.records.map(({ claim }) => claim)).toEqual(['aborted', 'aborted', 'aborted']);
  });

  it('logs where parameters are bad and never what they hold, and what to do', async () => {
    const { gateway, call } = await flowent();
    const parameters = { recipient: 1, [`hunter${'2'.repeat(500)}`]: 'hunter3', body: 'hunter4' };
    await call('send_email', flowentBody('send_email', parameters));
    await call('nothing', flowentBody('nothing'));
    const lines = gateway.log.map((line) => JSON.parse(line) as { message?: string; remedy?: string });
    const told = lines.filter((line) => 'verdict' in line);
    expect(told).toMatchObject([
      {
        reason: 'invalid-input',
        message: expect.stringMatching(/^invalid parameters: \/subject, \/recipient, \/hunter2{0,99}$/),
        remedy: REFUSALS['invalid-input'].remedy,
      },
      { reason: 'unknown-action', message: 'unknown action', remedy: REFUSALS['unknown-action'].remedy },
    ]);
    expect(gateway.log.join('')).not.toMatch(/hunter[34]/);
    expect(prettyLine(JSON.stringify(told[0]), { color: false })).toContain('/subject, /recipient');
  });

  it('refuses a path that names another action than the signed body', async () => {
    const { call } = await flowent();
    const body = flowentBody('get_weather', { location: 'Oslo' });
    expect((await call('send_email', body)).status).toBe(400);
    expect((await call('get_weather', body)).status).toBe(200);
  });

  it('answers a repeat with 409 and does not run again', async () => {
    const { gateway, call } = await flowent();
    const body = flowentBody('count_runs');
    expect(await call('count_runs', body)).toMatchObject({ status: 200, text: '{"result":"1","error":""}' });
    expect(await call('count_runs', body)).toMatchObject({
      status: 409,
      text: '{"error":"already received"}',
    });
    expect(gateway.records[1]).toMatchObject({
      verdict: 'refused',
      reason: 'replayed',
      step: 'replay',
      claim: 'repeat',
    });
  });

  it('runs a failed request again, and says nothing of an error that is not meant for the caller', async () => {
    const { gateway, call } = await flowent();
    const body = flowentBody('fail_once');
    expect(await call('fail_once', body)).toMatchObject({
      status: 500,
      text: '{"result":"","error":"the action failed"}',
    });
    expect(await call('fail_once', body)).toMatchObject({
      status: 200,
      text: '{"result":"the second time","error":""}',
    });
    expect(gateway.records.map(({ claim }) => claim)).toEqual(['aborted', 'committed']);
  });

  it('never runs an action for a registration test, signed or not', async () => {
    const { gateway, call } = await flowent();
    const test = (name: string) =>
      JSON.stringify({ action_name: name, parameters: {}, timestamp: 1, test: true });
    const passed = { status: 200, text: '{"result":"Test successful for action: count_runs","error":""}' };
    expect(await call('count_runs', test('count_runs'))).toMatchObject(passed);
    expect((await call('nothing', test('nothing'))).status).toBe(404);
    expect((await call('send_email', test('count_runs'))).status).toBe(400);
    const first = await call('count_runs', flowentBody('count_runs'));
    expect(JSON.parse(first.text)).toEqual({ result: '1', error: '' });
    expect(gateway.records[0]).toMatchObject({ verdict: 'handshake', claim: undefined });
  });

  it.each([
    ['flowent', undefined, true],
    ['flowent', false, false],
    ['github', undefined, false],
    ['github', true, true],
    ['none', undefined, false],
    ['none', 'true', true],
  ] as const)(
    'of %s, with answer.list: %s, lists its actions to anybody: %s',
    async (provider, list, isListed) => {
      const hello = (name: string): string =>
        `export const ${name} = { name: '${name}', description: 'Says hello.', input: { type: 'object' }, run: () => 'hello' };`;
      const ring = provider === 'none' ? {} : { keys };
      const gateway = await start({
        open: {
          path: '/open',
          provider,
          ...ring,
          answer: { actions: actionsModule(hello('open')), ...(list !== undefined && { list }) },
        },
        // What another gate runs is nobody's business.
        closed: {
          path: '/closed',
          provider: 'hmac',
          keys,
          answer: { actions: actionsModule(hello('closed')) },
        },
      });
      const answer = await send(`${gateway.publicUrl}/actions`, { method: 'GET' });
      expect(answer.status).toBe(isListed ? 200 : 404);
      if (!isListed) return;
      const { actions } = JSON.parse(answer.text) as { actions: { name: string }[] };
      expect(actions.map(({ name }) => name)).toEqual(['open']);
      expect((await send(`${gateway.publicUrl}/actions`, { method: 'POST' })).status).toBe(405);
    },
  );

  it('lists its actions and answers health', async () => {
    const { gateway } = await flowent();
    const list = JSON.parse((await send(`${gateway.publicUrl}/actions`, { method: 'GET' })).text);
    expect(list.actions.map(({ name }: { name: string }) => name)).toEqual([
      'count_runs',
      'fail_once',
      'get_weather',
      'send_email',
    ]);
    expect(list.actions[3]).toMatchObject({
      description: 'Sends an e-mail.',
      parameters: ['recipient', 'subject', 'body'],
      json_schema: { type: 'object', required: ['recipient', 'subject', 'body'] },
    });
    const health = JSON.parse((await send(`${gateway.publicUrl}/health`, { method: 'GET' })).text);
    expect(health).toEqual({ status: 'healthy', timestamp: expect.any(Number) });
    expect(Math.abs(health.timestamp - Date.now() / 1000)).toBeLessThan(5);
  });

  it('runs exactly one of many identical requests', async () => {
    const module = actionsModule(`
      let release; const gate = new Promise((resolve) => { release = resolve; }); let runs = 0;
      globalThis.countersignTest = { release, runs: () => runs };
      export const slow = { name: 'slow', description: 'Waits.', input: { type: 'object' },
        run: async () => { runs++; await gate; return 'done'; } };`);
    const gateway = await start({
      f: { path: '/f', provider: 'flowent', keys, answer: { actions: module } },
    });
    const body = flowentBody('slow');
    const sent = Array.from({ length: 8 }, () => send(`${gateway.publicUrl}/f`, { body }));
    const held: Promise<unknown>[] = Array.from({ length: 7 }, () => gateway.nextRecord());
    await Promise.all(held);
    const control = (globalThis as unknown as { countersignTest: { release(): void; runs(): number } })
      .countersignTest;
    control.release();
    const answers = await Promise.all(sent);
    expect(control.runs()).toBe(1);
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    for (const answer of answers.filter(({ status }) => status !== 200)) {
      // As long as the claim is held at most: the sender hears what the guard knows.
      expect(answer).toMatchObject({ status: 409, headers: { 'retry-after': '60' } });
    }
  });

  it('tells the caller when an action takes too long, aborts its signal, and holds the claim until it ends', async () => {
    const module = actionsModule(`
      export const slow = { name: 'slow', description: 'Ends when told to.', input: { type: 'object' }, deadlineMs: 100,
        run: (input, { signal }) => new Promise((resolve) => {
          signal.addEventListener('abort', () => { globalThis.countersignEnd = () => resolve('after all'); });
        }) };`);
    const gates = { f: { path: '/f', provider: 'flowent', keys, answer: { actions: module } } } as const;
    const gateway = await start(gates);
    const body = flowentBody('slow');
    const late = await send(`${gateway.publicUrl}/f`, { body });
    expect(late).toMatchObject({ status: 500, text: '{"result":"","error":"the action took too long"}' });
    const meanwhile = await send(`${gateway.publicUrl}/f`, { body });
    expect(meanwhile).toMatchObject({ status: 409, headers: { 'retry-after': '60' } });
    (globalThis as unknown as { countersignEnd(): void }).countersignEnd();
    await new Promise(setImmediate);
    const after = await send(`${gateway.publicUrl}/f`, { body });
    expect(after.status).toBe(409);
    expect(after.headers['retry-after']).toBeUndefined();
  });
});

describe('an answering gate for forms', () => {
  const module = `
    export const list_versions = { name: 'list_versions', description: 'Lists.',
      input: { type: 'object', properties: { entity_type: { type: 'string' } }, required: ['entity_type'] },
      run: ({ entity_type }, { fields }) => entity_type + ' ' + fields.get('selected_ids') };`;

  it('answers a page in which everything is escaped', async () => {
    const answer = { actions: actionsModule(module), title: 'Versions & more' };
    const gateway = await start({
      ami: { path: '/ami/list_versions', provider: 'flow-production-tracking', keys, answer },
    });
    const post = (body: string) =>
      send(`${gateway.publicUrl}/ami/list_versions`, {
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        body,
      });
    const page = await post(
      amiForm({ entity_type: '<script>alert(1)</script>', selected_ids: '1,2', project_name: 'P' }),
    );
    expect(page.status).toBe(200);
    expect(page.headers).toMatchObject({
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': expect.stringContaining("default-src 'none'"),
      'x-content-type-options': 'nosniff',
    });
    expect(page.text).not.toContain('<script>');
    expect(page.text).toContain('&#60;script&#62;alert(1)&#60;/script&#62; 1,2');
    expect(page.text).toContain('<title>Versions &#38; more</title>');
    const refused = await post('entity_type=Version&signature=00');
    expect(refused).toMatchObject({ status: 401, headers: { 'content-type': 'text/html; charset=utf-8' } });
    expect(refused.text).not.toMatch(/signature|timestamp|mismatch|malformed/);
  });
});

describe('an answering gate for tokens', () => {
  const key = Buffer.from('a'.repeat(64));
  const module = `export const hello = { name: 'hello', description: 'Greets.', input: { type: 'object' },
    run: () => ({ message: 'Hello World' }) };`;
  const gates = () => {
    const answer = { actions: actionsModule(module) };
    const secret = [{ secret: key.toString('base64') }];
    return {
      hello: { path: '/v1/hello', provider: 'approov', keys: secret, answer },
      bound: {
        path: '/v1/bound',
        provider: { id: 'approov', binding: ['authorization'] },
        keys: secret,
        answer,
      },
    } as const;
  };
  const exp = Math.floor(Date.now() / 1000) + 300;

  it('answers every request with a good token, and refusals all alike', async () => {
    const gateway = await start(gates());
    const get = (path: string, headers: Record<string, string>) =>
      send(gateway.publicUrl + path, { method: 'GET', headers });
    const good = { 'approov-token': token({ exp }, key) };
    for (let i = 0; i < 2; i++) {
      expect(await get('/v1/hello', good)).toMatchObject({ status: 200, text: '{"message":"Hello World"}' });
    }
    const bad = [
      {},
      { 'approov-token': 'x' },
      { 'approov-token': token({ exp: 1 }, key) },
      { 'approov-token': token({}, key) },
    ];
    for (const headers of bad) {
      expect(await get('/v1/hello', headers as Record<string, string>)).toMatchObject({
        status: 401,
        text: '{}',
      });
    }
  });

  it('holds a bound token to its header', async () => {
    const gateway = await start(gates());
    const pay = createHash('sha256').update('Bearer user').digest('base64');
    const bound = { 'approov-token': token({ exp, pay }, key) };
    const get = (authorization: string) =>
      send(`${gateway.publicUrl}/v1/bound`, { method: 'GET', headers: { ...bound, authorization } });
    expect((await get('Bearer user')).status).toBe(200);
    expect((await get('Bearer other')).status).toBe(401);
  });
});

describe('an answering gate of another provider', () => {
  it('gives the first answer again where it is told to', async () => {
    const module = actionsModule(`let runs = 0;
      export const echo = { name: 'echo', description: 'Counts.', input: { type: 'object', properties: { n: { type: 'integer' } } },
        run: ({ n }) => 'run ' + ++runs + ' with ' + n };`);
    const gates = {
      h: {
        path: '/h',
        provider: 'hmac',
        keys,
        answer: { actions: module },
        replay: { repeat: 'first-answer' },
      },
    } as const;
    const gateway = await start(gates);
    const body = '{"n":7}';
    const headers = hmacHeaders(body);
    const first = await send(`${gateway.publicUrl}/h`, { headers, body });
    expect(first).toMatchObject({ status: 200, text: '{"result":"run 1 with 7"}' });
    expect(await send(`${gateway.publicUrl}/h`, { headers, body })).toMatchObject({
      status: 200,
      text: first.text,
    });
    const wrong = '{"n":"x"}';
    const issues = [{ path: '/n', message: 'must be a whole number' }];
    const answer = await send(`${gateway.publicUrl}/h`, { headers: hmacHeaders(wrong), body: wrong });
    expect(JSON.parse(answer.text)).toEqual({ error: 'invalid parameters', issues });
  });
});
