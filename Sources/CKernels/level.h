// One level's kernels and their table. The including file defines LEVEL, WIDTH, HAS_FMA, TILE and TABLE.
#include "vector.h"
// (kept in this order: each file uses the one before)
#include "linear.h"
#include "attention.h"
#include "rows.h"

const tk_kernels TABLE = {
    .level = LEVEL,
    .vector = WIDTH,
    .panel = PANEL,
    .tile = TILE,
    .linear = linear,
    .attention = attention,
    .layer_norm = layer_norm,
    .mean_rows = mean_rows,
    .max_pool_4 = max_pool_4,
    .normalise_rows = normalise_rows,
    .softmax_rows = softmax_rows,
    .top_k = top_k,
    .dot = dot,
    .exponential = exponential,
    .error_function = error_function,
    .gelu = gelu,
    .gelu_backward = gelu_backward,
};
