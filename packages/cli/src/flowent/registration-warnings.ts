/** Prevents: a configuration that is called good, and whose actions no platform can be told of. */
import { SetupError } from '@countersign/core';
import { type Config, configWarning, type LoadedConfig } from '@countersign/gateway';

/** What `serve --register` and `actions push` would refuse; a start without them works. */
export async function registrationWarnings(config: Config): Promise<LoadedConfig['warnings']> {
  const isRegistering = config.gates.some(
    ({ outcome }) => outcome.kind === 'answer' && outcome.register !== undefined,
  );
  if (!isRegistering) return [];
  // Loaded here, because most configurations register nothing.
  const { prepareRegistration } = await import('./start-registration.ts');
  try {
    await prepareRegistration(config);
    return [];
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    const { option, problem, remedy } = error;
    return [configWarning(option, 'not-registered', `${problem}. ${remedy}`)];
  }
}
