/*
 * Singular values without vectors, in a tenth of the time of a whole decomposition: the eigenvalues of A A^T, which
 * reflections make tridiagonal and rotations diagonal. Squaring loses half of the digits. Source: Golub and Van Loan,
 * Matrix Computations, chapter 8.
 */

/** A row-major matrix of as many columns as there are rows, or more. */
export interface WideMatrix {
  readonly rows: number;
  readonly columns: number;
  readonly values: Float64Array;
}

/** A A^T */
function gram({rows, columns, values}: WideMatrix): Float64Array {
  const product = new Float64Array(rows * rows);
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = 0;
      for (let c = 0, a = i * columns, b = j * columns; c < columns; c++) sum += values[a + c] * values[b + c];
      product[i * rows + j] = product[j * rows + i] = sum;
    }
  }
  return product;
}

/** The diagonal of a tridiagonal matrix, and what is beside it. */
interface Tridiagonal {
  readonly diagonal: Float64Array;
  readonly beside: Float64Array;
}

/** The part of the matrix g of n rows from row k + 1 on, reflected so that its column k has one element: H g H. */
function reflect(g: Float64Array, n: number, k: number): number {
  const v = new Float64Array(n);
  let square = 0;
  for (let i = k + 1; i < n; i++) square += (v[i] = g[i * n + k]) ** 2;
  const length = v[k + 1] > 0 ? -Math.sqrt(square) : Math.sqrt(square);
  if (square === v[k + 1] ** 2) return v[k + 1];
  v[k + 1] -= length;
  // H = 1 - beta v v^T, p = beta g v, w = p - beta / 2 (p . v) v: then H g H = g - v w^T - w v^T.
  const beta = 1 / (square - length * g[(k + 1) * n + k]);
  const w = new Float64Array(n);
  let dot = 0;
  for (let i = k + 1; i < n; i++) {
    let sum = 0;
    for (let j = k + 1, at = i * n; j < n; j++) sum += g[at + j] * v[j];
    dot += (w[i] = beta * sum) * v[i];
  }
  for (let i = k + 1; i < n; i++) w[i] -= (beta / 2) * dot * v[i];
  for (let i = k + 1; i < n; i++) {
    const [vi, wi] = [v[i], w[i]];
    for (let j = k + 1, at = i * n; j < n; j++) g[at + j] -= vi * w[j] + wi * v[j];
  }
  return length;
}

function tridiagonal(g: Float64Array, n: number): Tridiagonal {
  const beside = new Float64Array(n);
  for (let k = 0; k < n - 1; k++) beside[k] = reflect(g, n, k);
  return {diagonal: Float64Array.from({length: n}, (_, i) => g[i * n + i]), beside};
}

/** Whether an element beside the diagonal is nothing next to that. */
const isNegligible = ({diagonal, beside}: Tridiagonal, i: number): boolean =>
  Math.abs(beside[i]) <= Number.EPSILON * (Math.abs(diagonal[i]) + Math.abs(diagonal[i + 1]));

/** One sweep of rotations over the elements from `from` to `to`, shifted by the eigenvalue that they near. */
function sweep({diagonal: d, beside: e}: Tridiagonal, from: number, to: number): void {
  const half = (d[from + 1] - d[from]) / (2 * e[from]);
  const root = Math.hypot(half, 1);
  let g = d[to] - d[from] + e[from] / (half + (half < 0 ? -root : root));
  let [s, c, p] = [1, 1, 0];
  for (let i = to - 1; i >= from; i--) {
    const [f, b] = [s * e[i], c * e[i]];
    const r = Math.hypot(f, g);
    e[i + 1] = r;
    if (r === 0) {
      d[i + 1] -= p;
      e[to] = 0;
      return;
    }
    [s, c] = [f / r, g / r];
    g = d[i + 1] - p;
    const t = (d[i] - g) * s + 2 * c * b;
    p = s * t;
    d[i + 1] = g + p;
    g = c * t - b;
  }
  d[from] -= p;
  e[from] = g;
  e[to] = 0;
}

/** Sweeps in which one eigenvalue is found, by far more than it takes. */
const SWEEPS = 60;

/** The squares of all singular values, largest first. */
export function squaredSingularValues(matrix: WideMatrix): Float64Array {
  const n = matrix.rows;
  const t = tridiagonal(gram(matrix), n);
  for (let from = 0; from < n; from++) {
    for (let sweeps = 0; sweeps < SWEEPS; sweeps++) {
      let to = from;
      while (to < n - 1 && !isNegligible(t, to)) to++;
      if (to === from) break;
      sweep(t, from, to);
    }
  }
  return t.diagonal.map(value => Math.max(0, value)).sort((a, b) => b - a);
}
