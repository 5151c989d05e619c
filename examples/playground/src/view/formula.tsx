import type {ComponentChildren} from 'preact';
import type {State} from '../model/state.js';

/** MathML, of which TypeScript knows only some elements by name: each is written once, here. */
const mi = (name: string, role?: string) => <mi class={role}>{name}</mi>;
const mo = (sign: string) => <mo>{sign}</mo>;
const mn = (value: number) => <mn>{value}</mn>;
const row = (...parts: ComponentChildren[]) => <mrow>{parts}</mrow>;
const at = (name: string, role: string, ...indices: ComponentChildren[]) => (
  <mrow>
    {mi(name, role)}
    <mtext>[</mtext>
    {indices.flatMap((index, i) => (i === 0 ? [index] : [mo(','), index]))}
    <mtext>]</mtext>
  </mrow>
);
const list = (...names: string[]) => row(...names.flatMap((name, i) => (i === 0 ? [mi(name)] : [mo(','), mi(name)])));
const sum = (over: ComponentChildren) => (
  <munder>
    <mo>∑</mo>
    {over}
  </munder>
);

/** stride · o + dilation · k − padding, without what changes nothing. */
function position(output: string, tap: string, {stride, dilation, pad}: State): ComponentChildren {
  const scaled = (factor: number, name: string): ComponentChildren =>
    factor === 1 ? mi(name) : row(mn(factor), mi(name));
  const padding = pad === 'valid' ? [] : [mo('−'), typeof pad === 'number' ? mn(pad) : mi('p')];
  return row(scaled(stride, output), mo('+'), scaled(dilation, tap), ...padding);
}

const FLIPPED = (s: State, tap: string): ComponentChildren =>
  s.flip ? row(mn(s.kernel - 1), mo('−'), mi(tap)) : mi(tap);

function bodyOf(s: State): ComponentChildren {
  const [u, v] = [position('i', 'u', s), position('j', 'v', s)];
  const taps = (...more: string[]): ComponentChildren => list('u', 'v', ...more);
  const weight = (...more: ComponentChildren[]): ComponentChildren =>
    at('w', 'w', FLIPPED(s, 'u'), FLIPPED(s, 'v'), ...more);
  switch (s.kind) {
    case 'conv1d':
      return row(
        at('y', 'y', mi('i'), mi('c')),
        mo('='),
        sum(list('u', 'k')),
        at('x', 'x', u, mi('k')),
        at('w', 'w', FLIPPED(s, 'u'), mi('k'), mi('c')),
      );
    case 'conv3d':
      return row(
        at('y', 'y', mi('h'), mi('i'), mi('j'), mi('c')),
        mo('='),
        sum(list('t', 'u', 'v', 'k')),
        at('x', 'x', position('h', 't', s), u, v, mi('k')),
        at('w', 'w', FLIPPED(s, 't'), FLIPPED(s, 'u'), FLIPPED(s, 'v'), mi('k'), mi('c')),
      );
    case 'pointwise':
      return row(
        at('y', 'y', mi('i'), mi('j'), mi('c')),
        mo('='),
        sum(list('k')),
        at('x', 'x', mi('i'), mi('j'), mi('k')),
        at('w', 'w', mi('k'), mi('c')),
      );
    case 'depthwise':
      return row(
        at('y', 'y', mi('i'), mi('j'), mi('c')),
        mo('='),
        sum(taps()),
        at('x', 'x', u, v, mi('c')),
        weight(mi('c')),
      );
    case 'depthwiseSeparable':
      return row(
        at('y', 'y', mi('i'), mi('j'), mi('c')),
        mo('='),
        sum(list('k')),
        at('p', 'w', mi('k'), mi('c')),
        sum(taps()),
        at('x', 'x', u, v, mi('k')),
        weight(mi('k')),
      );
    case 'spatial':
      return row(
        at('y', 'y', mi('i'), mi('j')),
        mo('='),
        sum(list('r')),
        sum(list('v')),
        at('b', 'w', FLIPPED(s, 'v'), mi('r')),
        sum(list('u')),
        at('a', 'w', FLIPPED(s, 'u'), mi('r')),
        at('x', 'x', u, v),
      );
    case 'transpose1d':
      return row(
        at('y', 'y', u, mi('c')),
        mo('+='),
        at('x', 'x', mi('i'), mi('k')),
        at('w', 'w', FLIPPED(s, 'u'), mi('c'), mi('k')),
      );
    case 'transpose3d':
      return row(
        at('y', 'y', position('h', 't', s), u, v, mi('c')),
        mo('+='),
        at('x', 'x', mi('h'), mi('i'), mi('j'), mi('k')),
        at('w', 'w', FLIPPED(s, 't'), FLIPPED(s, 'u'), FLIPPED(s, 'v'), mi('c'), mi('k')),
      );
    case 'transposeMatrix':
      return row(
        mi('y', 'y'),
        mo('='),
        <msup>
          {mi('C', 'w')}
          <mo>⊤</mo>
        </msup>,
        mi('x', 'x'),
        mo(','),
        <mspace width="1em" />,
        at('C', 'w', list('i', 'j', 'k'), row(u, mo(','), v, mo(','), mi('c'))),
        mo('='),
        weight(mi('c'), mi('k')),
      );
    case 'transpose':
      return row(
        at('y', 'y', u, v, mi('c')),
        mo('+='),
        at('x', 'x', mi('i'), mi('j'), mi('k')),
        weight(mi('c'), mi('k')),
      );
    default:
      return row(
        at('y', 'y', mi('i'), mi('j'), mi('c')),
        mo('='),
        sum(taps('k')),
        at('x', 'x', u, v, mi('k')),
        weight(mi('k'), mi('c')),
      );
  }
}

/** The formula of a state, with its stride, dilation and padding. */
export function Formula({s}: {readonly s: State}) {
  return (
    <div class="math" tabIndex={0}>
      <math display="block">{bodyOf(s)}</math>
    </div>
  );
}
