import type {ComponentChildren} from 'preact';
import {useEffect, useId, useRef} from 'preact/hooks';

interface TabsProps<T extends string> {
  readonly label: string;
  readonly names: readonly T[];
  readonly titleOf: (name: T) => string;
  readonly value: T;
  readonly onValue: (name: T) => void;
  readonly children: ComponentChildren;
}

/** Tabs as the ARIA Authoring Practices have them: arrow keys choose, the panel comes next. */
export function Tabs<T extends string>({label, names, titleOf, value, onValue, children}: TabsProps<T>) {
  const id = useId();
  const list = useRef<HTMLDivElement>(null);
  // Where there is no room for all of them, the chosen one is seen.
  useEffect(() => {
    const chosen = list.current?.querySelector<HTMLElement>('[aria-selected="true"]');
    if (!list.current || !chosen) return;
    const {left, right} = list.current.getBoundingClientRect();
    const {left: from, right: to} = chosen.getBoundingClientRect();
    if (from < left || to > right) list.current.scrollLeft += (from + to - left - right) / 2;
  }, [value]);
  function onKeyDown(event: KeyboardEvent): void {
    const step = {ArrowLeft: -1, ArrowRight: 1}[event.key];
    if (step === undefined) return;
    const index = (names.indexOf(value) + step + names.length) % names.length;
    onValue(names[index]);
    list.current?.querySelectorAll('button')[index].focus();
    event.preventDefault();
  }
  return (
    <div class="tabs">
      <div ref={list} role="tablist" aria-label={label} onKeyDown={onKeyDown}>
        {names.map(name => (
          <button
            key={name}
            type="button"
            role="tab"
            id={`${id}-${name}`}
            aria-selected={name === value}
            aria-controls={`${id}-panel`}
            tabIndex={name === value ? 0 : -1}
            onClick={() => onValue(name)}
          >
            {titleOf(name)}
          </button>
        ))}
      </div>
      <div role="tabpanel" id={`${id}-panel`} aria-labelledby={`${id}-${value}`} class="tab-panel">
        {children}
      </div>
    </div>
  );
}
