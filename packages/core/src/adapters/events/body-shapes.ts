/** What a signed body shows of a type that is not signed. */

/** Members of a body, separated by blanks: `issue`, or `alert.secret_type` for one inside another. */
export interface BodyShape {
  /** Every body of this type has them. */
  readonly has: string;
  /** Some have them: members by which other types are told. */
  readonly may?: string;
  /** None has them. */
  readonly lacks?: string;
}

/** By the type. */
export type BodyShapes = Readonly<Record<string, BodyShape>>;

/** `shown`: the body is as this type’s are. `contradicted`: it is another’s. `unknown`: nothing is known of the type. */
export type TypeEvidence = 'shown' | 'contradicted' | 'unknown';

/** Members that many types have: they tell none from another. */
const COMMON: ReadonlySet<string> = /* @__PURE__ */ new Set([
  'action',
  'changes',
  'installation',
  'organization',
  'repository',
  'sender',
]);

/** Holds a type against a signed body. A member by which another type is told contradicts it, unless its own bodies may have it. */
export function typeEvidence(shapes: BodyShapes, type: string, payload: unknown): TypeEvidence {
  if (!Object.hasOwn(shapes, type)) return 'unknown';
  const { has, may = '', lacks = '' } = shapes[type] as BodyShape;
  const own = new Set([...wordsOf(has).map(rootOf), ...wordsOf(may)]);
  const isShown =
    wordsOf(has).every((path) => hasPath(payload, path)) &&
    !wordsOf(lacks).some((path) => hasPath(payload, path)) &&
    !markersOf(shapes).some((name) => !own.has(name) && hasPath(payload, name));
  return isShown ? 'shown' : 'contradicted';
}

/** The members by which types are told. */
function markersOf(shapes: BodyShapes): readonly string[] {
  const names = Object.values(shapes).flatMap(({ has }) => wordsOf(has).map(rootOf));
  return [...new Set(names)].filter((name) => !COMMON.has(name));
}

function wordsOf(text: string): readonly string[] {
  return text.split(' ').filter((word) => word !== '');
}

function rootOf(path: string): string {
  return path.split('.', 1)[0] as string;
}

function hasPath(value: unknown, path: string): boolean {
  let place = value;
  for (const name of path.split('.')) {
    place = ownMember(place, name);
    if (place === undefined) return false;
  }
  return true;
}

/** A member that the body itself has: nothing of a prototype. */
export function ownMember(value: unknown, name: string): unknown {
  const isObject = typeof value === 'object' && value !== null;
  return isObject && Object.hasOwn(value, name)
    ? (value as Readonly<Record<string, unknown>>)[name]
    : undefined;
}
