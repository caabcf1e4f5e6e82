/** What a signed body shows of a type that is not signed. */

/** Members of a body: `issue`, or `alert.secret_type` for one inside another. */
export interface BodyShape {
  /** Every body of this type has them. */
  readonly has: readonly string[];
  /** Some have them: members by which other types are told. */
  readonly may?: readonly string[];
  /** None has them. */
  readonly lacks?: readonly string[];
}

/** A sender’s types. */
export interface BodyTable {
  /** The header that says the type. */
  readonly header: string;
  /** By the type. */
  readonly types: Readonly<Record<string, BodyShape>>;
  /** Members of types that have no row: they contradict every row that does not name them. */
  readonly elsewhere?: readonly string[];
}

/** `shown`: the body is as this type’s are. `contradicted`: it is another’s. `unknown`: nothing is known of the type. */
export type TypeEvidence = 'shown' | 'contradicted' | 'unknown';

/** What is known of a sender’s types. */
export interface TypeJudge {
  readonly header: string;
  /** Holds a type against a signed body. */
  evidence(type: string, payload: unknown): TypeEvidence;
  /** What of a signed body speaks against a type; undefined where nothing is known of the type. */
  contradiction(type: string, payload: unknown): Contradiction | undefined;
}

/** Paths and names of members. */
export interface Contradiction {
  /** Every body of the type has these. */
  readonly has: readonly string[];
  /** Those of them that are missing. */
  readonly missing: readonly string[];
  /** Members that bodies of other types have, and no body of this one. */
  readonly foreign: readonly string[];
}

/** Members that many types have: they tell none from another. */
const COMMON: readonly string[] = [
  'action',
  'changes',
  'installation',
  'organization',
  'repository',
  'sender',
];

/** A member by which another type is told contradicts a type, unless its own bodies may have it. */
export function typeJudge({ header, types, elsewhere = [] }: BodyTable): TypeJudge {
  const roots = Object.values(types).flatMap(({ has }) => has.map(rootOf));
  const markers = [...new Set([...roots, ...elsewhere])].filter((name) => !COMMON.includes(name));
  const rows = new Map(
    Object.entries(types).map(([type, { has, may = [], lacks = [] }]) => {
      const own = [...has.map(rootOf), ...may];
      return [type, { has, lacks: [...lacks, ...markers.filter((name) => !own.includes(name))] }] as const;
    }),
  );
  return {
    header,
    evidence(type, payload) {
      const row = rows.get(type);
      if (row === undefined) return 'unknown';
      const { missing, foreign } = contradictionOf(row, payload);
      return missing.length === 0 && foreign.length === 0 ? 'shown' : 'contradicted';
    },
    contradiction(type, payload) {
      const row = rows.get(type);
      return row && contradictionOf(row, payload);
    },
  };
}

function contradictionOf(
  { has, lacks }: { readonly has: readonly string[]; readonly lacks: readonly string[] },
  payload: unknown,
): Contradiction {
  return {
    has,
    missing: has.filter((path) => !hasPath(payload, path)),
    foreign: lacks.filter((path) => hasPath(payload, path)),
  };
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
