export const HEIGHT = 20;
/** One among thousands is to be seen. */
const LEAST = 2;

/** @returns a path of SVG, one unit wide for each value */
export function barsPath(values: readonly number[]): string {
  const most = Math.max(0, ...values);
  return values
    .map((value, i) => {
      if (value <= 0) return '';
      const height = Math.max(LEAST, Math.round((value / most) * HEIGHT * 100) / 100);
      return `M${i} ${HEIGHT}v${-height}h0.8v${height}z`;
    })
    .join('');
}
