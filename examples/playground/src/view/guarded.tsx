import {effect} from '@preact/signals';
import type {ComponentChildren} from 'preact';
import {useEffect, useErrorBoundary} from 'preact/hooks';
import {PRESETS} from '../presets/presets.js';
import {at, choosePreset, panel, preset, result, resultBelow, state} from '../store.js';
import {fill, messageOf, text} from '../text/text.js';

/** Draws a part of the page. Where an error is thrown from it, it says so, and the rest of the page goes on. */
export function Guarded({children}: {readonly children: ComponentChildren}) {
  const [error, again] = useErrorBoundary(console.error);
  return error === undefined ? <>{children}</> : <Broken error={error} again={again} />;
}

interface BrokenProps {
  readonly error: unknown;
  /** Tries to draw the part once more. */
  readonly again: () => void;
}

function Broken({error, again}: BrokenProps) {
  // Something else to show may be drawn well.
  useEffect(() => {
    let isFirst = true;
    return effect(() => {
      void [state.value, preset.value, panel.value, at.value, result.value, resultBelow.value];
      if (!isFirst) again();
      isFirst = false;
    });
  }, []);
  return (
    <div class="card" role="alert">
      <p>{fill(text.value.broken, messageOf(error))}</p>
      <button type="button" onClick={() => choosePreset(PRESETS[0])}>
        {text.value.toFirst}
      </button>
    </div>
  );
}
