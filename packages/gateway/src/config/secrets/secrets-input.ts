/** `secrets` as a person writes it. */
import type { DurationText } from '../units.ts';

export interface SecretsInput {
  /**
   * The folder of secrets, a file each, relative to this file: a mounted Secret of Kubernetes, or the credentials of systemd. "${secret:NAME}" is the file
   * NAME in it. When a secret that is used changes, the configuration is reloaded. Default: none.
   */
  readonly folder?: string;
  /** Commands that print a secret, by name, for "${command:NAME}". Default: none. */
  readonly commands?: { readonly [name: string]: readonly string[] | SecretCommandInput };
  /** The module that reads secrets from managers, relative to this file; its default export has them by name, for "${NAME:…}". Default: none. */
  readonly sources?: string;
}

export interface SecretCommandInput {
  /** The program and its arguments; no shell reads them. */
  readonly run: readonly string[];
  /** How long the command may take; then it is ended, with what it has started. Default: 10s. */
  readonly timeout?: DurationText;
  /** How long the secret is used before the command is run again. Default: until the configuration is reloaded. */
  readonly refresh?: DurationText;
}
