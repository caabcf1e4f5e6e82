/** What a request without a signature shows of who sent it, and of what was dropped on the way. */
import type { HeaderList } from '../headers.ts';
import type { SignedRequest } from '../model.ts';
import type { Trace } from '../trace.ts';
import type { Trial } from './trial.ts';
import { proofHeaders } from './trial-headers.ts';

/** What probes of load balancers, clusters and monitors call themselves. */
const PROBE =
  /^(?:kube-probe|ELB-HealthChecker|GoogleHC|Amazon-Route53-Health-Check|Consul Health Check|UptimeRobot|Pingdom|Better ?Stack|StatusCake|Site24x7|Datadog|NewRelicPinger|check_http|Envoy\/HC|HAProxy|Azure Traffic Manager|AlwaysOn|Cloudflare-Traffic-Manager|DigitalOcean Uptime Probe|Blackbox Exporter)/i;

/** Who else asks at the gate’s address, where that shows; the beginning of a sentence. */
export function callerOf({ method, headers }: SignedRequest): string | undefined {
  const agent = headers.get('user-agent') ?? '';
  if (method === 'OPTIONS')
    return headers.get('access-control-request-method') === undefined
      ? 'The request is an OPTIONS, which asks what the address takes'
      : 'The request is an OPTIONS that a browser sends before another request (CORS)';
  // A monitor’s POST may be its webhook.
  if (method !== 'GET' && method !== 'HEAD') return undefined;
  if (PROBE.test(agent)) return 'The request is a health check, as its User-Agent says';
  if (headers.get('sec-fetch-mode') === 'navigate' || /^text\/html\b/i.test(headers.get('accept') ?? ''))
    return 'The request is that of a browser which opened the address';
  return method === 'HEAD' ? 'The request is a HEAD, which asks whether the address is there' : undefined;
}

/** What connections, proxies and platforms write, whoever sends. */
const TRANSPORT =
  /^(?:host|content-(?:type|length|encoding)|connection|keep-alive|transfer-encoding|te|via|forwarded|x-forwarded-.+|x-real-ip|x-request-id|x-amzn-trace-id|cf-.+|cdn-loop|true-client-ip|traceparent|tracestate|x-cloud-trace-context|x-envoy-.+|date|accept-encoding)$/i;

/** Whether no header came that a sender writes of its own accord. */
export function onlyTransportHeaders(headers: HeaderList): boolean {
  return [...headers].every(([name]) => TRANSPORT.test(name));
}

/** Words in names of headers and schemes that are no sender’s. */
const COMMON =
  /^(?:signatures?|hmac.*|hash|digest|webhooks?|request|content|message|event|body|timestamp|time|token|auth|authorization|standard|http|header|declared|custom|client|server|forwarded|real|delivery)$/;

/** A header that only this sender sends, or its name in User-Agent; undefined where nothing is its own. */
export function signOfSender(trial: Trial, { verdict }: Trace): string | undefined {
  const { headers } = trial.request;
  const proof = proofHeaders(trial).filter((name) => !name.startsWith('signature'));
  const own = [...headers].find(([name]) => proof.includes(name.toLowerCase()));
  if (own) return own[0];
  const names = [...proof, verdict.evidence.provider];
  const words = new Set(names.flatMap((name) => name.split(/[-_]/)));
  const ownWords = [...words].filter((word) => /^[a-z]{4,}$/.test(word) && !COMMON.test(word));
  const isOwn = (text: string): boolean =>
    text
      .toLowerCase()
      .split(/[^a-z]+/)
      .some((part) => ownWords.some((word) => part.startsWith(word)));
  const agent = headers.get('user-agent') ?? '';
  return (
    [...headers].find(([name]) => isOwn(name))?.[0] ?? (isOwn(agent) ? `User-Agent ${agent}` : undefined)
  );
}

/** The first header that is called like a signature’s, and is none that the gate reads. */
export function similarHeader(trial: Trial): string | undefined {
  const proof = proofHeaders(trial);
  return [...trial.request.headers].find(
    ([name]) =>
      /(?:^|[-_])(?:signature|sig|hmac)(?:[-_](?:sha-?\d+|\d+|v\d+|ed25519))?$/i.test(name) &&
      !proof.includes(name.toLowerCase()),
  )?.[0];
}
