/** Which route a path belongs to: literal segments before `:name` before a final `*`, looked up segment by segment. */
import { SetupError } from '@countersign/core';
import type { PathSegment } from '../config/config.ts';
import { decodeSegments, pathFault } from './path-fault.ts';
import { otherSpellings } from './path-spellings.ts';

export type PathParams = Readonly<Record<string, string>>;

export interface PathMatch<T> {
  readonly value: T;
  /** By name, percent-decoded. */
  readonly params: PathParams;
}

/** Why a path leads nowhere, as one sentence: it, or a reading of it, is no path that one route takes. */
export interface PathFault {
  readonly fault: string;
}

export interface PathTable<T> {
  /** The most specific route, or what is wrong with the path. `path` has no query. */
  find(path: string): PathMatch<T> | PathFault | undefined;
}

export interface PathRoute<T> {
  readonly segments: readonly PathSegment[];
  readonly value: T;
}

interface Leaf<T> {
  readonly names: readonly string[];
  readonly value: T;
}

interface Node<T> {
  readonly literals: Map<string, Node<T>>;
  param?: Node<T>;
  rest?: Leaf<T>;
  here?: Leaf<T>;
}

const NO_PARAMS: PathParams = Object.freeze({});

/** To other servers the path may be one of another route, or one that goes up. */
export const AMBIGUOUS: PathFault = {
  fault: 'to some servers the request’s path is another one: it must be spelled plainly',
};

/** Builds a table. @throws SetupError where two routes take the same paths. */
export function createPathTable<T>(routes: readonly PathRoute<T>[]): PathTable<T> {
  const root: Node<T> = { literals: new Map() };
  const plain = new Map<string, PathMatch<T>>();
  /** What comes after the longest route’s last segment is a rest. */
  const limit = Math.max(0, ...routes.map(({ segments }) => segments.length)) + 1;
  for (const route of routes) {
    insert(root, route);
    const text = textOf(route.segments);
    if (route.segments.every((segment) => segment.kind === 'literal') && pathFault(text) === undefined) {
      plain.set(text, { value: route.value, params: NO_PARAMS });
    }
  }
  return {
    find(path) {
      const exact = plain.get(path);
      if (exact !== undefined) return exact;
      const fault = pathFault(path);
      if (fault !== undefined) return { fault };
      // `OPTIONS *` has no path.
      if (path === '*') return undefined;
      const segments = path === '/' ? [] : decodeSegments(path, limit);
      if (segments === undefined) return undefined;
      const values: string[] = [];
      const leaf = walk(root, segments, 0, values);
      if (leaf === undefined) return undefined;
      const others = otherSpellings(path, limit);
      if (others === undefined) return AMBIGUOUS;
      for (const other of others) {
        const elsewhere = walk(root, other, 0, []);
        if (elsewhere !== undefined && elsewhere !== leaf) return AMBIGUOUS;
      }
      return { value: leaf.value, params: paramsOf(leaf.names, values) };
    },
  };
}

function textOf(segments: readonly PathSegment[]): string {
  return `/${segments.map((segment) => (segment.kind === 'literal' ? segment.text : '')).join('/')}`;
}

function insert<T>(root: Node<T>, { segments, value }: PathRoute<T>): void {
  let node = root;
  const names: string[] = [];
  for (const segment of segments) {
    if (segment.kind === 'rest') {
      if (node.rest !== undefined) throw samePaths();
      node.rest = { names, value };
      return;
    }
    if (segment.kind === 'param') {
      names.push(segment.name);
      node.param ??= { literals: new Map() };
      node = node.param;
    } else {
      const next: Node<T> = node.literals.get(segment.text) ?? { literals: new Map() };
      node.literals.set(segment.text, next);
      node = next;
    }
  }
  if (node.here !== undefined) throw samePaths();
  node.here = { names, value };
}

function samePaths(): SetupError {
  return new SetupError('gates', 'two gates take the same paths', 'Give each gate its own path.');
}

/** Goes down the most specific branch first and comes back where it ends blind. */
function walk<T>(
  node: Node<T>,
  segments: readonly string[],
  at: number,
  values: string[],
): Leaf<T> | undefined {
  const segment = segments[at];
  if (segment === undefined) return node.here ?? node.rest;
  const literal = node.literals.get(segment);
  const literalLeaf = literal && walk(literal, segments, at + 1, values);
  if (literalLeaf !== undefined) return literalLeaf;
  if (node.param !== undefined && segment !== '') {
    const depth = values.push(segment);
    const leaf = walk(node.param, segments, at + 1, values);
    if (leaf !== undefined) return leaf;
    values.length = depth - 1;
  }
  return node.rest;
}

function paramsOf(names: readonly string[], values: readonly string[]): PathParams {
  if (names.length === 0) return NO_PARAMS;
  const params: Record<string, string> = {};
  for (const [i, name] of names.entries()) params[name] = values[i] ?? '';
  return params;
}
