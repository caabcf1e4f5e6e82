/** What `serve --register` adds to a gateway: its actions are kept in step with the platforms. */
import { type Config, type Gateway, servedActions } from '@countersign/gateway';
import {
  createFlowentClient,
  loadTargets,
  type Report,
  registeringGates,
  startRegistrar,
  targetsOf,
} from '@countersign/gateway/flowent';
import { describeFailure } from '../failure.ts';
import { type Output, SYMBOLS } from '../output.ts';
import { visibleText } from '../visible-text.ts';

export interface Registration {
  /** Ends after the step in hand. */
  close(): Promise<void>;
  /** Breaks off the step in hand: a platform may make us wait longer than a stop should take. */
  cut(): void;
}

export type StartRegistration = (gateway: Gateway, output: Output) => Promise<Registration>;

/**
 * Looks at what is to be registered; the result starts doing it.
 * @throws SetupError where no gate registers its actions, or where they cannot be registered.
 */
export async function prepareRegistration(config: Config): Promise<StartRegistration> {
  const registering = registeringGates(config);
  const targets = await loadTargets(config, registering);
  // Thrown away: an address or a token that cannot work is told of before anything listens.
  for (const { register } of targets) {
    createFlowentClient({ apiUrl: register.apiUrl, apiToken: register.apiToken });
  }
  return async (gateway, output) => {
    const cutting = new AbortController();
    const registrar = startRegistrar({
      log: gateway.log,
      targets: targets.map(({ register, gates }) => {
        const { apiUrl, apiToken, everyMs } = register;
        const names = gates.map(({ name }) => name);
        const ours = registering.filter(({ gate }) => names.includes(gate.name));
        return {
          apiUrl,
          everyMs,
          api: createFlowentClient({
            apiUrl,
            apiToken,
            cache: gateway.tokenCache,
            signal: cutting.signal,
            onProblem: (message, error) => gateway.log.warn({ platform: apiUrl, error }, message),
          }),
          drafts: () =>
            targetsOf(config, ours, (name) => servedActions(gateway.gates, name))[0]?.drafts ?? [],
        };
      }),
    });
    const reporting = registrar.firstRun.then((reports) => {
      for (const report of reports) tell(report, cutting.signal.aborted, output);
    });
    return {
      close: async () => {
        await registrar.close();
        await reporting;
      },
      cut: () => cutting.abort(),
    };
  };
}

/** @param isCut whether the stop broke off what was under way */
function tell({ apiUrl, plan, applied, error }: Report, isCut: boolean, output: Output): void {
  const deeds = (applied?.done ?? []).map(({ step, deed }) => `${step.name} ${deed}`);
  const unchanged = plan?.steps.filter(({ kind }) => kind === 'unchanged').length ?? 0;
  if (error === undefined) {
    output.say(`  registered with ${apiUrl}: ${[...deeds, `${unchanged} unchanged`].join(', ')}`);
    return;
  }
  if (isCut) {
    output.warn(`not registered with ${apiUrl}: the gateway was stopped first.`);
    return;
  }
  const { problem, remedy } = describeFailure(error);
  output.warn(`not registered with ${apiUrl}, and tried again later: ${visibleText(problem)}`);
  if (remedy !== undefined) output.say(`  ${SYMBOLS.remedy} ${visibleText(remedy)}`);
}
