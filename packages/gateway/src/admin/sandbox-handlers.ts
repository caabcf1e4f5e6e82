/** What the routes of the sandbox answer. */
import type { InputOf, SandboxApi, SandboxScenarioView, SandboxView } from '@countersign/api';
import type { Handlers } from './admin-parts.ts';
import { Problem } from './problem.ts';
import type { SandboxControl, SandboxScenario } from './sandbox-control.ts';

/** @param sandbox undefined: nobody plays */
export function createSandboxHandlers(sandbox: SandboxControl | undefined): Handlers<SandboxApi> {
  return {
    sandbox: () => (sandbox === undefined ? NO_SANDBOX : sandboxView(sandbox)),
    changeSandbox: (input) => (sandbox === undefined ? NO_SANDBOX : changeSandbox(sandbox, input)),
  };
}

const NO_SANDBOX = new Problem(
  'no-sandbox',
  'this gateway has no sandbox: those of `countersign dev` and `countersign demo` have one',
);

const NO_ANSWER = new Problem('not-answered', 'no answer came to the scenario’s request');

async function changeSandbox(
  sandbox: SandboxControl,
  { change, scenario }: InputOf<SandboxApi['changeSandbox']>,
): Promise<SandboxView | Problem> {
  if (change === 'play') {
    if (scenario === undefined)
      return new Problem('invalid-input', 'scenario is missing: it says what to play');
    const isPlayed = await sandbox.play(scenario).catch(() => NO_ANSWER);
    if (isPlayed instanceof Problem) return isPlayed;
    return isPlayed
      ? sandboxView(sandbox)
      : new Problem('no-such-scenario', 'the sandbox has no scenario of this id');
  }
  if (change === 'pause') sandbox.pause();
  else sandbox.resume();
  return sandboxView(sandbox);
}

async function sandboxView(sandbox: SandboxControl): Promise<SandboxView> {
  const scenarios = await sandbox.scenarios();
  return { isPlaying: sandbox.isPlaying, scenarios: scenarios.map(scenarioView) };
}

function scenarioView({ id, title, provider, expects, last }: SandboxScenario): SandboxScenarioView {
  return {
    id,
    title,
    provider,
    expects,
    ...(last && {
      last: { requestId: last.requestId, verdict: last.verdict, at: new Date(last.atMs).toISOString() },
    }),
  };
}
