import { useEffect, useRef, useState } from 'preact/hooks';
import { useKit } from './kit.ts';

interface FieldProps {
  readonly name: string;
  readonly label: string;
  readonly hint?: string;
  readonly fault?: string | undefined;
  /** It takes the focus when it appears, and when it is found wrong. */
  readonly isFirst?: boolean;
  readonly isSecret?: boolean;
  readonly value: string;
  readonly onValue: (value: string) => void;
  readonly more: {
    readonly autoComplete: string;
    readonly inputMode?: 'numeric';
    readonly class?: string;
  };
}

const hidden = { type: 'password' } as const;
const shown = { type: 'text' } as const;

/** A field with its label, a hint, and what is wrong with it. */
export function Field(props: FieldProps) {
  const { name, label, hint, fault, isFirst = false, isSecret = false, value, onValue, more } = props;
  const { say } = useKit();
  const input = useRef<HTMLInputElement>(null);
  const [isShown, setShown] = useState(false);
  useEffect(() => {
    if (isFirst || fault !== undefined) input.current?.focus();
  }, [isFirst, fault]);
  const about = [hint !== undefined && `${name}-hint`, fault !== undefined && `${name}-fault`]
    .filter(Boolean)
    .join(' ');
  return (
    <div class="field">
      <label for={name}>{label}</label>
      <div class={isSecret ? 'with-button' : undefined}>
        <input
          {...more}
          ref={input}
          id={name}
          name={name}
          {...(isSecret && !isShown ? hidden : shown)}
          value={value}
          maxLength={isSecret ? 1000 : 255}
          spellcheck={false}
          autoCapitalize="none"
          aria-invalid={fault !== undefined}
          {...(about !== '' && { 'aria-describedby': about })}
          onInput={(event) => onValue(event.currentTarget.value)}
        />
        {isSecret && (
          <button
            type="button"
            class="quiet"
            aria-label={say(isShown ? 'password.hideWhole' : 'password.showWhole')}
            onClick={() => setShown(!isShown)}
          >
            {say(isShown ? 'password.hide' : 'password.show')}
          </button>
        )}
      </div>
      {hint !== undefined && (
        <p id={`${name}-hint`} class="hint">
          {hint}
        </p>
      )}
      {fault !== undefined && (
        <p id={`${name}-fault`} class="fault">
          {fault}
        </p>
      )}
    </div>
  );
}
