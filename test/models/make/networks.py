"""Small networks of the kinds that convolutions are used in. `keras` is tf_keras or keras (Keras 3)."""


def normalized(layers, x):
    """Batch normalization, which holds the bias of the convolution before, and an activation."""
    return layers.ReLU()(layers.BatchNormalization()(x))


def resnext(keras):
    """Residual blocks whose middle convolution is grouped, the second at stride 2."""
    layers = keras.layers
    image = layers.Input((14, 13, 3))
    x = normalized(layers, layers.Conv2D(12, 3, padding="same", use_bias=False)(image))
    for strides in (1, 2):
        y = normalized(layers, layers.Conv2D(12, 1, use_bias=False)(x))
        y = layers.Conv2D(12, 3, strides=strides, groups=4, padding="same", use_bias=False)(y)
        y = layers.Conv2D(16, 1)(normalized(layers, y))
        x = layers.ReLU()(layers.Add()([y, layers.Conv2D(16, 1, strides=strides)(x)]))
    x = layers.GlobalAveragePooling2D()(x)
    return keras.Model(image, layers.Dense(5, activation="softmax")(x))


def mobilenet(keras):
    """Depthwise separable blocks, padded as keras.applications pads them at stride 2."""
    layers = keras.layers
    image = layers.Input((16, 18, 3))
    x = layers.Conv2D(8, 3, strides=2, padding="same", use_bias=False)(image)
    x = layers.ReLU(6.0)(layers.BatchNormalization()(x))
    for filters, strides in ((12, 1), (16, 2)):
        if strides == 2:
            x = layers.ZeroPadding2D(((0, 1), (0, 1)))(x)
        padding = "same" if strides == 1 else "valid"
        x = layers.DepthwiseConv2D(3, strides=strides, padding=padding, use_bias=False)(x)
        x = layers.ReLU(6.0)(layers.BatchNormalization()(x))
        x = layers.Conv2D(filters, 1, use_bias=False)(x)
        x = layers.ReLU(6.0)(layers.BatchNormalization()(x))
    x = layers.SeparableConv2D(12, 3, dilation_rate=2, padding="same", activation="elu")(x)
    x = layers.GlobalAveragePooling2D(keepdims=True)(x)
    x = layers.Reshape((6,))(layers.Conv2D(6, 1)(x))
    return keras.Model(image, layers.Activation("softmax")(x))


def unet(keras):
    """Down and up again, for images of any size; dilated in the middle."""
    layers = keras.layers
    image = layers.Input((None, None, 2))
    before = layers.Conv2D(8, 3, padding="same", activation="relu")(image)
    x = layers.Conv2D(10, 3, strides=2, padding="same", activation="relu")(before)
    x = layers.Conv2D(10, 3, dilation_rate=2, padding="same", activation="relu")(x)
    x = layers.BatchNormalization()(x)
    x = layers.Conv2DTranspose(8, 3, strides=2, padding="same")(x)
    x = layers.Concatenate()([layers.LeakyReLU()(x), before])
    return keras.Model(image, layers.Conv2D(1, 3, padding="same", activation="sigmoid")(x))


def wavenet(keras):
    """Gated causal convolutions whose dilation doubles from layer to layer."""
    layers = keras.layers
    wave = layers.Input((40, 1))
    x = layers.Conv1D(8, 2, padding="causal")(wave)
    skips = []
    for dilation in (1, 2, 4, 8):
        value = layers.Conv1D(8, 2, padding="causal", dilation_rate=dilation, activation="tanh")(x)
        gate = layers.Conv1D(8, 2, padding="causal", dilation_rate=dilation, activation="sigmoid")(x)
        gated = layers.Multiply()([value, gate])
        skips.append(layers.Conv1D(8, 1)(gated))
        x = layers.Add()([x, layers.Conv1D(8, 1)(gated)])
    x = layers.ReLU()(layers.Add()(skips))
    return keras.Model(wave, layers.Conv1D(4, 1, activation="softmax")(x))


# That of ConvNeXt is 1e-6. But where TensorFlow's optimizer puts a layer normalization into one node, the converter writes 1e-3
# whatever it was, and the graph no longer computes what Keras does.
EPSILON = 1e-3


def convnext(keras):
    """Depthwise 7x7 convolutions, written as grouped ones, between layer normalization and dense layers."""
    layers = keras.layers
    image = layers.Input((16, 16, 3))
    x = layers.LayerNormalization(epsilon=EPSILON)(layers.Conv2D(8, 2, strides=2)(image))
    for _ in range(2):
        y = layers.Conv2D(8, 7, groups=8, padding="same")(x)
        y = layers.Dense(16, activation="gelu")(layers.LayerNormalization(epsilon=EPSILON)(y))
        x = layers.Add()([x, layers.Dense(8)(y)])
    x = layers.LayerNormalization(epsilon=EPSILON)(layers.GlobalAveragePooling2D()(x))
    return keras.Model(image, layers.Dense(4)(x))


def segmentation3d(keras):
    """A U-Net of volumes."""
    layers = keras.layers
    volume = layers.Input((6, 8, 6, 1))
    before = normalized(layers, layers.Conv3D(4, 3, padding="same", use_bias=False)(volume))
    x = layers.Conv3D(6, 3, padding="same", activation="relu")(layers.MaxPooling3D()(before))
    x = layers.Conv3DTranspose(4, 2, strides=2, padding="same", activation="relu")(x)
    x = layers.Conv3D(4, (1, 3, 3), dilation_rate=(1, 2, 2), padding="same", activation="relu")(
        layers.Concatenate()([x, before])
    )
    return keras.Model(volume, layers.Conv3D(2, 1, activation="softmax")(x))


NETWORKS = {
    "resnext": resnext,
    "mobilenet": mobilenet,
    "unet": unet,
    "wavenet": wavenet,
    "convnext": convnext,
    "segmentation3d": segmentation3d,
}

# Where a network takes inputs of any size.
SIZES = {"unet": (12, 14, 2)}
