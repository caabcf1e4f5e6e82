/** The routes of events and deliveries, answered from a store’s file: for who looks into it, or mends it, while no gateway runs. */
import {
  AdminError,
  type Api,
  type DeliveryApi,
  type EventApi,
  type InputOf,
  PROBLEMS,
  ROUTES,
  type Route,
  type StoreApi,
} from '@countersign/api';
import type { Config } from '../config/config.ts';
import { erasePayloads } from '../keeping/erase-payloads.ts';
import { createMasks, type MasksConfig } from '../keeping/masks.ts';
import { createSealer, readStoreKey } from '../sealed/seal.ts';
import { openStore } from '../stores/open-store.ts';
import type { EventParts, KnownDestination } from './admin-parts.ts';
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
  close(): Promise<void>;
}

/** What of a configuration says where the file is, and who has kept what is in it. */
export interface FileConfig extends MasksConfig {
  readonly destinations: readonly KnownDestination[];
  readonly store: Config['store'];
  /** What is sealed is looked into where there is one. */
  readonly storeKey?: Config['storeKey'];
}

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
  const { store: address, storeKey, gates, sessions, destinations } = config;
  const store = await openStore(address, { now });
  const sealer = storeKey && createSealer(readStoreKey(storeKey.reveal()));
  const parts: EventParts = {
    keepers: () => [...gates, ...sessions].map(({ name }) => name),
    masks: createMasks(config),
    destinations,
    events: store.events,
    deliveries: store.deliveries,
    now,
    log: SILENT,
    isOffline: true,
  };
  const handlers: Readonly<Record<keyof FileApi, (input: never) => unknown>> = {
    ...createEventHandlers(parts),
    ...createDeliveryHandlers(parts),
    ...createStoreHandlers({
      ...parts,
      upkeep: store.upkeep,
      erase: (match, isDryRun) => erasePayloads(store, { match, isDryRun, sealer }),
    }),
  };
  return {
    async call<Name extends keyof FileApi>(name: Name, input: InputOf<FileApi[Name]>) {
      const judged = readJudged(ROUTES[name], input);
      const reply = judged instanceof Problem ? judged : await handlers[name](judged as never);
      if (!(reply instanceof Problem)) return reply as FileApi[Name]['reply'];
      throw new AdminError(PROBLEMS[reply.code].status, reply.detail, reply.code);
    },
    importLine: (line) => importLine(store.events, line),
    close: () => store.close(),
  };
}

/** By the same table as a gateway that runs. */
function readJudged(route: Pick<Route, 'params' | 'query' | 'body'>, input: object): object | Problem {
  const values = Object.entries(input).filter(([, value]) => value !== undefined);
  const ofPart = (fields: object): readonly [string, unknown][] =>
    values.filter(([name]) => Object.hasOwn(fields, name));
  const texts = (fields: object): Record<string, string> =>
    Object.fromEntries(ofPart(fields).map(([name, value]) => [name, String(value)]));
  return readInput<Api[string]>(route, {
    params: texts(route.params),
    query: new URLSearchParams(texts(route.query)),
    body: Object.fromEntries(ofPart(route.body)),
  });
}
