import type { DifferenceView, RegistrationStepView } from '@countersign/api';
import { Badge, type Tone } from '../ui/badge.tsx';
import { StrangersText } from '../ui/strangers-text.tsx';
import { ACTIONS } from '../words/actions.ts';

const TONES: Readonly<Record<RegistrationStepView['step'], Tone>> = {
  create: 'good',
  update: 'note',
  delete: 'bad',
  unchanged: 'plain',
};

export interface RegistrationStepProps {
  readonly step: RegistrationStepView;
  readonly prune: boolean;
}

/** One action of a plan, with what differs. */
export function RegistrationStep({ step, prune }: RegistrationStepProps) {
  const { registration: words } = ACTIONS;
  const isLeft = step.step === 'delete' && !prune;
  return (
    <li className="registration-step">
      <p className="row">
        <Badge tone={isLeft ? 'plain' : TONES[step.step]}>
          {isLeft ? words.left : words.step[step.step]}
        </Badge>
        <span className="mono">
          <StrangersText text={step.action} />
        </span>
      </p>
      {step.step === 'create' && (
        <p className="small soft">
          <StrangersText text={step.after.description} /> · <StrangersText text={step.after.webhook_url} />
        </p>
      )}
      {step.step === 'update' && (
        <ul className="differences">
          {Object.entries(step.differences).flatMap(([member, list]: [string, readonly DifferenceView[]]) =>
            list.map((difference) => (
              <Difference key={member + difference.path} member={member} difference={difference} />
            )),
          )}
        </ul>
      )}
    </li>
  );
}

interface DifferenceProps {
  readonly member: string;
  readonly difference: DifferenceView;
}

function Difference({ member, difference }: DifferenceProps) {
  const { registration: words } = ACTIONS;
  return (
    <li className="small">
      <span className="mono">
        <StrangersText text={`${member}${difference.path}`} />
      </span>
      {'before' in difference && (
        <del>
          <span className="visually-hidden">{words.before}: </span>
          <StrangersText text={shown(difference.before)} />
        </del>
      )}
      {'after' in difference && (
        <ins>
          <span className="visually-hidden">{words.afterwards}: </span>
          <StrangersText text={shown(difference.after)} />
        </ins>
      )}
    </li>
  );
}

const MOST_CHARS = 2_000;

function shown(value: unknown): string {
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? '');
  return text.length > MOST_CHARS ? `${text.slice(0, MOST_CHARS)} …` : text;
}
