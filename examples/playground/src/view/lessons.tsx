import {PRESETS} from '../presets/presets.js';
import type {Preset} from '../presets/presets.js';
import {choosePreset, isFigure, preset} from '../store.js';
import {text} from '../text/text.js';
import {Choice} from './controls.js';

const indexOf = (name: string | undefined): number => PRESETS.findIndex(one => one.name === name);

/** The list of figures: beside the page where there is room, a menu where there is not. */
export function Lessons() {
  const {lessons, presets} = text.value;
  const chosen = PRESETS[indexOf(preset.value)] ?? PRESETS[0];
  return (
    <nav class="lessons" aria-label={lessons}>
      <div class="menu">
        <Choice
          label={lessons}
          value={chosen.name}
          choices={PRESETS.map(({name}) => name)}
          nameOf={name => `${indexOf(name) + 1}. ${presets[name].title}`}
          onChoice={name => choosePreset(PRESETS[indexOf(name)])}
        />
      </div>
      <ol>
        {PRESETS.map(one => (
          <li key={one.name}>
            <a
              href={`#preset=${one.name}`}
              aria-current={one.name === preset.value ? 'page' : undefined}
              onClick={event => {
                event.preventDefault();
                choosePreset(one);
              }}
            >
              {presets[one.name].title}
            </a>
          </li>
        ))}
      </ol>
    </nav>
  );
}

/** Title and explanation of the figure, and the ones beside it. */
export function Lesson() {
  const {presets, freely, freelyAbout, backTo, previous, next} = text.value;
  const index = indexOf(preset.value);
  const chosen: Preset | undefined = PRESETS[index];
  const isHere = chosen !== undefined && isFigure.value;
  return (
    <header class="lesson">
      <p class="count">{chosen === undefined ? freely : `${index + 1} / ${PRESETS.length}`}</p>
      <h1>{chosen === undefined ? freely : presets[chosen.name].title}</h1>
      <p class="about">{chosen === undefined ? freelyAbout : presets[chosen.name].about}</p>
      <p class="pager">
        <button type="button" disabled={index <= 0} onClick={() => choosePreset(PRESETS[index - 1])}>
          ← {previous}
        </button>
        <button type="button" disabled={index === PRESETS.length - 1} onClick={() => choosePreset(PRESETS[index + 1])}>
          {next} →
        </button>
        {chosen !== undefined && !isHere && (
          <button type="button" class="quiet" onClick={() => choosePreset(chosen)}>
            ↺ {backTo}
          </button>
        )}
      </p>
    </header>
  );
}
