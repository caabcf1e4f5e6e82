/** The tenants' actions, in memory. */
import { randomUUID } from 'node:crypto';
import type { FlowentChange, FlowentDraft, FlowentPlatformAction } from './model.ts';

export interface ActionStore {
  /** In the order of their registration. */
  list(tenantId: string): readonly FlowentPlatformAction[];
  get(tenantId: string, name: string): FlowentPlatformAction | undefined;
  /** Adds an action whose name is free. */
  add(tenantId: string, draft: FlowentDraft): FlowentPlatformAction;
  /** Undefined where there is none of this name. */
  change(tenantId: string, name: string, change: FlowentChange): FlowentPlatformAction | undefined;
  /** Whether there was one of this name. */
  delete(tenantId: string, name: string): boolean;
}

/** An empty store; `now` dates what is created and changed. */
export function createActionStore(now: () => number): ActionStore {
  const tenants = new Map<string, Map<string, FlowentPlatformAction>>();
  const of = (tenantId: string): Map<string, FlowentPlatformAction> => {
    const actions = tenants.get(tenantId) ?? new Map<string, FlowentPlatformAction>();
    tenants.set(tenantId, actions);
    return actions;
  };
  const time = (): string => new Date(now()).toISOString();
  return {
    list: (tenantId) => [...of(tenantId).values()],
    get: (tenantId, name) => of(tenantId).get(name),
    add: (tenantId, { name, description, json_schema, webhook_url }) => {
      const at = time();
      const action: FlowentPlatformAction = {
        id: randomUUID(),
        tenant_id: tenantId,
        name,
        description,
        json_schema,
        webhook_url,
        created_at: at,
        updated_at: at,
      };
      of(tenantId).set(name, action);
      return action;
    },
    change: (tenantId, name, change) => {
      const action = of(tenantId).get(name);
      if (action === undefined) return undefined;
      const changed = { ...action, ...change, updated_at: time() };
      of(tenantId).set(name, changed);
      return changed;
    },
    delete: (tenantId, name) => of(tenantId).delete(name),
  };
}
