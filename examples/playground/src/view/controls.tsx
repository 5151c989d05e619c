import {signal} from '@preact/signals';
import {useId, useRef} from 'preact/hooks';
import {frames, readFile} from '../conv/picture.js';
import {filtersOf, groupChoices, inputsOf, rangeOf, RULES} from '../model/rules.js';
import type {NumberName} from '../model/rules.js';
import {isLarge, isPicture, KINDS} from '../model/state.js';
import type {State} from '../model/state.js';
import {change, state} from '../store.js';
import {fill, text} from '../text/text.js';
import {useTyped} from './use_typed.js';

interface ChoiceProps<T extends string> {
  readonly label: string;
  readonly value: T;
  readonly choices: readonly T[];
  readonly nameOf: (choice: T) => string;
  readonly onChoice: (choice: T) => void | Promise<void>;
}

export function Choice<T extends string>({label, value, choices, nameOf, onChoice}: ChoiceProps<T>) {
  const id = useId();
  const newest = useRef(value);
  newest.current = value;
  return (
    <div class="field choice">
      <label for={id}>{label}</label>
      <select
        id={id}
        value={value}
        onChange={event => {
          const select = event.currentTarget;
          const chosen = choices.find(choice => choice === select.value);
          if (chosen === undefined) return;
          // A choice that does not come about is not shown as if it had.
          const settle = () => (select.value = newest.current);
          void Promise.resolve(onChoice(chosen)).then(settle, settle);
        }}
      >
        {choices.map(choice => (
          <option key={choice} value={choice}>
            {nameOf(choice)}
          </option>
        ))}
      </select>
    </div>
  );
}

interface StepperProps {
  readonly label: string;
  readonly value: number;
  readonly range: readonly [number, number];
  readonly onValue: (value: number) => void;
}

/** A number with a smaller and a larger one beside it. */
export function Stepper({label, value, range: [least, most], onValue}: StepperProps) {
  const id = useId();
  const {shown, type, end} = useTyped(String(value));
  const set = (next: number): void => {
    if (Number.isInteger(next) && next >= least && next <= most) onValue(next);
  };
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <div class="stepper">
        <button type="button" aria-label={`${label} − 1`} disabled={value <= least} onClick={() => set(value - 1)}>
          −
        </button>
        <input
          id={id}
          type="number"
          min={least}
          max={most}
          value={shown}
          onInput={event => {
            type(event.currentTarget.value);
            set(event.currentTarget.valueAsNumber);
          }}
          onBlur={end}
        />
        <button type="button" aria-label={`${label} + 1`} disabled={value >= most} onClick={() => set(value + 1)}>
          +
        </button>
      </div>
    </div>
  );
}

/** Groups have to divide both channels: only those that do are offered. */
function Groups({s}: {readonly s: State}) {
  return (
    <Choice
      label={text.value.numbers.groups}
      value={String(s.groups)}
      choices={groupChoices(s).map(String)}
      nameOf={String}
      onChoice={groups => change({groups: Number(groups)})}
    />
  );
}

function NumberField({name, s}: {readonly name: NumberName; readonly s: State}) {
  if (name === 'groups') return <Groups s={s} />;
  if (name === 'size' && isLarge(s)) return null;
  const range = name === 'channels' && isPicture(s.input) ? ([1, 3] as const) : rangeOf(name, s);
  // Pictures have one channel or three.
  const next = (value: number): number =>
    name === 'channels' && isPicture(s.input) ? (value > s.channels ? 3 : 1) : value;
  return (
    <Stepper
      label={text.value.numbers[name]}
      value={s[name]}
      range={range}
      onValue={value => change({[name]: next(value)})}
    />
  );
}

/** Whether a file is held over the page. */
export const isOver = signal(false);

/** The browser's own button is in the browser's language, so the label stands for it. */
function PictureField() {
  const id = useId();
  return (
    <div class="field wide file">
      <input
        id={id}
        class="unseen"
        type="file"
        accept="image/*"
        onChange={event => {
          const file = event.currentTarget.files?.[0];
          if (file !== undefined) void readFile(file);
          event.currentTarget.value = '';
        }}
      />
      <label for={id} class="button">
        {text.value.chooseFile}
      </label>
    </div>
  );
}

/** Everything that a state consists of. */
export function Controls() {
  const s = state.value;
  const {kind, kinds, input, inputs, filter, filters, pad, pads, flip, flipHint, controls} = text.value;
  const rules = RULES[s.kind];
  const padName = (choice: string): string => (choice in pads ? pads[choice as keyof typeof pads] : choice);
  return (
    <section class="card controls" aria-label={controls}>
      <Choice label={kind} value={s.kind} choices={KINDS} nameOf={k => kinds[k]} onChoice={k => change({kind: k})} />
      <Choice
        label={input}
        value={s.input}
        choices={inputsOf(s.kind).filter(name => name !== 'file' || s.input === 'file')}
        nameOf={name => inputs[name]}
        onChoice={name => change({input: name})}
      />
      <Choice
        label={filter}
        value={s.filter}
        choices={filtersOf(s.kind).filter(name => name !== 'typed' || s.filter === 'typed')}
        nameOf={name => filters[name]}
        onChoice={name => change({filter: name})}
      />
      {rules.pads.length > 1 && (
        <Choice
          label={pad}
          value={String(s.pad)}
          choices={rules.pads.map(String)}
          nameOf={padName}
          onChoice={choice => change({pad: rules.pads.find(one => String(one) === choice)})}
        />
      )}
      {rules.numbers.map(name => (
        <NumberField key={name} name={name} s={s} />
      ))}
      {rules.flip && (
        <label class="switch" title={flipHint}>
          <input type="checkbox" checked={s.flip} onChange={event => change({flip: event.currentTarget.checked})} />
          {flip}
        </label>
      )}
      {isPicture(s.input) && <PictureField />}
      {s.input === 'camera' && (
        <div class="field wide">
          <button type="button" class="quiet" onClick={() => change({input: 'photo'})}>
            {text.value.stopCamera}
          </button>
          <span class="note" id="frames">
            {fill(text.value.frames, frames.value)}
          </span>
        </div>
      )}
    </section>
  );
}
