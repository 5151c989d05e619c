import {signal} from '@preact/signals';
import {codeOf, LIBRARIES} from '../code/code.js';
import type {Library} from '../code/code.js';
import {result, state} from '../store.js';
import {text} from '../text/text.js';
import {Formula} from './formula.js';
import {Tabs} from './tabs.js';

const library = signal<Library>('tfjs-conv');
const isCopied = signal(false);

async function copy(code: string): Promise<void> {
  await navigator.clipboard.writeText(code);
  isCopied.value = true;
  setTimeout(() => (isCopied.value = false), 1500);
}

/** The formula and the call in four libraries. */
export function CodePanel() {
  const shown = result.value;
  const code = shown === undefined ? '' : codeOf(library.value, shown.state, shown.filters);
  return (
    <>
      <Formula s={state.value} />
      <Tabs
        label={text.value.panels.code}
        names={LIBRARIES}
        titleOf={name => name}
        value={library.value}
        onValue={name => (library.value = name)}
      >
        <pre class="code" tabIndex={0}>
          <code>{code}</code>
        </pre>
        <button type="button" class="quiet" onClick={() => void copy(code)}>
          <span role="status">{isCopied.value ? text.value.copied : text.value.copy}</span>
        </button>
      </Tabs>
    </>
  );
}
