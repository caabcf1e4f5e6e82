/** What the API of a Flowent platform answers, as the contract suite wants it. */
import assert from 'node:assert/strict';
import { type ApiReply, type FlowentPlatformBench, member } from './flowent-platform-target.ts';

/** The actions of this name in the tenant's list, which may hold others. */
export async function listed(call: FlowentPlatformBench['call'], name: string): Promise<readonly unknown[]> {
  const { status, body } = await call('GET', '/actions');
  assert.equal(status, 200, 'status of the list');
  const actions = member(body, 'actions');
  assert.ok(Array.isArray(actions), 'the list is {"actions": […]}');
  return actions.filter((action) => member(action, 'name') === name);
}

/** The action that an answer of this status holds. */
export function actionOf({ status, body }: ApiReply, expected: number): Readonly<Record<string, unknown>> {
  assert.equal(status, expected, `status of the answer ${JSON.stringify(body)}`);
  const action = member(body, 'action');
  assert.ok(typeof action === 'object' && action !== null, 'the answer is {"action": {…}}');
  return { ...action };
}

/** The answer is an error of this status, in words. */
export function assertError({ status, body }: ApiReply, expected: number): void {
  assert.equal(status, expected, `status of the answer ${JSON.stringify(body)}`);
  const error = member(body, 'error');
  assert.ok(typeof error === 'string' && error !== '', 'the answer is {"error": "…"}');
}
