/** How other languages’ frameworks are told of the proxy before them, keep an address as it is, and redirect nothing. */
import type { Example } from './example.ts';

const PROXY = ['proxy-host', 'proxy-scheme', 'trusted-proxies'];
const ADDRESS = ['proxy-path', 'query-encoding'];

export const ADDRESS_OTHERS: readonly Example[] = [
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
    language: 'java',
    code: `// Or in application.properties: server.forward-headers-strategy=framework
@Bean
ForwardedHeaderFilter forwardedHeaderFilter() {
  return new ForwardedHeaderFilter(); // request.getRequestURL() is then what the sender signed, without the query
}`,
  },
  {
    frameworks: ['rails'],
    topics: PROXY,
    language: 'ruby',
    code: `# X-Forwarded-Proto and X-Forwarded-Host are believed of whoever sends them: the proxy must set both.
url = request.original_url`,
    note: 'In config/environments/production.rb, from Rails 7.1 on, where the proxy ends TLS and says nothing of it: config.assume_ssl = true.',
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
    frameworks: ['flask'],
    topics: ADDRESS,
    language: 'python',
    code: `# The target as it came, of Werkzeug and Gunicorn; request.path is decoded.
target = request.environ.get("REQUEST_URI") or request.environ["RAW_URI"]`,
  },
  {
    frameworks: ['django'],
    topics: ADDRESS,
    language: 'python',
    code: `# The target as it came, of Gunicorn and uWSGI; request.path is decoded.
target = request.META.get("RAW_URI") or request.META["REQUEST_URI"]`,
  },
  {
    frameworks: ['rails'],
    topics: ADDRESS,
    language: 'ruby',
    code: `# Path and query as they came; params are decoded.
target = request.original_fullpath`,
  },
  {
    frameworks: ['spring'],
    topics: ADDRESS,
    language: 'java',
    code: `// As they came; getServletPath() and parameters are decoded.
String query = request.getQueryString();
String target = request.getRequestURI() + (query == null ? "" : "?" + query);`,
  },
  {
    frameworks: ['flask'],
    topics: ['redirect'],
    language: 'python',
    code: `# No redirect between /webhook and /webhook/.
app.url_map.strict_slashes = False`,
  },
  {
    frameworks: ['django'],
    topics: ['redirect'],
    language: 'python',
    code: `# settings.py: no redirect to the address with a slash, which makes a GET of a POST.
APPEND_SLASH = False`,
  },
  {
    frameworks: ['rails'],
    topics: ['redirect'],
    language: 'ruby',
    code: `# config/environments/production.rb
config.force_ssl = true
# No redirect of this address to https: what is sent to it over http is judged there.
config.ssl_options = { redirect: { exclude: ->(request) { request.path == '/webhook' } } }`,
  },
  {
    frameworks: ['spring'],
    topics: ['redirect'],
    language: 'java',
    code: `// Both spellings: Spring 6 answers one with 404, and a filter that redirects makes a GET of a POST.
@PostMapping({"/webhook", "/webhook/"})
ResponseEntity<Void> webhook() {
  return ResponseEntity.ok().build();
}`,
  },
  {
    frameworks: ['php'],
    topics: ['redirect'],
    language: 'text',
    code: `# .htaccess: no redirect from a folder’s name to the one with a slash at its end.
DirectorySlash Off
DirectoryIndex index.php`,
    notRun: 'the setting is Apache’s, which is not started here',
  },
  {
    frameworks: ['go'],
    topics: ['redirect'],
    language: 'go',
    code: `// Both spellings: where only the one with a slash is there, the mux redirects the other to it.
http.HandleFunc("/webhook", webhook)
http.HandleFunc("/webhook/", webhook)`,
  },
];
