/** Requests that came without their signature, its time, or a header that either needs. */
import type { RefusalReason } from '../../refusals.ts';
import { Passage } from '../../scheme.ts';
import { shownText } from '../../text/shown-text.ts';
import type { Trace } from '../../trace.ts';
import type { SignHypothesis } from '../hypothesis.ts';
import { callerOf, onlyTransportHeaders, signOfSender, similarHeader } from '../missing-signs.ts';
import {
  absentHeaders,
  absentParameters,
  missingItem,
  missingTime,
  signaturePlace,
} from '../proof-places.ts';
import type { Trial } from '../trial.ts';

/** @param where of the signature or the time, e.g. `header x-signature` */
function passOn(where: string): string {
  return /(?:header|fields) \S+/.test(where)
    ? 'have each proxy pass it on (nginx: proxy_pass_request_headers on, and underscores_in_headers on for a name with _; CloudFront: an origin request policy that lists it; API gateways: map it)'
    : 'have what hands the request on leave its query and its body as they are';
}

/** A row of a request without a signature; of those that apply the first is told alone. */
interface Missing extends Pick<SignHypothesis, 'id' | 'certainty' | 'says' | 'mend'> {
  sees(trial: Trial, where: string, trace: Trace): string | undefined;
}

const SIGNATURE_ROWS: readonly Missing[] = [
  {
    id: 'signature-never-sent',
    certainty: 'likely',
    says: (what) =>
      `${what}. It came without a signature because it is no request of the sender’s, and refusing it is right.`,
    mend: () =>
      'Let the sender itself send one: its page of webhooks has a button that sends a test, or sends the last one again. Give health checks and browsers another path than the gate’s.',
    sees: (trial) => callerOf(trial.request),
  },
  {
    id: 'signature-other-header-missing',
    certainty: 'possible',
    says: (detail) =>
      `The request has no signature where the gate reads it: ${detail}. What stands there is of another version, of another sender, or signed with another secret.`,
    mend: (where) =>
      `Have the sender send the signature of the version that the gate reads; and ${passOn(where)}. If the other one is this sender’s own, set the gate to it.`,
    sees: (trial, where) => {
      const other = similarHeader(trial);
      return other === undefined ? undefined : `it has ${shownText(other)} and no ${where}`;
    },
  },
  {
    id: 'signature-alone-missing',
    certainty: 'likely',
    says: (detail) =>
      `The request looks like one of this sender’s, and came without its signature: it has ${detail}. The sender has no secret set, or something on the way dropped the signature.`,
    mend: (where) =>
      `Look at whether the sender has a secret for this address, since many sign only then; and ${passOn(where)}.`,
    sees: (trial, where, trace) => {
      const sign = signOfSender(trial, trace);
      return sign === undefined ? undefined : `${shownText(sign)}, and no ${where}`;
    },
  },
  {
    id: 'signature-all-headers-missing',
    certainty: 'possible',
    says: (where) =>
      `The request came without a signature, in its ${where}, and without any header that is the sender’s own: a proxy or a function between passes none on, or the sender signs nothing.`,
    mend: () =>
      `Look at what arrives before the proxy, e.g. in its log; and have it pass the sender’s headers on (nginx: proxy_pass_request_headers on; in your own code: hand on the headers too, and not the body alone).`,
    sees: ({ request }, where) => (onlyTransportHeaders(request.headers) ? where : undefined),
  },
  {
    id: 'signature-missing',
    certainty: 'possible',
    says: (where) =>
      `The request came without a signature in its ${where}: the sender has no secret set or signs nothing, something on the way dropped it, or the request is no sender’s at all.`,
    mend: (where) =>
      `Look at whether the sender has a secret for this address, since many sign only then; and ${passOn(where)}. If a stranger sent it, refusing it is right.`,
    sees: (_, where) => where,
  },
];

export const MISSING: readonly SignHypothesis[] = [
  {
    id: 'place-header-underscore',
    part: 'place',
    steps: ['extract', 'canonical', 'fresh'],
    certainty: 'likely',
    sees: underscored,
    says: (names) =>
      `The request came without ${names}, and without any other header whose name has an underscore: nginx and other servers drop these without a word.`,
    mend: () =>
      'Have nginx pass them on (underscores_in_headers on, in the http or server block of every nginx on the way), Apache and load balancers too; or have the sender write - for _, and name the header so in the gate.',
    example: 'header-dropped',
  },
  {
    id: 'place-query-dropped',
    part: 'place',
    steps: ['extract', 'canonical', 'fresh'],
    certainty: 'possible',
    isFallback: true,
    sees: droppedParameters,
    says: (names) =>
      `The request came without ${names} in its query, which its proof needs: the query was cut off on the way, or the sender did not write it.`,
    mend: () =>
      'Hand the gate the target as it came, query and all: Express req.originalUrl, nginx $request_uri (proxy_pass http://app; without a path, or with $is_args$args behind $uri), PHP REQUEST_URI, WSGI PATH_INFO with QUERY_STRING; and look for a rewrite that drops it.',
    example: 'query-encoding',
  },
  ...SIGNATURE_ROWS.map(
    ({ id, certainty, says, mend }): SignHypothesis => ({
      id,
      part: 'place',
      steps: ['extract'],
      certainty,
      says,
      mend,
      example: 'header-dropped',
      isFallback: true,
      sees(trial, trace) {
        if (!isRefusedFor(trace, 'missing-signature') || isSaidBefore(trial, trace)) return undefined;
        if (handsOverKey(trial)) return undefined;
        const where = signaturePlace(trial);
        if (where === undefined) return undefined;
        for (const row of SIGNATURE_ROWS) {
          const detail = row.sees(trial, where, trace);
          if (detail !== undefined) return row.id === id ? detail : undefined;
        }
        return undefined;
      },
    }),
  ),
  {
    id: 'signature-item-missing',
    part: 'signature',
    isFallback: true,
    steps: ['extract'],
    certainty: 'possible',
    sees: (trial, trace) => (isRefusedFor(trace, 'missing-signature') ? missingItem(trial) : undefined),
    says: (detail) =>
      `The signature’s header is there, and has no item that the gate reads as a signature: ${detail}.`,
    mend: () =>
      'Look for what cuts the header at a comma, a blank or its length, or hands on a part of it; and have the sender send the version that the gate reads.',
    example: 'signature-header',
  },
  {
    id: 'time-missing',
    part: 'time',
    isFallback: true,
    steps: ['canonical', 'fresh'],
    certainty: 'likely',
    sees(trial, trace) {
      if (!isRefusedFor(trace, 'missing-timestamp') || isSaidBefore(trial, trace)) return undefined;
      return missingTime(trial);
    },
    says: (where) =>
      `The request is signed, and came without the time that is signed with it: it has no ${where}.`,
    mend: (where) => `Have the sender send the time that it signs, and ${passOn(where)}.`,
    example: 'header-dropped',
  },
];

/** Whether the request is the platform’s test that hands over a key: that one is to come without a signature. */
function handsOverKey({ request, scheme }: Trial): boolean {
  return scheme.handshakes.some(
    ({ delivery }) => delivery?.key(new Passage(request, 0, scheme.open())) !== undefined,
  );
}

/** Whether a row that says more has said it. */
function isSaidBefore(trial: Trial, trace: Trace): boolean {
  return (underscored(trial, trace) ?? droppedParameters(trial, trace)) !== undefined;
}

function droppedParameters(trial: Trial, trace: Trace): string | undefined {
  const absent = absentParameters(trial, trace);
  return absent.length === 0
    ? undefined
    : `${absent.length > 1 ? 'the parameters' : 'the parameter'} ${absent.map(shownText).join(', ')}`;
}

function isRefusedFor({ verdict }: Trace, ...reasons: readonly RefusalReason[]): boolean {
  return !verdict.ok && reasons.includes(verdict.reason);
}

/** The names with an underscore that are wanted and absent, where no header that came has one. */
function underscored(trial: Trial, trace: Trace): string | undefined {
  if (!isRefusedFor(trace, 'missing-signature', 'missing-part', 'missing-timestamp')) return undefined;
  const absent = absentHeaders(trial).filter((name) => name.includes('_'));
  const isPassed = [...trial.request.headers].some(([name]) => name.includes('_'));
  if (isPassed || absent.length === 0) return undefined;
  return `${absent.length > 1 ? 'the headers' : 'the header'} ${absent.map(shownText).join(', ')}`;
}
