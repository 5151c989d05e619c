"""Makes the models of the folder above: python make.py [NETWORK ...]. See README.md."""

import json
import os
import shutil
import sys
import tempfile
import types
import zlib
from pathlib import Path

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
os.environ["CUDA_VISIBLE_DEVICES"] = ""
# The converter imports decision forests, which none of these models has.
sys.modules["tensorflow_decision_forests"] = types.ModuleType("tensorflow_decision_forests")

import keras
import numpy as np
import tensorflow as tf
import tf_keras
from tensorflowjs.converters import converter
from tensorflowjs.converters.tf_saved_model_conversion_v2 import convert_tf_saved_model

from networks import NETWORKS, SIZES

OUT = Path(__file__).resolve().parent.parent
KERAS = {"tf_keras": tf_keras, "keras3": keras}
BATCH = 2
LEARNING_RATE = 0.5


def draw(random, name, shape):
    """Weights as they are after some training, by what they are; both Keras get the same."""
    if "variance" in name:
        return random.uniform(0.5, 1.5, shape)
    if "gamma" in name:
        return random.uniform(0.7, 1.3, shape)
    if len(shape) == 1:
        return random.normal(0, 0.1, shape)
    terms = np.prod(shape[:-2] if "depthwise" in name else shape[:-1])
    return random.normal(0, np.sqrt(1.5 / terms), shape)


def train_once(model, x, target):
    """One step of gradient descent on the mean squared error. XLA also has the gradients that TensorFlow lacks on CPUs."""

    @tf.function(jit_compile=True)
    def step():
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean(tf.square(model(x, training=True) - target))
        return loss, tape.gradient(loss, variables)

    # Keras 3 has variables of its own around those of TensorFlow.
    variables = [w if isinstance(w, tf.Variable) else w.value for w in model.trainable_variables]
    loss, gradients = step()
    for variable, gradient in zip(variables, gradients):
        variable.assign_sub(LEARNING_RATE * gradient)
    return loss


def write_values(folder, parts):
    """Lists of arrays as one file of float32 numbers, and where each array is in it."""
    offset = 0
    described = {}
    with open(folder / "values.bin", "wb") as file:
        for part, arrays in parts.items():
            described[part] = []
            for name, array in arrays:
                file.write(np.ascontiguousarray(array, "<f4").tobytes())
                described[part].append({"name": name, "shape": list(array.shape), "offset": offset})
                offset += array.size
    with open(folder / "values.json", "w") as file:
        json.dump({"learningRate": LEARNING_RATE, **described}, file)


def weights_of(model):
    return [
        (f"{layer.name}/{i}", np.asarray(weight))
        for layer in model.layers
        for i, weight in enumerate(layer.get_weights())
    ]


def make(name, kind):
    random = np.random.default_rng(zlib.crc32(name.encode()))
    KERAS[kind].backend.clear_session()
    model = NETWORKS[name](KERAS[kind])
    for weight in model.weights:
        weight.assign(draw(random, getattr(weight, "path", weight.name), tuple(weight.shape)).astype("float32"))
    shape = SIZES.get(name) or model.inputs[0].shape[1:]
    x = tf.constant(random.normal(0, 1, (BATCH, *shape)), tf.float32)
    y = tf.function(lambda x: model(x, training=False))(x).numpy()
    target = random.uniform(0, 1, y.shape)

    folder = OUT / name / kind
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    with tempfile.TemporaryDirectory() as temporary:
        saved = Path(temporary)
        model.save(saved / "model.h5")
        converter.dispatch_keras_h5_to_tfjs_layers_model_conversion(str(saved / "model.h5"), str(folder / "layers"))
        model.export(str(saved / "saved_model"))
        # The converter refuses the function calls of grouped convolutions, and transposed 3-D ones, where it checks ops.
        convert_tf_saved_model(str(saved / "saved_model"), str(folder / "graph"), skip_op_check=True)
    loss = train_once(model, x, tf.constant(target, tf.float32))
    write_values(
        folder,
        {"inputs": [("x", x.numpy())], "outputs": [("y", y)], "targets": [("y", target)], "trained": weights_of(model)},
    )
    print(f"{name}/{kind}: {model.count_params()} parameters, loss {loss:.4f}, y {y.mean():.4f} +- {y.std():.4f}")


if __name__ == "__main__":
    for network in sys.argv[1:] or NETWORKS:
        for kind in KERAS:
            make(network, kind)
