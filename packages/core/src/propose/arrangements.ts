/** The messages that senders make of the parts of a request: which, in which order, and what stands between them. */
import type { Atom } from './atom.ts';
import type { NamedText } from './named-texts.ts';
import { type Arrangement, literalUnit, type Plan, plansOfParts, type Unit } from './plans.ts';
import { runsOf } from './runs.ts';

/** What senders put between two parts, the usual first. */
const SEPARATORS = [
  '.',
  '',
  ':',
  '\n',
  '|',
  '&',
  '-',
  ',',
  ';',
  ' ',
  '_',
  '/',
  '+',
  '\r\n',
  '#',
  '::',
] as const;
const USUAL_SEPARATORS = SEPARATORS.slice(0, 7);
const RARE_SEPARATORS = SEPARATORS.slice(7);

/** The messages to try, by how likely they are. Made once for a signature. */
export interface Arrangements {
  /** Those of one level, from 0; undefined in between, where making them has taken a while. */
  of(level: number): Generator<Arrangement | undefined>;
}

/** Texts one behind the other are tried when the likely messages were. */
const RUN_LEVEL = 3;

/** @param texts those of the request by their names @param words that the request has before its signature, e.g. `v0` */
export function arrangementsOf(
  atoms: readonly Atom[],
  texts: readonly NamedText[],
  words: readonly string[],
): Arrangements {
  const plans = plansOfParts(atoms);
  const literals = [...new Set([...words, 'v0', 'v1', 'v2'])].map(literalUnit);
  return {
    *of(level) {
      if (level === 0) for (const atom of atoms) if (atom.kind === 'whole') yield [atom];
      if (level === RUN_LEVEL) yield* otherRuns(texts, atoms);
      for (const plan of plans.of(level)) {
        if (plan === undefined) yield undefined;
        else yield* arranged(plan, literals);
      }
    },
  };
}

/** A query that is signed whole is no run of parameters, which would leave out the next one. */
function* otherRuns(texts: readonly NamedText[], atoms: readonly Atom[]): Generator<Arrangement> {
  const wholes = new Set(atoms.filter(({ kind }) => kind === 'address').map(({ text }) => text));
  for (const run of runsOf(texts)) {
    const text = run.map((piece) => (typeof piece === 'string' ? piece : piece.text)).join('');
    if (!wholes.has(text)) yield run;
  }
}

function* arranged({ units, form }: Plan, literals: readonly Unit[]): Generator<Arrangement> {
  for (const order of orders(units)) {
    if (form === 'plain') yield* separated(order, units.length < 4 ? SEPARATORS : USUAL_SEPARATORS);
    else if (form === 'rare') yield* separated(order, RARE_SEPARATORS);
    else if (form === 'literal')
      for (const literal of literals)
        yield* separated([literal, ...order], units.length < 4 ? SEPARATORS : USUAL_SEPARATORS);
    else if (form === 'mixed') yield* mixed(order);
    else
      for (const separator of SEPARATORS)
        if (separator !== '') yield [...joined(order, () => separator), separator];
  }
}

/** With one separator between all of them. */
function* separated(order: readonly Unit[], separators: readonly string[]): Generator<Arrangement> {
  // Alone it has nothing between.
  for (const separator of order.length === 1 ? [''] : separators) yield joined(order, () => separator);
}

/** With one separator that differs from the others. */
function* mixed(order: readonly Unit[]): Generator<Arrangement> {
  for (let place = 1; place < order.length; place++) {
    for (const usual of USUAL_SEPARATORS) {
      for (const other of SEPARATORS) {
        // Of three parts each pair of separators comes once.
        if (usual !== other && !(order.length === 3 && place === 2))
          yield joined(order, (at) => (at === place ? other : usual));
      }
    }
  }
}

function* orders(units: readonly Unit[]): Generator<readonly Unit[]> {
  if (units.length < 2) yield units;
  else
    for (const [at, first] of units.entries())
      for (const rest of orders(units.toSpliced(at, 1))) yield [first, ...rest];
}

function joined(units: readonly Unit[], separator: (at: number) => string): Arrangement {
  return units.flatMap(({ pieces }, at) => {
    const before = at === 0 ? '' : separator(at);
    return before === '' ? pieces : [before, ...pieces];
  });
}
