/** A gate's path: literal segments, `:name`, and a final `*`. */
import type { PathSegment } from './config.ts';

/** What a path pattern looks like, for error messages. */
export const PATH_PATTERN_EXPECTED =
  'a path of plain segments, :name segments and perhaps a final *, such as /webhooks/stripe, /actions/:action or /v1/*';

const LITERAL = /^[A-Za-z0-9._~!$&'()+,;=@-]+$/;
const PARAM = /^:([A-Za-z][A-Za-z0-9_]*)$/;

/**
 * Takes a pattern apart; undefined where it is none. Empty segments, a final slash, `.` and `..`, percent
 * signs, queries and repeated names are refused: two spellings of one path are a way around a gate.
 */
export function parsePathPattern(pattern: string): readonly PathSegment[] | undefined {
  if (!pattern.startsWith('/')) return undefined;
  if (pattern === '/') return [];
  const texts = pattern.slice(1).split('/');
  const names = new Set<string>();
  const segments: PathSegment[] = [];
  for (const [index, text] of texts.entries()) {
    const name = PARAM.exec(text)?.[1];
    if (text === '*' && index === texts.length - 1) segments.push({ kind: 'rest' });
    else if (name !== undefined && !names.has(name)) segments.push({ kind: 'param', name });
    else if (LITERAL.test(text) && text !== '.' && text !== '..') segments.push({ kind: 'literal', text });
    else return undefined;
    if (name !== undefined) names.add(name);
  }
  return segments;
}

/** Whether what stands there is the name of the action that is run. */
export function namesAction(segment: PathSegment): boolean {
  return segment.kind === 'param' && (segment.name === 'action' || segment.name === 'name');
}

/** The action that a path names, by the values of its segments. */
export function namedAction(params: Readonly<Record<string, string>>): string | undefined {
  return params['action'] ?? params['name'];
}

/** The segment that it is read from; undefined where the path names none. */
export function actionSegment(segments: readonly PathSegment[]): PathSegment | undefined {
  const named = segments.filter(namesAction);
  return named.find((segment) => segment.kind === 'param' && segment.name === 'action') ?? named[0];
}

/** The pattern with its names left out: two gates of one shape take the same paths. */
export function pathShape(segments: readonly PathSegment[]): string {
  const texts = segments.map((segment) => {
    if (segment.kind === 'literal') return segment.text;
    return segment.kind === 'param' ? ':' : '*';
  });
  return `/${texts.join('/')}`;
}
