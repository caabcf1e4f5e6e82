/** How frameworks are told of the proxy before them, keep an address as it is, and read a clock. */
import { type Example, FRAMEWORKS, NODE_FRAMEWORKS } from './example.ts';

const PROXY = ['proxy-host', 'proxy-scheme', 'trusted-proxies'];
const ADDRESS = ['proxy-path', 'query-encoding'];

export const SETTINGS: readonly Example[] = [
  {
    frameworks: NODE_FRAMEWORKS,
    topics: PROXY,
    language: 'js',
    code: `import { createGate } from '@countersign/core';

// The address that the sender knows; no proxy’s header is needed then.
const gate = createGate({
  provider: { id: 'twilio', origin: 'https://hooks.example' },
  keys: [process.env.WEBHOOK_SECRET ?? ''],
});`,
    note: "Where other code reads the address: Express app.set('trust proxy', 'loopback'), Fastify trustProxy: 'loopback', Koa app.proxy = true, with the proxy’s own address.",
  },
  {
    frameworks: ['flask'],
    topics: PROXY,
    language: 'python',
    code: `from werkzeug.middleware.proxy_fix import ProxyFix

# Of so many proxies before it: request.url is then what the sender signed.
app.wsgi_app = ProxyFix(app.wsgi_app, x_for=1, x_proto=1, x_host=1)`,
  },
  {
    frameworks: ['django'],
    topics: PROXY,
    language: 'python',
    code: `# settings.py; the proxy must set both headers itself, whatever the sender wrote.
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
USE_X_FORWARDED_HOST = True`,
  },
  {
    frameworks: ['spring'],
    topics: PROXY,
    language: 'text',
    code: `# application.properties
server.forward-headers-strategy=framework`,
    notRun: 'Spring is neither in npm nor in Debian',
  },
  {
    frameworks: ['rails'],
    topics: PROXY,
    language: 'ruby',
    code: `# config/environments/production.rb
config.action_dispatch.trusted_proxies = [IPAddr.new('10.0.0.0/8')]
config.assume_ssl = true # request.url is one of https`,
    notRun: 'the stage of examples does not start Rails',
  },
  {
    frameworks: ['php'],
    topics: [...PROXY, ...ADDRESS],
    language: 'php',
    code: `<?php
// The origin that the sender knows, and the target as it came.
$url = 'https://hooks.example' . $_SERVER['REQUEST_URI'];
echo $url;`,
    note: "In Laravel: $middleware->trustProxies(at: '10.0.0.0/8').",
  },
  {
    frameworks: ['go'],
    topics: [...PROXY, ...ADDRESS],
    language: 'go',
    code: `// The origin that the sender knows, and the target as it came; r.URL.Path is decoded.
url := "https://hooks.example" + r.RequestURI`,
  },
  {
    frameworks: NODE_FRAMEWORKS,
    topics: ADDRESS,
    language: 'js',
    code: `import { createGate } from '@countersign/core';

const gate = createGate({ provider: 'twilio', keys: [process.env.WEBHOOK_SECRET ?? ''] });

// The target as it came: of Express req.originalUrl, of node:http and Koa req.url; not decoded, sorted or cut.
export const judge = ({ method, originalUrl, url, rawHeaders, body }) =>
  gate.verify({ method, url: originalUrl ?? url, headers: rawHeaders, body });`,
    notRun: 'the address is another in each framework',
  },
  {
    frameworks: ['flask'],
    topics: ADDRESS,
    language: 'python',
    code: `# The target as it came, of Werkzeug and Gunicorn; request.path is decoded.
target = request.environ.get("REQUEST_URI") or request.environ["RAW_URI"]`,
  },
  {
    frameworks: ['django'],
    topics: [...ADDRESS, 'redirect'],
    language: 'python',
    code: `# settings.py: no redirect to the address with a slash, which makes a GET of a POST.
APPEND_SLASH = False`,
  },
  {
    frameworks: ['rails'],
    topics: ADDRESS,
    language: 'ruby',
    code: `# Path and query as they came; params are decoded.
target = request.original_fullpath`,
    notRun: 'the stage of examples does not start Rails',
  },
  {
    frameworks: ['spring'],
    topics: ADDRESS,
    language: 'java',
    code: `// As they came; getServletPath() and parameters are decoded.
String query = request.getQueryString();
String target = request.getRequestURI() + (query == null ? "" : "?" + query);`,
    notRun: 'Spring is neither in npm nor in Debian',
  },
  {
    frameworks: ['flask'],
    topics: ['redirect'],
    language: 'python',
    code: `# No redirect between /webhook and /webhook/.
app.url_map.strict_slashes = False`,
    notRun: 'no request is redirected that could be shown',
  },
  {
    frameworks: FRAMEWORKS,
    topics: ['clock', 'tolerance'],
    language: 'text',
    code: `timedatectl set-ntp true
timedatectl timesync-status`,
    note: 'Of the machine, not of the container; under WSL: hwclock --hctosys after it slept.',
    notRun: 'it sets the machine’s clock',
  },
];
