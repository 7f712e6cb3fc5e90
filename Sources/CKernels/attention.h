// Attention over one sequence, one head at a time: the head's keys transposed once, then for a tile of queries
// scores, softmax and context without leaving the nearest cache. The division by the sum comes last, on the context.

#define HEAD 32

static void transpose_keys(size_t length, size_t padded, const float *keys, size_t ld, float *out) {
    // Panels of PANEL keys, each (HEAD, PANEL); the last may be half a panel wide.
    for (size_t j = 0; j < padded; j += WIDTH) {
        float *block = out + (j / PANEL) * PANEL * HEAD + (j % PANEL);
        size_t width = padded - (j / PANEL) * PANEL < PANEL ? WIDTH : PANEL;
        size_t present = j < length ? (length - j < WIDTH ? length - j : WIDTH) : 0;
        for (size_t i = 0; i < present; i++) {
            const float *key = keys + (j + i) * ld;
            UNROLL for (size_t d = 0; d < HEAD; d++) block[d * width + i] = key[d];
        }
        for (size_t i = present; i < WIDTH; i++)
            UNROLL for (size_t d = 0; d < HEAD; d++) block[d * width + i] = 0;
    }
}

// Replaces a row of scores by e^(scale (s - max)), 0 beyond its length; returns 1 / sum, and -scale max in `shifted`.
INLINE float exponentiate(size_t length, float *row, float scale, float *shifted) {
    size_t whole = length / WIDTH * WIDTH;
    ivec mask = first_lanes(length - whole);
    vec top = splat(-3.4e38f);
    for (size_t j = 0; j < whole; j += WIDTH) top = vmax(top, load(row + j));
    if (whole < length) top = vmax(top, choose(mask, load(row + whole), splat(-3.4e38f)));
    *shifted = -max_lanes(top) * scale;
    vec shift = splat(*shifted), factor = splat(scale), sum = splat(0);
    for (size_t j = 0; j < whole; j += WIDTH) {
        vec e = vexp(fma_(load(row + j), factor, shift));
        sum += e;
        store(row + j, e);
    }
    if (whole < length) {
        vec e = choose(mask, vexp(fma_(load(row + whole), factor, shift)), splat(0));
        sum += e;
        store(row + whole, e);
    }
    return 1.0f / sum_lanes(sum);
}

static void attention(size_t length, size_t heads, const float *qkv, size_t ld, float *out, size_t out_row,
                      size_t out_head, float *scratch) {
    const float scale = 0.17677669529663687f; // 1 / sqrt(HEAD)
    size_t padded = (length + WIDTH - 1) / WIDTH * WIDTH;
    float *keys = scratch, *scores = scratch + padded * HEAD;
    for (size_t h = 0; h < heads; h++) {
        const float *q = qkv + h * HEAD, *k = q + heads * HEAD, *v = k + heads * HEAD;
        transpose_keys(length, padded, k, ld, keys);
        for (size_t row = 0; row < length; row += TILE) {
            size_t rows = length - row < TILE ? length - row : TILE;
            const float *queries = q + row * ld;
            size_t j = 0;
            for (; j + PANEL <= padded; j += PANEL)
                micro_panel(rows, HEAD, queries, ld, keys + j * HEAD, PANEL, 0, 0, scores + j, padded);
            if (j < padded)
                micro_half(rows, HEAD, queries, ld, keys + j * HEAD, WIDTH, 0, 0, scores + j, padded);
            float inverse[TILE], shift;
            for (size_t i = 0; i < rows; i++) inverse[i] = exponentiate(length, scores + i * padded, scale, &shift);
            float *to = out + h * out_head + row * out_row;
            for (size_t d = 0; d < HEAD; d += PANEL)
                micro_panel(rows, length, scores, padded, v + d, ld, 0, 0, to + d, out_row);
            for (size_t i = 0; i < rows; i++)
                UNROLL for (size_t d = 0; d < HEAD; d += WIDTH) {
                    float *p = to + i * out_row + d;
                    store(p, load(p) * splat(inverse[i]));
                }
        }
    }
}
