/** The admin API as an OpenAPI 3.1 document: of the route table, the problems, and the answers' types. */
import {
  CSRF_HEADER,
  type Declared,
  fieldSchema,
  neededRole,
  PROBLEM_TYPE,
  type Route,
} from '../../packages/api/src/index.ts';
import type { JsonObject } from './json-value.ts';
import type { ReplySchemas } from './reply-schemas.ts';

const PAGES = 'https://github.com/countersign/countersign/blob/main/docs/';

interface Program {
  readonly version: string;
  readonly license: string;
}

export type Routes = Readonly<Record<string, Route>>;
type Fields = Readonly<Record<string, Declared>>;

export function openapiDocument(
  routes: Routes,
  { replies, components, cookies }: ReplySchemas,
  { version, license }: Program,
): JsonObject {
  const paths = new Map<string, JsonObject>();
  for (const [name, route] of Object.entries(routes)) {
    const path = route.path.replace(/:([a-z]+)/gi, '{$1}');
    const operation = {
      [route.method.toLowerCase()]: operationOf(route, {
        name,
        reply: replies.get(name) ?? {},
        hasCookies: cookies.has(name),
      }),
    };
    paths.set(path, { ...paths.get(path), ...operation });
  }
  return {
    openapi: '3.1.1',
    info: {
      title: 'Countersign admin API',
      version,
      license: { name: license, identifier: license },
      description:
        'Gates, keys, kept webhooks, deliveries and verdicts of a Countersign gateway. Every answer has the header `countersign-listener: admin`; accept none without it.',
    },
    externalDocs: { url: `${PAGES}admin-api.md` },
    servers: [{ url: 'http://127.0.0.1:8788', description: 'The default of `listen.admin`.' }],
    security: SECURITY.reading,
    tags: [...new Set(Object.values(routes).map(tagOf))].map((name) => ({ name })),
    paths: Object.fromEntries(paths),
    components: {
      schemas: components,
      responses: { Problem: problemResponse() },
      headers: {
        ETag: { description: 'Names what is shown, as it stands.', schema: { type: 'string' } },
        SetCookie: { description: 'The cookie of the session.', schema: { type: 'string' } },
      },
      securitySchemes: {
        token: { type: 'http', scheme: 'bearer', description: '`admin.token` of the configuration.' },
        session: {
          type: 'apiKey',
          in: 'cookie',
          name: 'countersign-session',
          description: 'Set by `logIn`. Over TLS its name is `__Host-countersign-session`.',
        },
        csrf: {
          type: 'apiKey',
          in: 'header',
          name: CSRF_HEADER,
          description: 'The `csrf` of `loggedIn`, with each change that is made by a session’s cookie.',
        },
      },
    },
  };
}

/** One of each list is enough. */
const SECURITY = {
  reading: [{ token: [] }, { session: [] }],
  changing: [{ token: [] }, { session: [], csrf: [] }],
} as const;

interface Answered {
  readonly name: string;
  readonly reply: JsonObject;
  readonly hasCookies: boolean;
}

function operationOf(route: Route, answered: Answered): JsonObject {
  const { params, query, body }: Record<'params' | 'query' | 'body', Fields> = route;
  const { method, role } = route;
  const parameters = [...parametersOf('path', params), ...parametersOf('query', query), ...headersOf(route)];
  return {
    operationId: answered.name,
    tags: [tagOf(route)],
    description: withFullLinks(sentenceOf(route.answers)),
    ...(route.auth ? { 'x-role': neededRole({ method, ...(role && { role }) }) } : { security: [] }),
    ...(route.auth && method !== 'GET' && { security: SECURITY.changing }),
    ...(route.reveals && { 'x-reveals': true }),
    ...(parameters.length > 0 && { parameters }),
    ...(Object.keys(body).length > 0 && { requestBody: bodyOf(body) }),
    responses: {
      ...Object.fromEntries(
        route.statuses.map((status) => [String(status), responseOf(route, status, answered)]),
      ),
      '4XX': { $ref: '#/components/responses/Problem' },
      '5XX': { $ref: '#/components/responses/Problem' },
    },
  };
}

function parametersOf(place: 'path' | 'query', fields: Fields): readonly JsonObject[] {
  return Object.entries(fields).map(([name, field]) => ({
    name,
    in: place,
    required: !field.optional,
    schema: fieldSchema(field),
  }));
}

function headersOf({ method, etag, reply }: Route): readonly JsonObject[] {
  const header = (name: string, description: string): JsonObject => ({
    name,
    in: 'header',
    required: false,
    description,
    schema: { type: 'string' },
  });
  return [
    ...(etag && method !== 'GET'
      ? [
          header(
            'if-match',
            'The `etag` of what is changed: 412, and nothing is done, if it is another by now.',
          ),
        ]
      : []),
    ...(reply === 'stream'
      ? [header('last-event-id', 'The `id` of the last event that was read: the stream goes on after it.')]
      : []),
  ];
}

function bodyOf(fields: Fields): JsonObject {
  const required = Object.entries(fields).filter(([, { optional }]) => !optional);
  const schema = {
    type: 'object',
    properties: Object.fromEntries(Object.entries(fields).map(([name, field]) => [name, fieldSchema(field)])),
    required: required.map(([name]) => name),
    additionalProperties: false,
  };
  return { required: true, content: { 'application/json': { schema } } };
}

function responseOf({ reply, etag }: Route, status: number, answered: Answered): JsonObject {
  const headers = {
    ...(etag && { etag: { $ref: '#/components/headers/ETag' } }),
    ...(answered.hasCookies && { 'set-cookie': { $ref: '#/components/headers/SetCookie' } }),
  };
  return {
    description: status < 400 ? 'Done.' : 'As with the other statuses, and not well.',
    ...(Object.keys(headers).length > 0 && { headers }),
    content: contentOf(reply, answered.reply),
  };
}

function contentOf(reply: Route['reply'], schema: JsonObject): JsonObject {
  if (reply === 'json') return { 'application/json': { schema } };
  // OpenAPI 3.1 has no place for what the `data` of each event is.
  if (reply === 'stream')
    return { 'text/event-stream': { schema: { type: 'string' }, 'x-item-schema': schema } };
  // What bytes are no schema says: https://spec.openapis.org/oas/v3.1.0#considerations-for-file-uploads
  if ('bytes' in reply) return { [reply.bytes]: { schema: {} } };
  const isJson = reply.text === 'application/json';
  return { [reply.text]: { schema: isJson ? { type: 'object' } : schema } };
}

function problemResponse(): JsonObject {
  return {
    description: `A refusal; \`code\` says why, and ${PAGES}admin-api.md#problems what each code means.`,
    content: { [PROBLEM_TYPE]: { schema: { $ref: '#/components/schemas/ProblemView' } } },
  };
}

/** The word after `/api/`; the probes and metrics are of the gateway. */
function tagOf({ path }: Route): string {
  return /^\/api\/([a-z]+)(?:\/|$)/.exec(path)?.[1] ?? 'gateway';
}

function sentenceOf(text: string): string {
  return `${text.slice(0, 1).toUpperCase()}${text.slice(1)}.`;
}

/** A link in the table is relative to its page. */
function withFullLinks(text: string): string {
  return text
    .replaceAll('](#', `](${PAGES}admin-api.md#`)
    .replaceAll(/\]\((?!https?:)([\w-]+\.md)/g, `](${PAGES}$1`);
}
