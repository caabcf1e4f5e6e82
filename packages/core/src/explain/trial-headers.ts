/** The names of the headers that a proof hangs on. */
import type { HeaderList } from '../headers.ts';
import type { Trial } from './trial.ts';

/** Lower-case names of the headers that carry the proof. */
export function proofHeaders({ scheme }: Pick<Trial, 'scheme'>): readonly string[] {
  return scheme.headers.proof;
}

/** Lower-case names of headers that hold a time. */
export const OF_TIME: RegExp = /time|(?:^|-)(?:date|ts)$/;

/** Of what a sender chooses itself no more are looked at. */
const MAX_NAMES = 16;

/** Lower-case names of the headers that the proof covers or is bound to, and that this request’s own signature names. */
export function coveredHeaders({ scheme, request }: Pick<Trial, 'scheme' | 'request'>): readonly string[] {
  const { proof, covered, bound } = scheme.headers;
  const chosen = proof.includes('signature-input') ? chosenHeaders(request.headers) : [];
  return [...new Set([...covered, ...bound, ...chosen])].slice(0, MAX_NAMES);
}

/** Many hypotheses ask for those of one request. */
const read = new WeakMap<HeaderList, readonly string[]>();

/** Those that its Signature-Input names. */
export function chosenHeaders(headers: HeaderList): readonly string[] {
  const input = (headers.get('signature-input') ?? '').slice(0, MAX_INPUT_CHARS);
  const lists = read.has(headers) ? [] : Array.from(input.matchAll(/\([^()]*\)/g), ([list]) => list);
  const names =
    read.get(headers) ??
    lists.flatMap((list) =>
      Array.from(list.matchAll(/"([a-z0-9!#$%&'*+.^_`|~-]+)"(?=[ );])/g), ([, name = '']) => name),
    );
  read.set(headers, names);
  return names;
}

const MAX_INPUT_CHARS = 4096;
