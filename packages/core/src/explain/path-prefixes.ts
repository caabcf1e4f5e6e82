/** What a path most often begins with before a proxy, a router or a stage of an API gateway cuts it off. */
import { addressOf } from './other-address.ts';
import type { Trial } from './trial.ts';

/** The likeliest first. */
const USUAL_PREFIXES: readonly string[] = [
  '/api',
  '/webhook',
  '/webhooks',
  '/hooks',
  '/v1',
  '/api/v1',
  '/api/webhooks',
  '/webhooks/api',
  '/prod',
  '/dev',
  '/staging',
  '/stage',
  '/default',
  '/.netlify/functions',
  '/inbox',
  '/in',
  '/hook',
  '/incoming',
  '/events',
  '/callback',
  '/callbacks',
  '/notify',
  '/notifications',
  '/ingest',
  '/v2',
  '/v3',
  '/api/v2',
  '/app',
  '/backend',
  '/server',
  '/service',
  '/services',
  '/svc',
  '/gateway',
  '/public',
  '/internal',
  '/external',
  '/integrations',
  '/rest',
  '/functions',
  '/functions/v1',
  '/test',
  '/receive',
  '/receiver',
  '/listener',
  '/payments',
  '/edge',
  '/proxy',
  '/web',
  '/live',
];

/** Of this sender first. */
export function usualPrefixes(trial: Trial): readonly string[] {
  return [...new Set([...ownPrefixes(trial), ...USUAL_PREFIXES])];
}

/** What addresses are called by their sender or their host: `/twilio`, `/hooks/twilio`, `/acme`. */
function ownPrefixes(trial: Trial): readonly string[] {
  const [name = ''] = /^[a-z]{3,20}/.exec(trial.scheme.name) ?? [];
  const labels = (addressOf(trial)?.authority ?? '').split('.').slice(0, 2);
  const ofHost = labels.filter((label) => /^[a-z][a-z\d-]{2,20}$/.test(label)).map((label) => `/${label}`);
  return name === ''
    ? ofHost
    : [`/${name}`, `/webhooks/${name}`, `/hooks/${name}`, `/api/${name}`, ...ofHost];
}
