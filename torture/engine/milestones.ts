/** Tells when a count has grown by so many. */

export interface Milestones {
  /** Resolves once the count is greater by so many than it is now. */
  after(count: number): Promise<void>;
  /** The count is now this. */
  reached(total: number): void;
}

interface Milestone {
  readonly at: number;
  readonly reach: () => void;
}

export function createMilestones(): Milestones {
  let waiting: readonly Milestone[] = [];
  let current = 0;
  return {
    after: (count) =>
      new Promise((resolve) => {
        waiting = [...waiting, { at: current + count, reach: resolve }];
      }),
    reached(total) {
      current = total;
      if (!waiting.some(({ at }) => at <= total)) return;
      const due = waiting.filter(({ at }) => at <= total);
      waiting = waiting.filter(({ at }) => at > total);
      for (const { reach } of due) reach();
    },
  };
}
