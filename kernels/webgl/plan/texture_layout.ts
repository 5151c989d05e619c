/**
 * How texels are laid out in the kernels' own textures: in runs of `length` neighbours, of which a row of the texture
 * holds `perRow`, so that no run breaks and no texture exceeds the device's largest.
 */
export interface TextureLayout {
  readonly length: number;
  readonly perRow: number;
  readonly rows: number;
}

/**
 * The layout of so many runs, about as wide as high, where a texture has at most `maxSize` texels a side. `zeroRows` rows
 * follow them.
 */
export function textureLayout(runs: number, length: number, maxSize: number, zeroRows = 0): TextureLayout {
  const fit = Math.max(1, Math.floor(maxSize / length));
  const perRow = Math.min(fit, Math.ceil(Math.sqrt(runs / length)));
  return {length, perRow, rows: Math.ceil(runs / perRow) + zeroRows};
}

export const texelsOf = ({length, perRow, rows}: TextureLayout): number => length * perRow * rows;

/** Whether a texture of at most `maxSize` texels a side can hold the layout. */
export const fits = ({length, rows}: TextureLayout, maxSize: number): boolean => length <= maxSize && rows <= maxSize;
