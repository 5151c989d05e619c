import type * as Core from '../../../kernels/wasm_core/runtime/instantiate.js';
import {createHeap} from '../../../kernels/wasm_core/runtime/heap.js';

/*
 * What is compiled, and when: the core as nobody has asked for it yet.
 */

let core: typeof Core;

beforeEach(() =>
  jest.isolateModulesAsync(async () => {
    core = await import('../../../kernels/wasm_core/runtime/instantiate.js');
  }),
);

afterEach(() => jest.restoreAllMocks());

test('each kind of memory has a module, compiled where it is needed', () => {
  const {Module} = WebAssembly;
  const compile = jest.spyOn(WebAssembly, 'Module').mockImplementation(bytes => new Module(bytes));
  /** How often the core was compiled; what asks whether a page lets it compile is a few bytes. */
  const cores = () => compile.mock.calls.filter(([bytes]) => bytes.byteLength > 1024).length;
  expect(core.hasCore()).toBe(true);
  core.instantiate(createHeap());
  core.instantiate(createHeap());
  expect(cores()).toBe(1);
  const memory = new WebAssembly.Memory({initial: 1, maximum: 16, shared: true});
  core.instantiate({memory, malloc: () => 0, free: () => {}});
  expect(cores()).toBe(2);
});

const WITHOUT: ReadonlyArray<readonly [string, () => void]> = [
  ['SIMD', () => jest.spyOn(WebAssembly, 'validate').mockReturnValue(false)],
  [
    'leave to compile',
    () =>
      jest.spyOn(WebAssembly, 'Module').mockImplementation(() => {
        throw new Error('forbidden');
      }),
  ],
];

test.each(WITHOUT)('there is no core without %s', (_, takeAway) => {
  takeAway();
  expect(core.hasCore()).toBe(false);
  expect(() => core.instantiate(createHeap())).toThrow(
    'tfjs-conv: the machine must run WebAssembly with SIMD; got hasCore=false',
  );
});
