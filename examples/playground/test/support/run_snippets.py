"""Runs programs of the page: JSON in, one per entry with the numbers of its random tensors; JSON out, what each prints.

A program that fails gives its error. Nothing of a program is changed but where its random numbers come from.
"""

import json
import re
import sys

import numpy as np

RANDOM = {
    'Keras': (r"np\.random\.normal\(size=\([^)]*\)\)\.astype\('float32'\)", "given('{0}')"),
    'PyTorch': (r'torch\.randn\([^)]*\)', "torch.from_numpy(given('{0}'))"),
}


def run(library, code, tensors):
    """The first thing that a program prints, as flat numbers and their shape."""
    printed = []

    def given(name):
        return np.array(tensors[name]['values'], 'float32').reshape(tensors[name]['shape'])

    pattern, instead = RANDOM[library]
    code = re.sub(r'^(\w+) = ' + pattern, lambda m: f'{m[1]} = ' + instead.format(m[1]), code, flags=re.M)
    exec(code, {'given': given, 'print': printed.append})
    y = np.asarray(printed[0])
    return {'shape': list(y.shape), 'values': y.ravel().tolist()}


def attempt(entry):
    try:
        return run(**entry)
    except Exception as error:  # Every failure of a program is a result.
        return {'error': f'{type(error).__name__}: {str(error)[:400]}'}


json.dump([attempt(entry) for entry in json.load(sys.stdin)], sys.stdout)
