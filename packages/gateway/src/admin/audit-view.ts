/** Entries of the audit log as the admin API shows them. */
import {
  AUDIT_KINDS,
  type AuditCallerView,
  type AuditEntryView,
  type AuditPage,
  type AuditQuery,
  type AuditVerifiedView,
} from '@countersign/api';
import { isObject } from '@countersign/core/internal/is-object';
import { type ReadEntry, readEntry, type ShownValues } from '../audit/audit-entry.ts';
import type { AuditReport, NotedHead } from '../audit/verify-audit.ts';
import type { AuditReader, ListedAuditEntry } from '../stores/audit-store.ts';

const DEFAULT_ENTRIES = 100;
/** Of one kind no index knows: a rare one is searched in slices. */
const LOOKED_AT = 500;

/** A page of the log, newest first. */
export async function auditPage(
  reader: Pick<AuditReader, 'list'>,
  { kind, limit = DEFAULT_ENTRIES, ...query }: AuditQuery,
): Promise<AuditPage> {
  const most = kind === undefined ? limit : LOOKED_AT;
  const listed = (await reader.list({ ...query, limit: most })).map(auditEntryView);
  const entries = kind === undefined ? listed : listed.filter((entry) => entry.kind === kind).slice(0, limit);
  const isWhole = entries.length < limit && listed.length < most;
  const last = entries.length === limit ? entries.at(-1) : listed.at(-1);
  return { entries, ...(!isWhole && last !== undefined && { next: last.seq }) };
}

function auditEntryView({ seq, entry, ended }: ListedAuditEntry): AuditEntryView {
  const read = readEntry(entry);
  const kind = AUDIT_KINDS.find((word) => word === read?.kind);
  if (read === undefined || kind === undefined) return { seq, kind: 'unreadable' };
  const who = callerOf(read);
  const end = ended === undefined ? undefined : readEntry(ended);
  return {
    seq,
    kind,
    at: timeOf(read.at),
    ...(who !== undefined && { who }),
    ...textsOf(read, ['from', 'route']),
    ...(isObject(read['target']) && { target: valuesOf(read['target']) }),
    ...(isObject(read['input']) && { input: valuesOf(read['input']) }),
    ...outcomeOf(end ?? read),
    ...(end !== undefined && { endedAt: timeOf(end.at) }),
    ...(typeof read['count'] === 'number' && { count: read['count'] }),
  };
}

function outcomeOf(entry: ReadEntry): Pick<AuditEntryView, 'status' | 'code'> {
  const { status } = entry;
  return { ...(typeof status === 'number' && { status }), ...textsOf(entry, ['code']) };
}

function textsOf<Name extends string>(
  entry: ReadEntry,
  names: readonly Name[],
): { readonly [Key in Name]?: string } {
  const texts: { [Key in Name]?: string } = {};
  for (const name of names) {
    const value = entry[name];
    if (typeof value === 'string') texts[name] = value;
  }
  return texts;
}

function callerOf({ who }: ReadEntry): AuditCallerView | undefined {
  if (!isObject(who)) return undefined;
  const { name, role, by }: Readonly<Record<string, unknown>> = { ...who };
  return typeof name === 'string' && typeof role === 'string' && typeof by === 'string'
    ? { name, role, by }
    : undefined;
}

function valuesOf(values: object): ShownValues {
  return Object.fromEntries(
    Object.entries(values).filter(([, value]) => ['string', 'number', 'boolean'].includes(typeof value)),
  );
}

/** A time beyond all calendars is one that somebody wrote into the file. */
function timeOf(ms: number): string {
  return new Date(Math.abs(ms) <= 8.64e15 ? ms : 0).toISOString();
}

export function auditVerifiedView({ head, ...report }: AuditReport): AuditVerifiedView {
  return { ...report, ...(head !== undefined && { head: headText(head) }) };
}

function headText({ seq, mac }: NotedHead): string {
  return `${seq}:${mac}`;
}

/** @param text as the route takes it */
export function readHeads(text: string | undefined): readonly NotedHead[] {
  if (text === undefined) return [];
  return text.split(',').map((head) => {
    const [seq = '', mac = ''] = head.split(':');
    return { seq: Number(seq), mac };
  });
}
