// Attention with what training asks beside inference's: heads of 16 or 32, and the gradient. Neither keeps the
// probabilities, which grow with the square of the length: the forward keeps two numbers a row, by which the backward has
// them again without another pass over the row.

#define QUERY_BLOCK (8 * TILE) // queries whose probabilities the backward holds at once

// Scores of a tile of queries: (rows, padded) of queries and packed keys.
INLINE void tile_scores(const size_t head, size_t rows, size_t padded, const float *queries, size_t ld,
                        const float *keys, float *scores) {
    size_t j = 0;
    for (; j + PANEL <= padded; j += PANEL)
        micro_panel(rows, head, queries, ld, keys + j * head, PANEL, 0, 0, scores + j, padded);
    if (j < padded) micro_half_of_any(rows, head, queries, ld, keys + j * head, PANEL, scores + j, padded);
}

// C (rows, head) = A (rows, k) B (k, head).
INLINE void tile_product(const size_t head, size_t rows, size_t k, const float *a, size_t lda, const float *b, size_t ldb,
                         float *c, size_t ldc) {
    size_t d = 0;
    for (; d + PANEL <= head; d += PANEL) micro_panel(rows, k, a, lda, b + d, ldb, 0, 0, c + d, ldc);
    if (d < head) micro_half_of_any(rows, k, a, lda, b + d, ldb, c + d, ldc);
}

// C (length, head) (+)= Aᵀ B, A (rows, length), B (rows, head).
INLINE void block_sum(const size_t head, size_t length, size_t rows, const float *a, size_t lda, const float *b,
                      size_t ldb, int accumulate, float *c, size_t ldc) {
    for (size_t i = 0; i < length; i += TILE) {
        size_t tall = length - i < TILE ? length - i : TILE, d = 0;
        float *to = c + i * ldc;
        for (; d + PANEL <= head; d += PANEL)
            micro_sum_panel(tall, rows, a + i, lda, b + d, ldb, accumulate, to + d, ldc);
        if (d < head) micro_sum_half(tall, rows, a + i, lda, b + d, ldb, accumulate, to + d, ldc);
    }
}

INLINE void attend(const size_t head, size_t length, size_t heads, const float *qkv, size_t ld, float *context, size_t ldc,
                   float *rows_kept, float *scratch) {
    const float scale = 1.0f / __builtin_sqrtf((float)head);
    size_t padded = (length + WIDTH - 1) / WIDTH * WIDTH, panels = (length + PANEL - 1) / PANEL * PANEL;
    float *keys = scratch, *scores = keys + panels * head;
    for (size_t h = 0; h < heads; h++) {
        const float *q = qkv + h * head, *k = q + heads * head, *v = k + heads * head;
        float *kept = rows_kept + 2 * h * length;
        pack_columns(head, length, k, ld, keys);
        for (size_t row = 0; row < length; row += TILE) {
            size_t rows = length - row < TILE ? length - row : TILE;
            tile_scores(head, rows, padded, q + row * ld, ld, keys, scores);
            for (size_t i = 0; i < rows; i++) {
                float *two = kept + 2 * (row + i);
                two[1] = exponentiate(length, scores + i * padded, scale, two);
            }
            float *to = context + h * head + row * ldc;
            tile_product(head, rows, length, scores, padded, v, ld, to, ldc);
            for (size_t i = 0; i < rows; i++)
                for (size_t d = 0; d < head; d += WIDTH) {
                    float *p = to + i * ldc + d;
                    store(p, load(p) * splat(kept[2 * (row + i) + 1]));
                }
        }
    }
}

// Replaces scores by probabilities and the probabilities' gradients by the scores' (Dao et al. 2022, appendix B):
// scale p (g - the context's gradient times the context).
INLINE void probabilities_and_gradients(size_t length, float *p, float *g, float scale, const float *kept, float dot) {
    vec factor = splat(scale), shift = splat(kept[0]), inverse = splat(kept[1]), less = splat(dot);
    size_t j = 0;
    for (; j + WIDTH <= length; j += WIDTH) {
        vec e = vexp(fma_(load(p + j), factor, shift)) * inverse;
        store(p + j, e);
        store(g + j, e * (load(g + j) - less) * factor);
    }
    if (j == length) return;
    vec e = choose(first_lanes(length - j), vexp(fma_(load(p + j), factor, shift)) * inverse, splat(0));
    store(p + j, e);
    store(g + j, e * (load(g + j) - less) * factor);
}

INLINE void attend_backward(const size_t head, size_t length, size_t heads, const float *qkv, size_t ld,
                            const float *context, const float *context_gradient, size_t ldc, const float *rows_kept,
                            float *gradient, float *scratch) {
    const float scale = 1.0f / __builtin_sqrtf((float)head);
    size_t padded = (length + WIDTH - 1) / WIDTH * WIDTH, panels = (length + PANEL - 1) / PANEL * PANEL;
    float *keys = scratch, *values = keys + panels * head;
    float *p = values + panels * head, *g = p + QUERY_BLOCK * padded;
    for (size_t h = 0; h < heads; h++) {
        const float *q = qkv + h * head, *k = q + heads * head, *v = k + heads * head;
        const float *output = context + h * head, *output_gradient = context_gradient + h * head;
        const float *kept = rows_kept + 2 * h * length;
        float *query_gradient = gradient + h * head, *key_gradient = query_gradient + heads * head;
        float *value_gradient = key_gradient + heads * head;
        pack_columns(head, length, k, ld, keys);
        pack_columns(head, length, v, ld, values);
        for (size_t block = 0; block < length; block += QUERY_BLOCK) {
            size_t end = length - block < QUERY_BLOCK ? length : block + QUERY_BLOCK;
            for (size_t row = block; row < end; row += TILE) {
                size_t rows = end - row < TILE ? end - row : TILE;
                float *tile = p + (row - block) * padded, *slopes = g + (row - block) * padded;
                tile_scores(head, rows, padded, q + row * ld, ld, keys, tile);
                tile_scores(head, rows, padded, output_gradient + row * ldc, ldc, values, slopes);
                for (size_t i = 0; i < rows; i++) {
                    size_t at = (row + i) * ldc;
                    float product = dot(head, output + at, output_gradient + at);
                    probabilities_and_gradients(length, tile + i * padded, slopes + i * padded, scale,
                                                kept + 2 * (row + i), product);
                }
                tile_product(head, rows, length, slopes, padded, k, ld, query_gradient + row * ld, ld);
            }
            block_sum(head, length, end - block, p, padded, output_gradient + block * ldc, ldc, block > 0,
                      value_gradient, ld);
            block_sum(head, length, end - block, g, padded, q + block * ld, ld, block > 0, key_gradient, ld);
        }
    }
}

static void attention_forward(size_t length, size_t heads, size_t head, const float *qkv, size_t ld, float *context,
                              size_t ldc, float *rows_kept, float *scratch) {
    if (head == 32)
        attend(32, length, heads, qkv, ld, context, ldc, rows_kept, scratch);
    else
        attend(16, length, heads, qkv, ld, context, ldc, rows_kept, scratch);
}

static void attention_backward(size_t length, size_t heads, size_t head, const float *qkv, size_t ld,
                               const float *context, const float *context_gradient, size_t ldc, const float *rows_kept,
                               float *gradient, float *scratch) {
    if (head == 32)
        attend_backward(32, length, heads, qkv, ld, context, context_gradient, ldc, rows_kept, gradient, scratch);
    else
        attend_backward(16, length, heads, qkv, ld, context, context_gradient, ldc, rows_kept, gradient, scratch);
}
