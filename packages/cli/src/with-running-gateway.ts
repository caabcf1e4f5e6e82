/** The gateway that runs, for what no file of a stopped one tells as it is. */
import { type AdminClient, createAdminClient } from '@countersign/api';
import { adminFailure, gatewayPlace } from './admin-access.ts';
import type { Call } from './command.ts';

/** @throws UsageError for what is refused, and where nobody answers; ConfigError. */
export async function withRunningGateway<Result>(
  { args, io }: Pick<Call, 'args' | 'io'>,
  use: (client: AdminClient) => Promise<Result>,
): Promise<Result> {
  const { url, token } = await gatewayPlace(args, io);
  try {
    return await use(createAdminClient({ baseUrl: url, token, fetch: io.fetch }));
  } catch (error) {
    throw adminFailure(url, error);
  }
}
