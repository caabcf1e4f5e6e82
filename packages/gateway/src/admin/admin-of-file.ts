/** The routes of events and deliveries, answered from a store’s file: for who looks into it, or mends it, while no gateway runs. */
import {
  AdminError,
  type DeliveryApi,
  type EventApi,
  type InputOf,
  PROBLEMS,
  ROUTES,
  type Route,
  type RouteTable,
  type RouteTypes,
  type StoreApi,
} from '@countersign/api';
import { type FileAudit, fileCaller, openFileAudit } from '../audit/file-audit.ts';
import type { Config } from '../config/config.ts';
import { conditionParts } from '../deliver/destination-words.ts';
import { erasePayloads } from '../keeping/erase-payloads.ts';
import { fullTextGates } from '../keeping/full-text.ts';
import { createMasks, type MasksConfig } from '../keeping/masks.ts';
import { readMasks } from '../keeping/remembered-masks.ts';
import type { Sealer } from '../sealed/seal.ts';
import { keysOfFile } from '../sealed/store-keys.ts';
import { openStore } from '../stores/open-store.ts';
import type { Store } from '../stores/store.ts';
import type { EventParts, Handlers, KnownDestination } from './admin-parts.ts';
import { type AuditedRequest, runAudited } from './audited.ts';
import type { Caller } from './caller.ts';
import { createDeliveryHandlers } from './delivery-handlers.ts';
import { createEventHandlers } from './event-handlers.ts';
import { type ImportResult, importLine } from './import-event.ts';
import { Problem } from './problem.ts';
import { readInput } from './read-input.ts';
import { createStoreHandlers } from './store-handlers.ts';

/** What is answered where no gateway runs. */
export type FileApi = EventApi & DeliveryApi & StoreApi;

export interface AdminOfFile {
  /** As the client of the admin API; `AdminError` for what it would refuse. */
  call<Name extends keyof FileApi>(
    name: Name,
    input: InputOf<FileApi[Name]>,
  ): Promise<FileApi[Name]['reply']>;
  /** Keeps an event that was exported. @param line of JSON, in UTF-8, however long */
  importLine(line: Uint8Array): Promise<ImportResult>;
  /** Frees a claim; false where there is none. @param claimId 32 hex characters */
  releaseClaim(gate: string, claimId: string): Promise<boolean>;
  close(): Promise<void>;
}

/** What of a configuration says where the file is, and who has kept what is in it. */
export interface FileConfig extends MasksConfig {
  readonly destinations: readonly KnownDestination[];
  readonly store: Config['store'];
  /** What is sealed is looked into where there is one. */
  readonly storeKey?: Config['storeKey'];
  readonly previousStoreKeys?: Config['previousStoreKeys'];
}

const FILE_ROUTES: RouteTable<FileApi> = ROUTES;

/** Who can read and write the file needs nobody’s leave. */
const HOLDER: Caller = { name: 'file', role: 'admin', by: 'token' };

/** Nobody reads a log of it. */
const SILENT: EventParts['log'] = { info() {}, warn() {} };

/**
 * Opens the store of a configuration, which is this process’s alone until `close()`.
 * @throws SetupError where it cannot be opened, or a gateway that runs holds it.
 */
export async function openAdminOfFile(
  config: FileConfig,
  now: () => number = Date.now,
): Promise<AdminOfFile> {
  const store = await openStore(config.store, { now });
  const keys = await keysOfFile(store, config);
  const handlers = createFileHandlers(store, await eventParts(store, config, now), keys?.sealer);
  const audit = openFileAudit(store.audit, keys?.audit, now);
  /** The lines of one command are one entry, which ends with the file. */
  let importing: ReturnType<FileAudit['begin']> | undefined;
  return {
    async call<Name extends keyof FileApi>(name: Name, input: InputOf<FileApi[Name]>) {
      const judged = readJudged<FileApi[Name]>(FILE_ROUTES[name], input);
      if (judged instanceof Problem) throw errorOf(judged);
      const reply = await runInFile(audit, name, judged, () => handlers[name](judged, HOLDER));
      return reply as FileApi[Name]['reply'];
    },
    async importLine(line) {
      importing ??= beginImport(audit);
      await importing;
      return importLine(store.events, line);
    },
    async releaseClaim(gate, claim) {
      const identity = new Uint8Array(Buffer.from(claim, 'hex'));
      return runInFile(audit, 'releaseClaim', { gate, claim }, async () =>
        store.claims.release(gate, identity),
      );
    },
    async close() {
      const end = await importing?.catch(() => undefined);
      end?.({ status: 200, code: undefined });
      await audit.settled();
      await store.close();
    },
  };
}

async function eventParts(store: Store, config: FileConfig, now: () => number): Promise<EventParts> {
  const { gates, sessions, destinations } = config;
  return {
    keepers: () => [...gates, ...sessions].map(({ name }) => name),
    masks: createMasks(config, await readMasks(store.records)),
    destinations,
    events: store.events,
    fullText: { gates: () => fullTextGates(config), store: store.fullText },
    deliveries: store.deliveries,
    ...conditionParts(store),
    now,
    log: SILENT,
    isOffline: true,
  };
}

function createFileHandlers(store: Store, parts: EventParts, sealer: Sealer | undefined): Handlers<FileApi> {
  return {
    ...createEventHandlers(parts),
    ...createDeliveryHandlers(parts),
    ...createStoreHandlers({
      ...parts,
      upkeep: store.upkeep,
      erase: (match, isDryRun) => erasePayloads(store, { match, isDryRun, sealer }),
    }),
  };
}

/**
 * What shows something leaves no entry: who has the file can read it with any tool.
 * @throws AdminError where it is refused
 */
async function runInFile<Result>(
  audit: FileAudit,
  name: keyof FileApi | 'releaseClaim',
  input: object,
  act: () => Result | Promise<Result>,
): Promise<Exclude<Result, Problem>> {
  const { reveals: _reveals, ...row } = ROUTES[name];
  const request: AuditedRequest = { who: fileCaller(), from: undefined, input };
  const result = await runAudited(audit, { ...row, name }, request, act);
  if (result instanceof Problem) throw errorOf(result);
  return result as Exclude<Result, Problem>;
}

function beginImport(audit: FileAudit): ReturnType<FileAudit['begin']> {
  return audit.begin({
    kind: 'change',
    who: fileCaller(),
    from: undefined,
    route: 'importEvents',
    target: {},
    input: {},
  });
}

function errorOf({ code, detail }: Problem): AdminError {
  return new AdminError(PROBLEMS[code].status, detail, code);
}

/** By the same table as a gateway that runs. */
function readJudged<Types extends RouteTypes>(
  route: Pick<Route<Types>, 'params' | 'query' | 'body'>,
  input: object,
): InputOf<Types> | Problem {
  const values = Object.entries(input).filter(([, value]) => value !== undefined);
  const ofPart = (fields: object): readonly [string, unknown][] =>
    values.filter(([name]) => Object.hasOwn(fields, name));
  const texts = (fields: object): Record<string, string> =>
    Object.fromEntries(ofPart(fields).map(([name, value]) => [name, String(value)]));
  return readInput<Types>(route, {
    params: texts(route.params),
    query: new URLSearchParams(texts(route.query)),
    body: Object.fromEntries(ofPart(route.body)),
  });
}
