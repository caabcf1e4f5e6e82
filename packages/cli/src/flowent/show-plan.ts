/** `countersign actions plan`. */
import { limitProblem, planView } from '@countersign/gateway/flowent';
import type { Call } from '../command.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { readAccounts } from './accounts.ts';
import { printPlans } from './plan-text.ts';

export async function showPlan(call: Call): Promise<ExitCode> {
  const { args, output } = call;
  const { accounts } = await readAccounts(call);
  const problems = accounts.flatMap(({ plan }) => limitProblem(plan) ?? []);
  const ok = problems.length === 0;
  if (args.flag('json'))
    output.json({ ok, accounts: accounts.map(({ target, plan }) => planView(target, plan)) });
  else printPlans(accounts, output);
  for (const { problem, remedy } of problems) output.fail(problem, remedy);
  return ok ? EXIT.ok : EXIT.refused;
}
