/** Leads from what a gate lacks to where it is opened for the key that its sender hands over. */
import { Link } from '@tanstack/react-router';
import { HANDED_KEY } from '../words/handed-key.ts';

/** @param text that it ends */
export function HandedKeyLink({ gate, text }: { readonly gate: string; readonly text: string }) {
  return (
    <p>
      {text}{' '}
      <Link to="/gates/$gate" params={{ gate }} search={{ tab: 'keys' }}>
        {HANDED_KEY.link}
      </Link>
      .
    </p>
  );
}
