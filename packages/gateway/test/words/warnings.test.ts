// biome-ignore-all lint/suspicious/noTemplateCurlyInString: ${…} is what a configuration writes.
/** What a configuration is warned of, each beside one that raises it: read by `check`, at a start and in docs/coverage.md. */
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { unquotedSentences } from '../../../../scripts/sentences.ts';
import type { StoreConfig } from '../../src/config/config.ts';
import type { ConfigInput } from '../../src/config/config-input.ts';
import { CONFIG_WARNINGS, type ConfigCode } from '../../src/config/config-warnings.ts';
import { parseConfig } from '../../src/config/parse-config.ts';
import { readStore } from '../../src/config/read-store.ts';
import { isMisfit } from '../../src/config/read-text.ts';
import { dryStart } from '../../src/dry-start.ts';
import { gateCoverage } from '../../src/gates/gate-coverage.ts';
import { inspectStore, storeWarning } from '../../src/stores/inspect-store.ts';
import { CERTIFICATE, EXPIRED, PRIVATE_KEY } from '../support/self-signed.ts';

const SECRET = 'Vd3pQ0zkT9wXr2LmYb7H';
const keys = [{ secret: SECRET }];
const KEEP = { path: '/g', provider: 'github', keys, keep: {} };
const FORWARD = { path: '/g', provider: 'github', keys, forward: { to: 'http://127.0.0.1:9000' } };
const INCODE = {
  apiUrl: 'https://api.example',
  apiKey: SECRET,
  clientId: 'c',
  flowId: 'f',
  adminToken: `${SECRET}t`,
  redirects: ['https://a.example'],
};

interface Case {
  /** What the matter is, in words that the program has no part in. */
  readonly when: string;
  /** Beside a store in memory. */
  readonly config: object;
  /** The module of its actions, `actions.mjs`. */
  readonly actions?: string;
  readonly isFileText?: boolean;
  readonly path: string;
  /** FOLDER stands for where the configuration is. */
  readonly says: string;
}

const gate = (members: object): object => ({ gates: { g: members } });

const UNFILLED =
  'The secret is written like a variable of a shell or a template, and nothing fills it in: write ${env:NAME}. If it is the secret itself, it is used as it stands.';

/** What is no part of a configuration that can be read. */
type Elsewhere = 'unsigned-gate' | 'sqlite-loses-writes' | 'plain-database' | 'store-away' | 'not-registered';

const CASES: Readonly<Record<Exclude<ConfigCode, Elsewhere>, readonly Case[]>> = {
  'secret-in-file': [
    {
      when: 'a key in clear',
      config: gate(KEEP),
      isFileText: true,
      path: 'gates.g.keys[0].secret',
      says: 'The secret stands in the file. Write ${env:NAME} or ${file:path} instead.',
    },
    {
      when: 'a private key in clear',
      config: {
        ...gate({ ...KEEP, keys: [{ secret: '${env:CUT}' }] }),
        listen: { tls: { cert: CERTIFICATE, key: PRIVATE_KEY } },
      },
      isFileText: true,
      path: 'listen.tls.key',
      says: 'The secret stands in the file. Write ${env:NAME} or ${file:path} instead.',
    },
  ],
  'secret-is-default': [
    {
      when: 'two variables with values of their own',
      config: gate({ ...KEEP, keys: [{ secret: '${env:NO_A:-a secret of}${env:NO_B:- thirty letters}' }] }),
      path: 'gates.g.keys[0].secret',
      says: 'NO_A and NO_B is not set, so the secret is the default that stands in the file.',
    },
  ],
  'odd-source': [
    {
      when: 'a variable of which .env has less than was meant',
      config: gate({ ...KEEP, keys: [{ secret: '${env:CUT}' }] }),
      path: 'gates.g.keys[0].secret',
      says: 'What the file says of CUT.',
    },
  ],
  'unfilled-variable': [
    {
      when: 'a variable as a shell writes it',
      config: gate({ ...KEEP, keys: [{ secret: '$MY_LONG_KEY' }] }),
      path: 'gates.g.keys[0].secret',
      says: UNFILLED,
    },
    {
      when: 'a password that begins with a dollar sign: nothing of it is quoted',
      config: { ...gate(KEEP), admin: { token: '$Tr0ub4dor_and_3' } },
      path: 'admin.token',
      says: UNFILLED,
    },
  ],
  'short-admin-token': [
    {
      when: 'a word',
      config: { ...gate(KEEP), admin: { token: 'abcdefgh1234' } },
      path: 'admin.token',
      says: 'The token is shorter than 16 characters.',
    },
  ],
  'plain-http': [
    {
      when: 'a listener that others reach',
      config: { ...gate(KEEP), listen: { public: '0.0.0.0:8787' } },
      path: 'listen.public',
      says: 'The public listener takes plain HTTP at 0.0.0.0:8787, and no proxy is declared: whoever is on the way reads each request, with what proves it. Set listen.tls; or have a proxy in front that ends TLS, and name it in listen.trustedProxies; or listen on 127.0.0.1.',
    },
    {
      when: 'the same, on IPv6',
      config: { ...gate(KEEP), listen: { public: '[::]:80' } },
      path: 'listen.public',
      says: 'The public listener takes plain HTTP at [::]:80, and no proxy is declared: whoever is on the way reads each request, with what proves it. Set listen.tls; or have a proxy in front that ends TLS, and name it in listen.trustedProxies; or listen on 127.0.0.1.',
    },
  ],
  'plain-http-admin': [
    {
      when: 'an admin listener that others reach',
      config: { ...gate(KEEP), listen: { admin: '0.0.0.0:8788' }, admin: { token: SECRET } },
      path: 'listen.admin',
      says: 'The admin listener takes plain HTTP at 0.0.0.0:8788, and no proxy is declared: whoever is on the way reads tokens, passwords and sessions. Set listen.adminTls; or have a proxy in front that ends TLS, and name it in listen.trustedProxies; or listen on 127.0.0.1.',
    },
  ],
  'wide-proxy-range': [
    {
      when: 'half of all addresses',
      config: { ...gate(KEEP), listen: { trustedProxies: ['0.0.0.0/1'] } },
      path: 'listen.trustedProxies',
      says: '0.0.0.0/1 holds a great part of all addresses: whoever calls from there says in X-Forwarded-For where it comes from, and is believed.',
    },
  ],
  'certificate-expires': [
    {
      when: 'a certificate that was not renewed',
      config: { ...gate(KEEP), listen: { tls: EXPIRED } },
      path: 'listen.tls.cert',
      says: 'The certificate, or one between it and its authority, expired on 2026-11-26: whoever checks it does not connect. Renew it.',
    },
  ],
  'wide-caller-range': [
    {
      when: 'a gate for the internet',
      config: gate({ ...KEEP, allowFrom: ['::/0'] }),
      path: 'gates.g.allowFrom',
      says: '::/0 holds a great part of all addresses: it keeps hardly anybody out.',
    },
    {
      when: 'half of all addresses',
      config: { sessions: { incode: { ...INCODE, auth: { ips: ['0.0.0.0/1'] } } } },
      path: 'sessions.incode.auth.ips',
      says: '0.0.0.0/1 holds a great part of all addresses: it keeps hardly anybody out.',
    },
  ],
  'proxy-among-callers': [
    {
      when: 'a proxy in the network of the callers',
      config: {
        listen: { trustedProxies: ['10.0.0.1'] },
        sessions: { incode: { ...INCODE, auth: { ips: ['10.0.0.0/8'] } } },
      },
      path: 'sessions.incode.auth.ips',
      says: '10.0.0.0/8 has addresses of listen.trustedProxies (10.0.0.1): a proxy that sends no X-Forwarded-For lets in whomever it forwards for.',
    },
  ],
  'repeats-run': [
    {
      when: 'copies that are wanted',
      config: gate({ ...KEEP, replay: { repeat: 'run' } }),
      path: 'gates.g.replay.repeat',
      says: 'repeat is run: the gate has no replay protection, and whoever copies a request can run it again as long as its proof holds.',
    },
  ],
  'first-answer-again': [
    {
      when: 'answers that are kept for copies',
      config: gate({
        path: '/g',
        provider: 'github',
        keys,
        answer: { actions: './actions.mjs' },
        replay: { repeat: 'first-answer' },
      }),
      path: 'gates.g.replay.repeat',
      says: 'A repeat is given the first answer again: whoever captures a request can read what it was answered, as long as its proof holds.',
    },
  ],
  'shared-secret': [
    {
      when: 'one key at two paths',
      config: { gates: { a: { ...KEEP, path: '/a' }, b: { ...KEEP, path: '/b' } } },
      path: 'gates.b.keys',
      says: 'This gate shares a secret with gate a, and the path is not signed: a request that was captured there runs here as well. Give each gate a secret of its own.',
    },
    {
      when: 'one key at a gate and in the older proof of another',
      config: {
        gates: {
          a: { ...KEEP, path: '/a' },
          b: {
            path: '/b',
            keep: {},
            accept: [
              { provider: 'standard-webhooks', keys: [{ secret: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw' }] },
              { provider: KEEP.provider, keys: KEEP.keys, until: '2100-01-01' },
            ],
          },
        },
      },
      path: 'gates.b.accept[1].keys',
      says: 'This gate shares a secret with gate a, and the path is not signed: a request that was captured there runs here as well. Give each gate a secret of its own.',
    },
    {
      when: 'one key at two methods of a path that is signed',
      config: {
        gates: Object.fromEntries(
          ['PUT', 'POST'].map((method) => [
            method.toLowerCase(),
            {
              path: '/g',
              methods: [method],
              scheme: { algorithm: 'hmac-sha256', signature: 'x-s', message: '{path}\n{body}' },
              keys,
              keep: {},
            },
          ]),
        ),
      },
      path: 'gates.post.keys',
      says: 'This gate shares a secret with gate put, and the method is not signed: a request that was captured there runs here as well. Give each gate a secret of its own.',
    },
  ],
  'signed-challenges': [
    {
      when: 'the test of another gate signs by the secret',
      config: {
        gates: { x: { ...KEEP, provider: 'x-twitter', path: '/x' }, b: { ...KEEP, path: '/b' } },
      },
      path: 'gates.b.keys',
      says: 'This gate shares a secret with gate x, whose test of the address signs whatever word anybody sends: a message of this gate that is one word, such as the text of a JWT, can be signed there. Give each gate a secret of its own.',
    },
  ],
  'unsigned-path': [
    {
      when: 'many paths, which are passed on',
      config: gate({ ...FORWARD, path: '/g/*' }),
      path: 'gates.g.path',
      says: 'The signature does not cover the path, /g/* takes many paths, and the path is passed on as it came: whoever captures a request can send it on to another path of this gate. Give each path a gate and a secret of its own, or sign the path.',
    },
  ],
  'unsigned-method': [
    {
      when: 'two methods, which are kept',
      config: gate({ ...KEEP, methods: ['PUT', 'POST'] }),
      path: 'gates.g.methods',
      says: 'The signature does not cover the method, the gate takes several methods, and the method is kept as it came: whoever captures a request can send it on with another of them. Name one method, or sign the method.',
    },
  ],
  'action-without-key': [
    {
      when: 'a key for one action of two',
      config: gate({
        path: '/g/:action',
        provider: 'github',
        keys: [{ secret: SECRET, for: { action: 'a' } }],
        answer: { actions: './actions.mjs' },
      }),
      actions: "}; export const b = { ...a, name: 'b'",
      path: 'gates.g.keys',
      says: 'No key is bound to the action b, and each key of the gate is bound to one: every request for it is refused. Give it a key, with for: { action: b }, or take it out of the module.',
    },
  ],
  'gate-monitors': [
    {
      when: 'a gate that only labels',
      config: gate({ ...KEEP, mode: 'monitor' }),
      path: 'gates.g.mode',
      says: 'The gate monitors and does not enforce: a request that fails verification is let through with the label Countersign-Verdict, so whoever reaches the gate can send any. Set mode: enforce once no genuine request is refused, or monitorUntil to a date.',
    },
    {
      when: 'the same, until a date',
      config: gate({ ...KEEP, mode: 'monitor', monitorUntil: '2100-01-01' }),
      path: 'gates.g.mode',
      says: 'The gate monitors and does not enforce: a request that fails verification is let through with the label Countersign-Verdict, so whoever reaches the gate can send any. It enforces from 2100-01-01 on.',
    },
  ],
  'monitoring-over': [
    {
      when: 'a gate whose time of monitoring is past',
      config: gate({ ...KEEP, mode: 'monitor', monitorUntil: '2020-01-01' }),
      path: 'gates.g.mode',
      says: 'The gate has enforced since 2020-01-01, although its mode is monitor: set mode: enforce, and take monitorUntil out.',
    },
  ],
  'older-proof': [
    {
      when: 'an older proof that covers less',
      config: gate({ ...KEEP, provider: 'hmac', accept: [{ provider: 'github', until: '2100-01-01' }] }),
      path: 'gates.g.accept[0]',
      says: 'Until 2100-01-01 the gate also accepts github alone: whoever captures a request that carries both proofs can strip the new one, and whoever has the old secret needs no other. The old proof leaves open timestamp, which the new one covers.',
    },
    {
      when: 'an older proof that covers as much',
      config: gate({ ...KEEP, accept: [{ provider: 'hmac', until: '2100-01-01T08:00:00Z' }] }),
      path: 'gates.g.accept[0]',
      says: 'Until 2100-01-01T08:00:00.000Z the gate also accepts hmac alone: whoever captures a request that carries both proofs can strip the new one, and whoever has the old secret needs no other.',
    },
  ],
  'older-proof-over': [
    {
      when: 'an older proof whose date is past',
      config: gate({ ...KEEP, accept: [{ provider: 'hmac', until: '2020-01-01' }] }),
      path: 'gates.g.accept[0]',
      says: 'hmac has not been accepted since 2020-01-01: take it out of accept, and its secret out of use.',
    },
  ],
  'paths-within': [
    {
      when: 'a gate inside another',
      config: {
        gates: {
          narrow: { ...KEEP, path: '/v1/admin' },
          wide: { ...KEEP, path: '/v1/*', keys: [{ secret: `${SECRET}2` }] },
        },
      },
      path: 'gates.wide.path',
      says: '/v1/* holds the paths of narrow (/v1/admin): what those do not take comes here. Another case of the letters, such as /v1/ADMIN, comes here too.',
    },
  ],
  'forgets-before-sender': [
    {
      when: 'a sender that sends again for days, at a gate that remembers for hours',
      config: gate({ ...KEEP, provider: 'paddle', replay: { remember: '12h' } }),
      path: 'gates.g.replay.remember',
      says: 'The sender (Paddle Billing webhooks) sends again for 3 days what was not taken, and the gate remembers for 12 h: what is delivered again later runs again. Set replay.remember to as long, or leave it out.',
    },
  ],
  'slow-upstream': [
    {
      when: 'an upstream that may take a minute',
      config: gate({ ...FORWARD, forward: { to: 'http://127.0.0.1:9000', timeout: '60s' } }),
      path: 'gates.g.forward.timeout',
      says: 'The upstream may take 60 s, and the sender (GitHub webhooks) waits 10 s: it counts what comes later as lost, and may send the request again. Set forward.timeout to less, or keep the requests and work on them later.',
    },
  ],
  'slow-action': [
    {
      when: 'an action that may take a minute',
      config: gate({ path: '/g', provider: 'slack', keys, answer: { actions: './actions.mjs' } }),
      actions: 'deadlineMs: 60_000',
      path: 'gates.g.answer.actions',
      says: 'The action "a" may take 60 s, and the sender (Slack requests) waits 3 s: it counts what comes later as lost, and may send the request again. Give the action a deadlineMs of less.',
    },
  ],
  'tight-intake': [
    {
      when: 'room for two bodies',
      config: { ...gate(KEEP), limits: { maxBodyBytesInFlight: '2MB' } },
      path: 'gates.g.maxBody',
      says: 'A body of 1MB may find no room in limits.maxBodyBytesInFlight (2MB) and be answered 503: make that three times maxBody.',
    },
  ],
  'events-in-memory': [
    {
      when: 'two gates that keep',
      config: { gates: { a: KEEP, b: { ...KEEP, path: '/b' } } },
      path: 'store',
      says: 'Events that a, b keep are lost when the process ends.',
    },
  ],
  'claims-in-memory': [
    {
      when: 'gates of signatures, and one of tokens',
      config: {
        gates: {
          a: KEEP,
          b: { ...KEEP, path: '/b', keys: [{ secret: `${SECRET}2` }] },
          t: { ...KEEP, path: '/t', provider: 'jwt-bearer', keys: [{ secret: `${SECRET}${SECRET}` }] },
        },
      },
      path: 'store',
      says: 'What came is remembered in memory only: after a restart whoever captured a request of a, b can send it again. Name a file as the store.',
    },
  ],
  'rates-by-gateway': [
    {
      when: 'a rate, on a store that gateways may share',
      config: {
        store: 'postgres://gateway@db.internal/x',
        gates: { a: { ...FORWARD, rate: { total: '10/s' } }, b: { ...FORWARD, path: '/b' } },
      },
      path: 'gates.a.rate',
      says: 'Several gateways may share the store, but not the rate of a: each counts its own requests, and together they let in as many times more. Divide the rates by the number of gateways, or name a Redis as claims, where all count together.',
    },
  ],
  'untyped-events': [
    {
      when: 'a type, of a sender that names none',
      config: gate({
        ...KEEP,
        provider: 'twilio',
        keep: { deliver: [{ to: 'http://127.0.0.1:9/', when: { type: 'a' } }] },
      }),
      path: 'gates.g.keep.deliver[0].when.type',
      says: 'The filter asks for a type, and the proof of gate g says of none where it stands: no event of that gate is sent there. Filter by header or json.',
    },
  ],
  'missing-program': [
    {
      when: 'a path where nothing is',
      config: gate({ ...KEEP, keep: { deliver: [{ command: ['/nowhere/crm.sh', '-v'] }] } }),
      path: 'gates.g.keep.deliver[0].command',
      says: 'There is no program /nowhere/crm.sh: no event is delivered there. Put it there, or write another.',
    },
    {
      when: 'a name that PATH does not find',
      config: { ...gate({ ...KEEP, keep: {} }), destinations: { crm: { command: ['no-such-crm'] } } },
      path: 'destinations.crm.command',
      says: 'There is no program no-such-crm in the folders of PATH: no event is delivered there. Install it, or write its whole path.',
    },
  ],
  'program-not-executable': [
    {
      when: 'a file that is no program',
      config: gate({ ...KEEP, keep: { deliver: [{ command: ['./actions.mjs'] }] } }),
      path: 'gates.g.keep.deliver[0].command',
      says: 'FOLDER/actions.mjs may not be run: no event is delivered there. Give the gateway’s user the right to execute it.',
    },
  ],
  'missing-folder': [
    {
      when: 'lines in a folder that is not there',
      config: gate({ ...KEEP, keep: { deliver: [{ file: '/nowhere/lines.jsonl' }] } }),
      path: 'gates.g.keep.deliver[0].file',
      says: 'There is no folder /nowhere: no event is delivered there. Make it, or name another.',
    },
    {
      when: 'a command in a folder that is not there',
      config: gate({ ...KEEP, keep: { deliver: [{ command: ['sh'], directory: '/nowhere' }] } }),
      path: 'gates.g.keep.deliver[0].directory',
      says: 'There is no folder /nowhere: no event is delivered there. Make it, or name another.',
    },
  ],
  'kept-header-left-out': [
    {
      when: 'a credential that is to be passed on, and nothing to encrypt it with',
      config: gate({
        ...KEEP,
        keep: { deliver: [{ to: 'http://127.0.0.1:9/', keepHeaders: ['authorization', 'x-mine'] }] },
      }),
      path: 'gates.g.keep.deliver[0].keepHeaders',
      says: 'Without a storeKey the header authorization is left out of the events that are kept, and cannot be passed on. Set storeKey, or take it off this list.',
    },
    {
      when: 'the gate’s own token',
      config: gate({
        path: '/g',
        keys,
        scheme: { type: 'shared-token', header: 'x-token' },
        keep: { deliver: [{ to: 'http://127.0.0.1:9/', keepHeaders: ['x-token'] }] },
      }),
      path: 'gates.g.keep.deliver[0].keepHeaders',
      says: 'Without a storeKey the header x-token is left out of the events that are kept, and cannot be passed on. Set storeKey, or take it off this list.',
    },
  ],
  'token-left-out': [
    {
      when: 'tokens, and nothing to encrypt them with',
      config: gate({ ...KEEP, provider: 'jwt-bearer', keys: [{ secret: `${SECRET}${SECRET}` }] }),
      path: 'gates.g.keep',
      says: 'Without a storeKey the token’s headers are left out of the events that are kept; with one they are kept encrypted.',
    },
  ],
  'open-session': [
    {
      when: 'webhooks of anybody',
      config: { sessions: { incode: { ...INCODE, auth: 'none' } } },
      path: 'sessions.incode.auth',
      says: 'auth is none: webhooks are taken from anybody. What they say is not believed; the score is fetched.',
    },
  ],
  'unchecked-input': [
    {
      when: 'content of a text',
      config: gate({ path: '/g', provider: 'github', keys, answer: { actions: './actions.mjs' } }),
      actions: "input: { type: 'object', properties: { f: { type: 'string', contentEncoding: 'base64' } } }",
      path: 'gates.g.answer.actions: a.input.properties.f.contentEncoding',
      says: 'What a text holds is not checked: let the action check it.',
    },
  ],
};

const cases = Object.entries(CASES).flatMap(([code, list]) => list.map((one) => ({ code, ...one })));

it.each(cases)('$code: $when', async ({ code, config, actions = '', isFileText, path, says }) => {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-warnings-'));
  writeFileSync(
    join(folder, 'actions.mjs'),
    `export const a = { name: 'a', description: 'Does a.', input: { type: 'object' }, run: () => 'a', ${actions} };`,
  );
  const input = { store: 'memory:', ...config } as unknown as ConfigInput;
  const parsed = parseConfig(input, {
    baseDir: folder,
    env: { CUT: SECRET },
    envNotes: new Map([['CUT', 'What the file says of CUT.']]),
    ...(isFileText === true && { isFileText }),
  });
  const started = await dryStart(parsed.config);
  expect(started.problems).toEqual([]);
  const { severity } = CONFIG_WARNINGS[code as ConfigCode];
  expect([...parsed.warnings, ...started.warnings].filter((warning) => warning.code === code)).toEqual([
    { path, code, severity, sentence: says.replace('FOLDER', folder) },
  ]);
});

it.each<readonly [what: string, config: object]>([
  ['a program that PATH finds', gate({ ...KEEP, keep: { deliver: [{ command: ['sh', '-c', ':'] }] } })],
  ['a folder that is there', gate({ ...KEEP, keep: { deliver: [{ file: '/lines.jsonl' }] } })],
  [
    'a credential that is kept encrypted',
    {
      ...gate({
        ...KEEP,
        keep: { deliver: [{ to: 'http://127.0.0.1:9/', keepHeaders: ['authorization'] }] },
      }),
      storeKey: '0123456789abcdef'.repeat(4),
    },
  ],
])('%s draws no warning', async (_, config) => {
  const input = { store: 'sqlite:./x.db', ...config } as unknown as ConfigInput;
  const { warnings } = await dryStart(parseConfig(input, { baseDir: '/', env: {} }).config);
  expect(warnings).toEqual([]);
});

it('a gate without a proof', () => {
  expect(gateCoverage(undefined).warnings).toEqual([
    {
      code: 'unsigned-gate',
      severity: 'warning',
      sentence: 'The gate takes unsigned requests: whoever reaches it can send any.',
    },
  ]);
});

it('a SQLite that loses writes', () => {
  expect(storeWarning({ kind: 'sqlite', file: '/x.db' }, '3.50.4')?.sentence).toBe(
    'SQLite 3.50.4, which this Node brings, loses committed writes where two connections write to one file (mended in 3.51.3, 3.50.7 and 3.44.6). The gateway keeps to one connection and lets no other program in; a Node of these versions or later is safer still.',
  );
});

it('a database over a network in the clear', () => {
  const store = postgresOf('postgres://me:hunter2@db.internal/x?sslmode=disable');
  expect(storeWarning(store)?.sentence).toBe(
    'The connection to postgres://me@db.internal:5432/x is not encrypted: whoever is on the network between reads the password and the events. Take sslmode=disable out of the address.',
  );
  expect(storeWarning(postgresOf('postgres://me@db.internal/x'))).toBeUndefined();
});

it('a database that does not answer', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-away-'));
  const inspected = await inspectStore(postgresOf(`postgres://me:hunter2@/x?host=${folder}`));
  expect(inspected.problem).toBeUndefined();
  expect(inspected.warnings.map(({ sentence }) => sentence.replace(folder, 'FOLDER'))).toEqual([
    'Now the PostgreSQL at postgres://me@/x?host=FOLDER does not answer (ENOENT): a gateway that starts waits for it as long as limits.drainTimeout says, and then ends.',
  ]);
});

function postgresOf(address: string): StoreConfig {
  const store = readStore(address);
  if (isMisfit(store)) throw new Error('no address');
  return store;
}

it.each<readonly [listen: object, isTold: boolean]>([
  [{ public: '0.0.0.0:1' }, true],
  [{ public: '192.0.2.1:1' }, true],
  [{ public: '0.0.0.0:1', trustedProxies: ['10.0.0.1'] }, false],
  [{ public: '0.0.0.0:1', tls: { cert: CERTIFICATE, key: PRIVATE_KEY } }, false],
  [{ public: 'localhost:1' }, false],
  [{ public: '127.0.0.9:1' }, false],
  [{ public: '[::1]:1' }, false],
  [{}, false],
  [{ admin: '0.0.0.0:1' }, true],
  [{ admin: '0.0.0.0:1', adminTls: { cert: CERTIFICATE, key: PRIVATE_KEY } }, false],
  [{ admin: '0.0.0.0:1', tls: { cert: CERTIFICATE, key: PRIVATE_KEY } }, true],
  [{ admin: '0.0.0.0:1', trustedProxies: ['10.0.0.1'] }, false],
  [{ admin: 'off' }, false],
])('a listener at %j: plain HTTP is told: %s', (listen, isTold) => {
  const admin = { token: 'a-token-of-more-than-sixteen-characters' };
  const input = { store: 'memory:', ...gate(KEEP), listen, admin } as unknown as ConfigInput;
  const { warnings } = parseConfig(input, { baseDir: '/', env: {} });
  expect(warnings.some(({ code }) => code.startsWith('plain-http'))).toBe(isTold);
});

it.each<readonly [provider: string, timeoutMs: number]>([
  ['github', 8333],
  ['slack', 2500],
  ['stripe', 30_000],
])('an upstream behind %s may take %i ms by default, and nothing is told of it', (provider, timeoutMs) => {
  const input = { store: 'memory:', ...gate({ ...FORWARD, provider }) } as unknown as ConfigInput;
  const { config, warnings } = parseConfig(input, { baseDir: '/', env: {} });
  expect(config.gates[0]?.outcome).toMatchObject({ timeoutMs });
  expect(warnings.map(({ code }) => code)).not.toContain('slow-upstream');
});

it('every one stands in a test', () => {
  expect(unquotedSentences('packages/gateway', { sentence: 'property' })).toEqual([]);
});
