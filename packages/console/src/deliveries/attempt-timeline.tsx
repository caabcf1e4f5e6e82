/** Every attempt of a delivery, the last first: when, what came of it, what was answered. */
import type { AttemptView, DeliveryWithAttemptsView } from '@countersign/api';
import { bytesOfBase64 } from '../request/bytes.ts';
import { HexView } from '../request/hex-view.tsx';
import { Badge, type Tone } from '../ui/badge.tsx';
import { Scrolled } from '../ui/scrolled.tsx';
import { StrangersText } from '../ui/strangers-text.tsx';
import { Time } from '../ui/time.tsx';
import { DELIVERIES } from '../words/deliveries.ts';
import { DELIVERY_CODES } from '../words/delivery-codes.ts';
import '../request/body-view.css';
import { Sentence } from '../ui/sentence.tsx';

const NEUTRAL: ReadonlySet<string> = new Set(['skipped', 'cancelled']);
/** Of a command it is an exit code. */
const COMMAND_CODES: ReadonlySet<string> = new Set(['exit-code', 'killed']);

export function AttemptTimeline({ delivery }: { readonly delivery: DeliveryWithAttemptsView }) {
  const { timeline: words } = DELIVERIES.detail;
  const { history, attempts } = delivery;
  if (history.length === 0) return <p className="soft">{words.none}</p>;
  const earlier = attempts - history.length;
  return (
    <>
      <ol className="timeline" aria-label={words.label} reversed>
        {history.toReversed().map((attempt, i) => (
          <AttemptItem key={attempt.number} attempt={attempt} isOpen={i === 0} />
        ))}
      </ol>
      {earlier > 0 && <p className="small soft">{words.earlier(earlier)}</p>}
    </>
  );
}

function toneOf(code: string): Tone {
  if (code === 'delivered') return 'good';
  return NEUTRAL.has(code) ? 'plain' : 'bad';
}

function AttemptItem({ attempt, isOpen }: { readonly attempt: AttemptView; readonly isOpen: boolean }) {
  const { timeline: words } = DELIVERIES.detail;
  const { number, startedAt, tookMs, code, status, problem, answer, answerBase64 } = attempt;
  const hasAnswer = (answer !== undefined && answer !== '') || answerBase64 !== undefined;
  const tone = toneOf(code);
  return (
    <li className="attempt" data-tone={tone}>
      <div className="row">
        <b>{words.number(number)}</b>
        <Badge tone={tone}>{code}</Badge>
        {status !== undefined && (
          <span>{COMMAND_CODES.has(code) ? words.exit(status) : words.status(status)}</span>
        )}
        <span className="small soft">
          {words.took(tookMs)} · <Time at={startedAt} />
        </span>
      </div>
      {problem !== undefined && (
        <p>
          <Sentence text={problem} />
        </p>
      )}
      {isOpen && tone === 'bad' && DELIVERY_CODES[code] !== undefined && (
        <p className="small soft">{DELIVERY_CODES[code]}</p>
      )}
      {hasAnswer ? (
        <details open={isOpen}>
          <summary>{words.answer}</summary>
          {answer !== undefined ? (
            <Scrolled label={words.answer} className="body-text answer">
              <pre>
                <StrangersText text={answer} />
              </pre>
            </Scrolled>
          ) : (
            <>
              <p className="small soft">{words.binary}</p>
              <HexView bytes={bytesOfBase64(answerBase64 ?? '')} />
            </>
          )}
        </details>
      ) : (
        status !== undefined && <p className="small soft">{words.noAnswer}</p>
      )}
    </li>
  );
}
