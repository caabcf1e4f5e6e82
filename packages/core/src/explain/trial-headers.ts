/** The names of the headers that a proof hangs on. */
import type { HeaderList } from '../headers.ts';
import { TOKEN_CHAR } from '../text/token.ts';
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
export function coveredHeaders(trial: Trial): readonly string[] {
  const { proof, covered, bound } = trial.scheme.headers;
  const named = proof.includes('signature-input') ? chosenHeaders(trial) : [];
  return [...new Set([...covered, ...bound, ...named])].slice(0, MAX_NAMES);
}

/** Those that its Signature-Input names. */
export function chosenHeaders({ request, once }: Trial): readonly string[] {
  return once(namedInInput, request.headers);
}

const MAX_INPUT_CHARS = 4096;
/** A name between quotes, with what may follow it. */
const COVERED = new RegExp(`"(${TOKEN_CHAR}+)"(?=[ );])`, 'g');

function namedInInput(headers: HeaderList): readonly string[] {
  const input = (headers.get('signature-input') ?? '').slice(0, MAX_INPUT_CHARS);
  return Array.from(input.matchAll(/\([^()]*\)/g), ([list]) => list).flatMap((list) =>
    Array.from(list.matchAll(COVERED), ([, name = '']) => name).filter((name) => name === name.toLowerCase()),
  );
}
