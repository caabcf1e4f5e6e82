/** How long it is until a time, second by second. */
import { useEffect, useState } from 'react';
import { durationText } from '../ui/duration.ts';
import { fullText } from '../ui/time.tsx';
import { DELIVERIES } from '../words/deliveries.ts';

export function Countdown({ at }: { readonly at: string }) {
  const [nowMs, setNowMs] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNowMs(Date.now()), 1000);
    return () => clearInterval(timer);
  }, []);
  const leftMs = Date.parse(at) - nowMs;
  return (
    <time className="countdown" dateTime={at} title={fullText(new Date(at))}>
      {leftMs <= 0 ? DELIVERIES.detail.now : DELIVERIES.detail.inSeconds(durationText(leftMs))}
    </time>
  );
}
