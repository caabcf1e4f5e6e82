/** Where in the guide somebody is. */
export const ROTATION_STEPS = ['add', 'watch', 'retire', 'revoke'] as const;

export type RotationStep = (typeof ROTATION_STEPS)[number];

/** @param asked what the address says; without a new key there is only the first */
export function stepOf(asked: string | undefined, hasNext: boolean): RotationStep {
  if (!hasNext) return 'add';
  return ROTATION_STEPS.find((step) => step === asked) ?? 'watch';
}

/** An id for the new key that none has: the day, and a number where that is taken. */
export function nextKeyId(ids: readonly string[], now: Date): string {
  const day = now.toISOString().slice(0, 10);
  for (let i = 1; ; i += 1) {
    const id = i === 1 ? day : `${day}-${i}`;
    if (!ids.includes(id)) return id;
  }
}
