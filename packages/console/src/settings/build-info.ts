/** What the metrics say of the program. */
export interface BuildInfo {
  readonly version: string | undefined;
  readonly node: string | undefined;
  /** Milliseconds since the epoch. */
  readonly startedMs: number | undefined;
}

export function buildOf(metrics: string): BuildInfo {
  const labels = /^countersign_build_info\{([^}]*)\}/m.exec(metrics)?.[1] ?? '';
  const seconds = /^process_start_time_seconds (\S+)$/m.exec(metrics)?.[1];
  const startedMs = Number(seconds) * 1000;
  return {
    version: labelOf(labels, 'version'),
    node: labelOf(labels, 'node'),
    startedMs: Number.isFinite(startedMs) ? startedMs : undefined,
  };
}

function labelOf(labels: string, name: string): string | undefined {
  return new RegExp(`(?:^|,)${name}="([^"\\\\]*)"`).exec(labels)?.[1];
}
