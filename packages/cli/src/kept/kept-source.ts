/** Where kept requests come from: the gateway that runs, or the file of one that does not. */
import {
  AdminError,
  type ClaimView,
  createAdminClient,
  type EventView,
  type GateView,
  type RefusedPage,
  type RefusedView,
} from '@countersign/api';
import { type Config, type KeptInFile, openKeptInFile } from '@countersign/gateway';
import {
  type AdminPlace,
  adminFailure,
  adminToken,
  adminUrl,
  isNobodyThere,
  OTHER_STORE_KEY,
  REFUSAL_NOT_KEPT,
} from '../admin-access.ts';
import type { Io } from '../io.ts';
import { isStored } from '../kept-refused-text.ts';
import { openStoreFile } from '../store-file.ts';
import { UsageError } from '../usage-error.ts';

export interface KeptSource {
  refused(gate: string | undefined): Promise<RefusedPage>;
  /** @throws UsageError where it is not there. */
  refusedRequest(id: string): Promise<RefusedView>;
  /** @throws UsageError where it is not there. */
  event(id: string): Promise<EventView>;
  /** A claim that is held; undefined where it is not. */
  claim(gate: string, claimId: string): Promise<ClaimView | undefined>;
  /** As the gateway that runs has them; undefined where none does. */
  gates(): Promise<readonly GateView[] | undefined>;
}

/** Reads from the gateway that runs; opens the file where none does. @throws UsageError, SetupError where there is neither. */
export async function withKeptSource<T>(
  config: Config,
  place: AdminPlace,
  io: Io,
  read: (source: KeptSource) => Promise<T>,
): Promise<T> {
  const url = place.url ?? adminUrl(config.listen);
  if (url !== undefined) {
    try {
      return await read(runningSource(url, adminToken(config, place), io));
    } catch (error) {
      if (!isNobodyThere(error)) throw adminFailure(url, error);
    }
  }
  const nobody =
    url === undefined ? 'the configuration names no admin listener' : `no gateway answers at ${url}`;
  const file = await openFile(config, nobody, io);
  try {
    return await read(fileSource(file));
  } finally {
    await file.close();
  }
}

function runningSource(baseUrl: string, token: string, { fetch }: Io): KeptSource {
  const client = createAdminClient({ baseUrl, token, fetch });
  return {
    refused: (gate) => client.call('refused', { gate }).catch(tooOld),
    refusedRequest: (id) => client.call('refusedRequest', { id }).catch(tooOld),
    event: (id) => client.call('event', { id }),
    claim: (gate, claim) => client.call('claim', { gate, claim }).then(checkedClaim, unlessNoClaim),
    gates: () => client.call('gates'),
  };
}

/** What another server says of it is not believed: then it is not known. */
function checkedClaim(view: ClaimView): ClaimView | undefined {
  const { takenAt = '', eventId = '' }: Partial<ClaimView> = Object(view);
  const isView = typeof takenAt === 'string' && typeof eventId === 'string' && ID.test(eventId);
  return isView && (takenAt === '' || !Number.isNaN(Date.parse(takenAt))) ? view : undefined;
}

/** It goes into a sentence. */
const ID = /^[\x21-\x7e]{0,200}$/;

/** A gateway of before has no such route either. */
function unlessNoClaim(error: unknown): undefined {
  const code = error instanceof AdminError ? error.code : undefined;
  if (code === undefined || !['no-such-claim', 'no-such-gate', 'no-such-route'].includes(code)) throw error;
}

/** A gateway of before has no such route. */
function tooOld(error: unknown): never {
  if (!(error instanceof AdminError && error.code === 'no-such-route')) throw error;
  throw new UsageError(
    'the gateway that runs is of a version that keeps no refused requests',
    'Start it again with the countersign of this version.',
  );
}

async function openFile(config: Config, nobody: string, io: Io): Promise<KeptInFile> {
  const file = await openStoreFile(config.store, nobody, () => openKeptInFile(config, io.now));
  return isStored(config) ? file : withoutRefused(file, nobody);
}

/** Without a storeKey there were none in the file. */
function withoutRefused(file: KeptInFile, nobody: string): KeptInFile {
  const refuse = (): never => {
    throw new UsageError(
      `${nobody}, and there is no storeKey: refused requests were kept in memory only, and are gone with the gateway`,
      'Start the gateway, and have the request sent again; with a storeKey (openssl rand -hex 32) they outlive it.',
    );
  };
  return { ...file, refused: async () => refuse(), refusedRequest: async () => refuse() };
}

function fileSource(file: KeptInFile): KeptSource {
  return {
    refused: (gate) => file.refused({ gate }),
    async refusedRequest(id) {
      const request = await file.refusedRequest(id);
      if (typeof request === 'object') return request;
      throw new UsageError(
        request === undefined
          ? 'the store has no refused request with this id'
          : 'the refused request was stored under another storeKey',
        request === undefined ? REFUSAL_NOT_KEPT : OTHER_STORE_KEY,
      );
    },
    async event(id) {
      const event = await file.event(id);
      if (event !== undefined) return event;
      throw new UsageError('the store has no event with this id', 'Compare the id with the list of events.');
    },
    claim: (gate, claimId) => file.claim(gate, claimId),
    gates: async () => undefined,
  };
}
