import type { Assignment } from '../../device/assignment.ts';
import { signerOf } from '../connection.ts';
import { useApp } from '../state.ts';
import { useWords } from './parts.tsx';

/** For whom, from where and when a request was made; what is not known is said to be unknown. */
export function RequestFacts({ shown }: { readonly shown: Assignment }) {
  const say = useWords();
  const { screen } = useApp();
  const { person, application, place, address, asked } = shown;
  const displayName = screen.name === 'request' ? signerOf(screen.device)?.displayName : undefined;
  const you = displayName === undefined || displayName === person ? person : `${displayName} (${person})`;
  const time = new Intl.DateTimeFormat(say.locale, { timeStyle: 'medium' }).format(asked);
  const rows: readonly (readonly [string, string])[] = [
    [say.person, you],
    [say.from, application],
    [say.place, place],
    [say.address, address],
    [say.asked, time],
  ];
  return (
    <dl class="facts">
      {rows.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd class={value === '' ? 'unknown' : undefined}>{value === '' ? say.unknown : value}</dd>
        </div>
      ))}
    </dl>
  );
}
