/** The operator's modules, which may wait at their top level: for what never comes, too. */

/** Longer than any module that works: it may connect to a database, or ask a secret manager. */
const LOAD_SECONDS = 30;

/** A module that has not loaded in time. */
export class LateModuleError extends Error {
  override readonly name = 'LateModuleError';
}

/** Waits for an import. @throws LateModuleError after 30 s; what the import is rejected with. */
export async function loadInTime<Loaded>(load: () => Promise<Loaded>): Promise<Loaded> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    // It holds the process as well, which would end of itself where nothing else is waited for.
    timer = setTimeout(
      () => reject(new LateModuleError(`it is not done after ${LOAD_SECONDS} s`)),
      LOAD_SECONDS * 1_000,
    );
  });
  try {
    return await Promise.race([load(), late]);
  } finally {
    clearTimeout(timer);
  }
}
