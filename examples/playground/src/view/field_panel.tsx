import {signal} from '@preact/signals';
import {pathsOf} from '../conv/gradients.js';
import {passesOf, receptiveField} from '../model/geometry.js';
import {RULES} from '../model/rules.js';
import {backend, resultBelow} from '../store.js';
import {fill, text} from '../text/text.js';
import {Stepper} from './controls.js';
import {Plane} from './plane.js';
import {scaleOf} from './theme.js';
import {useAsync} from './use_async.js';

const layers = signal(2);
const MOST_LAYERS = 6;
const MOST_SIZE = 81;

/** What several layers, one on the other, see. */
export default function FieldPanel() {
  const s = resultBelow.value?.state;
  const {fieldAbout, fieldOnly, fieldSize, layers: word} = text.value;
  const isShown = s !== undefined && RULES[s.kind].rank === 2 && !RULES[s.kind].transposed;
  const sizeOf = (count: number): number =>
    s === undefined ? 1 : receptiveField(passesOf({...s, kind: 'conv2d'})[0].axes[2], count);
  let most = MOST_LAYERS;
  while (most > 1 && sizeOf(most) > MOST_SIZE) most--;
  const count = Math.min(layers.value, most);
  const paths = useAsync(
    () => (isShown && sizeOf(count) <= MOST_SIZE ? pathsOf({...s, kind: 'conv2d'}, count) : undefined),
    [s?.kernel, s?.stride, s?.dilation, count, isShown, backend.value],
  );
  if (!isShown || sizeOf(count) > MOST_SIZE) return <p class="note">{fieldOnly}</p>;
  return (
    <>
      <p>{fieldAbout}</p>
      <div class="inline">
        <Stepper label={word} value={count} range={[1, most]} onValue={value => (layers.value = value)} />
        <p class="result" role="status">
          {fill(fieldSize, count, sizeOf(count))}
        </p>
      </div>
      {paths !== undefined && (
        <Plane
          view={{volume: paths}}
          scale={scaleOf(paths.values, false)}
          label={fill(fieldSize, count, sizeOf(count))}
        />
      )}
    </>
  );
}
