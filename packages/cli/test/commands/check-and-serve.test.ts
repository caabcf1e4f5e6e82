// biome-ignore-all lint/suspicious/noTemplateCurlyInString: ${…} is what a configuration writes.
/** What check calls good starts, and what it refuses does not. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startGateway } from '@countersign/gateway';
import { describe, expect, it, onTestFinished } from 'vitest';
import { loadConfiguration } from '../../src/config-gate.ts';
import { gatewayLines } from '../../src/gateway-lines.ts';
import { PLAIN } from '../../src/output.ts';
import { newFolder, run } from '../support.ts';

const HMAC = 'provider: hmac, keys: [{ secret: a-secret-of-more-than-16-bytes }]';
const SIGNED_PATH =
  'provider: { id: hmac, message: "{timestamp}.{path}.{body}" }, keys: [{ secret: a-secret-of-more-than-16-bytes }]';
const ACTIONS = `export const a = { name: 'a', description: 'Says hello.', input: { type: 'object' }, run: () => 'hello' };
export const b = { name: 'b', description: 'Says hello.', input: { type: 'object' }, run: () => 'hello' };`;

/** Gates in flow style, in a folder with a module of two actions. */
function folderOf(gates: string, rest = ''): string {
  const folder = newFolder();
  writeFileSync(join(folder, 'actions.js'), ACTIONS);
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
  writeFileSync(
    join(folder, 'countersign.yaml'),
    `listen: { public: "127.0.0.1:0", admin: "off" }\nstore: ":memory:"\nlog: { level: error }\n${rest}gates:\n${gates}`,
  );
  return folder;
}

/** Why a start is refused; undefined where the gateway listened. */
async function startProblem(cwd: string): Promise<string | undefined> {
  try {
    const { config } = await loadConfiguration(undefined, { cwd, env: {} });
    const gateway = await startGateway({ config, logSink: { write() {} } });
    await gateway.close();
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

const REFUSED: readonly (readonly [string, string, RegExp])[] = [
  [
    'the first answer of an upstream',
    `  g: { path: /g, ${HMAC}, replay: { repeat: first-answer }, forward: { to: "http://127.0.0.1:9" } }`,
    /first-answer/,
  ],
  [
    'a gate at the list of actions',
    `  g: { path: /actions, ${HMAC}, keep: {} }\n  h: { path: /h, ${HMAC}, answer: { actions: ./actions.js, action: a, list: true } }`,
    /answered by the gateway itself/,
  ],
  ['a gate at health', `  g: { path: /health, ${HMAC}, keep: {} }`, /answered by the gateway itself/],
  [
    'one path under two names',
    `  g: { path: "/a/:x", methods: [POST], ${HMAC}, keep: {} }\n  h: { path: "/a/:y", methods: [PUT], ${HMAC}, keep: {} }`,
    /two names/,
  ],
  [
    'an action that is not there',
    `  g: { path: /g, ${HMAC}, answer: { actions: ./actions.js, action: c } }`,
    /"c"/,
  ],
  [
    'a path that chooses an action and is not signed',
    `  g: { path: "/g/:action", ${HMAC}, answer: { actions: ./actions.js } }`,
    /gates\.g\.path: the path names the action/,
  ],
  [
    'several actions and no name',
    `  g: { path: /g, ${HMAC}, answer: { actions: ./actions.js } }`,
    /several actions/,
  ],
  [
    'a module that is not there',
    `  g: { path: /g, ${HMAC}, answer: { actions: ./nowhere.js } }`,
    /nowhere\.js/,
  ],
  [
    'a message of nothing',
    '  g: { path: /g, scheme: { algorithm: sha256, signature: x-s, message: "hello" }, keys: [{ secret: a-secret-of-more-than-16-bytes }], keep: {} }',
    /names no part of the request/,
  ],
  [
    'a timestamp that is not signed',
    '  g: { path: /g, provider: { id: hmac, message: "{body}" }, keys: [{ secret: a-secret-of-more-than-16-bytes }], keep: {} }',
    /not signed/,
  ],
  [
    'a tolerance of ages',
    `  g: { path: /g, provider: { id: hmac, toleranceMs: 1000000000000000000 }, keys: [{ secret: a-secret-of-more-than-16-bytes }], keep: {} }`,
    /toleranceMs/,
  ],
  [
    'a token with a line end',
    '  g: { path: /g, provider: incode, keys: [{ secret: "a-token-of-more-than-16-bytes\\n" }], keep: {} }',
    /line break/,
  ],
  [
    'a metadata service as the upstream',
    `  g: { path: /g, ${HMAC}, forward: { to: "http://0xa9fea9fe/latest" } }`,
    /metadata/,
  ],
];

describe('refused by both', () => {
  it.each(REFUSED)('%s', async (_, gates, reason) => {
    const cwd = folderOf(gates);
    const { code, out, err } = await run(['check'], { cwd });
    expect(out + err).toMatch(reason);
    expect(code).toBe(2);
    expect(await startProblem(cwd)).toMatch(reason);
    const json = await run(['check', '--json'], { cwd });
    const report = JSON.parse(json.out) as { ok: boolean; problems: unknown[] };
    expect(report).toMatchObject({ ok: false, problems: [{ path: expect.stringContaining('g') }] });
  });

  it.each([
    ['the variable alone, where it is all that is wrong', '', 'Set the variables,'],
    ['the file, where it is wrong as well', 'stoer: x\n', 'Fix the file,'],
  ])('a variable that is not set, and says to mend %s', async (_, rest, what) => {
    const gate = '  g: { path: /g, provider: hmac, keys: [{ secret: "${env:NOT_SET}" }], keep: {} }';
    const { code, err } = await run(['serve'], { cwd: folderOf(gate, rest), env: {} });
    expect(err).toContain(`${what} then run the command again.`);
    expect(code).toBe(2);
  });

  it('a path that chooses an action and is not signed, with its line', async () => {
    const cwd = folderOf(`  g: { path: "/g/:action", ${HMAC}, answer: { actions: ./actions.js } }`);
    expect((await run(['check'], { cwd })).err).toContain(
      'line 5:8  gates.g.path: the path names the action',
    );
  });

  it('an upstream that is the gateway', async () => {
    const gate = (to: string): string => `  g: { path: /g, ${HMAC}, forward: { to: "${to}" } }`;
    for (const to of ['http://127.0.0.1:8787', 'http://localhost:8787/x', 'http://[::1]:8788']) {
      const cwd = newFolder();
      writeFileSync(join(cwd, 'countersign.yaml'), `store: ":memory:"\ngates:\n${gate(to)}`);
      const { code, err } = await run(['check'], { cwd });
      expect(err, to).toContain('pass requests on to itself');
      expect(code).toBe(2);
    }
  });

  it('an admin token that no header can carry', async () => {
    for (const token of ['two words', 'line\\n', 'schlüssel']) {
      const cwd = folderOf(`  g: { path: /g, ${HMAC}, keep: {} }`, `admin: { token: "${token}" }\n`);
      const { code, err } = await run(['check'], { cwd });
      expect(err).toContain('admin.token');
      expect(err).not.toContain(token);
      expect(code).toBe(2);
    }
  });
});

describe('good for both', () => {
  it.each([
    ['a gate at /actions, where no gate lists its own', `  g: { path: /actions, ${HMAC}, keep: {} }`],
    ['a fixed action', `  g: { path: /g, ${HMAC}, answer: { actions: ./actions.js, action: a } }`],
    ['a named action', `  g: { path: "/g/:action", ${SIGNED_PATH}, answer: { actions: ./actions.js } }`],
    ['an upstream on this machine', `  g: { path: /g, ${HMAC}, forward: { to: "http://127.0.0.1:9" } }`],
  ])('%s', async (_, gates) => {
    const cwd = folderOf(gates);
    expect((await run(['check'], { cwd })).code).toBe(0);
    expect(await startProblem(cwd)).toBeUndefined();
  });

  it('a format that nobody checks, which is named', async () => {
    const cwd = folderOf(`  g: { path: /g, ${HMAC}, answer: { actions: ./phone.js } }`);
    const input = `{ type: 'object', properties: { n: { type: 'string', format: 'phone' } } }`;
    const action = `{ name: 'call', description: 'Calls.', input: ${input}, run: () => 'done' }`;
    writeFileSync(join(cwd, 'phone.js'), `export const call = ${action};`);
    const { code, err } = await run(['check'], { cwd });
    expect(code).toBe(0);
    const path = 'gates.g.answer.actions: call.input.properties.n.format';
    expect(err).toContain(`! ${path}: "phone" is not a format that is checked; these are: date, time,`);
    const json = JSON.parse((await run(['check', '--json'], { cwd })).out) as { warnings: object[] };
    expect(json.warnings).toContainEqual(expect.objectContaining({ path }));
  });
});

describe('shown by both', () => {
  const SESSIONS = `store: "memory:"
listen: { public: "127.0.0.1:0", admin: "off" }
log: { level: error }
gates:
  partner:
    path: /partner
    scheme: { algorithm: hmac-sha256, message: "{body}", signature: x-signature }
    keys: [{ secret: a-secret-of-more-than-16-bytes }]
    keep: {}
sessions:
  incode:
    at: /kyc
    apiUrl: https://api.example
    apiKey: a-key-nobody-may-see
    clientId: c
    flowId: f
    adminToken: a-token-nobody-may-see
    redirects: [https://app.example]
    auth: { form: issued, clientId: vendor, clientSecret: a-secret-of-more-than-16-bytes }
  backend:
    broker: oauth2-client-credentials
    tokenUrl: https://id.example/token
    clientId: c
    clientSecret: a-secret-nobody-may-see
    auth: { secret: a-secret-of-more-than-16-bytes }
`;
  const ROUTES = [
    ['GET,OPTIONS', '/kyc/start', 'incode'],
    ['GET,OPTIONS', '/kyc/onboarding-url', 'incode'],
    ['GET,OPTIONS', '/kyc/onboarding-status', 'incode'],
    ['GET,OPTIONS', '/kyc/fetch-score', 'incode'],
    ['POST,OPTIONS', '/kyc/auth', 'incode'],
    ['POST', '/kyc/webhook', 'incode'],
    ['POST', '/kyc/approve', 'incode'],
    ['POST', '/kyc/oauth2/token', 'incode'],
    ['GET,OPTIONS', '/token', 'backend'],
  ] as const;

  it('each route of a session, and a declared scheme by one word', async () => {
    const cwd = newFolder();
    writeFileSync(join(cwd, 'countersign.yaml'), SESSIONS);
    const { config } = await loadConfiguration(undefined, { cwd, env: {} });
    const gateway = await startGateway({ config, logSink: { write() {} } });
    onTestFinished(() => gateway.close());
    const served = gatewayLines(gateway, PLAIN).join('\n');
    const { out, code } = await run(['check'], { cwd });
    const { sessions, gates } = JSON.parse((await run(['check', '--json'], { cwd })).out) as {
      sessions: { name: string; routes: { methods: string[]; path: string }[] }[];
      gates: object[];
    };
    expect(code).toBe(0);
    const told = sessions.flatMap(({ name, routes }) =>
      routes.map(({ methods, path }) => [methods.join(), path, name]),
    );
    expect(told).toEqual(ROUTES.map((row) => [...row]));
    for (const [methods, path, session] of ROUTES) {
      expect(served).toMatch(
        new RegExp(`^  ${methods} +${gateway.publicUrl}${path} .* session ${session}$`, 'm'),
      );
      expect(out).toMatch(new RegExp(`^  ${methods} +${path}$`, 'm'));
      // And it is there: another method of it is no unknown path.
      expect((await fetch(gateway.publicUrl + path, { method: 'DELETE' })).status).toBe(405);
    }
    expect(served).toMatch(/\/partner +declared template +keep$/m);
    expect(out).toContain('declared template → keep');
    expect(gates).toMatchObject([{ provider: 'declared' }]);
    expect(served).toContain('(/health, /ready)');
  });
});

describe('check of a gate that delivers', () => {
  const gate = `  g:
    path: /g
    ${HMAC.replace(', ', '\n    ')}
    keep:
      deliver:
        - { name: shop, to: "http://127.0.0.1:9/secret-path", when: { json: { a: 1 } }, order: { json: b } }
        - { name: lines, file: ./events.jsonl, proof: drop }
        - { name: again, to: "http://127.0.0.1:9/", sign: sender }
        - { name: crm, command: [./import.sh], sign: { secret: another-secret-of-more-than-16-bytes, encoding: utf8 } }
`;

  it('says where to, and how', async () => {
    const folder = folderOf(gate);
    const { out } = await run(['check'], { cwd: folder });
    expect(out.split('\n').filter((line) => line.includes('delivers'))).toEqual([
      '  delivers  shop: http http://127.0.0.1:9/…, by json, in order by key',
      `  delivers  lines: file ${join(folder, 'events.jsonl')}, without the sender’s proof`,
      '  delivers  again: http http://127.0.0.1:9/…, signed anew as its sender signs',
      `  delivers  crm: command ${join(folder, 'import.sh')}, signed anew`,
    ]);
  });

  it('says it in JSON too', async () => {
    const { out } = await run(['check', '--json'], { cwd: folderOf(gate) });
    const [{ delivers }] = JSON.parse(out).gates;
    expect(delivers[0]).toEqual({ name: 'shop', kind: 'http', target: 'http://127.0.0.1:9/…' });
    expect(delivers).toHaveLength(4);
  });
});

describe('check of a session that delivers', () => {
  it('says where to, and how, in words and in JSON', async () => {
    const cwd = newFolder();
    writeFileSync(
      join(cwd, 'countersign.yaml'),
      `store: ":memory:"
sessions:
  incode:
    apiUrl: http://127.0.0.1:9
    apiKey: an-api-key-of-incode
    clientId: c
    flowId: f
    adminToken: an-admin-token-of-incode
    auth: none
    deliver: [{ to: "http://127.0.0.1:9/secret-path", when: { type: "approval.*" } }]
`,
    );
    const { out } = await run(['check'], { cwd });
    expect(out).toContain('\n  delivers  incode: http http://127.0.0.1:9/…, by type\n');
    const view = JSON.parse((await run(['check', '--json'], { cwd })).out);
    expect(view.sessions[0].delivers).toEqual([
      { name: 'incode', kind: 'http', target: 'http://127.0.0.1:9/…' },
    ]);
  });
});

describe('check of what operators are told', () => {
  const told = (name: string): string =>
    `destinations: { ops: { file: ./ops.jsonl }, shop: { to: "http://127.0.0.1:9/" } }
operatorEvents: ${name}
`;

  it.each([
    ['ops', ['  delivers  ops: file ', 'ops.jsonl']],
    ['shop', ['  delivers  shop: http http://127.0.0.1:9/']],
  ])('says where %s goes, in words and in JSON', async (name, parts) => {
    const gate = `  g: { path: /g, ${HMAC}, keep: { deliver: [shop] } }`;
    const cwd = folderOf(gate, told(name));
    const { out, code } = await run(['check'], { cwd });
    expect(code).toBe(0);
    const [, lines = ''] = out.split('\noperatorEvents  what the gateway has to tell of itself\n');
    for (const part of parts) expect(lines.split('\n')[0]).toContain(part);
    const view = JSON.parse((await run(['check', '--json'], { cwd })).out);
    expect(view.operatorEvents.delivers).toMatchObject([{ name }]);
  });

  it('is silent where the log alone is told', async () => {
    const cwd = folderOf(`  g: { path: /g, ${HMAC}, keep: {} }`);
    expect((await run(['check'], { cwd })).out).not.toContain('operatorEvents');
    expect(JSON.parse((await run(['check', '--json'], { cwd })).out)).not.toHaveProperty('operatorEvents');
  });
});

describe('check of actions that are to be registered', () => {
  const registering = (apiUrl: string): string =>
    `  g: { path: "/a/:action", provider: flowent, keys: [{ secret: a-secret-of-more-than-16-bytes }], answer: { actions: ./actions.js, register: { apiUrl: "${apiUrl}", apiToken: a-secret-of-more-than-16-bytes } } }`;

  it.each([
    ['no publicUrl', 'https://a.example/api', ''],
    ['one that is not https', 'https://a.example/api', 'publicUrl: http://gate.example\n'],
    ['none, of a platform on this machine', 'http://127.0.0.1:9/a', ''],
  ])('warns in the words of the plan: %s', async (_, apiUrl, publicUrl) => {
    const cwd = folderOf(registering(apiUrl), publicUrl);
    const planned = await run(['actions', 'plan'], { cwd });
    const [, problem = '', remedy = ''] = /^ {2}line \d+:\d+ {2}(.*)\n {4}→ (.*)\n/m.exec(planned.err) ?? [];
    expect(problem).toMatch(/^publicUrl: /);
    const checked = await run(['check'], { cwd });
    expect(checked.err).toContain(`! ${problem}. ${remedy}`);
    expect(checked.code).toBe(0);
    const { warnings } = JSON.parse((await run(['check', '--json'], { cwd })).out);
    expect(warnings.map(({ path }: { path: string }) => path)).toContain('publicUrl');
  });

  it('says nothing where they can be', async () => {
    const cwd = folderOf(registering('https://a.example/api'), 'publicUrl: https://gate.example\n');
    expect((await run(['check'], { cwd })).err).not.toContain('publicUrl');
  });
});

describe('a mistake that only building a gate finds', () => {
  const MISTAKES: readonly (readonly [gate: string, at: string, says: string, remedy: string])[] = [
    [
      'path: /g, provider: { id: stripe, tolerance: 5 }, keys: [{ secret: a-secret-of-more-than-16-bytes }], keep: {}',
      'tolerance:',
      'gates.a.provider.tolerance: there is no such option',
      'Did you mean toleranceMs? Options: toleranceMs, headers.',
    ],
    [
      'path: /h, provider: { id: stripe, toleranceMs: 5m }, keys: [{ secret: a-secret-of-more-than-16-bytes }], keep: {}',
      'toleranceMs:',
      'gates.b.provider.toleranceMs: it is a text',
      'Give 300000 for 5 minutes.',
    ],
    [
      'path: /i, scheme: { type: JWT }, keys: [{ secret: a-secret-of-more-than-16-bytes }], keep: {}',
      'type:',
      'gates.c.scheme.type: that is not one of its words',
      'Did you mean jwt? One of template, jwt, shared-token, http-message-signatures, detached-jws, aws-sigv4, certificate.',
    ],
    [
      'path: /j, provider: approov, keys: [{ secret: "$$$" }], keep: {}',
      'secret:',
      'gates.d.keys[0].secret: ',
      '',
    ],
  ];
  const lines = MISTAKES.map(([gate], i) => `  ${'abcd'[i]}: { ${gate} }`);

  it.each(['check', 'serve'])('is told by %s with its place, beside all others', async (command) => {
    const { err, code } = await run([command], { cwd: folderOf(lines.join('\n')) });
    expect(code).toBe(2);
    expect(err).toContain('countersign.yaml has 4 problems:');
    for (const [i, [, at, says, remedy]] of MISTAKES.entries()) {
      const column = (lines[i] ?? '').indexOf(at) + 1;
      // Four lines stand before the gates.
      expect(err).toContain(`  line ${i + 5}:${column}  ${says}`);
      expect(err).toContain(`\n    → ${remedy}`);
    }
  });

  it('has its line and column in JSON', async () => {
    const { out } = await run(['check', '--json'], { cwd: folderOf(lines[1] ?? '') });
    expect(JSON.parse(out).problems).toEqual([
      {
        path: 'gates.b.provider.toleranceMs',
        problem: 'it is a text',
        remedy: 'Give 300000 for 5 minutes.',
        line: 5,
        column: (lines[1] ?? '').indexOf('toleranceMs') + 1,
      },
    ]);
  });
});
