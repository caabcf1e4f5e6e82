/** A trial’s scheme, declared otherwise. */
import { ifBuildable } from '../if-buildable.ts';
import type { Declared, Scheme } from '../scheme.ts';
import type { JwtOptions } from '../schemes/jwt/token-options.ts';
import type { TemplateOptions } from '../schemes/template-options.ts';
import { declaredAs } from './declared.ts';
import { boundToken } from './dpop-options.ts';
import type { Change, Trial } from './trial.ts';

/** Nothing where the change is none, or no scheme can be built of it. */
export function* withOptions<Options>(
  declared: Declared<Options> | undefined,
  change: (options: Options) => Options | undefined,
  detail?: string,
): Generator<Change> {
  const options = declared && change(declared.options);
  const scheme = options && built(declared, options);
  if (scheme) yield { scheme, ...(detail !== undefined && { detail }) };
}

/** The same of a scheme over a template. How its keys are held against a request stays as it is. */
export function* withTemplate(
  trial: Trial,
  change: (options: TemplateOptions) => TemplateOptions | undefined,
  detail?: string,
): Generator<Change> {
  const { create } = trial.scheme.keys;
  for (const other of withOptions(declaredAs(trial.scheme, 'template'), change, detail)) {
    const { scheme } = other;
    yield create && scheme ? { ...other, scheme: { ...scheme, keys: { ...scheme.keys, create } } } : other;
  }
}

/** The same of a token’s: the access token’s where a proof comes with it. */
export function withToken(
  { scheme }: Trial,
  change: (options: JwtOptions) => JwtOptions | undefined,
  detail?: string,
): Generator<Change> {
  return withOptions(tokenDeclared(scheme), change, detail);
}

export function tokenDeclared(scheme: Scheme): Declared<JwtOptions> | undefined {
  return declaredAs(scheme, 'token') ?? boundToken(scheme);
}

/** Undefined where the options contradict themselves. */
export function built<Options>(declared: Declared<Options>, options: Options): Scheme | undefined {
  return ifBuildable(() => declared.build(options));
}
