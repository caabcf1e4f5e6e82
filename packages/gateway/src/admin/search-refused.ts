/** Refused requests by what they are and what they hold. Each is decrypted: a bounded number a call, in slices. */
import type { AdminApi, InputOf, RefusedPage } from '@countersign/api';
import type { OpenGate } from '../gates/open-gate.ts';
import type { Masks } from '../keeping/masks.ts';
import type { RefusedRequests } from '../refused/refused-requests.ts';
import type { RefusedHead, RefusedRequest } from '../sealed/sealed-refusals.ts';
import { CREDENTIALS, secretHeaders } from '../sealed/withheld-headers.ts';
import { beginCall, contentOf, contentProblem } from './content-search.ts';
import { isoTime, timeMs } from './iso-time.ts';
import type { Problem } from './problem.ts';
import { refusedPage } from './views.ts';

type RefusedQuery = InputOf<AdminApi['refused']>;

export interface SearchRefusedParts {
  readonly gates: readonly OpenGate[];
  readonly masks: Masks;
  readonly refused: Pick<RefusedRequests, 'get' | 'list'>;
}

/** Of a page: fifty whose heads are as long as they may be take three milliseconds. */
const PAGE = 16;
/** That a call looks at. */
const LOOKED_AT = 1_000;

export async function searchRefused(
  parts: SearchRefusedParts,
  query: RefusedQuery & { readonly limit: number },
): Promise<RefusedPage | Problem> {
  const problem = contentProblem(query);
  if (problem !== undefined) return problem;
  const { gate, limit } = query;
  const { masks, refused } = parts;
  const isWanted = headTest(query);
  const holds = contentTest(parts, query);
  const call = beginCall();
  const refusals: RefusedHead[] = [];
  let unreadable = 0;
  let looked = 0;
  let { before } = query;
  for (;;) {
    const page = await refused.list({
      limit: Math.min(PAGE, limit - refusals.length),
      ...(gate !== undefined && { gate }),
      ...(before !== undefined && { before }),
    });
    unreadable += page.unreadable;
    looked += page.refusals.length + page.unreadable;
    for (const head of page.refusals) {
      await call.turn();
      const shown = await masks.refusedHead(head);
      if (isWanted(shown) && (holds === undefined || (await holds(head.id)))) refusals.push(shown);
    }
    const answer = refusedPage({ refusals, next: page.next, unreadable });
    if (page.next === undefined || refusals.length === limit) return answer;
    before = page.next;
    const last = page.refusals.at(-1);
    if (looked >= LOOKED_AT || call.isOver())
      return {
        ...answer,
        ...(last && { searchedUntil: isoTime(last.receivedMs) }),
      };
  }
}

function headTest({ reason, id, since, until, text }: RefusedQuery): (head: RefusedHead) => boolean {
  const sinceMs = timeMs(since);
  const untilMs = timeMs(until);
  const sought = text?.toLowerCase();
  return (head) =>
    (reason === undefined || head.reason === reason) &&
    (id === undefined || head.id.startsWith(id)) &&
    (sinceMs === undefined || head.receivedMs >= sinceMs) &&
    (untilMs === undefined || head.receivedMs < untilMs) &&
    (sought === undefined || textsOf(head).some((each) => each.toLowerCase().includes(sought)));
}

function textsOf({ method, url, reason, message = '', remoteAddress }: RefusedHead): readonly string[] {
  return [`${method} ${url}`, reason, message, remoteAddress];
}

/** Undefined where nothing of a request is looked into. What is masked is not found, nor a secret by its value. */
function contentTest(
  { gates, masks, refused }: SearchRefusedParts,
  query: RefusedQuery,
): ((id: string) => Promise<boolean>) | undefined {
  const holds = contentOf(query);
  if (holds === undefined) return undefined;
  const name = query.headerValue === undefined ? undefined : query.header?.toLowerCase();
  return async (id) => {
    const request = await refused.get(id);
    if (request === undefined || request === 'unreadable') return false;
    if (name !== undefined && isSecret(name, request, gates)) return false;
    return holds(await masks.refused(request));
  };
}

/** Of a gate that is gone nobody knows which of its headers are secrets. */
function isSecret(name: string, { gate }: RefusedRequest, gates: readonly OpenGate[]): boolean {
  const open = gates.find(({ config }) => config.name === gate);
  if (open === undefined || CREDENTIALS.includes(name)) return true;
  return open.coreGate !== undefined && secretHeaders(open.coreGate.scheme).includes(name);
}
