/** Command lines that cannot be followed, and input that cannot be read. */
import type { RunOptions } from '../support.ts';
import { dayCases } from './day-cases.ts';
import { handoutCases } from './handout-cases.ts';

export interface UsageCase {
  /** The command line, without the program's name. */
  readonly args: readonly string[];
  readonly stdin?: string;
  readonly env?: RunOptions['env'];
  /** Files of the folder that the command runs in, beside `countersign.yaml`. */
  readonly files?: Readonly<Record<string, string>>;
  /** Where the command runs, below the folder of the configuration. */
  readonly folder?: string;
  readonly says: string;
  readonly remedy: string;
}

const KEY = 'a-key-of-more-than-sixteen-bytes';
const WITH_KEY = ['-p', 'hmac', '-k', KEY];
const verify = (...more: readonly string[]): readonly string[] => ['verify', ...WITH_KEY, ...more];
const sign = (...more: readonly string[]): readonly string[] => [
  'sign',
  'http://127.0.0.1/a',
  ...WITH_KEY,
  ...more,
];
/** A request that cannot be read. */
const unread = (stdin: string, ...more: readonly string[]): Pick<UsageCase, 'args' | 'stdin'> => ({
  args: verify(...more),
  stdin,
});
const har = (...entries: readonly unknown[]): string => JSON.stringify({ log: { entries } });
const entry = (request: unknown): string => har({ request });
const HAR_REQUEST = { method: 'POST', url: 'http://a/', headers: [] };

const DEV = `store: "memory:"
listen: { public: 127.0.0.1:0, admin: 127.0.0.1:0 }
gates: { a: { path: /a, provider: none, respond: { status: 200 } } }
`;

/** Two gates, of which one takes unsigned requests. */
export const CONFIGURATION = `store: "memory:"
listen: { admin: "off" }
gates:
  one:
    path: /one
    provider: github
    keys: [{ secret: ${KEY} }]
    keep: {}
  open:
    path: /open
    provider: none
    keep: {}
`;
const SESSIONS_ONLY = `store: "memory:"
sessions:
  backend: { broker: oauth2-client-credentials, tokenUrl: "https://id.example/token", clientId: c, clientSecret: ${KEY}, auth: { secret: ${KEY} } }
`;
const FLOWENT = `store: "memory:"
publicUrl: http://127.0.0.1:8787
gates:
  a: { path: "/a/:action", provider: flowent, keys: [{ secret: ${KEY} }], answer: { actions: ./actions.js, register: { apiUrl: "http://127.0.0.1:9/a", apiToken: ${KEY} } } }
  b: { path: /b, provider: github, keys: [{ secret: ${KEY} }], keep: {} }
`;
const raw = (...lines: readonly string[]): string => `${lines.join('\r\n')}\r\n\r\n`;
const curl = (rest: string): Pick<UsageCase, 'args' | 'stdin'> => unread(`curl ${rest}`);

const CLAIM = '0'.repeat(32);
const SET_TOKEN =
  'export COUNTERSIGN_ADMIN_TOKEN=… (in cmd: set COUNTERSIGN_ADMIN_TOKEN=…, without quotes), or write COUNTERSIGN_ADMIN_TOKEN=… into .env.';

const VECTOR_FORM =
  'Its form is described in docs/conformance.md and, as a JSON Schema, in vectors/schema.json.';
const VECTOR = { method: 'POST', url: '/', headers: {}, bodyBase64: '', now: 0, expect: 'accept' };
/** A set of one case, and what is wrong with it. */
const vectors = (vector: unknown, says: string): UsageCase => ({
  args: ['conformance', 'v.json'],
  files: { 'v.json': JSON.stringify({ scheme: 'github', cases: [vector] }) },
  says: `v.json has a case that is not a test vector, number 1: ${says}`,
  remedy: VECTOR_FORM,
});
const SET = { 'v.json': JSON.stringify({ scheme: 'github', cases: [VECTOR] }) };

const VECTOR_CASES: readonly UsageCase[] = [
  {
    args: ['conformance'],
    says: 'there are no vectors',
    remedy: `Give a file of them, or a folder: vectors/. ${VECTOR_FORM}`,
  },
  {
    args: ['conformance', '.'],
    files: { 'a.json': '{}' },
    says: 'there are no vectors in .',
    remedy: `Give a file of them, or a folder: vectors/. ${VECTOR_FORM}`,
  },
  {
    args: ['conformance', 'v.json'],
    files: { 'v.json': '[' },
    says: 'v.json cannot be read as JSON: is it cut short?',
    remedy: VECTOR_FORM,
  },
  {
    args: ['conformance', 'v.json'],
    files: { 'v.json': '{}' },
    says: 'v.json is not a set of test vectors: it has no scheme or no cases',
    remedy: VECTOR_FORM,
  },
  {
    args: ['conformance', 'v.json'],
    files: { 'v.json': '{"scheme":"github","cases":[]}' },
    says: 'the test vectors have no cases',
    remedy: VECTOR_FORM,
  },
  vectors(1, 'it is not an object'),
  vectors({ ...VECTOR, now: 1e300 }, 'its now is not a number of seconds'),
  vectors({ ...VECTOR, method: 'PO ST\r\n' }, 'its method is not an HTTP method'),
  vectors({ ...VECTOR, headers: { 'a\r\nb': 'x' } }, 'the name of a header is not valid'),
  vectors({ ...VECTOR, method: 1 }, 'its method is not a string'),
  vectors({ ...VECTOR, headers: 1 }, 'its headers are not an object'),
  vectors({ ...VECTOR, now: '0' }, 'its now is not a number of seconds'),
  vectors({ ...VECTOR, expect: 'yes' }, 'its expect is neither accept nor reject'),
  {
    args: ['conformance', 'v.json', '-p', 'slack'],
    files: SET,
    says: 'no case is for slack',
    remedy: 'The vectors are for github.',
  },
  {
    args: ['conformance', 'v.json', '-p', 'gihub'],
    files: SET,
    says: 'no case is for gihub',
    remedy: 'Did you mean github? The vectors are for github.',
  },
  ...['--json', '--for=express'].map((other) => ({
    args: ['explain', ...WITH_KEY, '--note', other],
    says: `--note and ${other.split('=')[0]} are given`,
    remedy: 'Give one of them.',
  })),
  {
    args: ['conformance', 'v.json', '--url', 'http://127.0.0.1:1/', '--adapter', 'a.mjs'],
    files: SET,
    says: '--url and --adapter are given',
    remedy: 'Give one of them.',
  },
  {
    args: ['conformance', 'v.json', '--clock-header', 'x-now'],
    files: SET,
    says: '--clock-header is given without --url',
    remedy: 'Give --url as well.',
  },
  {
    args: ['conformance', 'v.json', '--url', '127.0.0.1'],
    files: SET,
    says: '--url 127.0.0.1 is not an http or https URL',
    remedy: 'Write it whole: http://127.0.0.1:3000/github',
  },
  {
    args: ['conformance', 'v.json', '--adapter', 'a.mjs'],
    files: { ...SET, 'a.mjs': 'throw new Error("no such library");' },
    says: 'a.mjs cannot be loaded: no such library',
    remedy:
      'Export a function verify(case) that returns true, false, or undefined for what the library does not support.',
  },
  {
    args: ['conformance', 'v.json', '--adapter', 'a.mjs'],
    files: { ...SET, 'a.mjs': 'export const check = 1;' },
    says: 'a.mjs exports no function verify',
    remedy:
      'Export a function verify(case) that returns true, false, or undefined for what the library does not support.',
  },
];

export const usageCases: readonly UsageCase[] = [
  // A running gateway that is asked from a folder without a configuration.
  ...[['tail'], ['claims', 'release', 'github', CLAIM]].flatMap((command): readonly UsageCase[] => [
    {
      folder: 'empty',
      args: [...command, '--admin', 'http://127.0.0.1:8788'],
      says: '$COUNTERSIGN_ADMIN_TOKEN is not set, and there is no configuration file that has the token',
      remedy: `The token is admin.token of the gateway’s configuration, or the one that \`countersign serve\` shows on a terminal. Set it: ${SET_TOKEN} Or name the configuration with --config FILE.`,
    },
    {
      folder: 'empty',
      args: command,
      says: 'no --admin is given, and there is no configuration file that says where the gateway is',
      remedy: `Name the file with --config FILE. Or give the address, e.g. --admin http://127.0.0.1:8788, and the token: ${SET_TOKEN}`,
    },
  ]),
  ...['hunter2\nx', 'hunter 2', 'hunter2一', 'hunter2é', 'hunter2\u0001'].flatMap((token) =>
    [['tail'], ['claims', 'release', 'github', CLAIM]].map(
      (command): UsageCase => ({
        folder: 'empty',
        args: [...command, '--admin', 'http://127.0.0.1:8788'],
        env: { COUNTERSIGN_ADMIN_TOKEN: token },
        says: '$COUNTERSIGN_ADMIN_TOKEN has a space, a line break or a non-ASCII character, which no bearer token has',
        remedy:
          'Set it to the token alone: look for a second line, or a quote that a word processor has put there.',
      }),
    ),
  ),
  // Arguments.
  {
    args: ['verify', 'a', 'b'],
    says: 'unexpected argument "b"',
    remedy: '`countersign verify --help` lists its options.',
  },
  {
    args: ['verify', '--provder', 'x'],
    says: 'there is no option --provder',
    remedy: 'Did you mean --provider? `countersign verify --help` lists its options.',
  },
  {
    args: ['check', '--xyz'],
    says: 'there is no option --xyz',
    remedy:
      'It has --config, --strict, --json, --help, --no-color; `countersign check --help` says what they do.',
  },
  {
    args: ['password'],
    stdin: '\n',
    says: 'no password was given',
    remedy: 'Type one, or give it as a line of standard input.',
  },
  {
    args: ['password'],
    stdin: 'hunter2\n',
    says: 'the password is shorter than 8 characters',
    remedy: 'Choose a longer one: three or four words that nobody would put together.',
  },
  {
    args: ['password'],
    stdin: 'a'.repeat(1025),
    says: 'the password is longer than 1024 characters',
    remedy: 'Give one line with the password and nothing else.',
  },
  {
    args: ['xyz'],
    says: 'there is no command xyz',
    remedy:
      'The commands are demo, init, check, serve, config, dev, tail, events, deliveries, issues, store, audit, actions, keys, claims, password, sandbox, providers, verify, explain, sign, send, handout, conformance, mcp, completion; `countersign --help` says what they do.',
  },
  {
    args: ['sign', 'http://a/', ...WITH_KEY, '--as', 'htpp'],
    says: 'there is no form "htpp"',
    remedy: 'Did you mean http? One of curl, http, json.',
  },
  {
    args: ['send', 'http://a/', ...WITH_KEY, '--timeout', '0'],
    says: '--timeout is not a number of seconds',
    remedy: 'Give one up to 3600.',
  },
  {
    args: sign('http://b/'),
    says: 'more than one request is given',
    remedy: 'Give one URL and at most one file.',
  },
  {
    args: ['sign', ...WITH_KEY],
    says: 'no request is given, and API_ENDPOINT is not set',
    remedy:
      'Give a URL (https://…), a file that holds a request, or - for standard input; or set it: export API_ENDPOINT=https://… (in cmd: set API_ENDPOINT=https://…, without quotes), or write API_ENDPOINT=https://… into .env.',
  },
  { args: sign('-H', 'no colon'), says: '--header is not a header field', remedy: "Write -H 'Name: value'." },
  {
    args: sign('--claims', '[1]'),
    says: '--claims is not a JSON object',
    remedy: 'E.g. --claims \'{"sub":"ada"}\'.',
  },
  {
    args: sign('-o', 'binding'),
    says: '--option is not NAME=VALUE',
    remedy: 'E.g. --option binding=authorization.',
  },
  {
    args: sign('-o', 'id={"header":"x-id"}'),
    says: '--option id is no option of a provider',
    remedy:
      'Name the provider with --provider. Where {id} sits has a name of its own in the provider’s options: `countersign providers ID` lists them.',
  },
  {
    args: sign('--encoding', 'base63'),
    says: 'there is no encoding "base63"',
    remedy: 'Did you mean base64? One of utf8, base64, base64url, hex, base32, pem, jwk, jwks, prefixed.',
  },
  {
    args: ['sign', 'http://a/', '-p', 'hmac', '--key-env', 'MY_KEY'],
    says: 'the environment variable MY_KEY is not set',
    remedy: 'Set it: export MY_KEY=… (in cmd: set MY_KEY=…, without quotes), or write MY_KEY=… into .env.',
  },
  {
    args: ['sign', 'http://a/', '-p', 'github'],
    says: 'no key is given, and GITHUB_WEBHOOK_SECRET, the usual variable for github, is not set',
    remedy:
      'Give --key-env NAME or --key-file FILE, or set it: export GITHUB_WEBHOOK_SECRET=… (in cmd: set GITHUB_WEBHOOK_SECRET=…, without quotes), or write GITHUB_WEBHOOK_SECRET=… into .env.',
  },
  {
    args: ['verify', 'a', '-p', 'aws-sns', '-o', 'topics=arn:aws:sns:us-east-1:123456789012:orders'],
    files: { a: 'POST / HTTP/1.1\n\n{}' },
    says: 'no key is given, and aws-sns fetches its keys, which a gate of a configuration does',
    remedy:
      'To verify, give --config FILE, with a gate of it: `countersign init aws-sns` writes one. To try it, give a key pair of your own: --key-file FILE signs with the private half, and verifies with the public one.',
  },
  {
    args: ['sign', 'http://a/', '-p', 'jwt-bearer', '-k', KEY, '--claims', '{"exp":1}'],
    says: 'request: what was signed would be refused (expired: the token expired 20370 days ago).',
    remedy: 'Give other times: the token’s with --claims, the clock’s with --now.',
  },
  {
    args: ['send', '/a', ...WITH_KEY],
    files: { a: '' },
    says: '/a cannot be read: there is no such file',
    remedy: 'Give a URL, which begins with http:// or https://, the path of a file, or - for standard input.',
  },
  {
    args: ['sign', 'nonsense', ...WITH_KEY],
    says: 'nonsense cannot be read: there is no such file',
    remedy: 'Give a URL, which begins with http:// or https://, the path of a file, or - for standard input.',
  },
  {
    args: verify('nonsense'),
    says: 'nonsense cannot be read: there is no such file',
    remedy: 'Give the path of a file, or - for standard input.',
  },
  {
    args: verify('/dev/zero'),
    says: '/dev/zero cannot be read: it is neither a file nor a pipe',
    remedy: 'Give the path of a file, or - for standard input.',
  },
  {
    args: ['send', 'a.http', ...WITH_KEY],
    files: { 'a.http': raw('POST /hook HTTP/1.1') },
    says: 'the request has no absolute URL',
    remedy: 'Give the URL that it goes to: countersign send URL FILE.',
  },
  {
    args: ['send', 'http://127.0.0.1:9/', ...WITH_KEY, '-X', 'GET', '-d', 'x'],
    says: 'a GET with a body cannot be sent from here',
    remedy: 'Print a curl line for it: countersign sign.',
  },
  {
    args: ['init', 'github', '--out', 'gates.json'],
    says: '--out does not end in .yaml or .yml',
    remedy: 'E.g. --out countersign.yaml.',
  },
  {
    args: ['init', '--key', KEY],
    says: '--key is given, and no request',
    remedy:
      'Give the request with --from-curl FILE, or leave it out: of a provider the configuration reads the key from a variable.',
  },
  {
    args: ['init', 'github', '--from-curl', '-', '--key', KEY],
    says: 'a provider and --from-curl are given',
    remedy: 'Give one of them: the request tells the provider.',
  },
  {
    args: ['init', '--from-curl', '-', '--from-docs-example', '-', '--key', KEY],
    says: '--from-curl and --from-docs-example are given',
    remedy: 'Give one of them.',
  },
  {
    args: ['init', '--from-curl', '-', '--key', KEY, '--tries', 'many'],
    says: '--tries is not a number from 1',
    remedy: 'E.g. --tries 100000.',
  },
  {
    args: ['init', '--from-curl', '-'],
    says: 'no key is given',
    remedy: 'Give the one that has signed the request: --key-env NAME, --key-file FILE or --key TEXT.',
  },
  {
    args: ['init', '--from-curl', '-', '--key', KEY, '--key-file', 'k.txt'],
    files: { 'k.txt': KEY },
    says: 'more than one key is given',
    remedy: 'Give the one that has signed the request: --key-env NAME, --key-file FILE or --key TEXT.',
  },
  {
    args: ['init', '--from-curl', '-', '--key', KEY],
    stdin: 'x'.repeat(1024 * 1024 + 1),
    says: 'the request is longer than 1 MB',
    remedy: 'Give a shorter one: the search tries it many times.',
  },
  {
    args: ['init', 'github', '--out', 'nowhere/countersign.yaml'],
    says: '{folder}/nowhere/countersign.yaml cannot be written: there is no such folder',
    remedy: 'Choose another file with --out.',
  },
  {
    args: ['actions'],
    says: 'no sub-command of countersign actions is given',
    remedy: 'Use one of plan, push, pull.',
  },
  {
    args: ['actions', 'plan', '--yes'],
    says: 'countersign actions plan has no --yes',
    remedy: '`countersign actions --help` says which command has it.',
  },
  {
    args: ['actions', 'push', '--json', '-c', 'flowent.yaml'],
    files: { 'flowent.yaml': FLOWENT },
    says: 'with --json nobody can be asked to confirm',
    remedy: 'See what would change with `countersign actions plan`, then push with --yes.',
  },
  {
    args: ['actions', 'plan', '--gate', 'b', '-c', 'flowent.yaml'],
    files: { 'flowent.yaml': FLOWENT },
    says: 'no gate "b" registers its actions',
    remedy: 'Those that do: a.',
  },
  {
    args: ['claims', 'release', 'tow', 'ab'.repeat(16)],
    says: 'the configuration has no gate "tow"',
    remedy: 'Gates: one, open.',
  },
  {
    args: ['claims', 'release', 'one', 'ab'.repeat(16), '--admin', 'http://127.0.0.1:9'],
    says: 'port 9 belongs to another protocol, so HTTP clients, like browsers, refuse to call it',
    remedy: 'Let the server listen on another port.',
  },
  {
    args: ['sandbox', 'flowent', '--gateway', 'localhost:8787'],
    says: '--gateway is not an address of a gateway: "localhost:8787"',
    remedy: 'E.g. http://127.0.0.1:8787, without a path.',
  },
  {
    args: ['sandbox', 'incode', '--gateway', 'http://me:hunter2@127.0.0.1:8787/a?token=hunter2'],
    says: '--gateway is not an address of a gateway: "http://127.0.0.1:8787/a?…"',
    remedy: 'E.g. http://127.0.0.1:8787, without a path.',
  },
  {
    args: ['claims', 'release', 'one', 'ab'.repeat(16)],
    says: 'the configuration names no admin listener, and the store is in memory: what was kept was lost when the gateway stopped',
    remedy: 'Start the gateway, or give its address: --admin URL.',
  },
  {
    args: ['claims', 'release', 'one', 'ab'.repeat(16), '--admin', 'localhost:8788'],
    says: '--admin is not an http or https URL',
    remedy: 'E.g. --admin http://127.0.0.1:8788.',
  },
  ...['http://me:hunter2@127.0.0.1', 'http://127.0.0.1/?token=hunter2', 'http://127.0.0.1/#hunter2'].map(
    (url): UsageCase => ({
      args: ['tail', '--admin', url],
      says: '--admin has a user name, a password, a query or a fragment',
      remedy:
        'Give scheme, host and path alone. The token has a variable: export COUNTERSIGN_ADMIN_TOKEN=… (in cmd: set COUNTERSIGN_ADMIN_TOKEN=…, without quotes), or write COUNTERSIGN_ADMIN_TOKEN=… into .env.',
    }),
  ),
  {
    args: ['tail', '--verdict', 'refusd'],
    says: 'there is no verdict "refusd"',
    remedy: 'Did you mean refused? One of accepted, refused, handshake, unsigned.',
  },
  {
    args: ['tail'],
    says: 'the configuration names no admin listener',
    remedy: 'Give its address: --admin URL.',
  },
  {
    args: ['demo', '--once', '--host', '127.0.0.1'],
    says: '--host does not go with --once.',
    remedy: 'Leave out --host, or --once.',
  },
  // A gate of the configuration.
  {
    args: ['verify', '-c', 'countersign.yaml', '--gate', 'open'],
    stdin: raw('POST /open HTTP/1.1'),
    says: 'the gate open takes unsigned requests',
    remedy: 'There is nothing to verify or to sign with.',
  },
  {
    args: ['verify', '-c', 'countersign.yaml', '--gate', 'on'],
    stdin: raw('POST /one HTTP/1.1'),
    says: 'the configuration has no gate "on"',
    remedy: 'Did you mean one? Gates: one, open.',
  },
  {
    args: ['verify', '-c', 'countersign.yaml'],
    stdin: raw('POST /nowhere HTTP/1.1'),
    says: 'the gateway would refuse this request: no gate has the path /nowhere',
    remedy: 'Choose one with --gate: one, open.',
  },
  {
    args: ['sign', 'http://a/', '-c', 'countersign.yaml'],
    says: 'the gateway would refuse this request: no gate has the path /',
    remedy: 'Choose one with --gate: one, open.',
  },
  {
    args: ['verify', '-c', 'sessions.yaml'],
    stdin: raw('POST /one HTTP/1.1'),
    files: { 'sessions.yaml': SESSIONS_ONLY },
    says: 'the configuration has no gates',
    remedy: 'Give one: gates: { … }.',
  },
  // A request.
  {
    ...unread(''),
    says: 'there is no request: the input is empty',
    remedy:
      'Give a raw HTTP message (POST /hook HTTP/1.1 …), a JSON object {method, url, headers, body | bodyBase64}, an event of the admin API, a HAR entry, a curl line or a fetch call as browsers copy them, an event of AWS Lambda, or a delivery as GitHub shows it.',
  },
  {
    ...unread('hello'),
    says: 'the input is not a request in a form that is known here',
    remedy:
      'Give a raw HTTP message (POST /hook HTTP/1.1 …), a JSON object {method, url, headers, body | bodyBase64}, an event of the admin API, a HAR entry, a curl line or a fetch call as browsers copy them, an event of AWS Lambda, or a delivery as GitHub shows it.',
  },
  {
    ...unread('{'),
    says: 'the input starts like JSON but is not valid JSON',
    remedy:
      'Give a raw HTTP message (POST /hook HTTP/1.1 …), a JSON object {method, url, headers, body | bodyBase64}, an event of the admin API, a HAR entry, a curl line or a fetch call as browsers copy them, an event of AWS Lambda, or a delivery as GitHub shows it.',
  },
  {
    ...unread('{}'),
    says: 'the JSON object has no method and url',
    remedy: 'Give {"method": "POST", "url": "/hook", "headers": {…}, "bodyBase64": "…"}.',
  },
  {
    ...unread('{"method":"POST","url":"/","headers":1}'),
    says: 'headers is neither an object of texts nor an array of pairs',
    remedy:
      'Give {"name": "value"}, {"name": ["value", "value"]}, [["name", "value"]] or [{"name": "…", "value": "…"}].',
  },
  {
    ...unread('{"method":"POST","url":"/","body":"a","bodyBase64":"YQ=="}'),
    says: 'the JSON object has body and bodyBase64',
    remedy: 'Give one of them.',
  },
  {
    ...unread('{"method":"POST","url":"/","bodyBase64":"*"}'),
    says: 'bodyBase64 is not base64',
    remedy: 'Give it with its padding.',
  },
  {
    ...unread('GET /a b HTTP/1.1\n\n'),
    says: 'the input is not a request in a form that is known here',
    remedy:
      'Give a raw HTTP message (POST /hook HTTP/1.1 …), a JSON object {method, url, headers, body | bodyBase64}, an event of the admin API, a HAR entry, a curl line or a fetch call as browsers copy them, an event of AWS Lambda, or a delivery as GitHub shows it.',
  },
  {
    ...unread('POST /a HTTP/1.1\nA: 1\n folded\n\n'),
    says: 'line 3 continues a header field (obsolete line folding)',
    remedy: 'Join it to the line before it, as the receiver saw it.',
  },
  {
    ...unread('POST /a HTTP/1.1\nno field\n\n'),
    says: 'line 2 is not a header field',
    remedy: 'Write `Name: value`; leave one blank line before the body.',
  },
  {
    ...unread(raw('POST /a HTTP/1.1', 'Content-Length: 1', 'Content-Length: 2')),
    says: 'the Content-Length fields disagree about the length, or are not a number',
    remedy: 'Leave one, with the number of bytes that was received.',
  },
  {
    ...unread(entry({ url: 1 })),
    says: 'the HAR entry has no request',
    remedy: 'Give an entry as the browser or proxy exported it.',
  },
  {
    ...unread(har({ request: HAR_REQUEST }, { request: HAR_REQUEST })),
    says: 'the HAR file has 2 entries',
    remedy: 'Choose one with --entry N, from 1.',
  },
  {
    ...unread(entry(HAR_REQUEST), '--entry', '2'),
    says: 'the HAR file has no entry 2',
    remedy: 'Choose from 1 to 1.',
  },
  {
    ...unread(entry(HAR_REQUEST), '--entry', '0'),
    says: '--entry is not a number from 1',
    remedy: 'E.g. --entry 3.',
  },
  {
    ...unread(entry({ ...HAR_REQUEST, postData: { mimeType: 'a/b', params: [{ name: 'a', value: '1' }] } })),
    says: 'the HAR entry holds the form’s fields only, not its text',
    remedy: 'Export it with postData.text, or give the request in another form.',
  },
  {
    ...unread(entry({ ...HAR_REQUEST, postData: { mimeType: 'a/b', text: '*', encoding: 'base64' } })),
    says: 'postData.text is not base64',
    remedy: 'Export the entry again.',
  },
  {
    ...unread('{"rawPath":"/a","requestContext":{"http":{}}}'),
    says: 'the Lambda event cannot be read: its requestContext has no http.method',
    remedy: 'Log the event whole, with JSON.stringify(event).',
  },
  {
    ...unread('fetch(location.href)'),
    says: 'the fetch call is not as browsers copy it',
    remedy: 'Use “Copy as fetch” or “Copy as cURL (bash)”, and paste the whole of it.',
  },
  {
    ...unread('Request URL: https://a/\nRequest method: POST\n\nPayload\nnone'),
    says: 'the delivery has no payload that is JSON',
    remedy: 'Paste headers and payload of one delivery, the payload last.',
  },
  {
    ...curl('http://a/ --data @-'),
    says: 'the curl line reads its standard input',
    remedy: 'Write the body out.',
  },
  { ...curl('-X POST'), says: 'the curl line has no URL', remedy: 'Paste the whole line.' },
  {
    ...curl('http://a/ http://b/'),
    says: 'the curl line has more than one URL',
    remedy: 'Paste one request.',
  },
  {
    ...unread('printf %s YQ== | base64 -d'),
    says: 'no curl line follows `printf`',
    remedy: 'Paste the whole line.',
  },
  {
    ...curl('http://a/ --hedaer a:b'),
    says: 'curl’s option --hedaer is not known here',
    remedy:
      'Did you mean --header? Take it out if it does not change the request, or give the request as JSON.',
  },
  { ...curl('http://a/ -H'), says: 'curl’s option -H lacks its value', remedy: 'Paste the whole line.' },
  {
    ...curl('http://a/ -d @/etc/hostname'),
    says: '-d @/etc/hostname names a file',
    remedy: 'Write the body out with --data-raw, or give the request as JSON with its body, or bodyBase64.',
  },
  {
    ...curl('http://a/ --data-urlencode a@file'),
    says: '--data-urlencode a@file names a file',
    remedy: 'Write the body out with --data-raw, or give the request as JSON with its body, or bodyBase64.',
  },
  { ...curl('http://a/ -H @headers'), says: '-H @headers names a file', remedy: 'Write its headers out.' },
  { ...curl('http://a/ -b jar'), says: '-b jar names a cookie file', remedy: 'Write its cookies out.' },
  {
    ...curl('http://a/ -F a=1'),
    says: 'curl makes up bytes for -F that the line does not show',
    remedy: 'Capture the request as it arrives instead: a raw HTTP message, or JSON with bodyBase64.',
  },
  {
    ...curl('http://a/ -H none'),
    says: 'a header of the curl line has no colon',
    remedy: "Write -H 'Name: value'.",
  },
  {
    ...curl("http://a/ -H 'a: b"),
    says: "the quote ' is not closed",
    remedy: 'Paste the whole line; `Copy as cURL (bash)` in browsers.',
  },
  {
    ...curl('http://a/ -H "a: $TOKEN"'),
    says: 'the line holds $TOKEN, which a shell would replace',
    remedy: 'Put its value in its place, or the text in single quotes.',
  },
  {
    ...unread('curl "http://a/" ^\n -H "a: b'),
    says: 'the quote " is not closed',
    remedy: 'Paste the whole line; “Copy as cURL (bash)” works as well.',
  },
  {
    args: ['explain', ...WITH_KEY, '--for', 'rocket'],
    says: '--for rocket is not a framework that has examples',
    remedy:
      'One of express, fastify, next, nest, koa, hono, lambda, flask, django, spring, rails, php, go, nginx.',
  },
  {
    args: ['dev', '--gate', 'a'],
    says: '--gate is given without --follow',
    remedy: 'Give --follow URL as well.',
  },
  {
    args: ['dev', '--follow', 'notaurl'],
    says: '--follow is not an http or https URL',
    remedy: 'E.g. --follow https://admin.staging.example.',
  },
  {
    args: ['dev', '--follow', 'http://127.0.0.1:1'],
    says: '$COUNTERSIGN_ADMIN_TOKEN is not set, and --follow needs the other gateway’s token',
    remedy: `Set it: ${SET_TOKEN}`,
  },
  {
    args: ['dev', '--public', '--config', 'dev.yaml'],
    files: { 'dev.yaml': DEV },
    says: '$NGROK_AUTHTOKEN is not set',
    remedy: 'Take the token from the dashboard of ngrok, and put it into the environment or into .env.',
  },
  {
    args: ['dev', '--public', '--config', 'dev.yaml'],
    env: { NGROK_AUTHTOKEN: 'a' },
    files: { 'dev.yaml': DEV },
    says: '@ngrok/ngrok is not installed in this project',
    remedy: 'Run: npm install --save-dev @ngrok/ngrok',
  },
  {
    args: ['dev', '--public', '--config', 'dev.yaml'],
    env: { NGROK_AUTHTOKEN: 'a' },
    files: {
      'dev.yaml': DEV,
      'node_modules/@ngrok/ngrok/package.json': '{"main":"index.js"}',
      'node_modules/@ngrok/ngrok/index.js': 'exports.forward = () => Promise.reject(new Error("offline"));',
    },
    says: 'ngrok gave no public URL',
    remedy: 'Check that this machine is online, and that $NGROK_AUTHTOKEN is the token of your account.',
  },
  {
    args: ['completion', 'tcsh'],
    says: 'there is no completion for tcsh',
    remedy: 'Write: countersign completion bash|zsh|fish',
  },
  {
    args: ['completion'],
    says: 'the name of one shell is needed',
    remedy: 'Write: countersign completion bash|zsh|fish',
  },
  {
    args: ['completion', 'fihs'],
    says: 'there is no completion for fihs',
    remedy: 'Did you mean fish? Write: countersign completion bash|zsh|fish',
  },
  {
    args: ['sandbox', 'flowant'],
    says: '"flowant" is not a platform that is simulated',
    remedy: 'Did you mean flowent? One of flowent, site, incode.',
  },
  // Test vectors, and what they are run against.
  ...VECTOR_CASES,
  // Events, deliveries, the store.
  ...handoutCases,
  ...dayCases,
];
