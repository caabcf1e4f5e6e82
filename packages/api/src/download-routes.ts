/** Rows of the route table: bodies byte for byte, and requests as test files. */
import type { EventParams } from './event-routes.ts';
import { ID_TEXT, wordField } from './fields.ts';
import { GET, type RouteTable } from './route.ts';

/** What runs a test file: `node --test`, or Vitest. */
export const TEST_RUNNERS = ['node', 'vitest'] as const;

export type TestRunner = (typeof TEST_RUNNERS)[number];

export interface TestFileQuery {
  /** What is to run it. Default: `node`. */
  readonly framework?: string | undefined;
}

export type DownloadApi = {
  readonly eventBody: { readonly params: EventParams; readonly reply: Uint8Array };
  readonly refusedBody: { readonly params: EventParams; readonly reply: Uint8Array };
  readonly eventTest: {
    readonly params: EventParams;
    readonly query: TestFileQuery;
    readonly reply: string;
  };
  readonly refusedTest: {
    readonly params: EventParams;
    readonly query: TestFileQuery;
    readonly reply: string;
  };
};

const ID = { id: { ...ID_TEXT, optional: false } } as const;
const FRAMEWORK = { framework: { ...wordField(TEST_RUNNERS), optional: true } } as const;
const BYTES = { bytes: 'application/octet-stream' } as const;
const SCRIPT = { text: 'text/javascript; charset=utf-8' } as const;

export const DOWNLOAD_ROUTES: RouteTable<DownloadApi> = {
  eventBody: {
    ...GET,
    path: '/api/events/:id/body',
    reveals: true,
    params: ID,
    reply: BYTES,
    answers:
      'an event’s body, byte for byte, to be saved to a file; 409 if it was not kept, was erased, or the gate masks something of what it keeps',
  },
  refusedBody: {
    ...GET,
    path: '/api/refused/:id/body',
    // A proof may be part of it.
    role: 'operator',
    reveals: true,
    params: ID,
    reply: BYTES,
    answers: 'the same of a refused request',
  },
  eventTest: {
    ...GET,
    path: '/api/events/:id/test',
    reveals: true,
    params: ID,
    query: FRAMEWORK,
    reply: SCRIPT,
    answers:
      'an event as a test file that passes as it is: its exact body, signed with a throw-away key, at a fixed time; as `countersign events test` writes it. Headers with secrets are left out; 409 as for the body',
  },
  refusedTest: {
    ...GET,
    path: '/api/refused/:id/test',
    role: 'operator',
    reveals: true,
    params: ID,
    query: FRAMEWORK,
    reply: SCRIPT,
    answers: 'the same of a refused request, signed as it should have been',
  },
};
