/** Figures of the configuration: how often it was read again, with what result, since when it is at work, and secrets that cannot be read. */
import type { Family } from './exposition.ts';

export interface ConfigFigures {
  /** By result. */
  readonly counts: ReadonlyMap<string, number>;
  readonly loadedMs: number;
  /** That could not be read again. */
  readonly unreadSecrets: number;
}

const RESULTS: readonly string[] = ['applied', 'unchanged', 'restart', 'broken'];

/** @param figures undefined where the gateway knows no file */
export function configFamilies(figures: ConfigFigures | undefined): readonly Family[] {
  if (figures === undefined) return [];
  const { counts, loadedMs, unreadSecrets } = figures;
  return [
    {
      name: 'countersign_config_reloads_total',
      type: 'counter',
      help: 'How often the configuration was read again, by result: applied and unchanged went well; after restart and broken the gateway goes on with what it had.',
      samples: RESULTS.map((result) => ({ labels: { result }, value: counts.get(result) ?? 0 })),
    },
    {
      name: 'countersign_config_loaded_timestamp_seconds',
      type: 'gauge',
      help: 'When the configuration that is in effect was read.',
      samples: [{ labels: {}, value: loadedMs / 1000 }],
    },
    {
      name: 'countersign_secrets_unread',
      type: 'gauge',
      help: 'Secrets of a folder, a command or a manager that could not be read again when they were read last: the gateway goes on with what it had.',
      samples: [{ labels: {}, value: unreadSecrets }],
    },
  ];
}
