// Matrix products with packed weights. A micro-kernel keeps TILE rows x PANEL columns of the result in registers;
// every element is summed over k in the same order whatever the number of rows, so that a row's result does not
// depend on its batch.

// Rows of A that share one base pointer: a row is then base + {0, 1, 2} strides, which the CPU addresses for free.
#define ROWS_A_BASE 3

INLINE void micro(const size_t m, const size_t vectors, size_t k, const float *a, size_t lda, const float *b,
                  size_t ldb, const float *bias, int accumulate, float *c, size_t ldc) {
    vec sum[TILE][2];
    UNROLL for (size_t v = 0; v < vectors; v++) {
        vec start = bias ? load(bias + v * WIDTH) : splat(0);
        UNROLL for (size_t i = 0; i < m; i++) sum[i][v] = start;
    }
    if (accumulate)
        UNROLL for (size_t i = 0; i < m; i++)
            UNROLL for (size_t v = 0; v < vectors; v++) sum[i][v] += load(c + i * ldc + v * WIDTH);
    const float *base[(TILE + ROWS_A_BASE - 1) / ROWS_A_BASE];
    UNROLL for (size_t g = 0; g * ROWS_A_BASE < m; g++) base[g] = a + g * ROWS_A_BASE * lda;
    for (size_t p = 0; p < k; p++) {
        vec column[2];
        UNROLL for (size_t v = 0; v < vectors; v++) column[v] = load(b + v * WIDTH);
        b += ldb;
        UNROLL for (size_t i = 0; i < m; i++) {
            vec x = splat(base[i / ROWS_A_BASE][(i % ROWS_A_BASE) * lda]);
            UNROLL for (size_t v = 0; v < vectors; v++) sum[i][v] = fma_(x, column[v], sum[i][v]);
        }
        UNROLL for (size_t g = 0; g * ROWS_A_BASE < m; g++) base[g]++;
    }
    UNROLL for (size_t i = 0; i < m; i++)
        UNROLL for (size_t v = 0; v < vectors; v++) store(c + i * ldc + v * WIDTH, sum[i][v]);
}

#define MICRO_CASE(rows, vectors)                                                                                      \
    case rows:                                                                                                         \
        micro(rows, vectors, k, a, lda, b, ldb, bias, accumulate, c, ldc);                                             \
        break;

#if TILE == 14
#define MICRO_CASES(v)                                                                                                 \
    MICRO_CASE(1, v) MICRO_CASE(2, v) MICRO_CASE(3, v) MICRO_CASE(4, v) MICRO_CASE(5, v) MICRO_CASE(6, v)              \
    MICRO_CASE(7, v) MICRO_CASE(8, v) MICRO_CASE(9, v) MICRO_CASE(10, v) MICRO_CASE(11, v) MICRO_CASE(12, v)           \
    MICRO_CASE(13, v) MICRO_CASE(14, v)
#else
#define MICRO_CASES(v)                                                                                                 \
    MICRO_CASE(1, v) MICRO_CASE(2, v) MICRO_CASE(3, v) MICRO_CASE(4, v) MICRO_CASE(5, v) MICRO_CASE(6, v)
#endif

// m <= TILE rows times a whole panel.
static __attribute__((noinline)) void micro_panel(size_t m, size_t k, const float *a, size_t lda, const float *b,
                                                  size_t ldb, const float *bias, int accumulate, float *c,
                                                  size_t ldc) {
    switch (m) { MICRO_CASES(2) }
}

// m <= TILE rows times half a panel.
static __attribute__((noinline)) void micro_half(size_t m, size_t k, const float *a, size_t lda, const float *b,
                                                 size_t ldb, const float *bias, int accumulate, float *c,
                                                 size_t ldc) {
    switch (m) { MICRO_CASES(1) }
}

// The same for training, of panels of any depth and stride: apart, for the one above is compiled for the only one that
// inference asks for.
static __attribute__((noinline)) void micro_half_of_any(size_t m, size_t k, const float *a, size_t lda, const float *b,
                                                        size_t ldb, float *c, size_t ldc) {
    const float *bias = 0;
    const int accumulate = 0;
    switch (m) { MICRO_CASES(1) }
}

// Applied while the tile is still in the nearest cache.
INLINE void activate(size_t m, int mode, float *c, size_t ldc) {
    for (size_t i = 0; i < m; i++)
        UNROLL for (size_t v = 0; v < 2; v++) {
            float *p = c + i * ldc + v * WIDTH;
            store(p, mode == TK_GELU ? vgelu(load(p)) : vmax(load(p), splat(0)));
        }
}

#define BLOCK_ROWS (8 * TILE) // rows of A that stay in the second-level cache while the panels pass by
#define BLOCK_DEPTH 512       // depth of a panel that does too

static void linear(size_t m, size_t n, size_t k, const float *a, size_t lda, const float *packed, const float *bias,
                   int mode, float *c, size_t ldc) {
    float edge[TILE * PANEL] __attribute__((aligned(64)));
    for (size_t row0 = 0; row0 < m; row0 += BLOCK_ROWS) {
        size_t row_end = row0 + BLOCK_ROWS < m ? row0 + BLOCK_ROWS : m;
        for (size_t k0 = 0; k0 < k; k0 += BLOCK_DEPTH) {
            size_t depth = k - k0 < BLOCK_DEPTH ? k - k0 : BLOCK_DEPTH;
            int last = k0 + depth == k, add = k0 > 0 || (mode & TK_ACCUMULATE);
            int act = last ? mode & (TK_RELU | TK_GELU) : 0;
            for (size_t column = 0; column < n; column += PANEL) {
                const float *b = packed + column * k + k0 * PANEL;
                const float *first = k0 == 0 && bias ? bias + column : 0;
                size_t width = n - column;
                for (size_t row = row0; row < row_end; row += TILE) {
                    size_t rows = row_end - row < TILE ? row_end - row : TILE;
                    float *to = c + row * ldc + column;
                    if (width >= PANEL) {
                        micro_panel(rows, depth, a + row * lda + k0, lda, b, PANEL, first, add, to, ldc);
                        if (act) activate(rows, act, to, ldc);
                        continue;
                    }
                    if (add)
                        for (size_t i = 0; i < rows; i++) memcpy(edge + i * PANEL, to + i * ldc, width * sizeof(float));
                    micro_panel(rows, depth, a + row * lda + k0, lda, b, PANEL, first, add, edge, PANEL);
                    if (act) activate(rows, act, edge, PANEL);
                    for (size_t i = 0; i < rows; i++) memcpy(to + i * ldc, edge + i * PANEL, width * sizeof(float));
                }
            }
        }
    }
}
