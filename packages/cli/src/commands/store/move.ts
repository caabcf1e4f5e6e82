/** `countersign store move`. */
import { counted } from '@countersign/core/internal/amounts';
import { type Config, type MovedCount, type MoveReport, moveStore, shownStore } from '@countersign/gateway';
import type { Call } from '../../command.ts';
import { CONFIG_FILE } from '../../command.ts';
import { loadConfiguration } from '../../config-gate.ts';
import { JSON_OPTION } from '../../day-options.ts';
import { EXIT } from '../../exit-codes.ts';
import { type Output, SYMBOLS } from '../../output.ts';
import { createProgress } from '../../progress.ts';
import { readAddress } from '../../store-source.ts';
import type { SubCommand } from '../../sub-commands.ts';
import { UsageError } from '../../usage-error.ts';
import { visibleText } from '../../visible-text.ts';

export const moveStoreCommand: SubCommand = {
  name: 'move',
  usage: '--from ADDRESS [--to ADDRESS | --config FILE]',
  details:
    'move copies a SQLite store that no gateway has open into an empty PostgreSQL database, by default that of the configuration: all events byte for byte, claims, deliveries with their attempts, records, refused requests, the audit log and issues. Then it reads both sides again and compares them by count and SHA-256. It can be interrupted at any moment, and run again: it goes on where it stopped. The file stays as it is. Exit code 1: the two sides differ.',
  options: {
    from: { value: 'ADDRESS', description: 'the SQLite store, e.g. sqlite:countersign.db' },
    to: {
      value: 'ADDRESS',
      description: 'the PostgreSQL database; default: the store of the configuration',
    },
    config: CONFIG_FILE,
    ...JSON_OPTION,
  },
  takes: [],
  examples: [],
  async run(call) {
    const { args, io, output } = call;
    const { from, to } = await placesOf(call);
    const progress = createProgress(io);
    try {
      const report = await moveStore({
        from: from.file,
        to: to.address,
        now: io.now,
        onProgress: ({ phase, table, rows, ofRows }) =>
          progress.show(`${table}: ${rows} of ${ofRows} ${phase}`),
      });
      progress.clear();
      if (args.flag('json')) output.json(report);
      else print(report, shownStore(to), output);
      return report.isWhole ? EXIT.ok : EXIT.refused;
    } finally {
      progress.clear();
    }
  },
};

interface Places {
  readonly from: Extract<Config['store'], { readonly kind: 'sqlite' }>;
  readonly to: Extract<Config['store'], { readonly kind: 'postgres' }>;
}

/** @throws UsageError, SetupError, ConfigError */
async function placesOf({ args, io }: Call): Promise<Places> {
  const [written, target] = [args.text('from'), args.text('to')];
  if (written === undefined)
    throw new UsageError('--from is missing', 'Name the SQLite store, e.g. --from sqlite:countersign.db.');
  if (target !== undefined && args.flag('config'))
    throw new UsageError('--to and --config are given', 'Give one of them.');
  const from = readAddress(written, io.cwd);
  if (from.kind !== 'sqlite')
    throw new UsageError(
      '--from names no SQLite store',
      'Name its file, e.g. --from sqlite:countersign.db. From PostgreSQL to PostgreSQL move a store with pg_dump and pg_restore.',
    );
  const to =
    target === undefined
      ? (await loadConfiguration(args.text('config'), io, { withoutKeys: true })).config.store
      : readAddress(target, io.cwd);
  if (to.kind !== 'postgres')
    throw new UsageError(
      target === undefined
        ? 'the store of the configuration is not in PostgreSQL'
        : '--to names no PostgreSQL database',
      'Set store: postgres://USER:PASSWORD@HOST/DATABASE in the configuration, or name it with --to.',
    );
  return { from, to };
}

function print({ resumedAt, tables, isWhole }: MoveReport, target: string, output: Output): void {
  if (resumedAt > 0) output.print('It went on where it had stopped.');
  for (const table of tables) output.print(lineOf(table, output));
  if (isWhole)
    output.print(
      `${output.style.green(SYMBOLS.accepted)} The store is in ${visibleText(target)}. Set it as the store of the configuration, and keep the file until you have seen the gateway run.`,
    );
  else
    output.fail(
      'the two sides differ',
      'No gateway starts with what is there. Run DROP SCHEMA countersign CASCADE in the target, then move it again while nothing else changes the file.',
    );
}

function lineOf({ table, source, target, isSame }: MovedCount, { style }: Output): string {
  if (isSame)
    return `${style.green(SYMBOLS.accepted)} ${table}: ${counted(source.rows, 'row')}, SHA-256 ${source.sha256}`;
  return `${style.red(SYMBOLS.refused)} ${table}: ${counted(source.rows, 'row')}, SHA-256 ${source.sha256}; in the target ${counted(target.rows, 'row')}, SHA-256 ${target.sha256}`;
}
