/** `countersign store stats`. */
import type { StoreStatsView } from '@countersign/api';
import { counted } from '@countersign/core/internal/amounts';
import { JSON_OPTION } from '../../day-options.ts';
import { timeText } from '../../events/event-rows.ts';
import { EXIT } from '../../exit-codes.ts';
import { table } from '../../output.ts';
import { STORE_OPTIONS, withStoreInquiry } from '../../store-source.ts';
import type { SubCommand } from '../../sub-commands.ts';
import { visibleText } from '../../visible-text.ts';

export const storeStats: SubCommand = {
  name: 'stats',
  usage: '[--store ADDRESS | --config FILE]',
  details: 'stats shows how much the store holds, and how large its file is.',
  options: { ...STORE_OPTIONS, ...JSON_OPTION },
  takes: [],
  examples: [],
  async run(call) {
    const stats = await withStoreInquiry(call, (inquiry) => inquiry.stats());
    if (call.args.flag('json')) call.output.json(stats);
    else call.output.print(table(rowsOf(stats)));
    return EXIT.ok;
  },
};

function rowsOf(stats: StoreStatsView): readonly (readonly string[])[] {
  const { file, database, schemaVersion } = stats;
  const { events, bodyBytes, deliveries, refused, oldestAt, newestAt } = stats;
  return [
    ['store', visibleText(file ?? database ?? 'in memory')],
    ['schema', String(schemaVersion)],
    ...(database === undefined
      ? fileRows(stats)
      : [['size', `${counted(stats.fileBytes, 'byte')}, with indexes`]]),
    ['events', `${events}, of ${counted(bodyBytes, 'byte')} of bodies`],
    ...(oldestAt === undefined || newestAt === undefined
      ? []
      : [['received', `${timeText(oldestAt)} to ${timeText(newestAt)}`]]),
    ['deliveries', String(deliveries)],
    ['refused', String(refused)],
  ];
}

function fileRows({
  fileBytes,
  logBytes,
  freeBytes,
  canShrink,
}: StoreStatsView): readonly (readonly string[])[] {
  return [
    [
      'file',
      `${counted(fileBytes, 'byte')}, of which ${freeBytes} are free${canShrink ? '' : '; it does not shrink: run countersign store migrate'}`,
    ],
    ['log', counted(logBytes, 'byte')],
  ];
}
