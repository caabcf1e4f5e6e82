/** Which parts of a request senders put into one message, the likely sets first. */
import type { Atom, AtomKind } from './atom.ts';

/** A part of a message; a text is literal. */
export type Piece = Atom | string;

/** A message: parts, and literal texts. */
export type Arrangement = readonly Piece[];

/** Parts that stand together, as path and query do. */
export interface Unit {
  readonly kind: AtomKind | 'literal';
  readonly pieces: readonly Piece[];
  readonly isLikely: boolean;
  /** What of the request's address it holds: no part stands there twice. */
  readonly address: readonly string[];
  /** How seldom senders sign it. */
  readonly cost: number;
  readonly isNonce: boolean;
  readonly isEmpty: boolean;
}

/** How far a search has come: each level has what no earlier one has. */
export const LEVELS = 12;

/** Some parts, in every order. */
export interface Plan {
  readonly units: readonly Unit[];
  readonly form: 'plain' | 'rare' | 'literal' | 'end' | 'mixed';
  readonly level: number;
}

const MAX_PARTS = 5;

/** Of how many sets of parts plans are made in one go. */
const SLICE = 256;

/** Which parts messages have, by how likely that is. */
export interface Plans {
  /** Those of one level, made when they are asked for; undefined after each slice of them. */
  of(level: number): Generator<Plan | undefined>;
}

export function plansOfParts(atoms: readonly Atom[]): Plans {
  const units = unitsOf(atoms);
  const byLevel = new Map<number, readonly Plan[]>();
  return {
    *of(level) {
      const plans = byLevel.get(level);
      if (plans) {
        yield* plans;
        return;
      }
      const own: Plan[] = [];
      let count = 0;
      // What costs as much as a later level by its parts alone is of that level.
      for (const subset of subsets(units, MAX_PARTS, level + 1)) {
        own.push(...plansOf(subset, units).filter((plan) => plan.level === level));
        if (++count % SLICE === 0) yield undefined;
      }
      byLevel.set(level, own);
      yield* own;
    },
  };
}

/** Parts that stand together in no message are none. */
function* subsets(
  units: readonly Unit[],
  size: number,
  maxCost: number,
  from = 0,
  before: readonly Unit[] = [],
): Generator<readonly Unit[]> {
  if (before.length > 0) yield before;
  if (size === 0) return;
  for (let at = from; at < units.length; at++) {
    const unit = units[at] as Unit;
    const whole = [...before, unit];
    const cost = whole.reduce((sum, { cost: own }) => sum + own, SIZE_COSTS[whole.length] ?? 0);
    if (cost < maxCost && mayStand(unit, before)) yield* subsets(units, size - 1, maxCost, at + 1, whole);
  }
}

/** By how much each further part makes a message less likely, and the search longer. */
const SIZE_COSTS: readonly number[] = [0, 0, 0.5, 1.2, 2.4, 4];
const FORM_COSTS: Readonly<Record<Plan['form'], number>> = {
  plain: 0,
  rare: 1.5,
  literal: 2.5,
  end: 4,
  mixed: 3.5,
};

/** By how many parts there are: of many each separator is a long way. */
const FORMS: readonly (readonly Plan['form'][])[] = [
  [],
  ['plain', 'literal', 'end'],
  ['plain', 'literal', 'end'],
  ['plain', 'literal', 'end', 'mixed'],
  ['plain', 'rare', 'literal', 'end', 'mixed'],
];

function plansOf(subset: readonly Unit[], all: readonly Unit[]): readonly Plan[] {
  const left = all.filter((unit) => !subset.includes(unit));
  const bodies = all.filter(({ kind }) => kind === 'body');
  // An empty body shows in no message.
  const hasBody = subset.some(({ kind }) => kind === 'body') || bodies.some(({ isEmpty }) => isEmpty);
  // A time or a nonce that nobody signs is seldom sent.
  const idle = left.filter(
    (unit) => isProofPart(unit) && !subset.some((other) => other.kind === 'time' && unit.kind === 'time'),
  );
  const cost =
    subset.reduce((sum, unit) => sum + unit.cost, 0) +
    (SIZE_COSTS[subset.length] ?? 5) +
    (hasBody ? 0 : 2.5) +
    Math.min(2, idle.length);
  const forms: readonly Plan['form'][] = FORMS[subset.length] ?? ['plain', 'rare'];
  return forms
    .map((form) => ({
      units: subset,
      form,
      level: Math.floor(cost + FORM_COSTS[form] + (form === 'mixed' ? subset.length - 3 : 0)),
    }))
    .filter(({ level }) => level < LEVELS);
}

function isProofPart({ kind, isLikely, isNonce }: Unit): boolean {
  return isLikely && (kind === 'time' || isNonce);
}

export function literalUnit(text: string): Unit {
  return {
    kind: 'literal',
    pieces: [text],
    isLikely: true,
    address: [],
    cost: 0,
    isNonce: false,
    isEmpty: false,
  };
}

function unitsOf(atoms: readonly Atom[]): readonly Unit[] {
  const parts = atoms.filter(({ kind }) => kind !== 'whole');
  const [path, query] = [parts.find(isWritten('{path}')), parts.find(isWritten('{query}'))];
  return [
    ...parts.map(unitOf),
    ...(path && query && query.text !== ''
      ? [
          {
            kind: 'address',
            pieces: [path, '?', query],
            isLikely: true,
            address: ['path', 'query'],
            cost: 1.2,
            isNonce: false,
            isEmpty: false,
          } as const,
        ]
      : []),
  ];
}

function unitOf(atom: Atom): Unit {
  const { kind, isLikely, place } = atom;
  const isNonce = kind === 'source' && place !== undefined && /nonce/i.test(JSON.stringify(place));
  const cost = costOf(atom, isNonce);
  return {
    kind,
    pieces: [atom],
    isLikely,
    address: addressOf(atom),
    cost,
    isNonce,
    isEmpty: atom.text === '',
  };
}

const COSTS: Readonly<Record<string, number>> = {
  '{body}': 0,
  '{body:sha256:hex}': 1.2,
  '{body:sha256:bytes}': 1.8,
  '{form:sorted}': 0.8,
  '{method}': 0.7,
  '{url}': 1,
  '{path}': 1,
  '{query}': 1.5,
  '{query:sorted}': 1.5,
  '{host}': 1.5,
  '{query:encoded}': 2,
  '{url:decoded}': 1.5,
  '{url+form}': 1.5,
  '{target:escaped}': 2,
};

/** By how a body is read. */
const BODY_COSTS: Readonly<Record<string, number>> = {
  gunzipped: 0,
  'ascii-escaped': 1.5,
  'json-string': 2.5,
};

function costOf({ kind, written, text, isLikely, origin, body }: Atom, isNonce: boolean): number {
  if (text === '') return 0.9;
  if (kind === 'time') return isLikely ? 0 : 2;
  if (kind === 'source') return isNonce ? 0.3 : isLikely ? 0.6 : 3.5;
  if (body !== undefined) return BODY_COSTS[body] ?? 2;
  return (COSTS[written] ?? 2) + (origin === undefined ? 0 : 1.5);
}

function isWritten(text: string): (atom: Atom) => boolean {
  return ({ written }) => written === text;
}

function addressOf({ kind, written }: Atom): readonly string[] {
  if (/^\{url/.test(written)) return ['host', 'path', 'query'];
  if (kind !== 'address') return [];
  if (written === '{target:escaped}') return ['path', 'query'];
  return [written.includes('query') ? 'query' : written.slice(1, -1)];
}

/** One body, one time, one method and two other texts at most. */
const MOST: Readonly<Record<Unit['kind'], number>> = {
  body: 1,
  time: 1,
  method: 1,
  source: 2,
  address: 3,
  literal: 1,
  whole: 0,
};

function mayStand(unit: Unit, before: readonly Unit[]): boolean {
  if (before.filter(({ kind }) => kind === unit.kind).length >= MOST[unit.kind]) return false;
  return !before.some(({ address }) => address.some((part) => unit.address.includes(part)));
}
