// tfjs-node's native addon, compiled from the sources in its package against TensorFlow's library.
import {copyFileSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {createRequire} from 'node:module';
import {dirname, join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {run, say} from './steps.mjs';

/** The headers that the sources include; c_api.h declares what all of them do. */
const HEADERS = [
  'c/eager/c_api.h',
  'c/tf_datatype.h',
  'c/tf_status.h',
  'c/tf_tensor.h',
  'core/platform/ctstring_internal.h',
];

/** The newest version of Node-API that both the addon and this Node know; the addon stands in a folder of that name. */
function napiVersion(tfjsNode) {
  const {binary} = JSON.parse(readFileSync(join(tfjsNode, 'package.json'), 'utf8'));
  return Math.max(...binary.napi_versions.filter(version => version <= Number(process.versions.napi)));
}

export const addonPath = tfjsNode => join(tfjsNode, 'lib', `napi-v${napiVersion(tfjsNode)}`, 'tfjs_binding.node');

function writeHeaders(include) {
  rmSync(include, {recursive: true, force: true});
  const path = header => {
    const to = join(include, 'tensorflow', header);
    mkdirSync(dirname(to), {recursive: true});
    return to;
  };
  copyFileSync(fileURLToPath(new URL('c_api.h', import.meta.url)), path('c/c_api.h'));
  for (const header of HEADERS) writeFileSync(path(header), '#pragma once\n#include "tensorflow/c/c_api.h"\n');
}

/** Compiles the addon with one call of the C++ compiler. */
export async function compileAddon(tfjsNode) {
  const [binding, deps, addon] = [join(tfjsNode, 'binding'), join(tfjsNode, 'deps'), addonPath(tfjsNode)];
  const nodeApi = createRequire(join(tfjsNode, 'package.json'))('node-api-headers').include_dir;
  writeHeaders(join(deps, 'include'));
  mkdirSync(dirname(addon), {recursive: true});
  const compiler = process.env.CXX ?? 'g++';
  say(`compiling the addon with ${compiler}`);
  await run(compiler, [
    '-shared',
    '-fPIC',
    '-O2',
    '-std=c++17',
    `-DNAPI_VERSION=${napiVersion(tfjsNode)}`,
    '-DNODE_GYP_MODULE_NAME=tfjs_binding',
    `-I${nodeApi}`,
    `-I${join(deps, 'include')}`,
    ...readdirSync(binding)
      .filter(file => file.endsWith('.cc'))
      .map(file => join(binding, file)),
    '-o',
    addon,
    `-L${join(deps, 'lib')}`,
    '-ltensorflow',
    '-ltensorflow_framework',
    '-Wl,-rpath,$ORIGIN/../../deps/lib',
  ]);
}
