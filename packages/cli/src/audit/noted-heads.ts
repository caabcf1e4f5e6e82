/** Heads of an audit log that were noted outside of its store: in the gateway's log, or by hand. */
import { createReadStream } from 'node:fs';
import { resolve } from 'node:path';
import { MAX_AUDIT_HEADS } from '@countersign/api';
import { isObject } from '@countersign/core/internal/is-object';
import type { NotedHead } from '@countersign/gateway';
import type { Call } from '../command.ts';
import { UsageError } from '../usage-error.ts';

const HEAD = /^(\d{1,15}):([0-9a-f]{64})$/i;

/** Those of `--head` and `--log`; of a long log the newest. @throws UsageError */
export async function notedHeads({ args, io }: Pick<Call, 'args' | 'io'>): Promise<readonly NotedHead[]> {
  const heads = args.texts('head').map(readHead);
  for (const path of args.texts('log')) heads.push(...(await headsInLog(path, io)));
  return heads.slice(-MAX_AUDIT_HEADS);
}

function readHead(text: string): NotedHead {
  const [, seq = '', mac = ''] = HEAD.exec(text) ?? [];
  if (mac !== '') return { seq: Number(seq), mac: mac.toLowerCase() };
  throw new UsageError(
    '--head is not a head of an audit log',
    'Give SEQ:MAC: auditSeq and auditMac of a line of the gateway’s log, e.g. 128:5f1c… with all 64 hex characters.',
  );
}

async function headsInLog(path: string, io: Call['io']): Promise<readonly NotedHead[]> {
  // In the order of their last line: a gateway that does nothing tells of the same one every hour.
  const heads = new Map<string, NotedHead>();
  try {
    const bytes = path === '-' ? io.stdin : createReadStream(resolve(io.cwd, path));
    for await (const line of linesOf(bytes)) {
      const head = line.includes('"auditMac"') ? headIn(line) : undefined;
      if (head === undefined) continue;
      const name = `${head.seq}:${head.mac}`;
      heads.delete(name);
      heads.set(name, head);
    }
  } catch (error) {
    if (!(error instanceof Error && 'code' in error)) throw error;
    const why = { ENOENT: 'there is no such file', EISDIR: 'it is a folder', EACCES: 'it may not be read' }[
      String(error.code)
    ];
    throw new UsageError(
      `${path} cannot be read: ${why ?? String(error.code)}`,
      'Give the gateway’s log, or - for standard input.',
    );
  }
  if (heads.size > 0) return [...heads.values()];
  throw new UsageError(
    `${path} has no head of an audit log`,
    'Give a log in JSON lines, at level info or lower: the gateway writes a head every hour, when it stops, and at each start but the first.',
  );
}

async function* linesOf(source: AsyncIterable<Uint8Array | string>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const piece of source) {
    const lines = (
      rest + (typeof piece === 'string' ? piece : decoder.decode(piece, { stream: true }))
    ).split('\n');
    rest = lines.pop() ?? '';
    yield* lines;
  }
  yield rest;
}

/** Whatever stands before it, such as a date of journald. */
function headIn(line: string): NotedHead | undefined {
  let value: unknown;
  try {
    value = JSON.parse(line.slice(line.indexOf('{')));
  } catch {
    return undefined;
  }
  if (!isObject(value)) return undefined;
  const { auditSeq: seq, auditMac: mac }: Readonly<Record<string, unknown>> = { ...value };
  return typeof seq === 'number' && typeof mac === 'string' && HEAD.test(`${seq}:${mac}`)
    ? { seq, mac }
    : undefined;
}
