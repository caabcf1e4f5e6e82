/** What each route of the admin API answers, as JSON Schema: made of the TypeScript types, whose comments are the descriptions. */
import { join } from 'node:path';
import { createGenerator } from 'ts-json-schema-generator';
import { isObject, type JsonObject, type JsonValue } from './json-value.ts';

export interface ReplySchemas {
  /** By a route’s name; of one that streams an item’s. */
  readonly replies: ReadonlyMap<string, JsonObject>;
  /** The routes whose answers set cookies. */
  readonly cookies: ReadonlySet<string>;
  /** What they point to by `#/components/schemas/NAME`. */
  readonly components: JsonObject;
}

const PACKAGE = join(import.meta.dirname, '../../packages/api');
const DEFINITIONS = '#/definitions/';

/** @param extra exported types beside the replies that are among the components */
export function readReplySchemas(extra: readonly string[]): ReplySchemas {
  const generator = createGenerator({
    path: join(PACKAGE, 'src/index.ts'),
    tsconfig: join(PACKAGE, 'tsconfig.json'),
    // `npm run build` has judged them.
    skipTypeCheck: true,
    topRef: false,
    // An answer may have more members in a later version.
    additionalProperties: true,
  });
  const schema: unknown = generator.createSchema('AdminApi');
  const routes = memberOf(schema, 'properties');
  const definitions = new Map(Object.entries(memberOf(schema, 'definitions')));
  for (const name of extra) {
    const { definitions: more, ...own }: { definitions?: unknown } = generator.createSchema(name);
    definitions.set(name, memberOf({ own: withoutDialect(own) }, 'own'));
    for (const [key, value] of Object.entries(more ?? {})) definitions.set(key, value);
  }
  const replies = new Map(
    Object.entries(routes).map(([name, types]) => [name, replyOf(types, definitions)] as const),
  );
  const names = new Set([...extra, ...[...replies.values()].flatMap(namesIn)]);
  for (const name of names)
    for (const further of namesIn(definitionOf(name, definitions))) names.add(further);
  const components = [...names].sort().map((name) => [name, moved(definitionOf(name, definitions))] as const);
  return {
    cookies: new Set(Object.keys(routes).filter((name) => hasCookies(routes[name]))),
    replies: new Map([...replies].map(([name, reply]) => [name, objectOf(moved(reply))])),
    components: Object.fromEntries(components),
  };
}

function hasCookies(types: unknown): boolean {
  return memberOf(types, 'properties')['cookies'] !== undefined;
}

type Definitions = ReadonlyMap<string, JsonValue>;

function replyOf(types: JsonValue, definitions: Definitions): JsonObject {
  const reply = memberOf(memberOf(types, 'properties'), 'reply');
  const [name = ''] = namesIn(reply);
  const isStream = name.startsWith('StreamOf<') && reply['$ref'] !== undefined;
  if (!isStream) return reply;
  return memberOf(memberOf(definitionOf(name, definitions), 'properties'), 'streamed');
}

function definitionOf(name: string, definitions: Definitions): JsonObject {
  return objectOf(definitions.get(name));
}

/** The definitions that a schema points to. */
function namesIn(value: JsonValue): readonly string[] {
  if (Array.isArray(value)) return value.flatMap((item: JsonValue) => namesIn(item));
  if (!isObject(value)) return [];
  return Object.entries(value).flatMap(([key, member]) =>
    key === '$ref' && typeof member === 'string' ? [nameAt(member)] : namesIn(member),
  );
}

function nameAt(pointer: string): string {
  if (!pointer.startsWith(DEFINITIONS)) throw new Error(`${pointer} points elsewhere`);
  return decodeURIComponent(pointer.slice(DEFINITIONS.length));
}

/** The same in the dialect of OpenAPI 3.1, JSON Schema 2020-12, where what it points to is among the components. */
function moved(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return value.map((item: JsonValue) => moved(item));
  if (!isObject(value)) return value;
  const isTuple = Array.isArray(value['items']);
  return Object.fromEntries(
    Object.entries(value).map(([key, member]): readonly [string, JsonValue] => {
      if (key === '$ref' && typeof member === 'string')
        return [key, `#/components/schemas/${nameAt(member)}`];
      if (isTuple && key === 'items') return ['prefixItems', moved(member)];
      return [isTuple && key === 'additionalItems' ? 'items' : key, moved(member)];
    }),
  );
}

function withoutDialect({ $schema: _, ...schema }: { readonly $schema?: unknown }): object {
  return schema;
}

function memberOf(value: unknown, name: string): JsonObject {
  return objectOf(isObject(value) ? value[name] : undefined);
}

function objectOf(value: unknown): JsonObject {
  if (!isObject(value))
    throw new Error('the types of the admin API have another form than this script reads');
  return value;
}
