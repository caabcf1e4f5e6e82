/** A body byte for byte. Only the rows that are seen stand in the page. */
import { useVirtualizer } from '@tanstack/react-virtual';
import { useRef } from 'react';
import { REQUEST } from '../words/request.ts';
import { BYTES_A_ROW, hexRow } from './hex-rows.ts';

const ROW_HEIGHT = 20;
const MOST_HEIGHT = 480;

export interface HexViewProps {
  readonly bytes: Uint8Array;
  readonly label?: string;
}

export function HexView({ bytes, label = REQUEST.body.hexLabel }: HexViewProps) {
  const scroller = useRef<HTMLDivElement>(null);
  const rows = useVirtualizer({
    count: Math.ceil(bytes.length / BYTES_A_ROW),
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_HEIGHT,
    overscan: 10,
  });
  const height = Math.min(MOST_HEIGHT, rows.getTotalSize() + ROW_HEIGHT);
  return (
    <section
      ref={scroller}
      className="hex mono"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: who has no mouse scrolls it by the keyboard
      tabIndex={0}
      aria-label={label}
      style={{ height }}
    >
      <div style={{ height: rows.getTotalSize() }}>
        {rows.getVirtualItems().map(({ index, start }) => {
          const { offset, hex, text } = hexRow(bytes, index);
          return (
            <div key={index} className="hex-row" style={{ transform: `translateY(${start}px)` }}>
              <span className="soft">{offset}</span> {hex} <span className="soft">{text}</span>
            </div>
          );
        })}
      </div>
    </section>
  );
}
