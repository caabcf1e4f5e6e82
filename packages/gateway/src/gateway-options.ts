/** What a gateway is started with. */
import { IS, memberOf, type OptionRules, required } from '@countersign/core/internal/check-options';
import type { Config } from './config/config.ts';
import type { LogSink } from './log/log.ts';
import type { Store } from './stores/store.ts';

export interface GatewayOptions {
  readonly config: Config;
  /** Where log lines go. Default: standard output. */
  readonly logSink?: LogSink;
  /** The clock: milliseconds since the epoch. Default `Date.now`. */
  readonly now?: () => number;
  /** A clock that only goes on, in milliseconds from any start. Default that of the runtime. */
  readonly monotonicMs?: () => number;
  /** A store that is open already, in place of the configured one; it stays open. Several gateways of one process can share it. */
  readonly store?: Store;
  /** Loads actions again when their modules change: for development. Default false. */
  readonly watch?: boolean;
}

export const GATEWAY_OPTION_RULES: OptionRules<GatewayOptions> = {
  config: required({
    expected: 'what loadConfig gives as config: names checked, defaults filled in',
    isValid: (value) =>
      IS.list.isValid(memberOf(value, 'gates')) && IS.object.isValid(memberOf(value, 'listen')),
  }),
  logSink: {
    expected: 'an object with write(line)',
    isValid: (value) => typeof memberOf(value, 'write') === 'function',
  },
  now: IS.function,
  monotonicMs: IS.function,
  store: {
    expected:
      'what openStore gives: events, deliveries, claims, records, refused, upkeep, figures, fault and close',
    isValid: (value) =>
      ['events', 'deliveries', 'claims', 'records', 'refused', 'upkeep', 'figures'].every((name) =>
        IS.object.isValid(memberOf(value, name)),
      ) && ['fault', 'close'].every((name) => IS.function.isValid(memberOf(value, name))),
  },
  watch: IS.flag,
};
