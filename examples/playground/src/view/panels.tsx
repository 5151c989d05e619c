import {signal} from '@preact/signals';
import type {ComponentType} from 'preact';
import {busyWith} from '../busy.js';
import {panel, problem} from '../store.js';
import type {PanelName} from '../store.js';
import {fill, messageOf, text} from '../text/text.js';
import {CodePanel} from './code_panel.js';
import {Guarded} from './guarded.js';
import {Tabs} from './tabs.js';

const NAMES: readonly PanelName[] = ['code', 'matrix', 'gradient', 'field', 'separable', 'measure', 'bench'];

/** Panels are loaded when they are opened, but for the first. */
const LOAD: {readonly [name in Exclude<PanelName, 'code'>]: () => Promise<{default: ComponentType}>} = {
  matrix: () => import('./matrix_panel.js'),
  gradient: () => import('./gradient_panel.js'),
  field: () => import('./field_panel.js'),
  separable: () => import('./separable_panel.js'),
  measure: () => import('./measure_panel.js'),
  bench: () => import('./bench_panel.js'),
};

const loaded = signal<{readonly [name: string]: ComponentType}>({code: CodePanel});

function Loaded({name}: {readonly name: PanelName}) {
  const Panel = loaded.value[name];
  if (Panel !== undefined) return <Panel />;
  if (name !== 'code') {
    void busyWith(LOAD[name]()).then(
      module => {
        loaded.value = {...loaded.value, [name]: module.default};
      },
      error => {
        problem.value = fill(text.value.failed, messageOf(error));
      },
    );
  }
  return <p aria-busy="true">…</p>;
}

export function Panels() {
  const name = panel.value;
  return (
    <section class="card panels" aria-label={text.value.panels[name]}>
      <Tabs
        label={text.value.stage}
        names={NAMES}
        titleOf={one => text.value.panels[one]}
        value={name}
        onValue={next => (panel.value = next)}
      >
        <Guarded>
          <Loaded key={name} name={name} />
        </Guarded>
      </Tabs>
    </section>
  );
}
