/** `countersign actions push`. */
import {
  type Applied,
  appliedView,
  applyPlan,
  limitProblem,
  type Progress,
  stepsToApply,
} from '@countersign/gateway/flowent';
import type { Call } from '../command.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { type Output, SYMBOLS } from '../output.ts';
import { UsageError } from '../usage-error.ts';
import { visibleText } from '../visible-text.ts';
import { type Account, readAccounts } from './accounts.ts';
import { canAsk, confirm } from './confirm.ts';
import { printPlans } from './plan-text.ts';

export async function push(call: Call): Promise<ExitCode> {
  const { args, io, output } = call;
  const isJson = args.flag('json');
  if (!args.flag('yes') && (isJson || !canAsk(io))) {
    throw new UsageError(
      isJson ? 'with --json nobody can be asked to confirm' : 'there is no terminal to ask for confirmation',
      'See what would change with `countersign actions plan`, then push with --yes.',
    );
  }
  const { accounts } = await readAccounts(call, args.flag('prune'));
  if (!isJson) printPlans(accounts, output);
  const problem = accounts.map(({ plan }) => limitProblem(plan)).find((limit) => limit !== undefined);
  if (problem !== undefined) throw new UsageError(problem.problem, problem.remedy);
  const hasWork = accounts.some(({ plan }) => stepsToApply(plan).length > 0);
  if (!isJson && !hasWork) {
    output.say('There is nothing to do.');
    return EXIT.ok;
  }
  if (!args.flag('yes') && !(await confirm('Apply?', io))) {
    output.say('Nothing was changed.');
    return EXIT.refused;
  }
  const results = await applyAll(accounts, call);
  const ok = results.every(({ failed, notTried }) => failed.length + notTried.length === 0);
  if (isJson) {
    output.json({
      ok,
      accounts: results.map((applied, i) => appliedView((accounts[i] as Account).target, applied)),
    });
  } else printResults(results, ok, output);
  return ok ? EXIT.ok : EXIT.refused;
}

/** One account after the other. The first signal ends after the step in hand, the second at once. */
async function applyAll(
  accounts: readonly Account[],
  { args, io, output }: Call,
): Promise<readonly Applied[]> {
  const stopping = new AbortController();
  const release = io.onStop(() => {
    if (stopping.signal.aborted) io.exit(EXIT.interrupted);
    else output.say('Stopping after this step. A second signal ends at once.');
    stopping.abort();
  });
  const onProgress = (progress: Progress): void => {
    if (!args.flag('json')) printProgress(progress, output);
  };
  try {
    const results: Applied[] = [];
    for (const { api, plan } of accounts) {
      results.push(await applyPlan({ api, plan, onProgress, signal: stopping.signal }));
    }
    return results;
  } finally {
    release();
  }
}

function printProgress(progress: Progress, { print, style }: Output): void {
  const name = visibleText(progress.step.name);
  if (progress.state === 'done') print(`${style.green(SYMBOLS.accepted)} ${name} ${progress.deed}`);
  if (progress.state !== 'failed') return;
  print(`${style.red(SYMBOLS.refused)} ${name}: ${visibleText(progress.error.message)}`);
  print(`  ${SYMBOLS.remedy} ${visibleText(progress.error.remedy)}`);
}

function printResults(results: readonly Applied[], ok: boolean, { print, say }: Output): void {
  const count = (list: 'done' | 'failed' | 'notTried'): number =>
    results.reduce((sum, applied) => sum + applied[list].length, 0);
  print(`${count('done')} done, ${count('failed')} failed, ${count('notTried')} not tried`);
  if (!ok) say('Run it again: it continues where it stopped, and does nothing twice.');
}
