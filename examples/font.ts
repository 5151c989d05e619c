import {createRequire} from 'node:module';
import {GlobalFonts} from '@napi-rs/canvas';

export const FONT = 'DejaVu Sans';

/** From a package, so that a machine without fonts writes the same. */
export function registerFont(): void {
  const require = createRequire(import.meta.url);
  for (const file of ['DejaVuSans.ttf', 'DejaVuSans-Bold.ttf'])
    GlobalFonts.registerFromPath(require.resolve(`dejavu-fonts-ttf/ttf/${file}`), FONT);
}
