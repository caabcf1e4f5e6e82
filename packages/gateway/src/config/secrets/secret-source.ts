/** Secret managers: what reads a secret that a configuration names, `${vault:NAME}`. */

/** A manager of secrets. What it is called is what the configuration writes before the colon. */
export interface SecretSource {
  /**
   * Reads a secret, at the start and with each reload. Has 30 s.
   * @param name what the configuration writes behind the colon
   * @param signal aborts when the time is over: hand it to `fetch`
   * @returns the text, of at most 64 KiB; or the text and when it is to be read again
   * @throws where there is none. Of the error’s text is shown only what the module that made it wrote itself.
   */
  read(name: string, signal: AbortSignal): Promise<string | ExpiringSecret>;
}

/** A secret that holds for a while. */
export interface ExpiringSecret {
  readonly value: string;
  /** When it is to be read again; it is read at most once a second. */
  readonly refreshAt: Date;
}

/** By name: a lower-case letter, then letters, digits and hyphens. */
export type SecretSources = Readonly<Record<string, SecretSource>>;

/** Gives the editor the types of a module of secret sources; returns what it is given. */
export function defineSecretSources(sources: SecretSources): SecretSources {
  return sources;
}
