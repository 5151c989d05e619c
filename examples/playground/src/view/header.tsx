import {available, BACKENDS} from '../conv/backends.js';
import type {BackendName} from '../conv/backends.js';
import {backend, chooseBackend} from '../store.js';
import {language, LANGUAGES, text, useLanguage} from '../text/text.js';
import type {Language} from '../text/text.js';
import {Choice} from './controls.js';
import {theme, THEMES} from './theme.js';

const backends: readonly BackendName[] = available();

/** Name of the page, and what holds for all of it. */
export function Header() {
  const words = text.value;
  return (
    <header class="top">
      <a class="skip" href="#main" onClick={skip}>
        {words.skip}
      </a>
      <p class="brand">
        <Logo /> <strong>{words.title}</strong> <span class="tagline">{words.tagline}</span>
      </p>
      <div class="settings">
        <Choice
          label={words.backend}
          value={backend.value}
          choices={BACKENDS.filter(name => backends.includes(name))}
          nameOf={name => name}
          onChoice={chooseBackend}
        />
        <Choice
          label={words.language}
          value={language.value}
          choices={Object.keys(LANGUAGES) as Language[]}
          nameOf={name => LANGUAGES[name]}
          onChoice={useLanguage}
        />
        <Choice
          label={words.theme}
          value={theme.value}
          choices={THEMES}
          nameOf={name => words.themes[name]}
          onChoice={name => {
            theme.value = name;
          }}
        />
      </div>
    </header>
  );
}

/** The address holds the state, so that a link may not change it. */
function skip(event: Event): void {
  event.preventDefault();
  document.getElementById('main')?.focus();
}

function Logo() {
  return (
    <svg class="logo" viewBox="0 0 24 24" width="24" height="24" aria-hidden="true">
      {[0, 1, 2].flatMap(r =>
        [0, 1, 2].map(c => (
          <rect
            key={`${r}${c}`}
            class={r < 2 && c < 2 ? 'lit' : ''}
            x={1 + 8 * c}
            y={1 + 8 * r}
            width="6"
            height="6"
            rx="1.5"
          />
        )),
      )}
    </svg>
  );
}
