"""The photometry encoder of a streaming model's folder as ONNX, for brokers and notebooks in Python.

  onnx_photometry.py MODEL_DIR OUT.onnx          (pip install numpy onnx safetensors)

Inputs: `rows` (curves, points, channels) as the model's channels standardised, 0 beyond a curve's length; `mask` (curves,
points), 1 for points that are there and 0 beyond; of models with constants also `constants` (curves, inputs). Output:
`embedding` (curves, embedding), unit vectors as PHOTOMETRY of `trifid embed`, which writes the inputs of a data set too
(`--inputs`). At most `maximumPoints` points. Of a model of several networks it is the first's encoder.
"""
import json
import math
import sys
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper
from safetensors import SafetensorError
from safetensors.numpy import load_file


class Graph:
    """Nodes and weights in the order in which they are added; each operation returns the name of its result."""

    def __init__(self):
        self.nodes, self.weights = [], []

    def weight(self, array, kind=np.float32):
        name = f"w{len(self.weights)}"
        self.weights.append(numpy_helper.from_array(np.ascontiguousarray(array, dtype=kind), name))
        return name

    def __call__(self, operation, *inputs, **attributes):
        name = f"x{len(self.nodes)}"
        self.nodes.append(helper.make_node(operation, list(inputs), [name], **attributes))
        return name

    def numbers(self, *values):
        return self.weight(np.array(values), np.int64)


class Encoder:
    def __init__(self, folder):
        self.folder = folder
        try:
            self.manifest = json.loads((folder / "model.json").read_text())
            self.weights = {k: v.astype(np.float32) for k, v in load_file(folder / "weights.safetensors").items()}
        except (OSError, ValueError, SafetensorError) as error:
            raise SystemExit(f"{folder} is not a model's folder: {error}")
        self.architecture, self.photometry = self.manifest["architecture"], self.manifest["photometry"]
        if self.manifest["variant"] != "streaming":
            raise SystemExit(f"{folder} is a model of the variant {self.manifest['variant']}; this exports streaming ones")
        self.width = self.architecture["d_model"]
        self.graph = Graph()

    def tensor(self, name):
        if name not in self.weights:
            raise SystemExit(f"{self.folder}/weights.safetensors lacks the tensor {name}, which its model.json asks for")
        return self.weights[name]

    def linear(self, name, rows):
        weight = self.tensor(name + ".weight")
        weight = weight[..., 0] if weight.ndim == 3 else weight
        product = self.graph("MatMul", rows, self.graph.weight(weight.T))
        return self.graph("Add", product, self.graph.weight(self.tensor(name + ".bias")))

    def gelu(self, rows):
        g = self.graph
        tail = g("Add", g("Erf", g("Mul", rows, g.weight(np.array(math.sqrt(0.5))))), g.weight(np.array(1.0)))
        return g("Mul", g("Mul", rows, tail), g.weight(np.array(0.5)))

    def norm(self, name, rows):
        weight, bias = (self.graph.weight(self.tensor(f"{name}.{part}")) for part in ("weight", "bias"))
        return self.graph("LayerNormalization", rows, weight, bias, axis=-1, epsilon=1e-5)

    def tokens(self, rows):
        g, name = self.graph, "photometry_encoder.enc_embedding.value_embedding"
        if self.architecture.get("tokens", "convolution") == "perceptron":
            tokens = self.linear(f"{name}.2", self.gelu(self.linear(f"{name}.0", rows)))
        else:
            weight = g.weight(self.tensor(f"{name}.tokenConv.weight"))
            tokens = g("Conv", g("Transpose", rows, perm=[0, 2, 1]), weight, pads=[1, 1])
            tokens = g("Transpose", tokens, perm=[0, 2, 1])
        if self.photometry["positionalEncoding"] != "none":
            length = g("Slice", g("Shape", rows), g.numbers(1), g.numbers(2))
            table = g.weight(positions(self.photometry["maximumPoints"], self.width))
            tokens = g("Add", tokens, g("Slice", table, g.numbers(0), length, g.numbers(0)))
        return tokens

    def attention(self, name, tokens, bias):
        g, heads = self.graph, self.architecture["heads"]
        size = self.width // heads
        split = g.numbers(0, -1, heads, size)
        query, key, value = (
            g("Transpose", g("Reshape", self.linear(f"{name}.{part}_projection", tokens), split), perm=[0, 2, 1, 3])
            for part in ("query", "key", "value")
        )
        products = g("MatMul", query, g("Transpose", key, perm=[0, 1, 3, 2]))
        products = g("Add", g("Mul", products, g.weight(np.array(1 / math.sqrt(size)))), bias)
        context = g("MatMul", g("Softmax", products, axis=-1), value)
        context = g("Reshape", g("Transpose", context, perm=[0, 2, 1, 3]), g.numbers(0, -1, self.width))
        return self.linear(f"{name}.out_projection", context)

    def layer(self, number, tokens, bias):
        g, name = self.graph, f"photometry_encoder.encoder.attn_layers.{number}"

        def feed(rows):
            return self.linear(f"{name}.conv2", self.gelu(self.linear(f"{name}.conv1", rows)))

        if self.architecture.get("norm", "after") == "before":
            tokens = g("Add", tokens, self.attention(f"{name}.attention", self.norm(f"{name}.norm1", tokens), bias))
            return g("Add", tokens, feed(self.norm(f"{name}.norm2", tokens)))
        mixed = g("Add", tokens, self.attention(f"{name}.attention", tokens, bias))
        tokens = self.norm(f"{name}.norm1", mixed)
        return self.norm(f"{name}.norm2", g("Add", tokens, feed(tokens)))

    def model(self):
        g = self.graph
        column = g("Unsqueeze", "mask", g.numbers(2))
        tokens = self.tokens(g("Mul", "rows", column))
        inputs = [
            helper.make_tensor_value_info("rows", TensorProto.FLOAT, ["curves", "points", len(self.photometry["channels"])]),
            helper.make_tensor_value_info("mask", TensorProto.FLOAT, ["curves", "points"]),
        ]
        if self.photometry.get("constants"):
            name = "photometry_encoder.constants"
            vector = self.linear(f"{name}.4", self.gelu(self.linear(f"{name}.2", self.gelu(self.linear(f"{name}.0", "constants")))))
            tokens = g("Add", tokens, g("Unsqueeze", vector, g.numbers(1)))
            width = self.tensor(f"{name}.0.weight").shape[1]
            inputs.append(helper.make_tensor_value_info("constants", TensorProto.FLOAT, ["curves", width]))
        hidden = g("Mul", g("Sub", "mask", g.weight(np.array(1.0))), g.weight(np.array(1e30)))
        bias = g("Unsqueeze", hidden, g.numbers(1, 2))
        for number in range(self.architecture["layers"]):
            tokens = self.layer(number, tokens, bias)
        tokens = g("Mul", self.norm("photometry_encoder.encoder.norm", tokens), column)
        pooled = g("Div", g("ReduceSum", tokens, g.numbers(1), keepdims=0), g("ReduceSum", "mask", g.numbers(1), keepdims=1))
        projected = self.linear("photometry_proj_pooled", pooled)
        length = g("ReduceL2", projected, g.numbers(1), keepdims=1)
        g.nodes.append(helper.make_node("Div", [projected, length], ["embedding"]))
        output = helper.make_tensor_value_info("embedding", TensorProto.FLOAT, ["curves", self.architecture["embedding"]])
        graph = helper.make_graph(g.nodes, self.manifest["name"], inputs, [output], g.weights)
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=9)
        onnx.checker.check_model(model)
        return model


def positions(count, width):
    """sin and cos of index / 10000^(2i / width), interleaved."""
    frequency = np.exp(np.arange(0, width, 2) * (-math.log(10000.0) / width))
    angle = np.arange(count)[:, None] * frequency
    return np.stack([np.sin(angle), np.cos(angle)], axis=-1).reshape(count, width)


if __name__ == "__main__":
    if len(sys.argv) != 3:
        raise SystemExit(__doc__)
    onnx.save(Encoder(Path(sys.argv[1])).model(), sys.argv[2])
