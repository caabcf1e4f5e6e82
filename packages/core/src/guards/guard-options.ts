/** The options that every guard over a server has. */
import { IS, type OptionRules } from '../check-options.ts';

/** What every guard over a server takes. */
export interface SharedGuardOptions {
  /**
   * How long a step may take before the server counts as away: its request is refused with 503 then, and nothing is run. Clients that
   * queue commands while they connect would wait for ever. Default 2,000 ms.
   */
  readonly timeoutMs?: number;
  /** A longer answer than this is not kept for repeats, which hear an empty one. Default 65,536; 0 keeps none but empty ones. */
  readonly maxAnswerBytes?: number;
  /** Told what no verdict shows: a commit or an abort that the server could not be told yet. Default: nobody. */
  readonly report?: (problem: string) => void;
}

export const SHARED_RULES: OptionRules<SharedGuardOptions> = {
  timeoutMs: IS.positiveCount,
  maxAnswerBytes: IS.count,
  report: IS.function,
};

const DEFAULT_TIMEOUT_MS = 2000;
const DEFAULT_MAX_ANSWER_BYTES = 65_536;

export function serverGuardOptions({
  timeoutMs = DEFAULT_TIMEOUT_MS,
  maxAnswerBytes = DEFAULT_MAX_ANSWER_BYTES,
  report = () => {},
}: SharedGuardOptions): Required<SharedGuardOptions> {
  return { timeoutMs, maxAnswerBytes, report };
}
