import * as tf from '@tensorflow/tfjs-core';
import {signal} from '@preact/signals';
import {useEffect} from 'preact/hooks';
import {busyWith} from '../busy.js';
import {untilLost} from '../conv/backends.js';
import type {BackendName} from '../conv/backends.js';
import {measure} from '../conv/measure.js';
import type {Measured} from '../conv/measure.js';
import {multiplications, parameters, passesOf} from '../model/geometry.js';
import type {State} from '../model/state.js';
import {backend, picture, problem, resultBelow, state} from '../store.js';
import {grouped, milliseconds} from '../text/numbers.js';
import {fill, messageOf, text} from '../text/text.js';

/** What was measured last, and of what. */
const measured = signal<{state: State; on: BackendName; times: Measured} | undefined>(undefined);
const isBusy = signal(false);
const tensors = signal(0);

async function run(): Promise<void> {
  isBusy.value = true;
  const [s, on] = [state.value, backend.value];
  try {
    const times = await busyWith(untilLost(measure(s, picture.value)));
    // Another backend may have taken its place meanwhile.
    if (on === backend.value) measured.value = {state: s, on, times};
  } catch (error) {
    problem.value = fill(text.value.failed, messageOf(error));
  } finally {
    isBusy.value = false;
    tensors.value = tf.memory().numTensors;
  }
}

const sumOf = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0);

/** A count, and what a plain convolution would need instead. */
function Count({count, plain}: {readonly count: number; readonly plain: number}) {
  return (
    <dd>
      {grouped(count)} {plain > count && <span class="note">{fill(text.value.instead, grouped(plain))}</span>}
    </dd>
  );
}

/** What a state costs, and how long it takes here. */
export default function MeasurePanel() {
  const s = state.value;
  const words = text.value;
  useEffect(() => {
    tensors.value = tf.memory().numTensors;
  }, [resultBelow.value]);
  const passes = passesOf(s);
  // What a plain convolution from the same channels to the same channels would need.
  const isTwoPasses = passes.length > 1;
  const plain = passesOf({...s, kind: isTwoPasses ? 'conv2d' : s.kind, groups: 1})[0];
  const last = measured.value;
  const times = last?.state === s && last.on === backend.value ? last.times : undefined;
  return (
    <>
      <p>{words.measureAbout}</p>
      <dl class="facts">
        <div>
          <dt>{words.parameters}</dt>
          <Count count={sumOf(passes.map(parameters))} plain={parameters(plain)} />
        </div>
        <div>
          <dt>{words.multiplications}</dt>
          <Count count={sumOf(passes.map(multiplications))} plain={multiplications(plain)} />
        </div>
        <div>
          <dt>{words.tensors}</dt>
          <dd id="tensors">{tensors.value}</dd>
        </div>
      </dl>
      <p>
        <button type="button" class="primary" disabled={isBusy.value} onClick={() => void run()}>
          {isBusy.value ? words.running : `${words.run} (${backend.value})`}
        </button>
      </p>
      <div role="status">{times !== undefined && <Times times={times} />}</div>
    </>
  );
}

function Times({times: {variants, ours, builtin, difference}}: {readonly times: Measured}) {
  const words = text.value;
  return (
    <>
      <p class="result">
        {fill(words.labelled, words.variant, '').trimEnd()} <code id="variant">{variants.join(', ')}</code>
      </p>
      <table>
        <thead>
          <tr>
            <td />
            <th scope="col">{words.firstCall}</th>
            <th scope="col">{words.steady}</th>
          </tr>
        </thead>
        <tbody>
          <tr>
            <th scope="row">{words.ours}</th>
            <td>{milliseconds(ours.first)}</td>
            <td>{milliseconds(ours.steady)}</td>
          </tr>
          <tr>
            <th scope="row">{words.builtin}</th>
            <td>{builtin === undefined ? words.noBuiltin : milliseconds(builtin.first)}</td>
            <td>{builtin === undefined ? words.noBuiltin : milliseconds(builtin.steady)}</td>
          </tr>
        </tbody>
      </table>
      {difference !== undefined && (
        <p class="note">
          {fill(words.labelled, words.difference, difference === 0 ? '0' : difference.toExponential(1))}
        </p>
      )}
    </>
  );
}
