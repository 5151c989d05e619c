import {signal} from '@preact/signals';
import {useMemo, useRef} from 'preact/hooks';
import {codeOf, LIBRARIES} from '../code/code.js';
import type {Library} from '../code/code.js';
import {resultBelow, state} from '../store.js';
import {text} from '../text/text.js';
import {Formula} from './formula.js';
import {Tabs} from './tabs.js';

const library = signal<Library>('tfjs-conv');
const isCopied = signal(false);

/** Copies what an element holds; where the browser does not let a page do that, selects it for the visitor to copy. */
async function copy(element: HTMLElement): Promise<void> {
  try {
    await navigator.clipboard.writeText(element.textContent ?? '');
    isCopied.value = true;
    setTimeout(() => (isCopied.value = false), 1500);
  } catch {
    getSelection()?.selectAllChildren(element);
  }
}

/** The formula and the call in four libraries. */
export function CodePanel() {
  const shown = resultBelow.value;
  const program = useRef<HTMLElement>(null);
  // The camera changes the result, and not the code.
  const code = useMemo(
    () => (shown === undefined ? '' : codeOf(library.value, shown.state, shown.filters)),
    [library.value, shown?.state],
  );
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
          <code ref={program}>{code}</code>
        </pre>
        <button type="button" class="quiet" onClick={() => program.current !== null && void copy(program.current)}>
          <span role="status">{isCopied.value ? text.value.copied : text.value.copy}</span>
        </button>
      </Tabs>
    </>
  );
}
