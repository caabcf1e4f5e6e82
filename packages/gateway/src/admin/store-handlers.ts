/** What the routes of the store as a whole do. */
import type {
  EraseInput,
  EraseView,
  InputOf,
  StoreApi,
  StoreCopyView,
  StoreStatsView,
} from '@countersign/api';
import { SetupError } from '@countersign/core';
import type { EraseMatch } from '../stores/erase-match.ts';
import type { StoreStats } from '../stores/store-upkeep.ts';
import type { Handlers, StoreParts } from './admin-parts.ts';
import { importEvents } from './import-event.ts';
import { Problem } from './problem.ts';
import { unknownKeeper } from './unknown-gate.ts';

export function createStoreHandlers(parts: StoreParts): Handlers<StoreApi> {
  return {
    storeStats: async () => statsView(await parts.upkeep.stats()),
    verifyStore: () => parts.upkeep.verify(),
    backupStore: (input) => backUp(parts, input),
    importEvents: (input) => importEvents(parts, input),
    eraseEvents: (input) => erase(parts, input),
  };
}

/** As the admin API shows them. */
export function statsView({ oldestMs, newestMs, ...stats }: StoreStats): StoreStatsView {
  return {
    ...stats,
    ...(oldestMs !== undefined && { oldestAt: new Date(oldestMs).toISOString() }),
    ...(newestMs !== undefined && { newestAt: new Date(newestMs).toISOString() }),
  };
}

async function backUp(
  { upkeep, log }: StoreParts,
  { file }: InputOf<StoreApi['backupStore']>,
): Promise<StoreCopyView | Problem> {
  try {
    const copy = await upkeep.backup(file);
    log.info({ bytes: copy.bytes, sha256: copy.sha256 }, 'the store was backed up');
    return copy;
  } catch (error) {
    // Of the store, and not of the file that was named.
    if (error instanceof SetupError && error.option === 'store')
      return new Problem('no-store-file', `${file} was not written: the store ${error.problem}`);
    if (error instanceof SetupError) return new Problem('not-backed-up', error.problem);
    throw error;
  }
}

async function erase(
  parts: StoreParts,
  input: InputOf<StoreApi['eraseEvents']>,
): Promise<EraseView | Problem> {
  const match = matchOf(input);
  if (match instanceof Problem) return match;
  const problem = await unknownKeeper(parts, input.gate);
  if (problem !== undefined) return problem;
  const { dryRun = false } = input;
  const report = await parts.erase(match, dryRun);
  if (!dryRun && report.events + report.refused > 0) {
    // Not by what they were chosen: that names a person.
    parts.log.warn({ ...report }, 'payloads were erased');
  }
  return report;
}

function matchOf({
  gate,
  id,
  text,
  headerName,
  headerValue,
  memberPath,
  memberValue,
}: EraseInput): EraseMatch | Problem {
  if ([id, text, headerName, memberPath].every((value) => value === undefined))
    return new Problem('invalid-input', 'one of id, text, headerName and memberPath must be given');
  if ((headerName === undefined) !== (headerValue === undefined))
    return new Problem('invalid-input', 'headerName and headerValue go together');
  if ((memberPath === undefined) !== (memberValue === undefined))
    return new Problem('invalid-input', 'memberPath and memberValue go together');
  return {
    ...(gate !== undefined && { gate }),
    ...(id !== undefined && { ids: [id] }),
    ...(text !== undefined && { text }),
    ...(headerName !== undefined && { header: { name: headerName, value: headerValue ?? '' } }),
    ...(memberPath !== undefined && { member: { path: memberPath, value: memberValue ?? '' } }),
  };
}
