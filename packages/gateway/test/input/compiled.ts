/** What the tests of inputs share. */
import type { ActionInput, JsonSchema } from '../../src/input/action-input.ts';
import { compileInput } from '../../src/input/compile-input.ts';
import type { CheckedInput } from '../../src/input/find-issues.ts';

export interface CheckOptions {
  readonly takesUnknownFields?: boolean;
  readonly jsonSchema?: JsonSchema;
}

/** Checks one value against a schema. */
export async function check(
  input: ActionInput,
  value: unknown,
  options: CheckOptions = {},
): Promise<CheckedInput> {
  const compiled = await compileInput({ input, takesUnknownFields: false, where: 's', ...options });
  return compiled.check(value);
}

/** What is wrong with a value, each as `path message`; empty where nothing is. */
export async function issuesOf(
  input: ActionInput,
  value: unknown,
  options: CheckOptions = {},
): Promise<readonly string[]> {
  const checked = await check(input, value, options);
  return checked.ok ? [] : checked.issues.map(({ path, message }) => `${path} ${message}`);
}
