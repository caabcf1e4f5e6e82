/**
 * Headers that an upstream, or what stands before it, takes for more than the sender's words: another path, host or method than the
 * request's own, the sender's address, who they are. Whoever holds one proved request would have it mean another, or come from another.
 * None of them is standard, so they are known by their families, and a gate may be told to pass one on.
 */

/** Rewriting (Symfony, Zend: CVE-2018-14773, IIS, ASP.NET, nginx, Envoy), and methods (Rails, Laravel, Express’s method-override, Google’s APIs). */
const TARGET: readonly RegExp[] = [
  /^x-(?:original|forwarded|rewrite|override|envoy-original|tunnel)-/,
  /^x-(?:http-)?(?:method|host)(?:-override)?$/,
  /^x-(?:http-)?(?:url|uri|path)-override$/,
  // What the application is mounted under.
  /^(?:x-)?script-name$/,
];

/** Proxies tell the client’s address so (Cloudflare, Akamai, Fastly, Rackspace, Azure, WebLogic, Fly, DigitalOcean, Envoy). */
const ADDRESS: readonly RegExp[] = [
  /^(?:[a-z0-9]+-)*(?:client|connecting|remote|real|originating|source|proxyuser|socket|user)-?(?:ip|ipv6|addr)$/,
  /^(?:[a-z0-9]+-)*forwarded-for$/,
  /^x-envoy-(?:external|internal)(?:-|$)/,
];

/** Proxies that authenticate tell of whom so (Apache, Kubernetes, oauth2-proxy, Google, Azure, AWS), and of a client certificate. */
const IDENTITY: readonly RegExp[] = [
  /^(?:x-)?(?:remote|webauth|authenticated|auth-request|goog-authenticated-user|ms-client-principal|amzn-oidc|amzn-mtls)(?:-|$)/,
  /^(?:x-)?(?:ssl|tls|client)-(?:client|cert|certificate|verify|verified|subject|dn)(?:-|$)/,
];

const FAMILIES = new RegExp([...TARGET, ...ADDRESS, ...IDENTITY].map(({ source }) => source).join('|'));

/** @param name in lower case, with hyphens. */
export function isOverriding(name: string): boolean {
  return FAMILIES.test(name);
}
