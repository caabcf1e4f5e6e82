/** A platform that is a map: for what is pure in registration. What a real one does over HTTP is tested with the client. */
import {
  type FlowentAction,
  type FlowentActionDraft,
  type FlowentApi,
  FlowentError,
  type FlowentErrorCode,
} from '../../../src/flowent/flowent-api.ts';

export interface MemoryPlatform extends FlowentApi {
  /** Sorted by name. */
  readonly actions: () => readonly FlowentActionDraft[];
  /** Calls that change something, e.g. `create send_email`. */
  readonly calls: string[];
  /** Every call that changes something first goes through this; what it throws is the platform's answer. */
  before: (call: string) => void;
}

export function memoryPlatform(drafts: readonly FlowentActionDraft[] = []): MemoryPlatform {
  const held = new Map<string, FlowentAction>();
  const calls: string[] = [];
  const set = (draft: FlowentActionDraft): FlowentAction => {
    const action = registered(draft);
    held.set(draft.name, action);
    return action;
  };
  for (const draft of drafts) set(draft);
  const note = (call: string): void => {
    platform.before(call);
    calls.push(call);
  };
  const platform: MemoryPlatform = {
    calls,
    before: () => {},
    actions: () => [...held.values()].map(draftOf).sort((a, b) => (a.name < b.name ? -1 : 1)),
    list: async () => [...held.values()],
    get: async (name) => held.get(name),
    async create(draft) {
      note(`create ${draft.name}`);
      if (held.has(draft.name)) throw failure('conflict');
      return set(draft);
    },
    async update(name, change) {
      note(`update ${name} ${Object.keys(change).join(',')}`);
      const before = held.get(name);
      if (before === undefined) throw failure('not-found');
      return set({ ...draftOf(before), ...change });
    },
    async delete(name) {
      note(`delete ${name}`);
      if (!held.delete(name)) throw failure('not-found');
    },
  };
  return platform;
}

/** An action as a platform would hold it. */
export function registered(draft: FlowentActionDraft): FlowentAction {
  const at = '2026-01-02T03:04:05Z';
  const id = '6f1c0b9e-8f7e-4a57-9f0f-0c6b5a3f2d11';
  return { id, tenant_id: id, ...draft, created_at: at, updated_at: at };
}

export function draft(name: string, changes: Partial<FlowentActionDraft> = {}): FlowentActionDraft {
  return {
    name,
    description: `Does ${name}.`,
    webhook_url: `https://gate.example.com/actions/${name}`,
    json_schema: { type: 'object', properties: { to: { type: 'string' } }, required: ['to'] },
    ...changes,
  };
}

export function failure(code: FlowentErrorCode, retryAfterMs?: number): FlowentError {
  return new FlowentError(code, `the platform says ${code}`, { remedy: 'Do something.', retryAfterMs });
}

function draftOf({ name, description, webhook_url, json_schema }: FlowentAction): FlowentActionDraft {
  return { name, description, webhook_url, json_schema };
}
