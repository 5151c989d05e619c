/** The little of SVG that the plots need. */

export type Points = ReadonlyArray<readonly [x: number, y: number]>;

export const path = (points: Points, color: string, width: number): string =>
  `<polyline fill="none" stroke="${color}" stroke-width="${width}" points="` +
  `${points.map(([x, y]) => `${x.toFixed(1)},${y.toFixed(1)}`).join(' ')}"/>`;

export const text = (x: number, y: number, content: string, anchor = 'start', more = ''): string =>
  `<text x="${x}" y="${y}" text-anchor="${anchor}" ${more}>${content}</text>`;

/** A picture of that size, in pixels, on white. */
export const svg = (width: number, height: number, elements: readonly string[]): string =>
  [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" ` +
      'font-family="sans-serif" font-size="12" fill="#222">',
    '<rect width="100%" height="100%" fill="#fff"/>',
    ...elements,
    '</svg>',
    '',
  ].join('\n');
