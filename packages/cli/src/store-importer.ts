/** Where exported events are imported: into the gateway that runs, or into the file of one that does not. */
import { MAX_IMPORT_CHARS } from '@countersign/api';
import { type AdminOfFile, type Config, type ImportResult, openAdminOfFile } from '@countersign/gateway';
import { adminToken, configurationBeside, readPlace } from './admin-access.ts';
import { type Admin, nobodyAt, runningUrl, withGateway } from './admin-source.ts';
import type { Call } from './command.ts';
import { withPlaces } from './config-gate.ts';
import { openUnlessHeld } from './store-file.ts';
import { namedStore } from './store-source.ts';
import { UsageError } from './usage-error.ts';

export interface Importer {
  /** Lines without their ends; what became of each, in their order. */
  importLines(lines: readonly Uint8Array[]): Promise<readonly ImportResult[]>;
}

/** @throws UsageError, ConfigError or SetupError where there is neither */
export async function withImporter<Result>(
  call: Call,
  use: (importer: Importer) => Promise<Result>,
): Promise<Result> {
  const { args, io } = call;
  const store = namedStore(call);
  if (store !== undefined)
    return intoFile({ store, gates: [], sessions: [], destinations: [] }, undefined, call, use);
  const place = readPlace(args, io);
  const intoGateway = (config: Config | undefined, url: string): Promise<Result> =>
    withGateway(url, adminToken(config, place), io, (admin) => use(gatewayImporter(admin)));
  const loaded =
    place.url !== undefined && place.token !== undefined
      ? undefined
      : await configurationBeside(place, args.text('config'), io);
  if (loaded === undefined) return intoGateway(undefined, place.url ?? '');
  return withPlaces(loaded, async () => {
    const { config } = loaded;
    const url = await runningUrl(config, place, io);
    return url === undefined
      ? intoFile(config, nobodyAt(config, place), call, use)
      : intoGateway(config, url);
  });
}

type FileConfig = Parameters<typeof openAdminOfFile>[0];

async function intoFile<Result>(
  config: FileConfig,
  nobody: string | undefined,
  { io }: Call,
  use: (importer: Importer) => Promise<Result>,
): Promise<Result> {
  const { store } = config;
  if (store.kind === 'memory')
    throw new UsageError(
      'a store in memory would be lost when the command ends',
      'Name a file, e.g. --store sqlite:countersign.db.',
    );
  const file: AdminOfFile = await openUnlessHeld(store, nobody, () => openAdminOfFile(config, io.now));
  try {
    return await use({ importLines: (lines) => Promise.all(lines.map((line) => file.importLine(line))) });
  } finally {
    await file.close();
  }
}

/** The gateway holds what it is sent in memory. */
const CALL_BYTES = 1024 * 1024;

function gatewayImporter({ call }: Admin): Importer {
  return {
    async importLines(lines) {
      const results: ImportResult[] = [];
      for (let at = 0; at < lines.length; ) {
        let bytes = 0;
        const texts: string[] = [];
        for (let line = lines[at]; line !== undefined; line = lines[at]) {
          if (texts.length > 0 && bytes + line.byteLength > CALL_BYTES) break;
          texts.push(textOf(line));
          bytes += line.byteLength;
          at++;
        }
        results.push(...(await importTexts(call, texts)));
      }
      return results;
    },
  };
}

const TOO_LONG: ImportResult = {
  problem: `it is longer than ${MAX_IMPORT_CHARS} characters: stop the gateway, and import it into its file`,
};

async function importTexts(call: Admin['call'], texts: readonly string[]): Promise<readonly ImportResult[]> {
  if (texts.some((text) => text.length > MAX_IMPORT_CHARS)) return texts.map(() => TOO_LONG);
  const { imported, there, erased, refused } = await call('importEvents', { lines: texts.join('\n') });
  // Which line is which the gateway says of those alone that are refused.
  const taken: ImportResult[] = [
    ...Array<ImportResult>(imported).fill('imported'),
    ...Array<ImportResult>(there).fill('there'),
    ...Array<ImportResult>(erased).fill('erased'),
  ];
  const problems = new Map(refused.map(({ line, problem }) => [line, problem]));
  return texts.map((_, i) => {
    const problem = problems.get(i + 1);
    return problem === undefined ? (taken.shift() ?? 'there') : { problem };
  });
}

/** What is not UTF-8 is no JSON either: a line of its own, so that the gateway says it of the right one. */
function textOf(line: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(line).replace(/\r$/, '') || ' ';
  } catch {
    return '!';
  }
}
