/** Wire types of registrations: a gate's actions beside those that a platform has. */

/** What has to be done so that the platform has the actions as they are here. */
export interface RegistrationView {
  /** The platform’s. */
  readonly apiUrl: string;
  /** The gates that register with the account. */
  readonly gates: readonly string[];
  /** Whether actions that only the platform has would be deleted. */
  readonly prune: boolean;
  /** In the order in which they would be taken. */
  readonly steps: readonly RegistrationStepView[];
  /** How many actions the account would have. */
  readonly actionsAfter: number;
  /** How many calls of the platform’s API it would take; it takes 1,000 an hour. */
  readonly calls: number;
  /** Why the plan is not applied. */
  readonly problem?: string;
  readonly remedy?: string;
}

export type RegistrationStepView =
  | { readonly action: string; readonly step: 'create'; readonly after: RegisteredActionView }
  | {
      readonly action: string;
      readonly step: 'update';
      /** What differs, as it should be. */
      readonly after: Partial<RegisteredActionView>;
      readonly differences: RegistrationDifferencesView;
    }
  /** `delete`: only the platform has it; that is done where the plan prunes. */
  | { readonly action: string; readonly step: 'delete' | 'unchanged' };

/** An action in the words of Flowent’s API. */
export interface RegisteredActionView {
  readonly name: string;
  readonly description: string;
  readonly webhook_url: string;
  readonly json_schema: Readonly<Record<string, unknown>>;
}

/** By member of the action; empty where it stays. */
export interface RegistrationDifferencesView {
  readonly description: readonly DifferenceView[];
  readonly webhook_url: readonly DifferenceView[];
  /** Paths are JSON Pointers into the schema. */
  readonly json_schema: readonly DifferenceView[];
}

export type DifferenceView =
  | { readonly kind: 'added'; readonly path: string; readonly after: unknown }
  | { readonly kind: 'removed'; readonly path: string; readonly before: unknown }
  | { readonly kind: 'changed'; readonly path: string; readonly before: unknown; readonly after: unknown };

/** A plan as it was looked at. */
export interface RegistrationPlanView extends RegistrationView {
  /** Names the plan: only this one is pushed by it. */
  readonly hash: string;
}

/** What was done of a plan. Another push does the rest, and nothing twice. */
export interface PushedRegistrationView {
  readonly apiUrl: string;
  readonly done: readonly {
    readonly action: string;
    readonly deed: 'created' | 'updated' | 'deleted' | 'unchanged';
  }[];
  readonly failed: readonly {
    readonly action: string;
    readonly step: RegistrationStepView['step'];
    readonly code: string;
    readonly error: string;
    readonly remedy: string;
  }[];
  /** After an error that the others would have met as well. */
  readonly notTried: readonly { readonly action: string; readonly step: RegistrationStepView['step'] }[];
}

export interface RegistrationQuery {
  /** Whether actions that only the platform has are deleted. Default: false. */
  readonly prune?: boolean | undefined;
}

export interface PushRegistrationInput extends RegistrationQuery {
  /** The `hash` of the plan that was looked at. */
  readonly plan: string;
}
