/** Requests of which a proxy or a redirect changed several parts at once. */
import { utf8Text } from '../../text/bytes.ts';
import { decoded } from '../../text/decoded.ts';
import { forwardedHints } from '../forwarded-hints.ts';
import type { TrialHypothesis } from '../hypothesis.ts';
import {
  type Address,
  addressOf,
  isCovered,
  type OtherAddress,
  replacing,
  withAddress,
  withMessage,
} from '../other-address.ts';
import { decodedPart, eachPart } from '../query-forms.ts';

/** At most 40 trials, 6 and 2. */
export const PLACE_TOGETHER: readonly TrialHypothesis[] = [
  {
    id: 'place-forwarded-whole',
    part: 'place',
    steps: ['compare'],
    isTriedAlone: true,
    *changes(trial) {
      const address = addressOf(trial);
      if (!address || !isCovered(trial, 'host') || !isCovered(trial, 'path')) return;
      const { authorities, targets, prefixes } = forwardedHints(trial);
      const paths: readonly OtherAddress[] = [
        ...prefixes.map((prefix) => ({ path: `${prefix}${address.path}` })),
        ...targets.flatMap((target) => [withQueryOf(target), { path: target.split('?', 1)[0] ?? '/' }]),
      ];
      const hosts = [...authorities, ...(address.authority === undefined ? [] : [address.authority])];
      for (const authority of hosts.slice(0, 2))
        for (const scheme of ['https', 'http'] as const)
          for (const path of paths.slice(0, 10)) {
            const url = `${scheme}://${authority}${path.path ?? ''}`;
            yield* withAddress(trial, { ...path, scheme, authority: authority.toLowerCase() }, url);
          }
    },
    says: (url) =>
      `The sender signed a URL of ${url}, which headers of a proxy name in parts; the proxy changed host and path on the way to the gate.`,
    mend: () =>
      'Have the proxy pass host and path on as they came (nginx: proxy_pass http://app; without a path, and proxy_set_header Host $host); or set the gate’s origin, and leave the path alone.',
    example: 'proxy-path',
  },
  {
    id: 'place-redirected',
    part: 'place',
    steps: ['compare'],
    *changes(trial) {
      const address = addressOf(trial);
      const { method } = trial.request;
      if (!address || method !== 'GET' || !isCovered(trial, 'method') || !isCovered(trial, 'path', 'host'))
        return;
      for (const other of beforeRedirect(address))
        for (const { request = trial.request, ...change } of withAddress(trial, other))
          yield { ...change, request: { ...request, method: 'POST' } };
    },
    says: () =>
      'The sender signed a POST to another spelling of this address: a redirect (301, 302 or 303) sent it here and made a GET of it.',
    mend: () =>
      'Give the sender the address at which the gate answers, with its https, host and slash at the end; or answer with 307 or 308, which keep the method, and still have it sign anew.',
    example: 'redirect',
  },
  {
    id: 'place-url-decoded',
    part: 'place',
    steps: ['compare'],
    *changes(trial) {
      const address = addressOf(trial);
      const { path = '', query = '' } = address ?? {};
      if (!path.includes('%') || !/[%+]/.test(query) || !isCovered(trial, 'path')) return;
      const rewritePath = replacing(path, utf8Text(decoded(path)));
      for (const part of [decodedPart, decoded]) {
        const rewriteQuery = replacing(query, utf8Text(eachPart(query, part)));
        yield withMessage(trial, (text) => rewriteQuery(rewritePath(text)));
      }
    },
    says: () =>
      'The sender signed the URL decoded, path and query, and its HTTP client sent it percent-encoded.',
    mend: () =>
      'Have the sender sign the URL as it sends it: ask the HTTP client for it, or encode it before both.',
    example: 'query-encoding',
  },
];

function withQueryOf(target: string): OtherAddress {
  const mark = target.indexOf('?');
  return mark < 0
    ? { path: target, query: undefined }
    : { path: target.slice(0, mark), query: target.slice(mark + 1) };
}

/** What addresses are most often redirected from. */
function* beforeRedirect({ scheme, authority = '', path }: Address): Generator<OtherAddress> {
  const slash = path.endsWith('/') ? path.slice(0, -1) || '/' : `${path}/`;
  const www = authority.startsWith('www.') ? authority.slice('www.'.length) : `www.${authority}`;
  yield { path: slash };
  yield { authority: www };
  if (scheme !== 'https') return;
  yield { scheme: 'http' };
  yield { scheme: 'http', path: slash };
  yield { scheme: 'http', authority: www };
  yield { authority: www, path: slash };
}
