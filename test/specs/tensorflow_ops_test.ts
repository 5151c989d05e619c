import {nodeTable} from '../../kernels/node/kernel_table.js';
import {QUESTIONS} from '../support/tensorflow_ops.js';

test.each([...QUESTIONS.keys()])('%s, of which the library is asked, is a variant of backend tensorflow', asked => {
  const variants = Object.entries(nodeTable).flatMap(([kernel, names]) => names.map(({name}) => `${kernel}.${name}`));
  expect(variants).toContain(asked);
});
