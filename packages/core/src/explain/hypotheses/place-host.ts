/** Requests that were signed for another of the receiver’s hosts, or for one that the request names itself. */
import { parseOrigin } from '../../effective-request.ts';
import { decodeUtf8 } from '../../text/bytes.ts';
import type { TrialHypothesis } from '../hypothesis.ts';
import { addressOf, isCovered, withAddress } from '../other-address.ts';
import type { Trial } from '../trial.ts';

/** No host is read from a longer body. */
const MAX_BODY_BYTES = 64 * 1024;
const MAX_NAMED = 6;

/** What the first label of a host is in other stages and for other purposes. */
const LABELS: readonly string[] = [
  'api',
  'www',
  'app',
  'dev',
  'staging',
  'stage',
  'test',
  'sandbox',
  'preview',
  'hooks',
  'webhooks',
];

/** At most 35 trials. */
export const PLACE_HOST: readonly TrialHypothesis[] = [
  {
    id: 'place-host-other',
    part: 'place',
    steps: ['compare'],
    isTriedAlone: true,
    *changes(trial) {
      const address = addressOf(trial);
      if (address?.authority === undefined || !isCovered(trial, 'host')) return;
      const { scheme, authority } = address;
      for (const other of new Set([...namedHosts(trial), ...siblings(authority)]))
        if (other !== authority) yield* withAddress(trial, { authority: other }, `${scheme}://${other}`);
    },
    says: (origin) =>
      `The sender signed a URL of ${origin}, another host than the one that the request came to: its settings still have the address of another stage, or of a tunnel.`,
    mend: () =>
      'Give the sender the address at which the gate answers, and look for another one in its settings: of staging, of a tunnel (ngrok, cloudflared) or of a preview. Where a redirect or rewrite leads here, give it the address behind that.',
    example: 'proxy-host',
  },
];

/** Hosts of URLs that stand in its headers or its body. */
function namedHosts({ request }: Trial): readonly string[] {
  const body = request.body.length > MAX_BODY_BYTES ? '' : (decodeUtf8(request.body) ?? '');
  const texts = [...[...request.headers].map(([, value]) => value), body.replaceAll('\\/', '/')];
  const hosts = texts.flatMap((text) =>
    Array.from(text.matchAll(/https?:\/\/([a-z\d][a-z\d.-]*(?::\d{1,5})?)/gi), ([, host = '']) =>
      host.toLowerCase(),
    ),
  );
  return [...new Set(hosts)]
    .filter((host) => parseOrigin(`https://${host}`) !== undefined)
    .slice(0, MAX_NAMED);
}

/** E.g. `staging.acme.example`, `hooks-staging.acme.example` and `acme.example` for `hooks.acme.example`. */
function* siblings(authority: string): Generator<string> {
  const [first = '', ...rest] = authority.split('.');
  if (rest.length < 1 || /^[\d.:[\]]+$/.test(authority)) return;
  const domain = rest.length > 1 ? rest.join('.') : authority;
  if (rest.length > 1) yield domain;
  for (const label of LABELS) yield `${label}.${domain}`;
  for (const stage of ['dev', 'staging', 'test']) {
    yield `${first}-${stage}.${rest.join('.')}`;
    yield `${stage}-${first}.${rest.join('.')}`;
    yield `${stage}.${authority}`;
  }
}
