/** A public URL for the gateway on this machine, by ngrok where its package is in the user's own project. */
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Io } from '../io.ts';
import { UsageError } from '../usage-error.ts';
import { readVariable } from '../variable.ts';

export interface PublicUrl {
  readonly url: string;
  close(): Promise<void>;
}

/** The part of `@ngrok/ngrok` that is used. */
interface Ngrok {
  readonly forward: (options: {
    readonly addr: string;
    readonly authtoken: string;
  }) => Promise<NgrokListener>;
}

interface NgrokListener {
  readonly url: () => string | null;
  readonly close: () => Promise<void>;
}

const PACKAGE = '@ngrok/ngrok';
const VARIABLE = 'NGROK_AUTHTOKEN';

/** What to do for one. */
export const HOW_TO_GET_PUBLIC: string = `npm install ${PACKAGE}, set $${VARIABLE}, and start with --public`;

/** @param origin where the gateway listens, e.g. `http://127.0.0.1:8787` @throws UsageError where there is no package or no token, and where ngrok refuses */
export async function openPublicUrl(origin: string, io: Pick<Io, 'cwd' | 'env'>): Promise<PublicUrl> {
  const { value: authtoken } = readVariable(VARIABLE, io);
  if (authtoken === undefined || authtoken === '')
    throw new UsageError(
      `$${VARIABLE} is not set`,
      'Take the token from the dashboard of ngrok, and put it into the environment or into .env.',
    );
  const ngrok = await loadNgrok(io.cwd);
  if (ngrok === undefined)
    throw new UsageError(
      `${PACKAGE} is not installed in this project`,
      `Run: npm install --save-dev ${PACKAGE}`,
    );
  const listener = await ngrok.forward({ addr: new URL(origin).host, authtoken }).catch(() => undefined);
  const url = listener?.url();
  if (listener === undefined || typeof url !== 'string')
    throw new UsageError(
      'ngrok gave no public URL',
      `Check that this machine is online, and that $${VARIABLE} is the token of your account.`,
    );
  return { url, close: async () => listener.close().catch(() => {}) };
}

/** As the project has it; undefined where it has none. */
async function loadNgrok(folder: string): Promise<Ngrok | undefined> {
  try {
    const file = createRequire(join(folder, 'package.json')).resolve(PACKAGE);
    const module: { readonly default?: Partial<Ngrok> } & Partial<Ngrok> = await import(
      pathToFileURL(file).href
    );
    const forward = module.forward ?? module.default?.forward;
    return forward && { forward };
  } catch {
    return undefined;
  }
}
