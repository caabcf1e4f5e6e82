/** What the gateway says of an input that an action does not take, field by field. */
import type { PassedView } from '@countersign/api';
import { bytesOfBase64, looseText } from '../request/bytes.ts';
import { ACTIONS } from '../words/actions.ts';

export interface InputIssue {
  /** Names and numbers from the input’s root, e.g. `items/0/name`; empty: the input itself. */
  readonly path: string;
  readonly message: string;
}

/** Before the issues, in the answers of platforms that take one text. */
const INVALID = 'invalid parameters: ';

/** Empty where it was taken, or refused for something else. */
export function inputIssues({ bodyBase64, verdict, status }: PassedView): readonly InputIssue[] {
  if (verdict.reason !== 'invalid-input' && status < 400) return [];
  const answer = jsonOf(looseText(bytesOfBase64(bodyBase64)));
  const { issues, error } = answer;
  if (Array.isArray(issues)) return issues.flatMap(issueOf);
  if (typeof error !== 'string' || !error.startsWith(INVALID)) return issuesOfMessage(verdict);
  return error
    .slice(INVALID.length)
    .split('; ')
    .map((text) => {
      const [path = '', ...words] = text.split(' ');
      return { path: path === 'parameters' ? '' : path, message: words.join(' ') };
    });
}

/** An answer for people names no fields: what the gateway logged names their places. */
function issuesOfMessage({ reason, message = '' }: PassedView['verdict']): readonly InputIssue[] {
  if (reason !== 'invalid-input' || !message.startsWith(INVALID)) return [];
  const paths = message.slice(INVALID.length).split(', ');
  return paths
    .filter((path) => path.startsWith('/'))
    .map((path) => ({ path: path.slice(1), message: ACTIONS.form.notTaken }));
}

function issueOf(issue: unknown): readonly InputIssue[] {
  const { path, message }: Partial<Record<'path' | 'message', unknown>> = Object(issue);
  if (typeof path !== 'string' || typeof message !== 'string') return [];
  return [{ path: path.replace(/^\//, ''), message }];
}

function jsonOf(text: string): Readonly<Partial<Record<'issues' | 'error', unknown>>> {
  try {
    return Object(JSON.parse(text));
  } catch {
    return {};
  }
}
