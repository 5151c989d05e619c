// The driver of Dawn in Node: SwiftShader, of the package of the browser. Whoever starts processes sets it, as a Vulkan loader
// reads it from the environment of the process; VK_ICD_FILENAMES names another one, and is empty for the system's.
import {fileURLToPath} from 'node:url';

process.env.VK_ICD_FILENAMES ??= fileURLToPath(
  new URL('../../../node_modules/.cache/tfjs-conv/swiftshader/vk_swiftshader_icd.json', import.meta.url),
);
