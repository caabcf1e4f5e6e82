/** How a command is told where the running gateway is. It loads nothing: an option stands in the help of commands that may not ask. */
import type { OptionSpec } from './arguments.ts';

export const TOKEN_VARIABLE = 'COUNTERSIGN_ADMIN_TOKEN';

/** `--admin`, of the commands that ask the gateway that runs. */
export const ADMIN_LISTENER: OptionSpec = {
  value: 'URL',
  description: `the admin listener; default: the configuration’s. Its token: admin.token, or $${TOKEN_VARIABLE}`,
};
