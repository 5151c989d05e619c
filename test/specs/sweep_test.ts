import {KINDS, nameOf, randomLayer} from '../../bench/sweep/random_layer.js';
import {randomNumbers} from '../../bench/turns.js';

describe('random layers of the sweep', () => {
  test.each(KINDS)('%s are within what is asked for, and the same for a seed', kind => {
    const [random, again] = [randomNumbers(5), randomNumbers(5)];
    for (let n = 0; n < 20; n++) {
      const layer = randomLayer(random, kind, 1e7);
      expect(layer.multiplications).toBeLessThanOrEqual(1e7);
      expect(Math.min(...Object.values(layer.inputs).flat(), ...layer.output)).toBeGreaterThanOrEqual(1);
      expect(nameOf(randomLayer(again, kind, 1e7))).toBe(nameOf(layer));
    }
  });
});
