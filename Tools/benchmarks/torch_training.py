"""The training step of `trifid bench train` in PyTorch: the same weights, batch and lengths.

  torch_training.py CASE.safetensors LAYERS STEPS THREADS [double]

CASE is what `trifid bench train --cases DIR` has written. Light curves are sorted by length and padded in groups of
neighbours, attention is PyTorch's fused one, the optimiser its fused AdamW where the build has it. Prints one line of JSON:
objects a second and processor time an object after two steps to warm up, the loss of every step, the peak of the memory.
`double` computes in double precision: what single precision's rounding does to a loss curve is the distance from that.
"""
import json
import math
import resource
import sys
import time

import torch
import torch.nn.functional as F
from safetensors.torch import load_file

WIDTH, HEADS, GROUP = 128, 4, 16


def positions(length):
    place = torch.arange(length, dtype=torch.float64)[:, None]
    frequency = torch.exp(torch.arange(0, WIDTH, 2, dtype=torch.float64) * (-math.log(10000.0) / WIDTH))
    table = torch.zeros(length, WIDTH, dtype=torch.float64)
    table[:, 0::2], table[:, 1::2] = torch.sin(place * frequency), torch.cos(place * frequency)
    return table


def linear(w, name, rows):
    weight = w[name + ".weight"]
    return F.linear(rows, weight[..., 0] if weight.dim() == 3 else weight, w[name + ".bias"])


def norm(w, name, rows):
    return F.layer_norm(rows, (WIDTH,), w[name + ".weight"], w[name + ".bias"], 1e-5)


def photometry(w, rows, lengths, layers, table):
    """Rows (curves, longest, channels), zero beyond each length, to pooled tokens (curves, width)."""
    count, longest, _ = rows.shape
    real = torch.arange(longest)[None] < lengths[:, None]
    x = F.pad(rows.transpose(1, 2), (1, 1))
    x = F.conv1d(x, w["photometry_encoder.enc_embedding.value_embedding.tokenConv.weight"]).transpose(1, 2)
    x = x + table[:longest]
    mask = None if bool(real.all()) else real[:, None, None, :]
    for layer in range(layers):
        name = f"photometry_encoder.encoder.attn_layers.{layer}."
        query, key, value = (
            linear(w, f"{name}attention.{part}_projection", x).view(count, longest, HEADS, -1).transpose(1, 2)
            for part in ("query", "key", "value")
        )
        context = F.scaled_dot_product_attention(query, key, value, attn_mask=mask)
        context = context.transpose(1, 2).reshape(count, longest, WIDTH)
        x = norm(w, name + "norm1", x + linear(w, name + "attention.out_projection", context))
        x = norm(w, name + "norm2", x + linear(w, name + "conv2", F.gelu(linear(w, name + "conv1", x))))
    x = norm(w, "photometry_encoder.encoder.norm", x) * real[..., None]
    return x.sum(1) / lengths[:, None]


def spectra(w, rows):
    for stage, layer in enumerate((0, 3, 6, 9)):
        name = f"spectra_encoder.layers.{layer}"
        rows = F.relu(F.conv1d(rows, w[name + ".weight"], w[name + ".bias"]))
        if stage < 3:
            rows = F.max_pool1d(rows, 4)
    return rows.flatten(1)


def embeddings(w, batch, layers, table):
    pooled = torch.cat([photometry(w, rows, lengths, layers, table) for rows, lengths in batch["groups"]])
    pooled = pooled[batch["back"]]
    hidden = F.relu(linear(w, "metadata_encoder.model.0", batch["metadata"]))
    hidden = F.relu(linear(w, "metadata_encoder.model.3", hidden))
    parts = (
        linear(w, "photometry_proj_pooled", pooled),
        linear(w, "spectra_proj", spectra(w, batch["spectra"])),
        linear(w, "metadata_proj", hidden),
    )
    return [F.normalize(part, dim=-1) for part in parts]


def loss(w, batch, layers, table):
    p, s, m = embeddings(w, batch, layers, table)
    target, total = torch.arange(len(p)), 0
    for (first, second), scale in zip(((p, s), (s, m), (m, p)), ("ps", "sm", "mp")):
        logits = w["logit_scale_" + scale].exp() * first @ second.T
        total = total + F.cross_entropy(logits, target) + F.cross_entropy(logits.T, target)
    return total


def read(path, precision):
    tensors = {name: value.to(precision) for name, value in load_file(path).items()}
    w = {name[8:]: value.clone().requires_grad_() for name, value in tensors.items() if name.startswith("weights.")}
    lengths = tensors["input.lengths"].long()
    curves = tensors["input.photometry"].split(lengths.tolist())
    order = torch.argsort(lengths, stable=True)
    groups = []
    for part in order.split(GROUP):
        rows = torch.nn.utils.rnn.pad_sequence([curves[place] for place in part], batch_first=True)
        groups.append((rows, lengths[part]))
    batch = {
        "groups": groups,
        "back": torch.argsort(order),
        "spectra": tensors["input.spectra"].transpose(1, 2).contiguous(),
        "metadata": tensors["input.metadata"],
    }
    return w, batch


def main(path, layers, steps, threads, precision="single"):
    torch.set_num_threads(threads)
    precision = {"single": torch.float32, "double": torch.float64}[precision]
    w, batch = read(path, precision)
    # Rounded to single precision in both, as our network has it.
    table = positions(200).float().to(precision)
    scales = [value for name, value in w.items() if name.startswith("logit_scale_")]
    others = [value for name, value in w.items() if not name.startswith(("logit_scale_", "fc."))]
    optimiser = torch.optim.AdamW(
        [{"params": others, "weight_decay": 0.01}, {"params": scales, "weight_decay": 0.0}], lr=1e-4, fused=True
    )
    losses = []
    for step in range(steps + 2):
        if step == 2:
            start, used = time.perf_counter(), time.process_time()
        optimiser.zero_grad(set_to_none=True)
        value = loss(w, batch, layers, table)
        value.backward()
        optimiser.step()
        losses.append(value.item())
    objects = len(batch["metadata"]) * steps
    rate, processor = objects / (time.perf_counter() - start), (time.process_time() - used) / objects * 1000
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    row = {"rate": rate, "processorMillisecondsAnObject": processor, "losses": losses, "peakMemoryMiB": round(memory)}
    print(json.dumps(row))


if __name__ == "__main__":
    main(sys.argv[1], *map(int, sys.argv[2:5]), *sys.argv[5:])
