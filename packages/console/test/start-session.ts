/** The log-in of a browser without its form, which has tests of its own. */
import type { LogInInput } from '@countersign/api';
import type { BrowserContext } from 'playwright-core';

/** The pages of the context have the session’s cookie from then on. @throws Error where the log-in is refused */
export async function startSession(
  context: BrowserContext,
  adminUrl: string,
  data: LogInInput,
): Promise<void> {
  const answer = await context.request.post(`${adminUrl}/api/session`, { data });
  if (!answer.ok()) throw new Error(`the log-in was answered ${answer.status()}`);
}
