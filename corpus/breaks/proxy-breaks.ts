/** Requests that a proxy, a router or a client that follows redirects has changed. */
import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import { pick, pickSome } from '../base/draw.ts';
import { ask, scratchPath } from '../base/helper.ts';
import { jsonBody } from '../base/json-bodies.ts';
import { lastArrived, portOf, type Setup, through } from '../base/proxies.ts';
import { post } from '../base/servers.ts';
import { versionOf } from '../base/versions.ts';
import { type Case, type Draft, type Sender, type Wire, withHeader } from '../base/wire.ts';
import { HEADER_SENDERS, SIMPLE_SENDERS, UNDERSCORE_SENDERS, URL_SENDERS } from '../senders/all.ts';

interface ProxyRow {
  readonly cause: string;
  readonly truth: string;
  readonly madeBy: string;
  readonly count: number;
  readonly senders: readonly Sender[];
  /** Targets that show it; default: the sender's own. */
  readonly targets?: readonly string[];
  prepare?(draft: Draft, label: string): Draft;
  /** What is done to the request before it is sent on, e.g. a second line of a header. */
  before?(wire: Wire): Wire;
  change(wire: Wire, label: string): Promise<Wire | undefined>;
}

const run = promisify(execFile);
const NGINX = versionOf('nginx');
const HAPROXY = versionOf('haproxy');
const APACHE = versionOf('apache');
const GO = `${versionOf('go')}, net/http/httputil`;

const by =
  (setup: Setup): ProxyRow['change'] =>
  (wire) =>
    through(setup, wire);

const SLASHES = ['/hooks//events?a=1', '/api/v1//callbacks//in', '//webhooks/in'];
const DOTS = ['/hooks/./events', '/hooks/v1/../v2/events?x=1', '/api/a/b/../c'];
const ESCAPES = [
  '/hooks/%7Eacme/in',
  '/hooks/a%2Db?x=1',
  '/files/r%C3%A9sum%C3%A9%2Dv1.pdf',
  '/orders/%41%42-7',
];
const ENCODED_SLASH = ['/files/a%2Fb/meta?v=1', '/repos/acme%2Ftool/hooks'];
const QUERIES = [
  '/hooks/in?tenant=acme&env=prod&b=2&a=1',
  '/cb?z=1&y=2&x=3',
  '/api/callback?to=a%20b&from=c%2Bd',
  '/in?name=Zo%C3%AB&flag&empty=',
];
const API = ['/api/hooks/in', '/api/v1/events?source=crm', '/api/callbacks/7f3a'];

const url = (
  cause: string,
  truth: string,
  madeBy: string,
  count: number,
  targets: readonly string[] | undefined,
  change: ProxyRow['change'],
): ProxyRow => ({ cause, truth, madeBy, count, senders: URL_SENDERS, ...(targets && { targets }), change });

const REWRITTEN: readonly ProxyRow[] = [
  url(
    'slashes-merged',
    'nginx merged slashes of the path (merge_slashes, and proxy_pass with a path).',
    NGINX,
    8,
    SLASHES,
    by('canonical'),
  ),
  url(
    'slashes-merged',
    'HAProxy merged slashes of the path (normalize-uri path-merge-slashes).',
    HAPROXY,
    4,
    SLASHES,
    by('ha-slashes'),
  ),
  url('slashes-merged', 'path.Clean merged slashes of the path.', GO, 4, SLASHES, by('go-clean')),
  url(
    'dot-segments-removed',
    'nginx resolved the dot segments of the path.',
    NGINX,
    10,
    DOTS,
    by('canonical'),
  ),
  url(
    'dot-segments-removed',
    'HAProxy resolved the dot segments of the path.',
    HAPROXY,
    6,
    DOTS,
    by('ha-dots'),
  ),
  url(
    'path-or-query-spelt-otherwise',
    'nginx decoded the path and encoded it anew (proxy_pass with a path).',
    NGINX,
    7,
    ESCAPES.slice(0, 2),
    by('canonical'),
  ),
  url(
    'path-or-query-spelt-otherwise',
    'nginx decoded the path into $uri.',
    NGINX,
    4,
    ESCAPES.slice(0, 2),
    by('uri'),
  ),
  url(
    'path-or-query-spelt-otherwise',
    'HAProxy decoded unreserved letters of the path.',
    HAPROXY,
    5,
    ESCAPES,
    by('ha-unreserved'),
  ),
  url(
    'path-or-query-spelt-otherwise',
    'Apache decoded the path and encoded it anew (ProxyPass without nocanon).',
    APACHE,
    5,
    ESCAPES,
    by('ap-canonical'),
  ),
  url(
    'path-or-query-spelt-otherwise',
    'A reverse proxy set URL.Path and left out RawPath: %2F became /.',
    GO,
    5,
    ENCODED_SLASH,
    by('go-path'),
  ),
  url(
    'path-or-query-spelt-otherwise',
    'nginx decoded %2F of the path to /.',
    NGINX,
    4,
    ENCODED_SLASH,
    by('canonical'),
  ),
  url(
    'path-prefix-stripped',
    'nginx took /api off the path (proxy_pass with a slash behind a location).',
    NGINX,
    8,
    API,
    by('strip'),
  ),
  url(
    'path-prefix-stripped',
    'HAProxy took /api off the path (replace-path).',
    HAPROXY,
    4,
    API,
    by('ha-strip'),
  ),
  url('path-prefix-stripped', 'http.StripPrefix took /api off the path.', GO, 4, API, by('go-strip')),
  url(
    'path-prefix-stripped',
    'Apache took /api off the path (ProxyPass /api/).',
    APACHE,
    3,
    API,
    by('ap-strip'),
  ),
  url('path-prefix-added', 'nginx put /internal before the path.', NGINX, 5, undefined, by('prefix')),
  url(
    'path-prefix-added',
    'HAProxy put /internal before the path (set-path).',
    HAPROXY,
    3,
    undefined,
    by('ha-prefix'),
  ),
  url(
    'path-prefix-added',
    "NewSingleHostReverseProxy put its target's path, /internal, before the path.",
    GO,
    4,
    undefined,
    by('go-prefix'),
  ),
  url(
    'trailing-slash-changed',
    'nginx put a slash behind the path (rewrite).',
    NGINX,
    7,
    undefined,
    by('slash'),
  ),
  url('query-lost', 'nginx passed $uri on, without the query.', NGINX, 6, QUERIES, by('no-query')),
  url('query-lost', 'HAProxy emptied the query.', HAPROXY, 3, QUERIES, by('ha-no-query')),
  url(
    'query-parameter-added',
    'nginx put a parameter of its own into the query.',
    NGINX,
    6,
    undefined,
    by('more-query'),
  ),
  url(
    'query-reordered',
    'HAProxy sorted the parameters of the query.',
    HAPROXY,
    5,
    QUERIES.slice(0, 2),
    by('ha-sort'),
  ),
  url(
    'query-reordered',
    'URL.Query().Encode() sorted the parameters of the query.',
    GO,
    5,
    QUERIES.slice(0, 2),
    by('go-query'),
  ),
  url(
    'path-or-query-spelt-otherwise',
    'URL.Query().Encode() printed the query anew.',
    GO,
    4,
    ['/api/callback?from=c%2Bd&to=a%20b'],
    by('go-query'),
  ),
  url(
    'host-changed-by-proxy',
    'nginx sent the name of its upstream as Host; the public name stands in X-Forwarded-Host.',
    NGINX,
    8,
    undefined,
    by('host'),
  ),
  url(
    'host-changed-by-proxy',
    'HAProxy set a Host of its own; the public name stands in X-Forwarded-Host.',
    HAPROXY,
    5,
    undefined,
    by('ha-host'),
  ),
  url(
    'host-changed-by-proxy',
    'A reverse proxy set a Host of its own; the public name stands in X-Forwarded-Host.',
    GO,
    4,
    undefined,
    by('go-host'),
  ),
  url(
    'host-changed-by-proxy',
    'Apache sent the address of its backend as Host (ProxyPreserveHost Off).',
    APACHE,
    4,
    undefined,
    by('ap-host'),
  ),
  url('method-overridden', 'HAProxy made PUT of POST.', HAPROXY, 4, undefined, by('ha-method')),
];

/** A URL as a framework tells it that stands behind a proxy which ends TLS. */
const frameworkUrl =
  (framework: 'python' | 'rack' | 'php', path: string): ProxyRow['change'] =>
  async (wire) => {
    const { pathname, search } = new URL(wire.url);
    const answer = JSON.parse(
      (await post(framework, `${path}${pathname}${search}`, { ...wire, method: 'POST' })).toString(),
    ) as { url: string };
    return { ...wire, url: answer.url.replace(path, '') };
  };

/** The query that a program prints from what it parsed. */
const printed =
  (language: 'php' | 'ruby', operation: string): ProxyRow['change'] =>
  async (wire) => {
    const [path = '', query = ''] = wire.url.split('?');
    return query === '' ? undefined : { ...wire, url: `${path}?${await ask(language, operation, query)}` };
  };
const whole =
  (language: 'python' | 'go', operation: string): ProxyRow['change'] =>
  async (wire) => ({ ...wire, url: (await ask(language, operation, wire.url)).toString() });

const TOLD: readonly ProxyRow[] = [
  url(
    'tls-ended-at-proxy',
    'TLS ends at a proxy: request.url says http://, https:// was signed.',
    versionOf('flask'),
    7,
    undefined,
    frameworkUrl('python', '/flask/x'),
  ),
  url(
    'tls-ended-at-proxy',
    'TLS ends at a proxy: build_absolute_uri() says http://, https:// was signed.',
    versionOf('django'),
    6,
    undefined,
    frameworkUrl('python', '/django/x'),
  ),
  url(
    'tls-ended-at-proxy',
    'TLS ends at a proxy: request.url says http://, https:// was signed.',
    versionOf('rack'),
    6,
    undefined,
    frameworkUrl('rack', '/x'),
  ),
  url(
    'tls-ended-at-proxy',
    'TLS ends at a proxy: the URL is put together from $_SERVER with http://, https:// was signed.',
    versionOf('php'),
    5,
    undefined,
    frameworkUrl('php', '/x'),
  ),
  url(
    'query-parameter-renamed',
    'PHP made an underscore of the dot in the name of a parameter.',
    versionOf('php'),
    8,
    ['/in?data.id=77&type=payment', '/cb?user.name=zoe'],
    printed('php', 'query'),
  ),
  url(
    'path-or-query-spelt-otherwise',
    'The query was parsed and printed again by build_query.',
    versionOf('rack'),
    4,
    ['/api/callback?to=a%20b&from=c%2Bd', '/in?list=a,b'],
    printed('ruby', 'query'),
  ),
  url(
    'query-parameter-lost',
    'urlencode(parse_qsl()) left out the parameters without a value.',
    versionOf('python'),
    5,
    ['/in?flag=&name=x', '/in?tenant=acme&empty='],
    whole('python', 'url-printed-again'),
  ),
  url(
    'path-or-query-spelt-otherwise',
    'url.String() after a change of the path printed path and query anew.',
    versionOf('go'),
    3,
    ['/files/a%2Fb?x=1%2C2'],
    whole('go', 'url-string'),
  ),
];

async function withCurl(args: readonly string[], wire: Wire, setup: Setup): Promise<Wire | undefined> {
  const { pathname, search } = new URL(wire.url);
  const file = scratchPath('curl-body');
  writeFileSync(file, wire.body);
  const headers = wire.headers
    .filter(([name]) => name !== 'Content-Length')
    .flatMap(([name, value]) => ['-H', `${name}: ${value}`]);
  await run('curl', [
    '-sS',
    '--max-time',
    '10',
    ...headers,
    ...args.map((arg) => arg.replace('FILE', `@${file}`)),
    `http://127.0.0.1:${await portOf(setup)}${pathname}${search}`,
  ]);
  return lastArrived();
}

async function withFetch(wire: Wire, setup: Setup): Promise<Wire | undefined> {
  const { pathname, search } = new URL(wire.url);
  const headers = wire.headers
    .filter(([name]) => !['Content-Length', 'Host'].includes(name))
    .map(([name, value]): [string, string] => [name, value]);
  await fetch(`http://127.0.0.1:${await portOf(setup)}${pathname}${search}`, {
    method: wire.method,
    headers,
    body: new Uint8Array(wire.body),
    redirect: 'follow',
  });
  const { host } = new URL(wire.url);
  const last = lastArrived();
  return last && { ...withHeader(last, 'host', host), url: last.url.replace(/127\.0\.0\.1:\d+/, host) };
}

const REDIRECTED: readonly ProxyRow[] = [
  {
    cause: 'redirect-turned-post-into-get',
    truth: 'A redirect (301) to the path with a slash: curl -L followed it by GET, without the body.',
    madeBy: `${versionOf('curl')}, ${NGINX}`,
    count: 9,
    senders: [...SIMPLE_SENDERS, ...URL_SENDERS],
    change: (wire) => withCurl(['-L', '--data-binary', 'FILE'], wire, 'redirect'),
  },
  {
    cause: 'redirect-turned-post-into-get',
    truth: 'A redirect (302): fetch followed it by GET, without the body.',
    madeBy: `${versionOf('node')}, fetch, ${NGINX}`,
    count: 8,
    senders: SIMPLE_SENDERS,
    change: (wire) => withFetch(wire, 'found'),
  },
  {
    cause: 'newlines-removed',
    truth: 'curl --data @file took the line ends out of the body; --data-binary keeps them.',
    madeBy: versionOf('curl'),
    count: 9,
    senders: SIMPLE_SENDERS,
    prepare: (draft, label) => ({
      ...draft,
      contentType: 'application/json',
      body: jsonBody(label, 'indented'),
    }),
    change: (wire) => withCurl(['--data', 'FILE'], wire, 'backend'),
  },
  {
    cause: 'body-percent-encoded',
    truth: 'curl --data-urlencode encoded the whole body.',
    madeBy: versionOf('curl'),
    count: 5,
    senders: SIMPLE_SENDERS,
    change: (wire) => withCurl(['--data-urlencode', 'FILE'], wire, 'backend'),
  },
];

/** The headers as a script has them that reads its server's variables. */
const variables =
  (framework: 'python' | 'php' | 'rack', path: string): ProxyRow['change'] =>
  async (wire) => {
    const answer = JSON.parse((await post(framework, path, wire)).toString()) as {
      headers: [string, string][];
    };
    return { ...wire, headers: answer.headers };
  };

const twice = (setup: Setup, senders: readonly Sender[], madeBy: string, truth: string): ProxyRow => ({
  cause: 'signature-header-joined',
  truth,
  madeBy,
  count: 6,
  senders,
  before: (wire) => ({
    ...wire,
    headers: wire.headers.flatMap((header) => (/signature/i.test(header[0]) ? [header, header] : [header])),
  }),
  change: by(setup),
});

const HEADERS: readonly ProxyRow[] = [
  {
    cause: 'headers-in-cgi-names',
    truth: 'The headers have the names of request.META: HTTP_ and underscores.',
    madeBy: versionOf('django'),
    count: 8,
    senders: SIMPLE_SENDERS,
    change: variables('python', '/django/x'),
  },
  {
    cause: 'headers-in-cgi-names',
    truth: 'The headers have the names of $_SERVER: HTTP_ and underscores.',
    madeBy: versionOf('php'),
    count: 7,
    senders: SIMPLE_SENDERS,
    change: variables('php', '/x'),
  },
  {
    cause: 'headers-in-cgi-names',
    truth: "The headers have the names of Rack's environment: HTTP_ and underscores.",
    madeBy: versionOf('rack'),
    count: 5,
    senders: SIMPLE_SENDERS,
    change: variables('rack', '/x'),
  },
  {
    cause: 'header-dropped-for-its-underscore',
    truth: 'nginx dropped headers whose names have an underscore (underscores_in_headers off).',
    madeBy: NGINX,
    count: 9,
    senders: UNDERSCORE_SENDERS,
    change: by('plain'),
  },
  {
    cause: 'signed-header-overwritten',
    truth: 'nginx put a request id of its own in place of the signed one.',
    madeBy: NGINX,
    count: 6,
    senders: HEADER_SENDERS,
    change: by('request-id'),
  },
  {
    cause: 'signed-header-overwritten',
    truth: 'HAProxy put a request id of its own in place of the signed one.',
    madeBy: HAPROXY,
    count: 4,
    senders: HEADER_SENDERS,
    change: by('ha-request-id'),
  },
  {
    cause: 'signed-header-missing',
    truth: 'nginx left the id of the request out, which is signed.',
    madeBy: NGINX,
    count: 5,
    senders: HEADER_SENDERS,
    change: by('no-request-id'),
  },
  {
    cause: 'signed-header-overwritten',
    truth: 'nginx set another Content-Type, which is signed.',
    madeBy: NGINX,
    count: 5,
    senders: URL_SENDERS.filter(({ name }) => name === 'partner' || name === 'http-message-signatures'),
    change: by('content-type'),
  },
  {
    cause: 'signature-header-missing',
    truth: 'nginx passed no headers on (proxy_pass_request_headers off).',
    madeBy: NGINX,
    count: 7,
    senders: SIMPLE_SENDERS,
    change: by('no-headers'),
  },
  {
    cause: 'signature-header-missing',
    truth: 'HAProxy deleted the header of the signature.',
    madeBy: HAPROXY,
    count: 5,
    senders: SIMPLE_SENDERS,
    change: by('ha-del'),
  },
  {
    cause: 'body-lost',
    truth: 'nginx did not pass the body on (proxy_pass_request_body off, as for auth_request).',
    madeBy: NGINX,
    count: 8,
    senders: [...SIMPLE_SENDERS, ...URL_SENDERS],
    change: by('no-body'),
  },
  twice(
    'ap-canonical',
    SIMPLE_SENDERS,
    APACHE,
    'The header was sent twice, and Apache joined its values with a comma.',
  ),
  {
    cause: 'decompressed-after-signing',
    truth: 'The gzipped bytes were signed; Apache inflated them (SetInputFilter DEFLATE).',
    madeBy: APACHE,
    count: 6,
    senders: SIMPLE_SENDERS.filter(({ signedBy }) => signedBy.startsWith('Node')),
    prepare: (draft) => ({ ...draft, body: gzipSync(draft.body) }),
    before: (wire) => withHeader(wire, 'Content-Encoding', 'gzip'),
    change: by('ap-inflate'),
  },
];

export async function proxyCases(): Promise<readonly Case[]> {
  const cases: Case[] = [];
  for (const [index, row] of [...REWRITTEN, ...TOLD, ...REDIRECTED, ...HEADERS].entries()) {
    const order = pickSome(`proxy/${index}`, row.senders, row.senders.length);
    const before = cases.length;
    for (let i = 0; i < row.count; i++) {
      const item = await caseOf(row, order[i % order.length] as Sender, `proxy/${row.cause}/${index}/${i}`);
      if (item) cases.push(item);
    }
    if (cases.length === before) throw new Error(`no request of ${row.cause}: ${row.truth}`);
  }
  return cases;
}

async function caseOf(row: ProxyRow, sender: Sender, label: string): Promise<Case | undefined> {
  const usual = sender.draft(label);
  const target = row.targets && `https://hooks.acme.example${pick(label, row.targets)}`;
  const aimed = target === undefined ? usual : { ...usual, url: target };
  const draft = row.prepare?.(aimed, label) ?? aimed;
  const genuine = await sender.sign(draft);
  const wire = await row.change(row.before?.(genuine) ?? genuine, label);
  return wire && caseWith(row, sender, draft, genuine, wire);
}

function caseWith(
  { cause, truth, madeBy }: ProxyRow,
  { name, choice, keys }: Sender,
  draft: Draft,
  genuine: Wire,
  wire: Wire,
): Case {
  return {
    sender: name,
    choice,
    keys,
    now: Math.floor(draft.at / 1000) + 1,
    wire,
    cause,
    truth,
    madeBy,
    genuine: { wire: genuine },
  };
}
