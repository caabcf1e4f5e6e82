/** Where a gate looks for what proves a request, in the words of a sentence, and what of it is not there. */
import { describeSource, type PartSource } from '../schemes/part-source.ts';
import type { Trace } from '../trace.ts';
import { declaredAs } from './declared.ts';
import type { Trial } from './trial.ts';
import { coveredHeaders, OF_TIME, proofHeaders } from './trial-headers.ts';
import { signatureText, textAt } from './written-signature.ts';

/** More names are not told. */
const MAX_NAMES = 4;

/** E.g. `header x-signature`; undefined where a signature stands there, or the scheme has none. */
export function signaturePlace(trial: Trial): string | undefined {
  const template = declaredAs(trial.scheme, 'template');
  if (template) return signatureText(trial) ? undefined : describeSource(template.options.signature);
  const { headers } = trial.request;
  const proof = proofHeaders(trial);
  if (proof.includes('signature-input')) {
    const isThere = headers.count('signature') + headers.count('signature-input') > 0;
    return isThere ? undefined : 'fields Signature and Signature-Input';
  }
  const [name] = trial.scheme.proof === 'signature' ? proof : [];
  return name === undefined || headers.count(name) > 0 ? undefined : `header ${name}`;
}

/** Which labels a list of signatures lacks; undefined where there is no list. */
export function missingItem(trial: Trial): string | undefined {
  const { list } = declaredAs(trial.scheme, 'template')?.options.signature ?? {};
  if (!list || !signatureText(trial)) return undefined;
  return `a signature stands behind ${list.labels.map((label) => `${label}${list.assign}`).join(' or ')}`;
}

/** Where the signed time belongs, e.g. `header x-timestamp`. */
export function missingTime(trial: Trial): string | undefined {
  const { signature, timestamp } = declaredAs(trial.scheme, 'template')?.options ?? {};
  if (!signature || !timestamp) {
    if (declaredAs(trial.scheme, 'message-signatures')) return 'parameter created';
    const name = proofHeaders(trial).find((header) => OF_TIME.test(header));
    return name === undefined ? undefined : `header ${name}`;
  }
  return 'item' in timestamp
    ? `item ${timestamp.item}= in its ${describeSource(signature)}`
    : describeSource(timestamp);
}

/** Where the parts belong, other than a header that is covered by name, of which a refusal says that they are absent. */
function absentPlaces(trial: Trial, { verdict, code }: Trace): readonly PartSource[] {
  const options = declaredAs(trial.scheme, 'template')?.options;
  if (!options || verdict.ok) return [];
  const { reason } = verdict;
  const { signature, timestamp, id, nonce, bodyDigest } = options;
  const places: readonly (PartSource | false | undefined)[] = [
    reason === 'missing-signature' && signature,
    // Both stand in one place, and are dropped together.
    (reason === 'missing-signature' || reason === 'missing-timestamp') && timestamp,
    code === 'id-absent' && id,
    code === 'nonce-absent' && nonce,
    code === 'body-unproved' && bodyDigest,
  ];
  return places.flatMap((place) => (place ? [place] : []));
}

/** In words, but for parameters of the query. */
export function absentParts(trial: Trial, trace: Trace): readonly string[] {
  return absentPlaces(trial, trace).flatMap((place) => ('query' in place ? [] : [describeSource(place)]));
}

/** Names of the query’s parameters that the proof needs and that did not come; none where what is missing stands elsewhere. */
export function absentParameters(trial: Trial, trace: Trace): readonly string[] {
  const places = absentPlaces(trial, trace);
  const [first] = places;
  if (!first || !('query' in first)) return [];
  return places.flatMap((place) =>
    'query' in place && textAt(place, trial) === undefined ? [place.query] : [],
  );
}

/** Lower-case names of the headers that the proof needs and that did not come. */
export function absentHeaders(trial: Trial): readonly string[] {
  const declared = declaredAs(trial.scheme, 'template')?.options;
  const places: readonly (PartSource | undefined)[] = [declared?.id, declared?.nonce];
  const named = places.flatMap((place) => (place && 'header' in place ? [place.header.toLowerCase()] : []));
  const names = new Set([...proofHeaders(trial), ...coveredHeaders(trial), ...named]);
  return [...names].filter((name) => trial.request.headers.count(name) === 0).slice(0, MAX_NAMES);
}
