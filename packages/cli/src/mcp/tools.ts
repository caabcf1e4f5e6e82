/** Routes of the admin API as tools of the Model Context Protocol: which of them, and what each takes. */
import {
  type Declared,
  type FieldSchema,
  fieldSchema,
  neededRole,
  ROUTES,
  type Route,
} from '@countersign/api';

export interface ToolRules {
  /** Offers what an operator may change, too. */
  readonly allowChanges: boolean;
  /** Offers what shows bodies and proofs of requests, and shows them. */
  readonly allowReveals: boolean;
}

/** As `tools/list` has it. */
export interface Tool {
  readonly name: string;
  readonly description: string;
  readonly inputSchema: {
    readonly type: 'object';
    readonly properties: Readonly<Record<string, FieldSchema>>;
    readonly required: readonly string[];
    readonly additionalProperties: false;
  };
  readonly annotations: {
    readonly readOnlyHint: boolean;
    readonly destructiveHint: boolean;
    readonly openWorldHint: false;
  };
}

/** Whoever may search for any text finds out what bodies hold, letter by letter. */
const REVEALING = new Set(['searchEvents']);

/** To a section of the reference, which a model does not have. */
const REFERENCE = /; see \[[^\]]+\]\(#[^)]+\)/;

/** Never a route of an administrator: keys, configuration, copies of the store, the audit log. Nor a stream, a page or a log-in. */
export function toolsOf(rules: ToolRules): readonly Tool[] {
  return Object.entries<Route>(ROUTES)
    .filter(([name, route]) => isOffered(name, route, rules))
    .map(([name, route]) => toolOf(name, route, rules));
}

function isOffered(name: string, route: Route, { allowChanges, allowReveals }: ToolRules): boolean {
  const { method, role, auth, reply, path, reveals } = route;
  if (!auth || reply !== 'json' || path === ROUTES.loggedIn.path) return false;
  if (neededRole({ method, ...(role && { role }) }) === 'admin') return false;
  if ((reveals || REVEALING.has(name)) && !allowReveals) return false;
  return readsOnly(route) || allowChanges;
}

function readsOnly({ method, readsOnly: isReading }: Route): boolean {
  return method === 'GET' || isReading === true;
}

function toolOf(name: string, route: Route, { allowReveals }: ToolRules): Tool {
  const fields: readonly (readonly [string, Declared])[] = [route.params, route.query, route.body]
    .flatMap((part) => Object.entries<Declared>(part))
    .filter(([, { reveals }]) => allowReveals || reveals !== true);
  const isReading = readsOnly(route);
  return {
    name,
    description: `Answers ${route.answers.replace(REFERENCE, '')}.`,
    inputSchema: {
      type: 'object',
      properties: Object.fromEntries(fields.map(([field, declared]) => [field, fieldSchema(declared)])),
      required: fields.filter(([, { optional }]) => !optional).map(([field]) => field),
      additionalProperties: false,
    },
    annotations: { readOnlyHint: isReading, destructiveHint: !isReading, openWorldHint: false },
  };
}
