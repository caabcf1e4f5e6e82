/** Rows of the route table: the store as a whole. */
import { ID_TEXT, type TextField } from './fields.ts';
import { GET, POST, type RouteTable } from './route.ts';
import type {
  BackupInput,
  EraseInput,
  EraseView,
  ImportedView,
  ImportInput,
  StoreCopyView,
  StoreStatsView,
  StoreVerifiedView,
} from './store-types.ts';

export type StoreApi = {
  readonly storeStats: { readonly reply: StoreStatsView };
  readonly verifyStore: { readonly reply: StoreVerifiedView };
  readonly backupStore: { readonly body: BackupInput; readonly reply: StoreCopyView };
  readonly importEvents: { readonly body: ImportInput; readonly reply: ImportedView };
  readonly eraseEvents: { readonly body: EraseInput; readonly reply: EraseView };
};

const TEXT: TextField = { kind: 'text', pattern: /^.{1,500}$/s, mustBe: '1 to 500 characters' };
/** A relative one would be of the gateway’s folder, which who asks may not know. */
const ABSOLUTE: TextField = {
  kind: 'text',
  pattern: /^(?:\/|[A-Za-z]:[\\/])[^\0]{1,1000}$/,
  mustBe: 'an absolute path',
};

/** Of the lines of one call. In a body of JSON each quote of theirs is escaped. */
export const MAX_IMPORT_CHARS: number = 12 * 1024 * 1024;
const LINES: TextField = {
  kind: 'text',
  pattern: new RegExp(`^[^]{1,${MAX_IMPORT_CHARS}}$`),
  mustBe: 'lines of JSON, 12 MB at most',
};

export const STORE_ROUTES: RouteTable<StoreApi> = {
  storeStats: {
    ...GET,
    path: '/api/store',
    answers: 'how much the store holds, and the size of its file',
  },
  verifyStore: {
    ...POST,
    path: '/api/store/verify',
    readsOnly: true,
    answers:
      'whether the file is whole, totals and deliveries fit the events, and each body can be read and is as long as it was; and what is not so. Bytes of a body that were changed in place are not noticed. It goes on working meanwhile',
  },
  backupStore: {
    ...POST,
    role: 'admin',
    path: '/api/store/backup',
    body: { file: { ...ABSOLUTE, optional: false } },
    answers:
      'the backup: a copy of the store as it is at the moment of the call, which the gateway writes on its own machine to a new file',
  },
  importEvents: {
    ...POST,
    role: 'admin',
    path: '/api/events/import',
    body: { lines: { ...LINES, optional: false, secret: true } },
    maxBodyBytes: 2 * MAX_IMPORT_CHARS,
    answers:
      'how many of the exported events it has kept, and which lines are not events; events that are there already stay as they are. It creates no claims and no deliveries. `countersign store import` calls it',
  },
  eraseEvents: {
    ...POST,
    role: 'admin',
    path: '/api/events/erase',
    body: {
      gate: { ...ID_TEXT, optional: true },
      id: { ...ID_TEXT, optional: true },
      text: { ...TEXT, optional: true, secret: true },
      headerName: { ...ID_TEXT, optional: true },
      headerValue: { ...TEXT, optional: true, secret: true },
      memberPath: { ...TEXT, optional: true },
      memberValue: { ...TEXT, optional: true, secret: true },
      dryRun: { kind: 'flag', optional: true },
    },
    answers:
      'how many events and refused requests it has erased, or would erase: those that match all conditions, by id, text, the value of a header or a member of JSON. It cannot be undone',
  },
};
