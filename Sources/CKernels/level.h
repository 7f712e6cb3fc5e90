// One level's kernels and their table. The including file defines LEVEL, WIDTH, HAS_FMA, TILE and TABLE.
#include "vector.h"
// (kept in this order: each file uses the one before)
#include "linear.h"
#include "attention.h"
#include "rows.h"
#include "product.h"
#include "attention_training.h"
#include "training.h"

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
    .top_k = top_k,
    .dot = dot,
    .exponential = exponential,
    .error_function = error_function,
    .gelu = gelu,
    .gelu_backward = gelu_backward,
    .product = product,
    .sum_of_products = sum_of_products,
    .add_column_sums = add_column_sums,
    .attention_forward = attention_forward,
    .attention_backward = attention_backward,
    .norm_forward = norm_forward,
    .norm_backward = norm_backward,
    .gelu_forward_backward = gelu_forward_backward,
    .relu_pool_4 = relu_pool_4,
    .relu_pool_4_backward = relu_pool_4_backward,
    .add = add,
    .adam_w = adam_w,
};
