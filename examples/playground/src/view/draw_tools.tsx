import {signal} from '@preact/signals';
import {text} from '../text/text.js';
import {useTyped} from './use_typed.js';

/** What the brush sets numbers to, of the filter and of the input. */
export const brush = signal(1);

interface DrawToolsProps {
  readonly title: string;
  readonly isDrawing: boolean;
  readonly onDrawing: (isDrawing: boolean) => void;
}

/** Turns the brush on, and chooses its number. */
export function DrawTools({title, isDrawing, onDrawing}: DrawToolsProps) {
  const {shown, type, end} = useTyped(String(brush.value));
  return (
    <div class="draw" title={title}>
      <label class="switch">
        <input type="checkbox" checked={isDrawing} onChange={event => onDrawing(event.currentTarget.checked)} />
        {text.value.draw}
      </label>
      {isDrawing && (
        <label>
          {text.value.brush}{' '}
          <input
            class="small"
            type="number"
            step="0.5"
            value={shown}
            onInput={event => {
              type(event.currentTarget.value);
              if (Number.isFinite(Math.fround(event.currentTarget.valueAsNumber)))
                brush.value = event.currentTarget.valueAsNumber;
            }}
            onBlur={end}
          />
        </label>
      )}
    </div>
  );
}
