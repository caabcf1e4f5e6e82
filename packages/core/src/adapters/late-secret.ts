/** A gate whose secret may come with a request. */
import { type Gate, type ProviderChoice, rebuilt } from '../gate.ts';
import { warnOfKeys } from '../warn-of-keys.ts';
import {
  type AdapterOptions,
  type Chosen,
  choiceOf,
  type GateMaker,
  gateOfSecret,
  proofChoiceOf,
  type Secret,
  type Settings,
  settingsOf,
} from './settings.ts';

/** A secret that is there with the first request: workers get theirs as `env`. */
export type LateSecret<Env> = (env: Env) => Secret;

/** What was chosen, but for a gate whose secret may come with a request. */
export interface LateChoice<Handler> {
  readonly settings: Settings;
  readonly choose: (env: unknown) => Chosen<Handler>;
}

/** The gate is built at once, or of a secret that comes with a request. Another secret changes its keys: what it has claimed stays claimed. */
export function lateChoice<Handler>(parameters: readonly unknown[], maker: GateMaker): LateChoice<Handler> {
  const [provider, secret, handler, options] = parameters;
  if (typeof secret !== 'function' || typeof handler !== 'function') {
    const choice = choiceOf<Handler>(parameters, maker);
    return { settings: choice.settings, choose: () => choice };
  }
  const settings = settingsOf(options as AdapterOptions | undefined);
  let last: { readonly secret: unknown; readonly choice: Chosen<Handler> } | undefined;
  const choose = (env: unknown): Chosen<Handler> => {
    const late: unknown = secret(env);
    if (last === undefined || !isSame(last.secret, late)) {
      const built = gateOfSecret(provider as ProviderChoice, late as Secret, maker);
      const gate = last === undefined ? built : rebuilt(last.choice.gate, { ring: built.keys });
      warnOfKeys(gate.keys, gate.provider, settings.onWarning);
      last = { secret: late, choice: { gate, handler: handler as Handler, settings } };
    }
    return last.choice;
  };
  return { settings, choose };
}

/** A list is written anew for each request; its secrets are the same. */
function isSame(a: unknown, b: unknown): boolean {
  return a === b || JSON.stringify(a) === JSON.stringify(b);
}

/** The same for what takes no handler. */
export function lateProof(
  parameters: readonly unknown[],
  maker: GateMaker,
): {
  readonly settings: Settings;
  readonly choose: (env: unknown) => Gate;
} {
  const [provider, secret, options] = parameters;
  if (typeof secret !== 'function') {
    const { gate, settings } = proofChoiceOf(parameters, maker);
    return { settings, choose: () => gate };
  }
  const { settings, choose } = lateChoice<() => void>([provider, secret, () => {}, options], maker);
  return { settings, choose: (env) => choose(env).gate };
}
