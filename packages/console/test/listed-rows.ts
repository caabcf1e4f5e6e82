/** Reads a virtual list from its top to its end, as somebody who scrolls it does. */
import type { Locator } from 'playwright-core';

export interface ListedRows {
  /** The text of each row, from the top, as `textOf` has it. */
  readonly texts: readonly string[];
  /** The most rows that stood in the page at once. */
  readonly mostInPage: number;
  /** Milliseconds between two frames. */
  readonly frames: readonly number[];
}

export interface ListReading {
  /** How many rows there are: those that are not loaded yet are waited for. */
  readonly rows: number;
  /** Of a row whose text is read. */
  readonly part: string;
  /** Pixels, each frame. */
  readonly step: number;
}

export function readWholeList(list: Locator, reading: ListReading): Promise<ListedRows> {
  return list.evaluate(async (element, { rows: all, part, step }) => {
    const texts: string[] = [];
    const frames: number[] = [];
    let mostInPage = 0;
    const frame = (): Promise<number> => new Promise((resolve) => requestAnimationFrame(resolve));
    element.scrollTop = 0;
    let before = await frame();
    while (texts.length < all) {
      const rows = element.querySelectorAll<HTMLElement>('[data-index]');
      mostInPage = Math.max(mostInPage, rows.length);
      for (const row of rows)
        texts[Number(row.dataset['index'])] ??= row.querySelector(part)?.textContent ?? row.textContent;
      // Where the next rows do not stand yet, they are waited for.
      if (element.querySelector(`[data-index="${texts.length - 1}"]`) !== null) element.scrollTop += step;
      const at = await frame();
      frames.push(at - before);
      before = at;
    }
    return { texts, mostInPage, frames };
  }, reading);
}
