/** Starts the gateway of a configuration, with its console. */
import { SetupError } from '@countersign/core';
import {
  type ConfigSource,
  dryStart,
  type Gateway,
  type Siblings,
  setUpProblems,
  startGateway,
} from '@countersign/gateway';

export interface StartOptions {
  /** Reloads actions when they change. */
  readonly watch: boolean;
  /** Whether its operators can have sample requests sent to its gates. */
  readonly hasSandbox: boolean;
  /** The other workers, where there are some. */
  readonly siblings?: Siblings;
}

/** @throws ConfigError with all that is wrong in the file; SetupError for what lies elsewhere, such as a port in use. */
export async function startConfigured(
  source: ConfigSource,
  { watch, hasSandbox, siblings }: StartOptions,
): Promise<Gateway> {
  const { loaded } = source;
  const { config } = loaded;
  try {
    return await startGateway({
      config,
      source,
      watch,
      console: findConsole,
      ...(hasSandbox && { sandbox: 'gates' }),
      ...(siblings && { siblings }),
    });
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    const { problems } = await dryStart(config);
    throw problems.some(({ option }) => option === error.option) ? setUpProblems(loaded, problems) : error;
  }
}

/** Looked for with the first request for it: the first `import` of a process takes 2.5 ms. */
async function findConsole(): Promise<URL> {
  const { CONSOLE_FOLDER } = await import('@countersign/console');
  return CONSOLE_FOLDER;
}
