/** What a gateway is started with. */
import { IS, memberOf, type OptionRules, required } from '@countersign/core/internal/check-options';
import type { ConsoleFolder } from './admin/console-files.ts';
import type { SandboxControl } from './admin/sandbox-control.ts';
import type { Config } from './config/config.ts';
import type { ConfigSource } from './config/load-config.ts';
import type { LogSink } from './log/log.ts';
import type { Siblings } from './metrics/siblings.ts';
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
  /** Where `config` came from, so that it can be read again: what `openConfigSource` gives. Default: it cannot. */
  readonly source?: ConfigSource;
  /** The folder of the web console’s built files, which the admin listener hands out: `CONSOLE_FOLDER` of `@countersign/console`, or what finds it with the first request for one. Default: no console. */
  readonly console?: ConsoleFolder;
  /**
   * Who sends requests for trying the gateway out, for operators to steer. `gates`: the gateway itself, with each gate’s own keys: its outcomes
   * run, so it is for development. Default: nobody.
   */
  readonly sandbox?: SandboxControl | 'gates';
  /** Other gateways that share its listeners, whose figures its admin API shows as well, and which it follows for whoever listens to live verdicts. Default: none. */
  readonly siblings?: Siblings;
}

const STORE_PARTS: readonly (keyof Store)[] = [
  'events',
  'deliveries',
  'claims',
  'records',
  'refused',
  'audit',
  'issues',
  'fullText',
  'upkeep',
  'figures',
];

export const GATEWAY_OPTION_RULES: OptionRules<GatewayOptions> = {
  sandbox: {
    expected: "'gates', or an object with scenarios, isPlaying, pause, resume and play",
    isValid: (value) =>
      value === 'gates' ||
      ['scenarios', 'pause', 'resume', 'play'].every((name) => IS.function.isValid(memberOf(value, name))),
  },
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
      'what openStore gives: events, deliveries, claims, records, refused, audit, issues, fullText, upkeep, figures, fault and close',
    isValid: (value) =>
      STORE_PARTS.every((name) => IS.object.isValid(memberOf(value, name))) &&
      ['fault', 'close'].every((name) => IS.function.isValid(memberOf(value, name))),
  },
  siblings: {
    expected: 'an object with number, ask, share and follow',
    isValid: (value) =>
      ['ask', 'share', 'follow'].every((name) => IS.function.isValid(memberOf(value, name))),
  },
  watch: IS.flag,
  source: {
    expected: 'what openConfigSource gives: loaded, load and judge',
    isValid: (value) =>
      IS.object.isValid(memberOf(value, 'loaded')) &&
      ['load', 'judge'].every((name) => IS.function.isValid(memberOf(value, name))),
  },
  console: {
    expected:
      'a file: URL of a folder, as CONSOLE_FOLDER of @countersign/console, or a function that gives a promise of it',
    isValid: (value) => IS.function.isValid(value) || (value instanceof URL && value.protocol === 'file:'),
  },
};
