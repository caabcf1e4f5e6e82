/** Draws a plan for a person. */
import { shortened } from '@countersign/core/internal/amounts';
import {
  callsToApply,
  type Difference,
  diffAction,
  MAX_ACTIONS,
  MAX_CALLS_AN_HOUR,
  type Plan,
  type PlanStep,
  stepsToApply,
  type UpdateStep,
} from '@countersign/gateway/flowent';
import type { Output, Style } from '../output.ts';
import { visibleText } from '../visible-text.ts';
import type { Account } from './accounts.ts';

/** A longer value is cut: a terminal shows where it differs, `--json` shows all. */
const MAX_VALUE = 160;

/** Prints what has to be done at each account. */
export function printPlans(accounts: readonly Account[], output: Output): void {
  for (const { target, plan } of accounts) {
    const gates = target.gates.map(({ name }) => name).join(', ');
    output.print(`${output.style.bold(target.register.apiUrl)}  ${output.style.dim(`(${gates})`)}`);
    for (const line of planLines(plan, output.style)) output.print(`  ${line}`);
    output.print(summary(plan));
    if (stepsToApply(plan).length > 0) output.print(output.style.dim(costs(plan)));
  }
}

/** A line for each step that is to be taken, and the differences of an update below it. */
function planLines(plan: Plan, style: Style): readonly string[] {
  return plan.steps.flatMap((step) => stepLines(step, plan.prune, style));
}

/** `1 to create, 1 to update, 0 to delete (with --prune), 3 unchanged`. */
function summary({ steps, prune }: Plan): string {
  const count = (kind: PlanStep['kind']): number => steps.filter((step) => step.kind === kind).length;
  const deletes = `${count('delete')} to delete${prune ? '' : ' (with --prune)'}`;
  return `${count('create')} to create, ${count('update')} to update, ${deletes}, ${count('unchanged')} unchanged`;
}

function costs(plan: Plan): string {
  return `Then ${plan.actionsAfter} of ${MAX_ACTIONS} actions are taken; it costs ${callsToApply(plan)} of ${MAX_CALLS_AN_HOUR} calls an hour.`;
}

function stepLines(step: PlanStep, prune: boolean, style: Style): readonly string[] {
  const name = visibleText(step.name);
  switch (step.kind) {
    case 'create':
      return [style.green(`+ ${name}  ${visibleText(step.draft.webhook_url)}`)];
    case 'update':
      return [style.yellow(`~ ${name}`), ...updateLines(step, style).map((line) => `    ${line}`)];
    case 'delete':
      return prune
        ? [style.red(`- ${name}`)]
        : [style.dim(`  ${name}: only the platform has it; --prune deletes it, pull writes a stub`)];
    case 'unchanged':
      return [];
  }
}

function updateLines({ before, change }: UpdateStep, style: Style): readonly string[] {
  const { description, webhook_url, json_schema } = diffAction(before, change);
  return [
    ...description.map((difference) => `description  ${valuesText(difference)}`),
    ...webhook_url.map((difference) => `webhook_url  ${valuesText(difference)}`),
    ...(json_schema.length === 0 ? [] : ['json_schema']),
    ...json_schema.map((difference) => `  ${differenceText(difference, style)}`),
  ];
}

function differenceText(difference: Difference, style: Style): string {
  const text = `${visibleText(difference.path)}  ${valuesText(difference)}`;
  switch (difference.kind) {
    case 'added':
      return style.green(`+ ${text}`);
    case 'removed':
      return style.red(`- ${text}`);
    case 'changed':
      return style.yellow(`~ ${text}`);
  }
}

function valuesText(difference: Difference): string {
  switch (difference.kind) {
    case 'added':
      return valueText(difference.after);
    case 'removed':
      return valueText(difference.before);
    case 'changed':
      return `${valueText(difference.before)} → ${valueText(difference.after)}`;
  }
}

function valueText(value: unknown): string {
  return visibleText(shortened(JSON.stringify(value), MAX_VALUE));
}
